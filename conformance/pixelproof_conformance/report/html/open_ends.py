"""What the run leaves open: results that were not judged, each with the reason."""

from dataclasses import dataclass

from pixelproof_conformance.model import Outcome
from pixelproof_conformance.report import words
from pixelproof_conformance.report.escaping import one_line
from pixelproof_conformance.report.html.findings import short_name
from pixelproof_conformance.report.html.places import Places
from pixelproof_conformance.reported import Report, Result


@dataclass(frozen=True, slots=True)
class OpenRequirement:
    """A requirement that was not judged, and for which models."""

    place: str
    name: str
    models: str


@dataclass(frozen=True, slots=True)
class Reason:
    """Why results were not judged, and which."""

    outcome: Outcome
    text: str
    number: int
    requirements: tuple[OpenRequirement, ...]


def not_judged(report: Report, places: Places) -> list[Reason]:
    """The reasons, the most frequent of each outcome first."""
    members: dict[tuple[Outcome, str], dict[str, list[Result]]] = {}
    for result in report.results:
        if result.outcome in words.UNJUDGED:
            text = result.note or words.OUTCOME_WORDS[result.outcome].meaning
            members.setdefault((result.outcome, text), {}).setdefault(places.row(result), []).append(result)
    return [
        Reason(outcome, one_line(text, 1000), number, tuple(map(_open, members[outcome, text].items())))
        for outcome, text, number in words.reasons(report)
    ]


def _open(entry: tuple[str, list[Result]]) -> OpenRequirement:
    place, results = entry
    name = short_name(one_line(results[0].requirement))
    return OpenRequirement(place, name, ", ".join(one_line(result.model) for result in results))
