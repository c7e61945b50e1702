"""What is broken and accepted for now, and what became of each waiver; empty in reports without waivers."""

from dataclasses import dataclass

from pixelproof_conformance.report import words
from pixelproof_conformance.report.escaping import one_line
from pixelproof_conformance.reported import Failure, Report, Result, WaiverState

WAIVED = "waived"
MEANING = "Broken, and accepted for now by a waiver."
_STATES: dict[WaiverState, str] = {
    "used": "in use",
    "expired": "expired: what it waived counts again",
    "unused": "unused: it fits no requirement",
    "not-needed": "not needed any more: all that it fits passed",
    "not-judged": "what it fits was not judged",
    "elsewhere": "for another run",
}


@dataclass(frozen=True, slots=True)
class Use:
    """One waiver and what became of it."""

    place: str
    about: str
    state: str
    failures: int
    why: str


def why_waived(broken: Failure | Result) -> str:
    """The reason, how long it holds and where it is talked about; empty for what nothing waives."""
    return words.why_waived(broken.waived) if broken.waived else ""


def outcome_shown(broken: Failure | Result) -> str:
    """The outcome, or ``waived``."""
    return WAIVED if broken.waived else broken.outcome


def uses_of(report: Report) -> list[Use]:
    """Every waiver of the run, those first that somebody has to look at."""
    uses = []
    for entry in sorted(report.waivers, key=lambda entry: entry.state in ("used", "elsewhere")):
        parts = (entry.requirement, entry.operation, entry.model, entry.parameter)
        about = " ".join(one_line(part) for part in parts if part)
        why = words.why_waived(entry.waived)
        uses.append(Use(one_line(entry.place), about, _STATES[entry.state], entry.failures, why))
    return uses
