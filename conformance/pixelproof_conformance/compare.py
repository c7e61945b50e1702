"""Compares the reports of several runs: failures that came, went or changed, and the outcomes side by side."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, TextIO, TypeAlias

from pixelproof import UsageError
from rich.console import Console, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from pixelproof_conformance.model import Failure, Outcome, Report, Result
from pixelproof_conformance.report import words
from pixelproof_conformance.report.escaping import one_line
from pixelproof_conformance.report.markdown import code
from pixelproof_conformance.report.terminal import STYLES, write_captured

Sort: TypeAlias = Literal["added", "gone", "changed", "unknown"]
HEADINGS: dict[Sort, str] = {
    "added": "New",
    "changed": "Changed",
    "gone": "Gone",
    "unknown": "Not judged any more",
}
MOST_ROWS = 200


@dataclass(frozen=True, slots=True)
class Change:
    """A failure or warning that is not the same in the first and the last run; ``result`` is that of the later one.

    ``before`` is ``None`` for an added one; ``after`` is ``None`` for one that is gone or was not judged again.
    """

    sort: Sort
    result: Result
    before: Failure | None
    after: Failure | None


@dataclass(frozen=True, slots=True)
class Row:
    """The outcomes of one requirement and model, one for each run; ``None`` where a run does not have it."""

    requirement: str
    operation: str
    model: str
    outcomes: tuple[Outcome | Literal["waived"] | None, ...]

    @property
    def flaw(self) -> str:
        """The operation and the flaw; a table has no room for the dialect, which the table of the runs shows."""
        return f"{self.operation} {self.requirement.rsplit('/', 1)[-1]}"


@dataclass(frozen=True, slots=True)
class Comparison:
    """What is different between runs; ``changes`` compare the first with the last, ``rows`` all of them."""

    reports: tuple[Report, ...]
    changes: tuple[Change, ...]
    rows: tuple[Row, ...]
    notes: tuple[str, ...]

    def of(self, sort: Sort) -> tuple[Change, ...]:
        """The changes of one sort."""
        return tuple(change for change in self.changes if change.sort == sort)

    @property
    def added(self) -> tuple[Change, ...]:
        """The failures, not the warnings and not the waived ones, that the first run did not have, or had waived."""
        return tuple(change for change in self.changes if _counts(change.after) and not _counts(change.before))

    @property
    def different(self) -> tuple[Row, ...]:
        """The rows whose outcomes are not all the same."""
        return tuple(row for row in self.rows if len(set(row.outcomes)) > 1)


def compare_reports(reports: Sequence[Report]) -> Comparison:
    """What is different between two or more runs. Raises :class:`UsageError` for fewer than two."""
    if len(reports) < 2:
        raise UsageError(f"{words.counted(len(reports), 'run')} cannot be compared; name two or more")
    return Comparison(tuple(reports), _changes(reports[0], reports[-1]), _rows(reports), _notes(reports))


def _changes(first: Report, last: Report) -> tuple[Change, ...]:
    before, after = _flaws(first), _flaws(last)
    results = {_key(result): result for result in last.results}
    changes: list[Change] = []
    for identity in sorted({*before, *after}):
        old, new = before.get(identity), after.get(identity)
        if new is not None and old is None:
            changes.append(Change("added", new[0], None, new[1]))
        elif new is not None and old is not None and _seen(new[1]) != _seen(old[1]):
            changes.append(Change("changed", new[0], old[1], new[1]))
        elif new is None and old is not None:
            later = results.get(_key(old[0]))
            judged = later is not None and later.outcome not in words.UNJUDGED
            changes.append(Change("gone" if judged else "unknown", later or old[0], old[1], None))
    return tuple(sorted(changes, key=lambda change: list(HEADINGS).index(change.sort)))


def _flaws(report: Report) -> dict[str, tuple[Result, Failure]]:
    return {failure.identity: (result, failure) for result in report.results for failure in result.failures}


def _seen(failure: Failure) -> tuple[Outcome, str, int | None, bool]:
    return failure.outcome, failure.message, failure.status, failure.waived is None


def _counts(failure: Failure | None) -> bool:
    return failure is not None and failure.outcome == "fail" and failure.waived is None


def _key(result: Result) -> tuple[str, str, str]:
    return result.requirement, result.operation, result.model


def _rows(reports: Sequence[Report]) -> tuple[Row, ...]:
    tables = [{_key(result): _outcome(result) for result in report.results} for report in reports]
    keys = dict.fromkeys(key for table in tables for key in table)
    return tuple(Row(*key, tuple(table.get(key) for table in tables)) for key in keys)


def _outcome(result: Result) -> Outcome | Literal["waived"]:
    return "waived" if result.outcome == "fail" and result.waived else result.outcome


def _notes(reports: Sequence[Report]) -> tuple[str, ...]:
    notes = []
    for name in ("dialect", "document", "version"):
        values = list(dict.fromkeys(getattr(report, name) for report in reports))
        if len(values) > 1:
            notes.append(f"The runs differ in their {name}: {words.listed(values, 5)}.")
    profiles = list(dict.fromkeys(str(report.configuration.get("profile", "")) for report in reports))
    if len(profiles) > 1:
        notes.append(f"The runs differ in their profile: {words.listed(profiles, 5)}.")
    return tuple(notes)


def summary(comparison: Comparison) -> str:
    """The comparison in one sentence."""
    counts = {sort: len(comparison.of(sort)) for sort in HEADINGS}
    told = f"{counts['added']} new, {counts['changed']} changed, {counts['gone']} gone"
    unknown = f", {counts['unknown']} not judged any more" if counts["unknown"] else ""
    return f"{told}{unknown}; {len(comparison.different)} of {len(comparison.rows)} outcomes differ."


def show_comparison(comparison: Comparison, out: TextIO, *, width: int | None = None) -> None:
    """Print the comparison to ``out``: the runs, the changes, the outcomes that differ, and one sentence."""
    console = Console(file=out, width=width, markup=False, highlight=False, emoji=False)
    runs = _table("run", "target", "dialect", "started", "fail", "warn", "pass", "not judged")
    for number, report in enumerate(comparison.reports, 1):
        facts = (one_line(report.url), one_line(report.dialect), one_line(words.date(report)))
        runs.add_row(str(number), *[Text(fact) for fact in facts], *_numbers(report))
    parts: list[RenderableType] = [runs, *[Text(note) for note in comparison.notes]]
    for sort, heading in HEADINGS.items():
        found = comparison.of(sort)
        parts += ["", Text(f"{heading} ({len(found)})", style="bold")] if found else []
        for change in found[:MOST_ROWS]:
            flaw = change.after or change.before
            style = STYLES.get(flaw.outcome, "") if flaw else ""
            parts.append(Text.assemble(("  ", ""), (_word(change), style), f" {_place(change.result)}"))
            parts += [Padding(Text(line, overflow="fold"), (0, 0, 0, 4)) for line in _told(change)]
        parts += [f"    and {len(found) - MOST_ROWS} more"] if len(found) > MOST_ROWS else []
    if comparison.different:
        outcomes = _table("requirement", "model", *[str(number) for number in range(1, len(comparison.reports) + 1)])
        for row in comparison.different[:MOST_ROWS]:
            cells = [
                Text(word or "-", style=STYLES.get(word, "") if word and word != "waived" else "")
                for word in row.outcomes
            ]
            outcomes.add_row(Text(one_line(row.flaw)), Text(one_line(row.model)), *cells)
        parts += ["", Text("Outcomes that differ", style="bold"), outcomes]
        parts += [f"and {len(comparison.different) - MOST_ROWS} more"] if len(comparison.different) > MOST_ROWS else []
    with console.capture() as captured:
        for part in [*parts, "", Text(summary(comparison), style="bold")]:
            console.print(part)
    write_captured(captured.get(), out)


def as_markdown(comparison: Comparison) -> str:
    """The comparison as Markdown; text of strangers stands in code only."""
    numbers = range(1, len(comparison.reports) + 1)
    lines = [f"## {summary(comparison)}", "", "| run | target | dialect | started | fail | warn | pass | not judged |"]
    lines.append("|---:|---|---|---|---:|---:|---:|---:|")
    for number, report in zip(numbers, comparison.reports, strict=True):
        cells = [str(number), code(report.url), code(report.dialect), code(words.date(report)), *_numbers(report)]
        lines.append(f"| {' | '.join(cells)} |")
    lines += ["", *[f"{code(note, 400)}\n" for note in comparison.notes]]
    for sort, heading in HEADINGS.items():
        found = comparison.of(sort)
        lines += [f"### {heading} ({len(found)})", ""] if found else []
        for change in found[:MOST_ROWS]:
            lines.append(f"- {_word(change)}: {code(_place(change.result))}")
            lines += [f"  - {code(line, 300)}" for line in _told(change)]
        lines += [f"- and {len(found) - MOST_ROWS} more"] if len(found) > MOST_ROWS else []
        lines += [""] if found else []
    if comparison.different:
        lines += ["### Outcomes that differ", "", f"| requirement | model | {' | '.join(map(str, numbers))} |"]
        lines.append(f"|---|---|{'---|' * len(numbers)}")
        for row in comparison.different[:MOST_ROWS]:
            outcomes = " | ".join(word or "–" for word in row.outcomes)
            lines.append(f"| {code(row.requirement)} | {code(row.model)} | {outcomes} |")
        if len(comparison.different) > MOST_ROWS:
            lines += ["", f"And {len(comparison.different) - MOST_ROWS} more."]
    return "\n".join(lines).rstrip() + "\n"


def _table(*headings: str) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, header_style="dim")
    for heading in headings:
        table.add_column(heading, overflow="fold")
    return table


def _numbers(report: Report) -> list[str]:
    totals = report.totals()
    judged = [str(totals[outcome]) for outcome in ("fail", "warn", "pass")]
    return [*judged, str(sum(totals[outcome] for outcome in words.UNJUDGED))]


def _word(change: Change) -> str:
    flaws = [flaw for flaw in (change.before, change.after) if flaw is not None]
    words_seen = [f"waived {flaw.outcome}" if flaw.waived else flaw.outcome for flaw in flaws]
    return " to ".join(dict.fromkeys(words_seen))


def _place(result: Result) -> str:
    return f"{one_line(result.requirement)} ({one_line(result.model)})"


def _told(change: Change) -> list[str]:
    if change.sort == "changed" and change.before is not None and change.after is not None:
        waived = change.after.waived
        if _seen(change.before)[:3] == _seen(change.after)[:3]:
            return [_flaw(change.after), f"waived now: {words.why_waived(waived)}" if waived else "not waived any more"]
        return [f"before: {_flaw(change.before)}", f"after: {_flaw(change.after)}"]
    flaw = change.after or change.before
    told = [_flaw(flaw)] if flaw else []
    if change.sort == "unknown":
        told.append(f"now {change.result.outcome}: {one_line(change.result.note) or 'no reason is given'}")
    return told


def _flaw(failure: Failure) -> str:
    status = "no answer" if failure.status is None else f"status {failure.status}"
    return f"{one_line(failure.message, 200)} ({status})"
