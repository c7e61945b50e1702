"""The fixed cases of a run: baseline, requests that must be refused, accepted ones combined, and the open ones.

A negative is an accepted request with exactly one requirement broken; the validator is asked to confirm it, so that a
refusal means something. Accepted cases cover every documented value of every parameter in few requests, and every pair
of values of parameters that the document ties to each other. Everything is a function of the declarations: the same
dialect and options give the same plan.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from pixelproof import Requirement

from pixelproof_conformance.accepted import accepted_bodies
from pixelproof_conformance.broken import PER_CONSTRAINT, broken_requests, label_of
from pixelproof_conformance.declarations import requirement_ids
from pixelproof_conformance.model import Case, Expectation, Json, Kind
from pixelproof_conformance.rule_cases import Attempt
from pixelproof_conformance.subject import Body, Subject, baseline_body, split_files, whole_body
from pixelproof_conformance.trial import Trial
from pixelproof_conformance.wire_checks.probing import Probe, are_compared, probe_of

CARRIERS = 4
"""How many refused requests are sent at least where requirements on refusals are chosen."""

MOST_PICTURES = 10


def most_explored(examples: int) -> tuple[int, int]:
    """How many requests and pictures the exploration of one subject costs at most, as long as nothing fails there."""
    return examples, examples // 2


@dataclass(frozen=True, slots=True)
class Plan:
    """The cases for one subject, in the order in which they are sent, and what no case could be made for."""

    subject: Subject
    baseline: Case
    rejects: tuple[Case, ...]
    accepts: tuple[Case, ...]
    opens: tuple[Case, ...]
    without_case: tuple[str, ...]
    """Requirements on requests that no made request breaks alone."""
    probe: Probe | None = None
    """What the wire checks add; its accepted cases stand in ``accepts``, its carriers in ``rejects`` and ``opens``."""

    @property
    def own(self) -> tuple[Case, ...]:
        """The requests of the wire checks' own."""
        return () if self.probe is None else self.probe.own

    @property
    def cases(self) -> tuple[Case, ...]:
        """All cases in the order in which they are sent."""
        return (self.baseline, *self.own, *self.rejects, *self.accepts, *self.opens)

    def requests(self, repeat: int = 1) -> int:
        """How many requests are sent when each is sent ``repeat`` times; those of the wire checks' own go out once."""
        return len(self.own) + (len(self.cases) - len(self.own)) * repeat

    @property
    def images(self) -> int:
        """How many pictures are paid for when the endpoint keeps to the document."""
        return sum(case.images for case in self.cases if case.expect != "refused")


def pictures_of(fields: Json) -> int:
    """How many pictures a request asks for; one where it says nothing that can be counted."""
    count = fields.get("n", 1) if isinstance(fields, dict) else 1
    return count if type(count) is int and 1 <= count <= MOST_PICTURES else 1


def make_plan(subject: Subject, *, only: Iterable[str] = (), skip: Iterable[str] = (), observed: bool = False) -> Plan:
    """The fixed cases for ``subject``; ``only`` and ``skip`` choose requirements by prefix."""
    return _made_plan(subject, tuple(only), tuple(skip), observed)


def make_plans(
    subjects: Iterable[Subject], *, only: Iterable[str] = (), skip: Iterable[str] = (), observed: bool = False
) -> list[Plan]:
    """The plans of a run over ``subjects``, wire checks included."""
    subjects = tuple(subjects)
    several = len({subject.operation.name for subject in subjects}) > 1
    seen: set[str] = set()
    plans = []
    for subject in subjects:
        plan = make_plan(subject, only=only, skip=skip, observed=observed)
        first = subject.operation.name not in seen
        seen.add(subject.operation.name)
        whole = make_plan(subject, observed=observed)
        compared = subject.operation.name == "generations" and several and are_compared(only, skip)
        probe = probe_of(plan, whole, only, skip, first=first, compared=compared)
        rejects = plan.rejects or tuple(case for case in probe.carriers if case.expect == "refused")
        opens = plan.opens or tuple(case for case in probe.carriers if case.expect != "refused")
        plans.append(replace(plan, rejects=rejects, accepts=probe.accepts, opens=opens, probe=probe))
    return plans


@lru_cache(maxsize=64)
def _made_plan(subject: Subject, only: tuple[str, ...], skip: tuple[str, ...], observed: bool) -> Plan:
    trial = Trial(subject, only, skip, observed=observed)
    maker = _Maker(trial)
    accepts = accepted_bodies(trial)
    # What breaks a chosen requirement may need parameters that are not on trial.
    bases = accepted_bodies(Trial(subject, observed=observed)) if trial.is_narrowed else accepts
    rejects, opens, without = maker.breaks([baseline_body(subject), *(body for body, _ in bases)])
    return Plan(
        subject,
        maker.case(
            "baseline", "", baseline_body(subject), "accepted", maker.baseline_targets(), why="simplest request"
        ),
        rejects,
        tuple(
            maker.case("accept", str(index), body, "accepted", maker.permissions(names), why=", ".join(names))
            for index, (body, names) in enumerate(accepts, 1)
            if maker.permissions(names) or trial.judges_answers
        ),
        opens,
        without,
    )


def _promised(facts: Requirement) -> bool:
    """Whether the document says what happens to a request that is no error."""
    return facts.outcome in ("NOOP", "COERCE")


def _most_cases(facts: Requirement) -> int:
    """How many requests of a plan break a requirement."""
    return PER_CONSTRAINT * 2 if facts.severity == "error" else PER_CONSTRAINT if _promised(facts) else 1


class _Maker:
    """Makes the cases of one subject, each with an id of its own."""

    def __init__(self, trial: Trial) -> None:
        self.trial = trial
        self.subject = trial.subject
        self.operation = trial.operation
        self.used: set[str] = set()

    def case(
        self,
        kind: Kind,
        name: str,
        body: Json,
        expect: Expectation,
        targets: tuple[str, ...],
        **facts: Any,
    ) -> Case:
        identifier = "/".join(part for part in (self.operation.name, self.subject.name, kind, name) if part)
        number = 2
        while identifier in self.used:
            identifier = f"{identifier.rpartition('#')[0] or identifier}#{number}"
            number += 1
        self.used.add(identifier)
        fields, files = split_files(body)
        images = facts.pop("images", None)
        if images is None:
            images = pictures_of(fields)
        fields = self.subject.fields(fields) if isinstance(fields, dict) else {}
        return Case(
            identifier,
            kind,
            self.operation.name,
            self.subject.name,
            fields,
            expect,
            targets,
            files=files,
            images=images,
            **facts,
        )

    def baseline_targets(self) -> tuple[str, ...]:
        names = [name for name in dict(self.subject.base) if name == self.operation.model_parameter]
        return self.permissions(names)

    def permissions(self, names: Iterable[str]) -> tuple[str, ...]:
        root = self.operation.permission
        ids = [self.operation.permissions.get(name) for name in names] + [root]
        return tuple(dict.fromkeys(found for found in ids if found and self.trial.wanted(found)))

    def breaks(self, bases: list[Body]) -> tuple[tuple[Case, ...], tuple[Case, ...], tuple[str, ...]]:
        """Cases for requirements on requests: those to refuse, those left open, and the ids that got none."""
        rejects: list[Case] = []
        opens: list[Case] = []
        expected = [
            name
            for name in dict.fromkeys(requirement_ids(self.trial.schema, self.operation.requirements))
            if self.operation.requirements[name].on == "request" and self.trial.wanted(name)
        ]
        reached: dict[str, int] = {}

        def enough(requirement: str) -> bool:
            return reached.get(requirement, 0) >= _most_cases(self.operation.requirements[requirement])

        for requirement, attempt in broken_requests(self.trial, bases, enough):
            facts = self.operation.requirements[requirement]
            if enough(requirement) or not (requirement in expected or self.carries(facts, len(rejects), reached)):
                continue
            reached[requirement] = reached.get(requirement, 0) + 1
            flaw = requirement.rpartition("/")[2]
            kind, expect = self.expectation(facts)
            case = self.case(
                kind,
                f"{flaw}/{attempt.label}" if attempt.label else flaw,
                attempt.body,
                expect,
                (requirement, *self.permission_beside(facts)),
                raw=attempt.raw,
                content_type=attempt.content_type,
                parameter=self.blamed(attempt, requirement),
                status=400 if facts.outcome == "R400" else None,
                why=facts.says,
            )
            (rejects if expect == "refused" else opens).append(case)
        return tuple(rejects), tuple(opens), tuple(name for name in expected if name not in reached)

    def carries(self, facts: Requirement, count: int, reached: dict[str, int]) -> bool:
        """Whether a request that breaks nothing chosen shows a chosen requirement on what comes back."""
        if _promised(facts):
            return bool(self.permission_beside(facts)) or (self.trial.judges_answers and facts.id not in reached)
        if facts.severity != "error":
            return False
        promised = facts.outcome == "R400" and facts.id not in reached
        if promised and self.trial.judges_answers:
            return True
        return self.trial.judges_refusals and (promised or count < CARRIERS)

    def permission_beside(self, facts: Requirement) -> tuple[str, ...]:
        """A value without effect, or one that is replaced, is accepted all the same: its permission is on trial too."""
        permission = self.operation.permissions.get(facts.parameter)
        wanted = _promised(facts) and permission is not None and self.trial.wanted(permission)
        return (str(permission),) if wanted else ()

    def blamed(self, attempt: Attempt, requirement: str) -> str | None:
        """The parameter that a refusal should name: that of the finding, which need not be the one that was changed."""
        if attempt.raw is not None:
            return attempt.parameter
        findings = self.trial.findings(attempt.body)
        return next((found.parameter for found in findings if found.requirement == requirement), attempt.parameter)

    def expectation(self, facts: Requirement) -> tuple[Kind, Expectation]:
        if facts.account is not None:
            known = dict(self.subject.account).get(facts.account)
            return (
                ("open", "either") if known is None else ("reject", "refused") if not known else ("accept", "accepted")
            )
        if _promised(facts):
            return "no-effect", "accepted"
        must_be_refused = facts.severity == "error" and facts.outcome != "UNSTATED"
        return ("reject", "refused") if must_be_refused else ("open", "either")


def alone(subject: Subject, case: Case) -> list[Case]:
    """The parameters of a refused combined case one by one, each with as little beside it as it needs."""
    out = []
    trial = Trial(subject)
    maker = _Maker(trial)
    base = baseline_body(subject)
    whole = whole_body(case)
    for name, permission in subject.operation.permissions.items():
        if permission not in case.targets or name not in case.body or case.body[name] == base.get(name):
            continue
        body = {**base, name: case.body[name]}
        for other, value in whole.items():
            if not trial.flaws(body):
                break
            if other not in body and len(trial.flaws({**body, other: value})) < len(trial.flaws(body)):
                body[other] = value
        if not trial.flaws(body) and body != whole:
            made = maker.case("accept", f"alone/{name}={label_of(case.body[name])}", body, "accepted", (permission,))
            out.append(replace(made, why=f"{name} alone, because {case.id} was refused"))
    return out
