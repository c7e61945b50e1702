"""Waivers: failures that are known and accepted for now, read from a file and applied to a report.

A waiver hides nothing: the failure stays in every form of the report, with the reason beside it. It only no longer
counts for the exit status. What is wrong with the waivers themselves (expired, fits nothing, no longer needed, no
reason yet) is told in the notes of the report.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path

from pixelproof import UsageError
from pixelproof._errors import DialectError
from pixelproof._meta import read_checked

from pixelproof_conformance.model import Outcome
from pixelproof_conformance.report import words
from pixelproof_conformance.reported import Failure, Report, Result, Waived, WaiverState, WaiverUse

FILE = "pixelproof-waivers.yaml"
UNEXPLAINED = "to be explained"
"""The reason of a waiver that nobody has given a reason yet."""

NOTICES: tuple[WaiverState, ...] = ("expired", "unused", "not-needed")


@dataclass(frozen=True, slots=True)
class Waiver:
    """One entry of the file; what is ``None`` holds for all. ``place`` is FILE:LINE."""

    requirement: str
    waived: Waived
    operation: str | None = None
    model: str | None = None
    parameter: str | None = None
    place: str = ""

    def fits(self, result: Result) -> bool:
        """Whether ``result`` is one that it is for, whatever its outcome."""
        return (
            self._fits_requirement(result.requirement)
            and self.operation in (None, result.operation)
            and self.model in (None, result.model)
        )

    def fits_failure(self, result: Result, failure: Failure) -> bool:
        """Whether it is for this failure of ``result``; an index is ``[]`` or its number, none is ``-``."""
        place = failure.identity.rpartition(" ")[2]
        return self.fits(result) and self.parameter in (None, failure.parameter, place)

    def has_expired(self, today: date) -> bool:
        """Whether its last day has passed."""
        return self.waived.expires is not None and date.fromisoformat(self.waived.expires) < today

    def _fits_requirement(self, name: str) -> bool:
        if self.requirement.endswith(("*", "/")):
            return name.startswith(self.requirement.removesuffix("*"))
        return name == self.requirement


def today_in_utc() -> date:
    """The date by which waivers expire."""
    return datetime.now(UTC).date()


def read_waivers(path: Path) -> tuple[Waiver, ...]:
    """The waivers of a file. Raises :class:`UsageError` with file, line, value and what to do."""
    try:
        value, lines = read_checked(path, "waivers", dates=True)
    except DialectError as error:
        raise UsageError(str(error)) from None
    found = []
    for index, entry in enumerate(value["waivers"] or ()):
        place = f"{path}:{lines.of(('waivers', index))}"
        expires = entry.get("expires")
        try:
            date.fromisoformat(expires or "2000-01-01")
        except ValueError:
            where = f"{path}:{lines.of(('waivers', index, 'expires'))}"
            raise UsageError(f"{where}: expires is {expires!r}, a day that is in no calendar; mend the date") from None
        waived = Waived(entry["reason"].strip(), entry.get("link"), expires)
        parts = {name: entry.get(name) for name in ("operation", "model", "parameter")}
        found.append(Waiver(entry["requirement"], waived, **parts, place=place))
    return tuple(found)


def apply_waivers(report: Report, waivers: Sequence[Waiver], today: date) -> Report:
    """The report with the waived failures marked, what became of each waiver, and a note for each that needs a hand."""
    valid = [waiver for waiver in waivers if not waiver.has_expired(today)]
    results = tuple(_marked(result, valid) for result in report.results)
    uses = tuple(_use(waiver, report, today) for waiver in waivers)
    return replace(report, results=results, waivers=uses, notes=(*report.notes, *notices(uses)))


def notices(uses: Iterable[WaiverUse]) -> list[str]:
    """A line for each waiver that needs a hand: expired, fitting nothing, no longer needed, or without a reason."""
    return [text for use in uses if (text := _notice(use))]


def _notice(use: WaiverUse) -> str:
    name = f"The waiver of {' '.join(filter(None, (use.requirement, use.operation, use.model, use.parameter)))}"
    if use.state == "expired":
        counts = f" and no longer waives {words.counted(use.failures, 'failure')}" if use.failures else ""
        return f"{name} ({use.place}) expired on {use.waived.expires}{counts}. Renew it or take it out."
    if use.state == "unused":
        return f"{name} ({use.place}) fits no requirement of this run. Mend it or take it out."
    if use.state == "not-needed":
        return f"{name} ({use.place}) is not needed any more: what it waives was not seen. Take it out."
    if use.state == "used" and use.waived.reason == UNEXPLAINED:
        return f"{name} ({use.place}) has no reason yet. Write why the failure is accepted."
    return ""


def _marked(result: Result, waivers: Sequence[Waiver]) -> Result:
    failures = tuple(
        replace(failure, waived=next((one.waived for one in waivers if one.fits_failure(result, failure)), None))
        for failure in result.failures
    )
    return replace(result, failures=failures, waived=waived_as_a_whole(result.outcome, failures))


def waived_as_a_whole(outcome: Outcome, failures: Sequence[Failure]) -> Waived | None:
    """What waives a result of this outcome: each of the failures that make it one has to be waived."""
    counted = [failure for failure in failures if failure.outcome == outcome]
    return counted[0].waived if counted and all(failure.waived for failure in counted) else None


def _use(waiver: Waiver, report: Report, today: date) -> WaiverUse:
    hits = sum(waiver.fits_failure(result, failure) for result in report.results for failure in result.failures)
    return WaiverUse(
        place=waiver.place,
        requirement=waiver.requirement,
        operation=waiver.operation,
        model=waiver.model,
        parameter=waiver.parameter,
        waived=waiver.waived,
        state=_state(waiver, report, hits, today),
        failures=hits,
    )


def _state(waiver: Waiver, report: Report, hits: int, today: date) -> WaiverState:
    family, slash, _ = waiver.requirement.partition("/")
    if slash and family not in {report.dialect, *(result.requirement.partition("/")[0] for result in report.results)}:
        return "elsewhere"
    if waiver.has_expired(today):
        return "expired"
    if hits:
        return "used"
    operations = {result.operation for result in report.results}
    if waiver.model not in (None, *words.models(report)) or waiver.operation not in (None, *operations):
        return "elsewhere"
    outcomes = {result.outcome for result in report.results if waiver.fits(result)}
    if not outcomes:
        return "unused"
    return "not-judged" if outcomes & set(words.UNJUDGED) else "not-needed"
