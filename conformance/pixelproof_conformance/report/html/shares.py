"""How the results of a run divide into outcomes: the parts of its bar."""

from dataclasses import dataclass

from pixelproof_conformance.report import words
from pixelproof_conformance.report.html.waivers import MEANING, WAIVED
from pixelproof_conformance.reported import Report


@dataclass(frozen=True, slots=True)
class Share:
    """How many results have an outcome, and where its part of the bar lies, in percent."""

    outcome: str
    number: int
    meaning: str
    left: str
    width: str


def shares_of(report: Report) -> list[Share]:
    """The parts of the bar, in the order of the outcomes."""
    totals, every = report.totals(), max(1, len(report.results))
    waived = report.waived_results
    parts = [(str(one), totals[one], words.OUTCOME_WORDS[one].meaning) for one in words.outcomes_seen(report)]
    if waived:
        parts = [(name, number - waived if name == "fail" else number, meaning) for name, number, meaning in parts]
        parts.insert(1, (WAIVED, waived, MEANING))
    shares = []
    start = 0.0
    for outcome, number, meaning in parts:
        width = 100 * number / every
        shares.append(Share(outcome, number, meaning, f"{start:.3f}", f"{width:.3f}"))
        start += width
    return shares
