"""What is different between reports: failures that came, went or changed, and the outcomes side by side."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from pixelproof import UsageError

from pixelproof_conformance.model import OUTCOMES, Json, Outcome
from pixelproof_conformance.report import words
from pixelproof_conformance.reported import Failure, Report, Result

Sort: TypeAlias = Literal["added", "gone", "changed", "unknown"]
SORTS: tuple[Sort, ...] = ("added", "changed", "gone", "unknown")
Cell: TypeAlias = Outcome | Literal["waived"] | None


@dataclass(frozen=True, slots=True)
class Change:
    """A failure or warning that is not the same in the first and the last run; ``result`` is that of the later one.

    ``before`` is ``None`` for an added one; ``after`` is ``None`` for one that is gone or was not judged again.
    """

    sort: Sort
    result: Result
    before: Failure | None
    after: Failure | None

    @property
    def breaks(self) -> bool:
        """Whether it is a failure that counts, and that the first run did not have, had waived, or only doubted."""
        return _counts(self.after) and not _counts(self.before)

    @property
    def repairs(self) -> bool:
        """Whether it was such a failure in the first run, and the last one judged it again and found none."""
        return _counts(self.before) and not _counts(self.after) and self.sort != "unknown"


@dataclass(frozen=True, slots=True)
class Row:
    """The outcomes of one requirement and model, one for each run; ``None`` where a run does not have it.

    ``says`` is the statement of the requirement, ``notes`` say why a run did not judge it.
    """

    requirement: str
    operation: str
    model: str
    outcomes: tuple[Cell, ...]
    says: str
    notes: tuple[str, ...] = ()

    @property
    def flaw(self) -> str:
        """The operation and the flaw; a table has no room for the dialect, which the table of the runs shows."""
        return f"{self.operation} {self.requirement.rsplit('/', 1)[-1]}"


@dataclass(frozen=True, slots=True)
class Line:
    """The outcomes of one flaw over all models, one for each run, so that other models and dialects line up.

    ``outcomes`` holds the worst of each run, ``numbers`` how many of its models have that one, and of how many;
    ``results`` has one result with that outcome for each run.
    """

    operation: str
    flaw: str
    outcomes: tuple[Cell, ...]
    numbers: tuple[tuple[int, int], ...]
    results: tuple[Result | None, ...]

    @property
    def says(self) -> str:
        """The statement of the requirement, by the first run that has it."""
        return next((result.says for result in self.results if result), "")


@dataclass(frozen=True, slots=True)
class Comparison:
    """What is different between runs; ``changes`` compare the first with the last, ``rows`` and ``lines`` all of them.

    ``names`` are those of the runs, for people.
    """

    reports: tuple[Report, ...]
    names: tuple[str, ...]
    changes: tuple[Change, ...]
    rows: tuple[Row, ...]
    lines: tuple[Line, ...]
    notes: tuple[str, ...]

    def of(self, sort: Sort) -> tuple[Change, ...]:
        """The changes of one sort."""
        return tuple(change for change in self.changes if change.sort == sort)

    @property
    def added(self) -> tuple[Change, ...]:
        """The failures that count and that the first run did not have, or had waived."""
        return tuple(change for change in self.changes if change.breaks)

    @property
    def repaired(self) -> tuple[Change, ...]:
        """The failures that counted in the first run and are none in the last."""
        return tuple(change for change in self.changes if change.repairs)

    @property
    def different(self) -> tuple[Row, ...]:
        """The rows whose outcomes are not all the same."""
        return tuple(row for row in self.rows if len(set(row.outcomes)) > 1)


def compare_reports(reports: Sequence[Report], names: Sequence[str] = ()) -> Comparison:
    """What is different between two or more runs. Raises :class:`UsageError` for fewer than two."""
    if len(reports) < 2:
        raise UsageError(f"{words.counted(len(reports), 'run')} cannot be compared; name two or more")
    return Comparison(
        tuple(reports),
        tuple(names) or tuple(f"run {number}" for number in range(1, len(reports) + 1)),
        _changes(reports[0], reports[-1]),
        _rows(reports),
        lines_of(reports),
        _notes(reports),
    )


def summary(comparison: Comparison) -> str:
    """The comparison in one sentence."""
    warnings = {
        sort: sum(not (change.breaks or change.repairs) for change in comparison.of(sort)) for sort in ("added", "gone")
    }
    told = [
        f"{words.counted(len(comparison.added), 'failure')} new",
        f"{len(comparison.repaired)} repaired",
        f"{words.counted(warnings['added'], 'warning')} new",
        f"{warnings['gone']} gone",
    ]
    changed = sum(not (change.breaks or change.repairs) for change in comparison.of("changed"))
    told += [f"{changed} changed"] if changed else []
    told += [f"{len(comparison.of('unknown'))} not judged any more"] if comparison.of("unknown") else []
    return f"{', '.join(told)}; {len(comparison.different)} of {len(comparison.rows)} outcomes differ."


def lines_of(reports: Sequence[Report]) -> tuple[Line, ...]:
    """Each flaw of each operation with its worst outcome in each run, in the order of the results."""
    tables = [_by_flaw(report) for report in reports]
    keys = dict.fromkeys(key for table in tables for key in table)
    lines = []
    for key in keys:
        found = [table.get(key, []) for table in tables]
        cells = [[_outcome(result) for result in results] for results in found]
        worst = [worst_of(outcomes) for outcomes in cells]
        numbers = [(outcomes.count(cell), len(outcomes)) for cell, outcomes in zip(worst, cells, strict=True)]
        shown = [
            results[outcomes.index(cell)] if results else None
            for cell, outcomes, results in zip(worst, cells, found, strict=True)
        ]
        lines.append(Line(*key, tuple(worst), tuple(numbers), tuple(shown)))
    return tuple(lines)


def _by_flaw(report: Report) -> dict[tuple[str, str], list[Result]]:
    table: dict[tuple[str, str], list[Result]] = {}
    for result in report.results:
        table.setdefault((result.operation, result.requirement.rpartition("/")[2]), []).append(result)
    return table


def worst_of(outcomes: Sequence[Cell]) -> Cell:
    """The worst of several outcomes, ``None`` where there is none."""
    order: tuple[Cell, ...] = ("fail", "waived", *OUTCOMES)
    return next((cell for cell in order if cell in outcomes), None)


def _changes(first: Report, last: Report) -> tuple[Change, ...]:
    before, after = _flaws(first), _flaws(last)
    results = {_key(result): result for result in last.results}
    changes: list[Change] = []
    for identity in sorted({*before, *after}):
        old, new = before.get(identity), after.get(identity)
        if new is not None and old is None:
            changes.append(Change("added", new[0], None, new[1]))
        elif new is not None and old is not None and seen(new[1]) != seen(old[1]):
            changes.append(Change("changed", new[0], old[1], new[1]))
        elif new is None and old is not None:
            later = results.get(_key(old[0]))
            judged = later is not None and later.outcome not in words.UNJUDGED
            changes.append(Change("gone" if judged else "unknown", later or old[0], old[1], None))
    return tuple(sorted(changes, key=lambda change: SORTS.index(change.sort)))


def _flaws(report: Report) -> dict[str, tuple[Result, Failure]]:
    return {failure.identity: (result, failure) for result in report.results for failure in result.failures}


def seen(failure: Failure) -> tuple[Outcome, str, int | None, bool]:
    """What makes a failure of the same identity look another one."""
    return failure.outcome, failure.message, failure.status, failure.waived is None


def _counts(failure: Failure | None) -> bool:
    return failure is not None and failure.outcome == "fail" and failure.waived is None


def _key(result: Result) -> tuple[str, str, str]:
    return result.requirement, result.operation, result.model


def _rows(reports: Sequence[Report]) -> tuple[Row, ...]:
    tables = [{_key(result): result for result in report.results} for report in reports]
    rows = []
    for key in dict.fromkeys(key for table in tables for key in table):
        found = [table.get(key) for table in tables]
        cells = tuple(_outcome(result) if result else None for result in found)
        says = next(result.says for result in found if result)
        rows.append(Row(*key, cells, says, tuple(result.note if result else "" for result in found)))
    return tuple(rows)


def _outcome(result: Result) -> Cell:
    return "waived" if result.outcome == "fail" and result.waived else result.outcome


def _notes(reports: Sequence[Report]) -> tuple[str, ...]:
    notes = []
    for name in ("dialect", "document", "version"):
        notes += _differing(name, [str(getattr(report, name)) for report in reports])
    for name in ("profile", "seed"):
        notes += _differing(name, [str(_setting(report, name)) for report in reports])
    return tuple(notes)


def _differing(name: str, values: list[str]) -> list[str]:
    found = list(dict.fromkeys(values))
    return [f"The runs differ in their {name}: {words.listed(found, 5)}."] if len(found) > 1 else []


def _setting(report: Report, name: str) -> Json:
    return report.configuration.get(name, "")
