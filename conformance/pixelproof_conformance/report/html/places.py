"""Where things stand in the page: the ids that links lead to."""

import hashlib
import re

from pixelproof_conformance.reported import Failure, Report, Result

_PLAIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9/._~-]{0,199}")
BROKEN = ("fail", "warn")


def new_place(requirement: str, part: str, taken: set[str]) -> str:
    """The place of a requirement: its id, or another name where that is taken by another ``part`` of the page."""
    name = requirement if _PLAIN.fullmatch(requirement) else f"requirement-{_digest(part, requirement)}"
    if name in taken:
        name = f"{name}~{part}" if _PLAIN.fullmatch(part) else f"{name}~{_digest(part, requirement)}"
    taken.add(name)
    return name


class Places:
    """The places of one report. A requirement that is broken has its place at its finding, any other in the matrix."""

    def __init__(self, report: Report) -> None:
        self._names: dict[tuple[str, str], str] = {}
        taken: set[str] = set()
        for result in report.results:
            key = (result.operation, result.requirement)
            if key in self._names:
                continue
            self._names[key] = new_place(result.requirement, result.operation, taken)
        self._broken = {(result.operation, result.requirement) for result in report.results if flaws_of(result)}

    def requirement(self, result: Result) -> str:
        """Where the most is said about a requirement."""
        return self._names[result.operation, result.requirement]

    def row(self, result: Result) -> str:
        """Its row in the matrix."""
        name = self.requirement(result)
        return f"row-{name}" if (result.operation, result.requirement) in self._broken else name


def flaws_of(result: Result) -> list[Failure]:
    """The failures of a result that are shown as such."""
    return [failure for failure in result.failures if failure.outcome in BROKEN]


def flaw_place(failure: Failure) -> str:
    """The place of one failure; letters and digits only, whatever the identity holds."""
    return f"flaw-{_digest(failure.outcome, failure.identity)}"


def _digest(*parts: str) -> str:
    return hashlib.sha256("\n".join(parts).encode("utf-8", "replace")).hexdigest()[:16]
