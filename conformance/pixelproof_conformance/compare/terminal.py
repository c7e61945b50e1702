"""A comparison for the terminal: two runs in one screen, more of them as a matrix."""

from collections.abc import Iterator, Set
from typing import TextIO

from rich.console import Console, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from pixelproof_conformance.compare.sections import HEADINGS, MOST_PARAMETERS, Entry, sections_of
from pixelproof_conformance.compare.values import Cell, Comparison, summary
from pixelproof_conformance.report import words
from pixelproof_conformance.report.escaping import one_line
from pixelproof_conformance.report.terminal import STYLES, write_captured

MOST_ROWS = 200
COLOURS = {"broken": "bold red", "repaired": "bold green", "new warnings": "bold yellow"}


def show_comparison(comparison: Comparison, out: TextIO, *, width: int | None = None, full: bool = False) -> None:
    """Print the comparison to ``out``: the runs, what is different, and one sentence.

    Two runs are told requirement by requirement, a line each; ``full`` adds all that is known of it. More runs stand
    side by side, with the worst outcome over the models of each.
    """
    console = Console(file=out, width=width, markup=False, highlight=False, emoji=False)
    parts: list[RenderableType] = [_runs(comparison), *[Text(note) for note in comparison.notes]]
    parts += [*_sections(comparison, console.width, full)] if len(comparison.reports) == 2 else [*_matrix(comparison)]
    with console.capture() as captured:
        for part in [*parts, "", Text(summary(comparison), style="bold")]:
            console.print(part)
    write_captured(captured.get(), out)


def _runs(comparison: Comparison) -> Table:
    table = _table("", "run", "target", "dialect", "started", "fail", "warn", "pass", "open")
    for number, (name, report) in enumerate(zip(comparison.names, comparison.reports, strict=True), 1):
        facts = (name, report.url, report.dialect, words.date(report))
        table.add_row(str(number), *[Text(one_line(fact, 60)) for fact in facts], *numbers_of(comparison, number - 1))
    return table


def numbers_of(comparison: Comparison, place: int) -> list[str]:
    """How many results of one run fail, warn, pass and were not judged."""
    totals = comparison.reports[place].totals()
    judged = [str(totals[outcome]) for outcome in ("fail", "warn", "pass")]
    return [*judged, str(sum(totals[outcome] for outcome in words.UNJUDGED))]


def _sections(comparison: Comparison, width: int, full: bool) -> Iterator[RenderableType]:
    operations = {row.operation for row in comparison.rows}
    found = sections_of(comparison)
    every_model = {row.model for row in comparison.rows}
    cells = {
        name: [_cells(entry, operations, every_model) for entry in entries[:MOST_ROWS]]
        for name, entries in found.items()
    }
    every = [row for rows in cells.values() for row in rows]
    flaws = min(max((len(row[0]) for row in every), default=0), max(16, width * 4 // 10))
    models = min(max((len(row[1]) for row in every), default=0), max(12, width * 2 // 10))
    for name, entries in found.items():
        yield ""
        yield Text(f"{HEADINGS[name]} ({len(entries)})", style=COLOURS.get(name, "bold"))
        table = Table.grid(padding=(0, 2, 0, 0))
        for most in (flaws + 2, models, max(10, width - flaws - models - 6)):
            table.add_column(width=most, no_wrap=True, overflow="ellipsis")
        for (flaw, model, told), entry in zip(cells[name], entries, strict=False):
            if full:
                yield Text(f"  {entry.requirement} ({', '.join(entry.models)})")
                yield from [Padding(Text(one_line(line)), (0, 0, 0, 4)) for line in (entry.says, *entry.told)]
            else:
                table.add_row(Text(f"  {flaw}"), Text(model), Text(told))
        if not full:
            yield table
        if len(entries) > MOST_ROWS:
            yield f"  and {len(entries) - MOST_ROWS} more"


def _cells(entry: Entry, operations: Set[str], every_model: Set[str]) -> tuple[str, str, str]:
    """Requirement, models, and what is told of it on one line."""
    flaw = entry.flaw if len(operations) < 2 else f"{entry.operation} {entry.flaw}"
    words_first = ["still broken otherwise"] if entry.in_part else []
    words_first += [entry.word] if " to " in entry.word else []
    if entry.section == "repaired":
        told = entry.says
    elif entry.section == "changed":
        told = "; ".join(entry.told[:2])
    else:
        more = len(entry.told) - 1
        places = f"{_listed(entry.parameters)}: " if more and len(entry.parameters) > 1 else ""
        told = f"{places}{entry.told[0] if entry.told else ''}{f' (and {more} more)' if more > 0 else ''}"
    who = "all models" if len(every_model) > 1 and every_model == {*entry.models} else ", ".join(entry.models)
    return one_line(flaw), one_line(who), one_line("; ".join([*words_first, told]))


def _listed(names: tuple[str, ...]) -> str:
    rest = len(names) - MOST_PARAMETERS
    return ", ".join(names[:MOST_PARAMETERS]) + (f" and {rest} more" if rest > 0 else "")


def _matrix(comparison: Comparison) -> Iterator[RenderableType]:
    differing = [line for line in comparison.lines if len(set(line.outcomes)) > 1]
    if not differing:
        return
    table = _table("requirement", *[str(number) for number in range(1, len(comparison.reports) + 1)])
    for line in differing[:MOST_ROWS]:
        cells = [
            Text(cell_text(cell, number), style=_style(cell))
            for cell, number in zip(line.outcomes, line.numbers, strict=True)
        ]
        table.add_row(Text(one_line(f"{line.operation} {line.flaw}")), *cells)
    yield ""
    yield Text("Requirements whose outcomes differ, the worst over the models", style="bold")
    yield table
    if len(differing) > MOST_ROWS:
        yield f"and {len(differing) - MOST_ROWS} more"


def _style(cell: Cell) -> str:
    return "" if cell is None or cell == "waived" else STYLES.get(cell, "")


def cell_text(cell: Cell, number: tuple[int, int]) -> str:
    """An outcome, with how many models of how many have it when it is not all of them."""
    if cell is None:
        return "-"
    return cell if number[0] == number[1] else f"{cell} {number[0]}/{number[1]}"


def _table(*headings: str) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, header_style="dim")
    for heading in headings:
        table.add_column(
            heading, overflow="fold", justify="right" if heading in ("fail", "warn", "pass", "open") else "left"
        )
    return table
