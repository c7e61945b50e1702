"""The changes between two runs as a reader wants them: what broke, what was repaired, one line for each requirement."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from pixelproof_conformance.compare.values import Cell, Change, Comparison, Row, seen, worst_of
from pixelproof_conformance.report import words
from pixelproof_conformance.report.escaping import one_line
from pixelproof_conformance.reported import Failure, Result

HEADINGS = {
    "broken": "Broken now",
    "repaired": "Repaired",
    "new warnings": "New warnings",
    "warnings gone": "Warnings gone",
    "changed": "Changed",
    "unknown": "Not judged any more",
    "judged": "Judged now",
}
"""Each section with its heading, in their order."""

MOST_PARAMETERS = 4


@dataclass(frozen=True, slots=True)
class Entry:
    """What happened to one requirement: for which models, at which parameters, and what is told of it, a line each."""

    section: str
    word: str
    requirement: str
    operation: str
    models: tuple[str, ...]
    parameters: tuple[str, ...]
    told: tuple[str, ...]
    says: str
    """The statement of the requirement."""
    outcomes: tuple[Cell, Cell] = (None, None)
    """The worst over the models in the first run and in the last."""
    in_part: bool = False
    """Whether the requirement is still broken in another way."""

    @property
    def flaw(self) -> str:
        """The last part of the id of the requirement."""
        return self.requirement.rpartition("/")[2]


def sections_of(comparison: Comparison) -> dict[str, tuple[Entry, ...]]:
    """The entries of each section that has some, in the order of :data:`HEADINGS`."""
    groups: dict[tuple[str, ...], list[Change]] = {}
    for change in comparison.changes:
        key = (_section(change), change.result.requirement, change.result.operation, _word(change))
        groups.setdefault(key, []).append(change)
    cells = {(row.requirement, row.operation, row.model): row.outcomes for row in comparison.rows}
    entries = [_entry(key, changes, cells) for key, changes in groups.items()]
    entries += _judged_otherwise(comparison)
    found = {name: tuple(entry for entry in entries if entry.section == name) for name in HEADINGS}
    return {name: listed for name, listed in found.items() if listed}


def _section(change: Change) -> str:
    if change.breaks:
        return "broken"
    if change.repairs:
        return "repaired"
    names = {"added": "new warnings", "gone": "warnings gone", "changed": "changed", "unknown": "unknown"}
    return names[change.sort]


def _word(change: Change) -> str:
    flaws = [flaw for flaw in (change.before, change.after) if flaw is not None]
    seen_words = [f"waived {flaw.outcome}" if flaw.waived else flaw.outcome for flaw in flaws]
    was = "was " if change.after is None else ""
    return was + " to ".join(dict.fromkeys(seen_words))


def _entry(
    key: tuple[str, ...], changes: list[Change], cells: Mapping[tuple[str, str, str], tuple[Cell, ...]]
) -> Entry:
    section, requirement, operation, word = key
    parameters = [flaw.parameter for change in changes if (flaw := change.after or change.before) and flaw.parameter]
    return Entry(
        section,
        word,
        requirement,
        operation,
        tuple(dict.fromkeys(change.result.model for change in changes)),
        tuple(dict.fromkeys(parameters)),
        tuple(dict.fromkeys(line for change in changes for line in _told(change))),
        changes[0].result.says,
        _worst([cells[requirement, operation, change.result.model] for change in changes]),
        section in ("repaired", "warnings gone") and any(change.result.failures for change in changes),
    )


def _judged_otherwise(comparison: Comparison) -> Iterator[Entry]:
    """What was judged in one of the two runs only and was kept there; what was broken there is a change already."""
    groups: dict[tuple[str, str, str, str], list[Row]] = {}
    for row in comparison.rows:
        before, after = row.outcomes[0], row.outcomes[-1]
        judged = [cell is not None and cell not in words.UNJUDGED for cell in (before, after)]
        if judged == [True, False] and before == "pass":
            key = "unknown", f"{before} to {after or 'not there'}"
        elif judged == [False, True] and after == "pass":
            key = "judged", f"{before or 'not there'} to {after}"
        else:
            continue
        groups.setdefault((*key, row.requirement, row.operation), []).append(row)
    for (section, word, requirement, operation), rows in groups.items():
        notes = [row.notes[-1] if section == "unknown" else row.notes[0] for row in rows]
        told = tuple(dict.fromkeys(one_line(note, 200) for note in notes if note))
        lead = "before: " if section == "judged" else ""
        models = tuple(row.model for row in rows)
        noted = tuple(f"{lead}{note}" for note in told)
        worst = _worst([row.outcomes for row in rows])
        yield Entry(section, word, requirement, operation, models, (), noted, rows[0].says, worst)


def _worst(outcomes: Sequence[tuple[Cell, ...]]) -> tuple[Cell, Cell]:
    return worst_of([cells[0] for cells in outcomes]), worst_of([cells[-1] for cells in outcomes])


def _told(change: Change) -> list[str]:
    if change.sort == "changed" and change.before is not None and change.after is not None:
        waived = change.after.waived
        if seen(change.before)[:3] == seen(change.after)[:3]:
            return [
                _flaw(change.result, change.after),
                f"waived now: {words.why_waived(waived)}" if waived else "not waived any more",
            ]
        before, after = (_flaw(change.result, flaw) for flaw in (change.before, change.after))
        return [f"before: {before}", f"after: {after}"]
    if change.sort == "unknown":
        return [f"now {change.result.outcome}: {one_line(change.result.note, 200) or 'no reason is given'}"]
    flaw = change.after or change.before
    return [_flaw(change.result, flaw)] if flaw else []


def _flaw(result: Result, failure: Failure) -> str:
    status = "no answer" if failure.status is None else f"status {failure.status}"
    said = one_line(words.happened(result, failure), 200)
    return said if status in said else f"{said} ({status})"
