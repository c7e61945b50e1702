"""The run: baseline first, free requests next, paid ones last; every exchange is journaled as it happens.

The runner decides only what is sent when. What a record means is decided by :mod:`pixelproof_conformance.judge`, so a
journal can be judged again without the endpoint.
"""

import queue
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from pixelproof import TargetError

from pixelproof_conformance.budget import Budget, Caps
from pixelproof_conformance.judge import Reading, observe, read
from pixelproof_conformance.model import Case, Counts, Observation, Record, Result
from pixelproof_conformance.plan import Plan, alone, make_plan
from pixelproof_conformance.results import summarise
from pixelproof_conformance.subject import Subject


class Sender(Protocol):
    """What sends a case; :class:`pixelproof_conformance.client.Client` outside tests."""

    def send(self, case: Case, *, path: str, content_type: str) -> Record:
        """Sends the case and returns what came back; trouble on the way is in the record."""


@dataclass(frozen=True, slots=True)
class Options:
    """What a run is asked to do, apart from where the requests go."""

    only: tuple[str, ...] = ()
    skip: tuple[str, ...] = ()
    observed: bool = False
    examples: int = 0
    seed: int = 0
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


class Run:
    """One run over the subjects of a dialect. ``known`` holds records of an interrupted run by case."""

    def __init__(
        self,
        sender: Sender,
        options: Options,
        *,
        known: Mapping[str, Record] | None = None,
        keep: Callable[[Record], None] = lambda record: None,
        progress: Callable[[int, int, Counts, int], None] = lambda done, planned, counts, failures: None,
        reproduce: Callable[[Case, Record], tuple[str, str]],
        picture: Callable[[Record], str | None] = lambda record: None,
    ) -> None:
        self._sender = sender
        self.options = options
        self._known = dict(known or {})
        self._keep = keep
        self._progress = progress
        self._reproduce = reproduce
        self._picture = picture
        self._stop = threading.Event()
        self._done = self._planned = self._failures = 0
        self.sent: dict[str, tuple[Case, Record]] = {}
        self.notes: list[str] = []

    def over(self, subjects: Sequence[Subject]) -> Outcome:
        """Runs all subjects one after the other. Raises :class:`TargetError` when the endpoint cannot be judged at all.

        Ctrl-C ends the run with the results so far; the outcome then says ``interrupted``.
        """
        prices = subjects[0].dialect.about["models"] if subjects else {}
        self.budget = Budget(self.options.caps, {name: facts.get("image-cost", 0.0) for name, facts in prices.items()})
        plans = [self._plan(subject) for subject in subjects]
        self._planned = sum(len(plan.cases) + self.options.examples for plan in plans)
        observed: dict[int, list[Observation]] = {index: [] for index in range(len(plans))}
        reasons: dict[int, str] = {}
        interrupted = False
        for index, plan in enumerate(plans):
            if interrupted:
                reasons[index] = "the run was interrupted"
                continue
            try:
                reasons[index] = self._run_plan(plan, observed[index], first=index == 0)
            except KeyboardInterrupt:
                self._stop.set()
                interrupted = True
                reasons[index] = "the run was interrupted"
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
                reproduce=self._reproduce,
                picture=self._picture,
            )
        ]
        for cap, count in sorted(self.budget.refused.items()):
            self.notes.append(f"{cap} was reached: {count} planned requests were not sent.")
        self._refuse_the_unjudgeable(plans, observed)
        return Outcome(results, self.sent, self.budget.counts, self.notes, interrupted)

    def _plan(self, subject: Subject) -> Plan:
        options = self.options
        return make_plan(subject, only=options.only, skip=options.skip, observed=options.observed)

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
                    for result in subject.operation.requirements
                ]
            return f"the simplest request was not accepted: {reading.reason}"
        self._send_all(subject, plan.rejects, observations)
        self._send_all(subject, plan.accepts, observations)
        self._send_all(subject, self._follow_ups(plan), observations)
        self._send_all(subject, plan.opens, observations)
        if self.options.examples:
            from pixelproof_conformance.explore import explore

            explore(self, subject, observations)
        return "a cap was reached before it was put to the test" if self.budget.refused else ""

    def _baseline(self, plan: Plan, observations: list[Observation], *, first: bool) -> Reading:
        record = self.send(plan.subject, plan.baseline)
        if record is None:
            return Reading("not-run", "a cap was reached")
        reading = read(record)
        if first and record.failure in ("connection", "tls"):
            raise TargetError(record.failure_text)
        observations += observe(plan.subject, plan.baseline, record, profile=self.options.profile)
        return reading

    def _follow_ups(self, plan: Plan) -> list[Case]:
        """For every combined case that was refused, its parameters one by one."""
        out: list[Case] = []
        for case in plan.accepts:
            entry = self.sent.get(case.id)
            if entry is not None and read(entry[1]).answer == "refused":
                known = {made.id for made in out}
                out += [made for made in alone(plan.subject, case) if made.id not in known]
        self._planned += len(out)
        return out

    def send(self, subject: Subject, case: Case) -> Record | None:
        """Sends one case, or takes its record from an earlier run; ``None`` when a cap or ctrl-C forbids it."""
        record = self._known.get(case.id)
        if record is None:
            if self._stop.is_set() or not self.budget.reserve(case):
                return None
            operation = subject.operation
            record = self._sender.send(case, path=operation.path, content_type=operation.content_type)
            self.budget.correct(case, accepted=read(record).answer == "accepted", retries=record.attempts - 1)
            self._keep(record)
        self.sent[case.id] = (case, record)
        return record

    def _send_all(self, subject: Subject, cases: Sequence[Case], observations: list[Observation]) -> None:
        """Sends cases in parallel; observations come in the order of the cases, whatever order the answers come in.

        The threads are daemons, so that ctrl-C does not wait for a slow endpoint.
        """
        waiting: queue.SimpleQueue[Case] = queue.SimpleQueue()
        finished: queue.SimpleQueue[tuple[Case, Record | BaseException | None]] = queue.SimpleQueue()
        for case in cases:
            waiting.put(case)

        def work() -> None:
            while not self._stop.is_set():
                try:
                    case = waiting.get_nowait()
                except queue.Empty:
                    return
                try:
                    finished.put((case, self.send(subject, case)))
                except BaseException as error:  # noqa: BLE001 - handed to the main thread, which raises it
                    finished.put((case, error))

        for _ in range(min(self.options.concurrency, len(cases))):
            threading.Thread(target=work, daemon=True, name="pixelproof-send").start()
        records: dict[str, Record] = {}
        try:
            for _ in cases:
                case, record = _take(finished)
                if record is not None:
                    records[case.id] = record
                    self.advance(case, record)
        except BaseException:
            self._stop.set()
            raise
        finally:
            for case in cases:
                if case.id in records:
                    found = observe(subject, case, records[case.id], profile=self.options.profile)
                    self._failures += any(item.outcome == "fail" for item in found)
                    observations += found

    def advance(self, case: Case, record: Record) -> None:
        """Tells the progress bar that one more request is done."""
        self._done += 1
        self._progress(self._done, max(self._planned, self._done), self.budget.counts, self._failures)

    def _refuse_the_unjudgeable(self, plans: Iterable[Plan], observed: Mapping[int, list[Observation]]) -> None:
        """Raises when no subject had an answer that says anything, with the reason of the first."""
        readings = [read(self.sent[plan.baseline.id][1]) for plan in plans if plan.baseline.id in self.sent]
        if (
            readings
            and all(reading.answer in ("inconclusive", "unsupported") for reading in readings)
            and not self._done
        ):
            raise TargetError(f"the endpoint could not be judged: {readings[0].reason}")


def _take(finished: "queue.SimpleQueue[tuple[Case, Record | BaseException | None]]") -> tuple[Case, Record | None]:
    """The next finished case; wakes up now and then so that ctrl-C is seen at once. Raises what its thread raised."""
    while True:
        try:
            case, record = finished.get(timeout=0.2)
        except queue.Empty:
            continue
        if isinstance(record, BaseException):
            raise record
        return case, record
