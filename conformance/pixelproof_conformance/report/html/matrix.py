"""Requirements by models: a table for each operation, its rows grouped by parameter and by message."""

from dataclasses import dataclass

from pixelproof_conformance.report import words
from pixelproof_conformance.report.escaping import one_line
from pixelproof_conformance.report.html.findings import short_name
from pixelproof_conformance.report.html.places import Places, flaw_place, flaws_of
from pixelproof_conformance.report.html.waivers import outcome_shown, why_waived
from pixelproof_conformance.reported import Report, Result

MOST_LEVEL_NAMES = 6
"""With more models than this their names stand upright, and the table scrolls by itself."""


@dataclass(frozen=True, slots=True)
class Cell:
    """The outcome for one model; ``place`` leads to the flaw, ``why`` says in words what stands behind it."""

    model: str
    outcome: str = ""
    place: str = ""
    why: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """One requirement."""

    place: str
    finding: str
    name: str
    requirement: str
    says: str
    document: str
    section: str
    word: str
    severity: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Group:
    """Rows about the same parameter of the request, or about the same message."""

    name: str
    about: str
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """The requirements of one operation."""

    operation: str
    models: tuple[str, ...]
    groups: tuple[Group, ...]
    total: int
    upright: bool


def tables_of(report: Report, places: Places) -> list[Table]:
    """The outcome of every requirement for every model."""
    operations: dict[str, dict[str, dict[str, Result]]] = {}
    for result in report.results:
        rows = operations.setdefault(result.operation, {})
        rows.setdefault(result.requirement, {})[result.model] = result
    return [_table(operation, rows, places) for operation, rows in operations.items()]


def _table(operation: str, rows: dict[str, dict[str, Result]], places: Places) -> Table:
    models = tuple(dict.fromkeys(model for results in rows.values() for model in results))
    groups: dict[tuple[int, str, str], list[Row]] = {}
    for results in rows.values():
        first = next(iter(results.values()))
        groups.setdefault(_group(first), []).append(_row(results, models, places))
    ordered = sorted(groups.items(), key=lambda entry: entry[0][0])
    return Table(
        operation=operation,
        models=models,
        groups=tuple(Group(name, about, tuple(found)) for (_, name, about), found in ordered),
        total=len(rows),
        upright=len(models) > MOST_LEVEL_NAMES,
    )


def _group(result: Result) -> tuple[int, str, str]:
    """The place among the groups, the name of the group, and what it is about."""
    if result.requirement.startswith("wire/"):
        return 5, "Wire", "how the target speaks HTTP"
    if result.on in ("request", "refusal") and (result.on == "request" or result.word == "ACCEPT"):
        name = (result.parameter or "").partition(".")[0].partition("[")[0]
        if name and name != "status":
            return 1, name, "parameter of the request"
        return 0, "Request", "as a whole"
    if result.on in ("answer", "stream", "refusal"):
        place = ("answer", "stream", "refusal").index(result.on)
        return 2 + place, result.on.capitalize(), "what comes back"
    return 1, result.source.partition("#")[2] or result.source, "place in the document"


def _row(results: dict[str, Result], models: tuple[str, ...], places: Places) -> Row:
    first = next(iter(results.values()))
    document, _, section = first.source.partition("#")
    place = places.row(first)
    finding = places.requirement(first)
    return Row(
        place=place,
        finding=finding if finding != place else "",
        name=short_name(one_line(first.requirement)),
        requirement=first.requirement,
        says=one_line(first.says, 1000),
        document=document,
        section=section,
        word=first.word,
        severity=first.severity,
        cells=tuple(_cell(model, results.get(model)) for model in models),
    )


def _cell(model: str, result: Result | None) -> Cell:
    if result is None:
        return Cell(model)
    flaws = flaws_of(result)
    why = why_waived(result) or one_line(result.note) or words.counted(result.checks, "check")
    return Cell(model, outcome_shown(result), flaw_place(flaws[0]) if flaws else "", why)
