"""Seeded faults: the reference gateway with one thing broken, so that a suite can prove that it sees it.

Most faults are made from the declarations of a dialect, one for each requirement, and have its id as their name. Their
kinds: ``not-enforced`` (a wrong request is accepted), ``refused`` (a documented value is refused), ``mishandled`` (an
open question is answered badly), ``not-kept`` (an answer, stream or refusal breaks the requirement). Faults of the kind
``behaviour`` are written by hand.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache

from pixelproof import Dialect, Requirement, UsageError, load_dialect

from pixelproof_conformance.gateway.calls import Call
from pixelproof_conformance.gateway.faults.deviation import Deviation
from pixelproof_conformance.gateway.faults.extras import EXTRAS
from pixelproof_conformance.gateway.faults.not_kept import NotKept
from pixelproof_conformance.gateway.faults.on_requests import Mishandled, NotEnforced, PairRefused, ValueRefused
from pixelproof_conformance.gateway.faults.places import SECTIONS, declared
from pixelproof_conformance.gateway.faults.rules import breaker_of
from pixelproof_conformance.gateway.faults.wire import MAKERS, checks_of
from pixelproof_conformance.gateway.faults.wire.deviation import WireDeviation


@dataclass(frozen=True, slots=True)
class Fault:
    """One seeded fault: its name, the requirements that it breaks, what it does in a sentence, and its kind.

    One of the kind ``wire`` acts at the door of the gateway, and breaks a wire check.
    """

    name: str
    requirements: tuple[str, ...]
    says: str
    kind: str
    deviation: Deviation = field(default_factory=Deviation, repr=False, compare=False)
    wire: WireDeviation | None = field(default=None, repr=False, compare=False)

    def concerns(self, call: Call) -> bool:
        """Whether the fault is one of the operation that is called."""
        prefix = f"{call.operation.dialect}/{call.operation.name}/"
        return any(requirement.startswith(prefix) for requirement in self.requirements)


def faults_of(dialect: str | Dialect) -> tuple[Fault, ...]:
    """Every fault of a dialect, in the order of its document; those written by hand come last.

    A requirement that cannot be checked has none, and neither has one whose only rule nobody has said how to break.
    """
    loaded = load_dialect(dialect) if isinstance(dialect, str) else dialect
    return _faults_of(loaded)


def find_faults(names: Sequence[str], dialects: Sequence[str | Dialect]) -> tuple[Fault, ...]:
    """The faults called ``names`` among those of ``dialects``; the last part of a requirement's id is enough.

    Raises :class:`UsageError` with the closest names for one that is not known.
    """
    known = [fault for dialect in dialects for fault in (*faults_of(dialect), *wire_faults_of(dialect))]
    found: list[Fault] = []
    for name in names:
        same = [fault for fault in known if name in (fault.name, fault.name.rpartition("/")[2])]
        if not same:
            raise UsageError(f"unknown fault {name!r}; {_closest(name, [fault.name for fault in known])}")
        found += same
    return tuple(dict.fromkeys(found))


def wire_faults_of(dialect: str | Dialect) -> tuple[Fault, ...]:
    """A fault for every wire check that holds for a dialect, under its id."""
    loaded = load_dialect(dialect) if isinstance(dialect, str) else dialect
    return tuple(
        Fault(check.id, (check.id,), f"This is not kept: {check.says}", "wire", wire=MAKERS[check.id](loaded))
        for check in checks_of(loaded)
    )


@cache
def _faults_of(dialect: Dialect) -> tuple[Fault, ...]:
    derived = [fault for requirement in dialect.requirements.values() for fault in _derived(dialect, requirement)]
    by_hand = [
        Fault(extra.name, requirements, extra.says, "behaviour", extra.deviation())
        for extra in EXTRAS
        if (requirements := tuple(extra.requirements(dialect)))
    ]
    return (*derived, *by_hand)


def _derived(dialect: Dialect, requirement: Requirement) -> Iterator[Fault]:
    """The fault that the declaration of one requirement gives."""
    if not requirement.checkable:
        return
    operation = dialect.operation(requirement.operation)
    name, says = requirement.id, requirement.says

    def fault(kind: str, deviation: Deviation, words: str) -> Fault:
        return Fault(name, (name,), f"{words}: {says}", kind, deviation)

    parameters = [parameter for parameter, permission in operation.permissions.items() if permission == name]
    if name == operation.permission:
        yield fault("refused", PairRefused(), "A valid request with two optional parameters is refused")
    elif parameters:
        yield fault("refused", ValueRefused(dialect, operation, str(parameters[0])), "A documented value is refused")
    elif requirement.on == "request" and requirement.severity == "error" and requirement.outcome != "UNSTATED":
        yield fault("not-enforced", NotEnforced(name), "A request that breaks this is accepted")
    elif requirement.on == "request":
        promised = requirement.outcome in ("NOOP", "COERCE")
        words = "A request with this is refused" if promised else "A request with this gets an empty answer"
        yield fault("mishandled", Mishandled(requirement), words)
    elif _can_be_broken(dialect, requirement):
        yield fault("not-kept", NotKept(name), "This is not kept")


def _can_be_broken(dialect: Dialect, requirement: Requirement) -> bool:
    operation = dialect.operation(requirement.operation)
    found = [declared(kind, section, requirement.id) for kind in operation.classes for section in SECTIONS]
    return any(one.places or any(breaker_of(rule) for rule, _ in one.rules) for one in found)


def _closest(name: str, known: Sequence[str]) -> str:
    from difflib import get_close_matches

    short = {fault.rpartition("/")[2]: fault for fault in known}
    close = get_close_matches(name.rpartition("/")[2], short, n=3, cutoff=0.4)
    listing = "--list-faults shows all of them"
    return f"do you mean {' or '.join(short[one] for one in close)}? {listing}" if close else listing
