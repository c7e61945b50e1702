"""Wire checks of recorded traffic: whether the events of a stream were sent as they were made."""

from functools import cache

from pixelproof import Dialect, Finding, Operation, Requirement
from pixelproof._wire_table import WireCheck, wire_checks

from pixelproof_conformance.traffic.recorded import Timing
from pixelproof_conformance.wire_checks.streams import AT_ONCE, EXPECTED, collected, told


@cache
def _checks() -> dict[str, WireCheck]:
    return {check.id: check for check in wire_checks()}


def facts_of(dialect: Dialect, operation: str, requirement: str) -> Requirement:
    """The requirement of a dialect, or the wire check, that has this id."""
    found = dialect.requirements.get(requirement)
    return found or _checks()[requirement].requirement(dialect.operation(operation))


class Arrival:
    """Judges when the events of streams came, for one dialect."""

    def __init__(self, dialect: Dialect) -> None:
        self._about = dialect.about
        self._applies: dict[str, bool] = {}

    def finding(self, operation: Operation, events: int, timing: Timing | None) -> tuple[bool, Finding | None]:
        """Whether a stream of so many events put it to the test, and what is wrong with it."""
        applies = self._applies.get(operation.name)
        if applies is None:
            applies = self._applies[operation.name] = _checks()[AT_ONCE].applies_to(operation, self._about)
        if timing is None or events < 2 or not applies:
            return False, None
        first = timing.arrivals[0] if timing.arrivals else timing.seconds
        how = collected(first, timing.seconds, length_known=timing.length_known)
        if how is None:
            return True, None
        facts = _checks()[AT_ONCE].requirement(operation)
        text = told(events, how)
        return True, Finding(
            AT_ONCE, facts.severity, facts.outcome, "", None, text, EXPECTED, None, facts.source, facts.hint
        )
