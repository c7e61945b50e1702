"""What is broken, requirement by requirement, with all that is needed to see each flaw again."""

import re
import shlex
from collections.abc import Sequence
from dataclasses import dataclass

from pixelproof_conformance.report import words
from pixelproof_conformance.report.escaping import compact, one_line
from pixelproof_conformance.report.html.causes import CAUSES, REFUSED, Cause, cause_of
from pixelproof_conformance.report.html.exchanges import Shown, described, exchange_of
from pixelproof_conformance.report.html.places import BROKEN, Places, flaw_place, flaws_of
from pixelproof_conformance.report.html.room import Room
from pixelproof_conformance.report.html.waivers import WAIVED, outcome_shown, why_waived
from pixelproof_conformance.reported import Failure, Guidance, Report, Result

MOST_RELATED = 8
ORDER = (*BROKEN, WAIVED)
_BASE64 = re.compile(r"(?:data:[\w/+.-]+;base64,)?[A-Za-z0-9+/]{60}")


@dataclass(frozen=True, slots=True)
class Link:
    """A name and the place in the page to which it leads."""

    name: str
    place: str
    outcome: str = ""


@dataclass(frozen=True, slots=True)
class Flaw:
    """One failure of a requirement, for one model and parameter."""

    place: str
    outcome: str
    model: str
    parameter: str
    seen: int
    happened: str
    expected: str
    actual: str
    hint: str
    waived: str
    case: str
    identity: str
    exchange: Shown


@dataclass(frozen=True, slots=True)
class Finding:
    """A broken requirement of one operation with its flaws."""

    place: str
    row: str
    cause: Cause
    outcome: str
    name: str
    requirement: str
    operation: str
    says: str
    document: str
    section: str
    word: str
    severity: str
    models: tuple[str, ...]
    named_models: str
    again: str
    flaws: tuple[Flaw, ...]
    why: tuple[str, ...]
    keep: tuple[str, ...]
    related: tuple[Link, ...]


@dataclass(frozen=True, slots=True)
class Group:
    """Findings with one likely cause; ``place`` is where they begin in the page."""

    place: str
    cause: Cause
    findings: tuple[Finding, ...]


def findings_of(report: Report, places: Places) -> list[Finding]:
    """All broken requirements, failures before warnings before what is waived, each in the order of the document."""
    groups: dict[tuple[str, str], list[Result]] = {}
    for result in report.results:
        if flaws_of(result):
            groups.setdefault((result.operation, result.requirement), []).append(result)
    room = Room()
    ordered = sorted(groups.values(), key=lambda results: ORDER.index(_worst(results)))
    return [_finding(results, report, places, room) for results in ordered]


def groups_of(section: str, findings: list[Finding]) -> list[Group]:
    """The findings by their cause; ``section`` is the part of the page that they stand in."""
    members = {cause: tuple(finding for finding in findings if finding.cause == cause) for cause in CAUSES}
    return [Group(f"{section}-{cause.name}", cause, found) for cause, found in members.items() if found]


def asked_again(report: Report, requirements: Sequence[str]) -> str:
    """The command that asks about these requirements alone; empty for a run that cannot be narrowed further."""
    if not report.command.startswith("pixelproof run ") or report.configuration.get("only"):
        return ""
    return f"{report.command} {shlex.join(word for name in requirements for word in ('--only', name))}"


def short_name(requirement: str) -> str:
    """The flaw in the id of a requirement: the part after dialect and operation."""
    return requirement.rsplit("/", 1)[-1] or requirement


def _worst(results: list[Result]) -> str:
    """The worst of the flaws; a failure that is named in a result of another outcome counts as well."""
    return min((outcome_shown(flaw) for result in results for flaw in flaws_of(result)), key=ORDER.index)


def _finding(results: list[Result], report: Report, places: Places, room: Room) -> Finding:
    first = results[0]
    document, _, section = first.source.partition("#")
    models = tuple(dict.fromkeys(result.model for result in results))
    pairs = [(result, flaw) for result in results for flaw in flaws_of(result)]
    guidance = report.guidance.get(first.requirement, Guidance())
    pairs.sort(key=lambda pair: ORDER.index(outcome_shown(pair[1])))
    return Finding(
        place=places.requirement(first),
        row=places.row(first),
        cause=cause_of(results),
        outcome=_worst(results),
        name=short_name(one_line(first.requirement)),
        requirement=first.requirement,
        operation=first.operation,
        says=one_line(first.says, 1000),
        document=document,
        section=section,
        word=first.word,
        severity=first.severity,
        models=models,
        named_models=words.listed(list(models), 2),
        again=one_line(asked_again(report, [first.requirement]), 10_000),
        flaws=tuple(_flaw(result, flaw, room, guidance) for result, flaw in pairs),
        why=guidance.why,
        keep=guidance.keep,
        related=_related(first, report, places),
    )


def _flaw(result: Result, failure: Failure, room: Room, guidance: Guidance) -> Flaw:
    return Flaw(
        place=flaw_place(failure),
        outcome=outcome_shown(failure),
        model=result.model,
        parameter=failure.parameter or "",
        seen=failure.seen,
        happened=one_line(words.happened(result, failure), 2000),
        expected=one_line(failure.expected, 1000) if failure.expected else "",
        actual=_actual(result, failure),
        hint=one_line(failure.hint, 1000) if failure.hint and failure.hint not in guidance.keep else "",
        waived=why_waived(failure),
        case=failure.case,
        identity=failure.identity,
        exchange=exchange_of(failure, room),
    )


def _actual(result: Result, failure: Failure) -> str:
    actual = failure.actual
    if actual is None and not failure.expected:
        return ""
    if actual == failure.status and isinstance(actual, int):
        return f"status {actual}"
    if cause_of([result]) is REFUSED and failure.status is not None:
        return f"{compact(actual, 1000)}, refused with status {failure.status}"
    if isinstance(actual, str) and _BASE64.match(actual):
        pictures = failure.evidence.pictures if failure.evidence else ()
        here = next((picture for picture in pictures if picture.place == failure.parameter and picture.width), None)
        if here is not None:
            return described(here)
        length = re.search(r"\((\d+) characters\)$", actual)
        return f"{actual[:24]}… ({length[1] if length else len(actual)} characters of base64)"
    return compact(actual, 1000)


def _related(about: Result, report: Report, places: Places) -> tuple[Link, ...]:
    """Other requirements on the same parameter, or from the same place of the document; broken ones first."""
    near: dict[str, Link] = {}
    for result in report.results:
        same = about.parameter is not None and result.parameter == about.parameter
        if result.operation != about.operation or result.requirement == about.requirement:
            continue
        if same or result.source == about.source:
            place = places.requirement(result)
            outcome = result.outcome if result.outcome in BROKEN else ""
            if place not in near or (outcome and not near[place].outcome):
                near[place] = Link(short_name(one_line(result.requirement)), place, outcome)
    return tuple(sorted(near.values(), key=lambda link: not link.outcome)[:MOST_RELATED])
