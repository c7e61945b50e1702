"""The wire checks in a run: which are chosen, what they add to a plan, and what its exchanges say about them."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from importlib import import_module
from typing import TYPE_CHECKING, cast

from pixelproof import Requirement
from pixelproof._wire_table import WireCheck, wire_checks

from pixelproof_conformance.model import Case, Observation, Record
from pixelproof_conformance.subject import Subject
from pixelproof_conformance.trial import selected
from pixelproof_conformance.wire_checks import order, shapes, values
from pixelproof_conformance.wire_checks.addresses import fetches
from pixelproof_conformance.wire_checks.ground import (
    AGAINS,
    Exchange,
    Family,
    Ground,
    broke_down,
    compared_with,
    spoilt,
)
from pixelproof_conformance.wire_checks.presence import Presence

if TYPE_CHECKING:
    from pixelproof_conformance.plan import Plan

Sent = Mapping[str, tuple[Case, Record]]

BESIDE = "beside"
"""Where a check is seen that compares an operation with generations, request by request."""

MOST_ASKED_AGAIN = 5
"""How many ordinary wrong requests of a model are sent again because of a server error."""


@dataclass(frozen=True, slots=True)
class Probe:
    """What the wire checks add to the plan of one subject.

    ``pairs`` are requests of their own with the ordinary one that is sent after each. ``accepts`` are the accepted
    cases of the plan, some of them in a form on trial; ``plain`` holds the usual form of those, by id. ``carriers``
    are ordinary requests, refused or left open, that a narrowed plan lacks and that the checks look at.
    """

    ground: Ground
    pairs: tuple[tuple[Case, Case], ...] = ()
    accepts: tuple[Case, ...] = ()
    plain: tuple[tuple[str, Case], ...] = ()
    carriers: tuple[Case, ...] = ()

    @property
    def own(self) -> tuple[Case, ...]:
        """The requests that no other part of the run makes, in the order of sending."""
        return tuple(case for pair in self.pairs for case in pair if case.kind == "wire")

    def again(self, sent: Sent, end: str) -> list[Case]:
        """The requests over which the endpoint broke down each time so far, to see whether it always does.

        ``end`` says which time it is. All of the checks' own and those in a form on trial; of the ordinary wrong ones
        a few are enough.
        """
        subject = self.ground.subject
        before = AGAINS[: AGAINS.index(end)]
        broken = [
            (case, record)
            for case, record in list(sent.values())
            if broke_down(record) and case.operation == subject.operation.name and case.model == subject.name
            if not case.id.endswith(AGAINS) and case.id + end not in sent
            if all(case.id + past in sent and broke_down(sent[case.id + past][1]) for past in before)
        ]
        own = [case for case, _ in broken if case.kind == "wire"]
        # Without a whole answer a request may have been paid for; a server error is one.
        answered = [case for case, record in broken if case.kind != "wire" and record.failure is None]
        own += [case for case in answered if shapes.forms_of(case)]
        ordinary = [case for case in answered if case.expect != "accepted"]
        wanted = [*own, *(ordinary[:MOST_ASKED_AGAIN] if self.ground.wants(values.SERVER_ERROR) else ())]
        return [replace(case, id=case.id + end) for case in wanted]

    def usual_forms(self, sent: Sent) -> list[Case]:
        """The usual form of every accepted case that was not accepted in the form on trial.

        Of a case that was sent in several forms at once, each of them alone comes, too.
        """
        failed = [case for case in self.plain if case[0] in sent and not Exchange(*sent[case[0]]).accepted]
        return [case for name, plain in failed for case in (plain, *shapes.one_by_one(sent[name][0], plain))]

    def fetches(self, sent: Sent) -> list[Case]:
        """The pictures to fetch, by the addresses that came."""
        return list(fetches(self.ground, _exchanges(self.ground.subject, sent)))

    @property
    def requirements(self) -> tuple[Requirement, ...]:
        """The chosen checks as results list them."""
        return tuple(check.requirement(self.ground.subject.operation) for check in self.ground.checks.values())


def chosen_checks(
    subject: Subject, only: Iterable[str] = (), skip: Iterable[str] = (), *, first: bool = True
) -> dict[str, WireCheck]:
    """The checks for a subject; those that do not depend on the model are for the ``first`` one of an operation."""
    only, skip = tuple(only), tuple(skip)
    return {
        check.id: check
        for check in wire_checks()
        if check.applies_to(subject.operation, subject.dialect.about)
        and check.suits(subject.schema.get("properties", {}))
        and (not check.compares or compared_with(subject) is not None)
        and (first or check.per == "model")
        and selected(check.id, only, skip)
    }


def probe_of(
    plan: "Plan",
    whole: "Plan",
    only: Iterable[str] = (),
    skip: Iterable[str] = (),
    *,
    first: bool = True,
    compared: bool = False,
) -> Probe:
    """What the chosen checks add to ``plan``; ``whole``, with nothing left out, lends what they need.

    ``compared`` says that checks of another operation look at the requests of this one.
    """
    ground = Ground(plan.subject, chosen_checks(plan.subject, only, skip, first=first))
    needs = {check.seen_in for check in ground.checks.values()} | ({BESIDE} if compared else set())
    # Where nothing is known that has to be refused, nothing is free.
    makers = [] if spoilt(plan.subject) is None else families(ground)
    own = [case for family in makers for case in family.cases(ground)]
    accepts = plan.accepts or (whole.accepts if needs & {"accepted", "answers", "streams", BESIDE} else ())
    dressed = shapes.dressed(ground, accepts)
    usual = {case.id: case for case in accepts}
    carriers = () if plan.rejects or not needs & {"refusals", BESIDE} else whole.rejects
    carriers += () if plan.opens or BESIDE not in needs else whole.opens
    ordinary = [case for case in plan.rejects or carriers if case.raw is None and case.expect == "refused"]
    followers = _followers(ground, ordinary, len(own))
    return Probe(
        ground,
        tuple(zip(own, followers, strict=True)),
        dressed,
        tuple((case.id, shapes.plain(case, usual[case.id])) for case in dressed if case is not usual[case.id]),
        carriers,
    )


def _followers(ground: Ground, ordinary: Sequence[Case], count: int) -> Iterator[Case]:
    for number in range(count):
        yield ordinary[number] if number < len(ordinary) else order.follower(ground, number + 1)


def families(ground: Ground) -> list[Family]:
    """The modules of the chosen checks, in the order of the table."""
    names = dict.fromkeys(check.family for check in ground.checks.values())
    return [cast("Family", import_module(f"pixelproof_conformance.wire_checks.{name}")) for name in names]


def judge_wire(probe: Probe, sent: Sent, presence: Presence | None = None) -> list[Observation]:
    """What the exchanges of the run say about the chosen checks of a subject; ``presence`` is that of all of them."""
    ground = probe.ground
    beside = _exchanges(ground.subject, sent, operation="generations") if _compares(ground) else []
    followed = {follower.id: case.id for case, follower in probe.pairs}
    ground = Ground(ground.subject, ground.checks, tuple(beside), followed)
    exchanges = _exchanges(ground.subject, sent, presence=presence)
    return [observation for family in families(ground) for observation in family.judge(ground, exchanges)]


def are_compared(only: Iterable[str] = (), skip: Iterable[str] = ()) -> bool:
    """Whether a chosen check compares the requests of an operation with those to generations."""
    only, skip = tuple(only), tuple(skip)
    return any(check.seen_in == BESIDE and selected(check.id, only, skip) for check in wire_checks())


def _compares(ground: Ground) -> bool:
    return ground.subject.operation.name != "generations"


def _exchanges(
    subject: Subject, sent: Sent, *, operation: str = "", presence: Presence | None = None
) -> list[Exchange]:
    name = operation or subject.operation.name
    return [
        Exchange(case, record, [sent[case.id + end][1] for end in AGAINS if case.id + end in sent], presence)
        for case, record in list(sent.values())
        if case.operation == name and case.model == subject.name
    ]
