"""The run: baseline first, free requests next, paid ones last; every exchange is journaled as it happens.

The runner decides only what is sent when. What a record means is decided by :mod:`pixelproof_conformance.judge`, so a
journal can be judged again without the endpoint.
"""

import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from types import MappingProxyType

from pixelproof import Operation, TargetError

from pixelproof_conformance.asking import STILL_THERE, Asker, Sender
from pixelproof_conformance.budget import Budget, Caps
from pixelproof_conformance.judge import Reading, is_accepted, observe, read
from pixelproof_conformance.model import Case, Observation, Record
from pixelproof_conformance.noise import noise_of
from pixelproof_conformance.ordering import paid_order
from pixelproof_conformance.patience import Patience
from pixelproof_conformance.plan import Plan, alone, make_plans
from pixelproof_conformance.prices import PriceTable, declared_prices
from pixelproof_conformance.remarks import remarks
from pixelproof_conformance.reported import Counts, Evidence, Noise, Result
from pixelproof_conformance.results import summarise
from pixelproof_conformance.sending import Crew
from pixelproof_conformance.subject import Subject
from pixelproof_conformance.wire_checks.ground import AGAINS
from pixelproof_conformance.wire_checks.presence import Presence
from pixelproof_conformance.wire_checks.probing import judge_wire


@dataclass(frozen=True, slots=True)
class Options:
    """What a run is asked to do, apart from where the requests go."""

    only: tuple[str, ...] = ()
    skip: tuple[str, ...] = ()
    observed: bool = False
    examples: int = 0
    seed: int = 0
    repeat: int = 1
    concurrency: int = 4
    caps: Caps = field(default_factory=Caps)
    example_folder: str | None = None

    @property
    def profile(self) -> str:
        """The profile under which answers are judged."""
        return "observed" if self.observed else "document"


@dataclass(slots=True)
class Outcome:
    """What came of a run: results in the order of the document, what was sent, and remarks for the report."""

    results: list[Result]
    sent: dict[str, tuple[Case, Record]]
    counts: Counts
    notes: list[str]
    interrupted: bool = False
    caps_reached: dict[str, int] = field(default_factory=dict)
    noise: Noise | None = None
    given_up: str = ""
    """Why the rest of the requests was not worth sending; empty when all were sent."""


class Run:
    """One run over the subjects of a dialect. Without a ``sender`` an earlier run is judged again.

    ``known`` holds records of that run by case; ``same`` says whether a record is of the very request of a case.
    ``lost`` are records that decided nothing: they count as spent, and their cases are sent again. Without ``prices``
    those count that the dialect declares. ``patience`` knows what is not worth sending any more, and ``pause`` waits
    while it is in doubt. ``keep`` may give back another form of a record, which is held from then on.
    """

    def __init__(  # noqa: PLR0913 - what a run needs of the world is passed in, so that tests can pass their own
        self,
        sender: Sender | None,
        options: Options,
        *,
        known: Mapping[str, Record] | None = None,
        lost: Iterable[Record] = (),
        prices: PriceTable | None = None,
        same: Callable[[Case, Record, Operation], bool] = lambda case, record, operation: True,
        keep: Callable[[Record], Record | None] = lambda record: None,
        progress: Callable[[int, int, Counts, int], None] = lambda done, planned, counts, failures: None,
        reproduce: Callable[[Case, Record], tuple[str, str]],
        evidence: Callable[[Case, Record], Evidence | None] = lambda case, record: None,
        patience: Patience | None = None,
        pause: Callable[[int], None] = lambda tries: None,
    ) -> None:
        self._sender = sender
        self._patience = patience
        self._pause = pause
        self.options = options
        self._known = dict(known or {})
        self._lost = tuple(lost)
        self._prices = prices
        self._same = same
        self._keep = keep
        self._progress = progress
        self._reproduce = reproduce
        self._evidence = evidence
        self._stop = threading.Event()
        self._crew = Crew(options.concurrency)
        self._done = self._planned = self._failures = 0
        self.sent: dict[str, tuple[Case, Record]] = {}
        self._readings: dict[str, Reading] = {}
        self._plans: list[Plan] = []
        self.notes: list[str] = []

    def over(self, subjects: Sequence[Subject]) -> Outcome:
        """Runs all subjects one after the other. Raises :class:`TargetError` when the endpoint cannot be judged at all.

        Ctrl-C ends the run with the results so far; the outcome then says ``interrupted``.
        """
        self.prices = self._prices or (declared_prices(subjects[0].dialect) if subjects else PriceTable("", {}))
        self.budget = Budget(self.options.caps, self.prices)
        self._asker = Asker(
            self._sender,
            self.budget,
            known=self._known,
            same=self._same,
            patience=self._patience,
            pause=self._pause,
            keep=self._keep,
            stopped=self._stop,
        )
        options = self.options
        plans = make_plans(subjects, only=options.only, skip=options.skip, observed=options.observed)
        self._planned = sum(plan.requests(options.repeat) + options.examples * options.repeat for plan in plans)
        self._count_what_was_spent(plans)
        observed: dict[int, list[Observation]] = {index: [] for index in range(len(plans))}
        reasons: dict[int, str] = {}
        interrupted = False
        with self._crew:
            for index in range(len(plans)):
                plan = plans[index] = self._with_the_first_that_answers(plans[index])
                try:
                    reason = "" if self._stop.is_set() else self._run_plan(plan, observed[index], first=index == 0)
                except KeyboardInterrupt:
                    self._stop.set()
                    reason = ""
                interrupted = interrupted or self._stop.is_set()
                reasons[index] = "the run was interrupted" if interrupted else reason
        first_sent = {name: entry for name, entry in self.sent.items() if entry[0].repeat == 1}
        records = [record for _, record in self.sent.values()]
        presence = Presence([*records, *self._lost, *self._asker.looks])
        for index, plan in enumerate(plans):
            observed[index] += (
                judge_wire(plan.probe, first_sent, presence) if plan.probe and self._answers(plan) else []
            )
        results = [
            result
            for index, plan in enumerate(plans)
            for result in summarise(
                plan.subject,
                observed[index],
                self.sent,
                only=self.options.only,
                skip=self.options.skip,
                observed=self.options.observed,
                note=reasons.get(index, ""),
                beside=plan.probe.requirements if plan.probe else (),
                unsent=[case for case in plan.cases if case.id not in self.sent],
                reproduce=self._reproduce,
                evidence=self._evidence,
            )
        ]
        again = self._sender is None
        self.notes += remarks(self.budget, self._asker.unsent, records, self._asker.others, again=again)
        self._refuse_the_unjudgeable(plans)
        noise = noise_of(self.options.repeat, observed.values(), self.sent)
        caps = dict(sorted(self.budget.refused.items()))
        return Outcome(
            results, self.sent, self.budget.counts, self.notes, interrupted, caps, noise, self._asker.given_up
        )

    def stop(self) -> None:
        """Sends nothing more; what is under way is still taken."""
        self._stop.set()

    def join(self, seconds: float) -> None:
        """Waits at most ``seconds`` for each thread that still sends, so that its record is kept."""
        self._crew.join(seconds)

    def _count_what_was_spent(self, plans: Sequence[Plan]) -> None:
        """Counts all that an earlier part of the run has spent for the caps, from the start."""
        planned: dict[str, Case] = {}
        for plan in plans:
            for case in plan.cases:
                for number in range(1, self.options.repeat + 1):
                    again = case.again(number)
                    planned[again.id] = again
                    self._asker.recorded(plan.subject.operation, again)
        for record in self._lost:
            lost = planned.get(record.case.partition(STILL_THERE)[0])
            if lost is None:
                self.budget.count_lost(record)
            else:
                self.budget.count(lost, record, accepted=is_accepted(record))

    def _run_plan(self, plan: Plan, observations: list[Observation], *, first: bool) -> str:
        """Sends one plan; returns why the rest was not observed, or an empty text."""
        subject = plan.subject
        reading = self._baseline(plan, observations, first=first)
        if reading.answer != "accepted":
            self.notes.append(
                f"{subject.operation.name}, {subject.name}: the simplest request was not accepted ({reading.reason})."
            )
            if reading.answer == "unsupported":
                observations += [
                    Observation(result, subject.name, "unsupported", plan.baseline.id, reading.reason)
                    for result in (*subject.operation.requirements, *(plan.probe.ground.checks if plan.probe else ()))
                ]
            return f"the simplest request was not accepted: {reading.reason}"
        numbers = range(2, self.options.repeat + 1)
        pairs = plan.probe.pairs if plan.probe else ()
        followers = {case.id: follower for case, follower in pairs}
        self._send_all(subject, [case for case, _ in pairs], observations, followers)
        self._ask_again(plan, observations)
        self._send_all(subject, [case for case in plan.rejects if case.id not in self.sent], observations)
        self._send_all(subject, [case.again(number) for number in numbers for case in plan.rejects], observations)
        paid = paid_order(plan, self.prices)
        self._send_all(subject, paid, observations)
        self._ask_again(plan, observations)
        usual = plan.probe.usual_forms(self.sent) if plan.probe else []
        self._send_all(subject, usual, observations)
        follow_ups = self._follow_ups(plan, usual)
        self._send_all(subject, follow_ups, observations)
        self._send_all(subject, plan.probe.fetches(self.sent) if plan.probe else [], observations)
        every = (plan.baseline, *paid, *usual, *follow_ups)
        self._send_all(subject, [case.again(number) for number in numbers for case in every], observations)
        if self.options.examples and not self._stop.is_set():
            from pixelproof_conformance.explore import explore

            explore(self, subject, observations)
        self._ask_again(plan, observations)
        if self._sender is None:
            return "that run did not put it to the test"
        if self._asker.unsent:
            return next(reversed(self._asker.unsent))
        caps = " and ".join(sorted(self.budget.refused))
        return f"{caps} was reached before it was put to the test" if caps else ""

    def _ask_again(self, plan: Plan, observations: list[Observation]) -> None:
        """Sends again what the endpoint broke down over, as often as it takes to tell a crash from a bad moment."""
        if plan.probe is None:
            return
        for end in AGAINS:
            self._send_all(plan.subject, plan.probe.again(self.sent, end), observations)

    def _answers(self, plan: Plan) -> bool:
        """Whether the simplest request was accepted; without that nothing is said about a model."""
        reading = self._readings.get(plan.baseline.id)
        return reading is not None and reading.answer == "accepted"

    def _with_the_first_that_answers(self, plan: Plan) -> Plan:
        """The plan with the wire checks of its operation, when no model before it could be asked them."""
        subject = plan.subject
        before = [other for other in self._plans if other.subject.operation is subject.operation]
        self._plans.append(plan)
        if not before or any(self._answers(other) for other in before):
            return plan
        options = self.options
        return make_plans([subject], only=options.only, skip=options.skip, observed=options.observed)[0]

    def _baseline(self, plan: Plan, observations: list[Observation], *, first: bool) -> Reading:
        record = self.send(plan.subject, plan.baseline)
        if record is None:
            reason = next(reversed(self._asker.unsent), "a cap was reached")
            return Reading("not-run", "it was not sent" if self._sender is None else reason)
        reading = self._readings[plan.baseline.id] = read_baseline(record)
        if first and record.failure in ("connection", "tls") and self._sender is not None:
            raise TargetError(record.failure_text)
        if reading.answer != "unsupported":
            observations += observe(plan.subject, plan.baseline, record, profile=self.options.profile)
        return reading

    def _follow_ups(self, plan: Plan, usual: Sequence[Case]) -> list[Case]:
        """For every combined case that was refused or ended in a server error, its parameters one by one."""
        out: list[Case] = []
        for case in (*(case for case in plan.accepts if not case.wire), *usual):
            entry = self.sent.get(case.id)
            if entry is not None and (read(entry[1]).answer == "refused" or (entry[1].status or 0) >= 500):
                known = {made.id for made in out}
                out += [made for made in alone(plan.subject, case) if made.id not in known]
        self._planned += len(out) * self.options.repeat
        return out

    def ask(self, subject: Subject, case: Case) -> list[Observation] | None:
        """Sends one case as often as the run repeats its cases; ``None`` when it could not be sent at all."""
        seen: list[Observation] = []
        answered = False
        for number in range(1, self.options.repeat + 1):
            again = case.again(number)
            record = self.send(subject, again)
            if record is None:
                break
            answered = True
            self.advance(again, record)
            seen += observe(subject, again, record, profile=self.options.profile)
        return seen if answered else None

    def send(self, subject: Subject, case: Case) -> Record | None:
        """Sends one case, or takes its record from an earlier run; ``None`` when a cap or ctrl-C forbids it."""
        asked = self._asker.ask(subject.operation, case)
        if asked is None:
            return None
        self.sent[case.id] = (case, asked.held)
        return asked.record

    def _send_all(
        self,
        subject: Subject,
        cases: Sequence[Case],
        observations: list[Observation],
        followers: Mapping[str, Case] = MappingProxyType({}),
    ) -> None:
        """Sends cases in parallel; observations come in the order of the cases, whatever order the answers come in.

        ``followers`` are sent right behind the cases with these ids.
        """
        found: dict[str, Sequence[Observation]] = {}
        try:
            with closing(self._crew.each(cases, followers, lambda case: self.send(subject, case))) as arrivals:
                for case, record in arrivals:
                    if record is not None:
                        found[case.id] = observe(subject, case, record, profile=self.options.profile)
                        self._failures += any(item.outcome == "fail" for item in found[case.id])
                        self.advance(case, record)
        except BaseException:
            self._stop.set()
            raise
        finally:
            for case in (*cases, *followers.values()):
                observations += found.get(case.id, ())

    def advance(self, case: Case, record: Record) -> None:
        """Tells the progress bar that one more request is done."""
        self._done += 1
        self._progress(self._done, max(self._planned, self._done), self.budget.counts, self._failures)

    def _refuse_the_unjudgeable(self, plans: Iterable[Plan]) -> None:
        """Raises when no subject had an answer that says anything, with the reason of the first."""
        readings = list(self._readings.items())
        undecided = all(reading.answer in ("inconclusive", "unsupported") for _, reading in readings)
        if readings and undecided and not self._done and self._sender is not None:
            case, reading = readings[0]
            raise TargetError(f"{self.sent[case][1].url} could not be judged: {reading.reason}")


def read_baseline(record: Record) -> Reading:
    """How the simplest request was answered; a web page is no answer of an API, whatever its status says."""
    reading = read(record)
    kind = (record.content_type or "").partition(";")[0].strip().lower()
    if reading.answer == "accepted" and kind == "text/html":
        return Reading("unsupported", f"status {record.status} with a web page; is this the address of the API?")
    return reading
