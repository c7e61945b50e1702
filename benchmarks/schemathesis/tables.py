"""The measurement as tables, in Markdown for the page and as aligned text for the terminal."""

from collections.abc import Sequence
from math import fsum
from statistics import median
from typing import NamedTuple

from benchmarks.schemathesis.comparison import TOOLS, Comparison, cost_of, false_alarms, undue_warnings
from benchmarks.schemathesis.tools import Sitting
from benchmarks.schemathesis.trials import DIALECT

TITLES = {"schemathesis": "Schemathesis", "pixelproof": "pixelproof"}


class Table(NamedTuple):
    """A table with a title; cells are plain text, those of the columns in ``code`` are shown as code in Markdown."""

    title: str
    head: tuple[str, ...]
    rows: Sequence[tuple[str, ...]]
    code: tuple[int, ...] = ()


def summary_tables(comparison: Comparison) -> list[Table]:
    """The figures: faults by kind, the cost of a run, false alarms."""
    return [_faults(comparison), _cost(comparison), _alarms(comparison)]


def detail_tables(comparison: Comparison) -> list[Table]:
    """Each fault and each variant by name; variants that alarmed neither tool are left out."""
    faults = [
        (_short(trial.name), trial.group, *(_told(comparison, runs.get(tool)) for tool in TOOLS))
        for trial, runs in comparison.by_trial("fault")
    ]
    alarmed = [
        (trial.name, *(_alarm(runs.get(tool)) for tool in TOOLS))
        for trial, runs in comparison.by_trial("variant")
        if any(false_alarms(run) or undue_warnings(run) for run in runs.values())
    ]
    names = tuple(TITLES[tool] for tool in TOOLS)
    tables = [Table("Each fault", ("Fault", "Kind", *names), faults, code=(0,))]
    if alarmed:
        tables.append(Table("Variants that were blamed", ("Variant", *names), alarmed, code=(0,)))
    return tables


def troubles(comparison: Comparison) -> list[str]:
    """The runs that came to no result, a sentence for each."""
    return [
        f"{TITLES[one.tool]}, {one.trial.kind} {one.trial.name}".rstrip() + f": {one.findings.trouble}."
        for one in comparison.sittings
        if one.findings.trouble
    ]


def markdown(table: Table) -> str:
    """A table as Markdown, without its title."""
    rows = [
        [f"`{cell}`" if index in table.code else cell.replace("|", r"\|") for index, cell in enumerate(row)]
        for row in table.rows
    ]
    rule = ["---" if index == 0 or not _is_number(table, index) else "--:" for index in range(len(table.head))]
    return "\n".join(f"| {' | '.join(row)} |" for row in [table.head, rule, *rows]) + "\n"


def text(table: Table) -> str:
    """A table as aligned text below its title."""
    widths = [max(len(row[index]) for row in (table.head, *table.rows)) for index in range(len(table.head))]
    lines = [table.title, ""]
    for row in (table.head, *table.rows):
        cells = [
            cell.rjust(width) if index and _is_number(table, index) else cell.ljust(width)
            for index, (cell, width) in enumerate(zip(row, widths, strict=True))
        ]
        lines.append("  ".join(cells).rstrip())
    return "\n".join(lines) + "\n"


def _faults(comparison: Comparison) -> Table:
    groups = comparison.faults_by_group()
    rows = [(group, str(count), *(str(hits[tool]) for tool in TOOLS)) for group, count, hits in groups]
    total = sum(count for _, count, _ in groups)
    sums = [sum(hits[tool] for _, _, hits in groups) for tool in TOOLS]
    rows.append(("all", str(total), *(str(found) for found in sums)))
    rows.append(("share", "", *(f"{found / total:.0%}" if total else "" for found in sums)))
    return Table("Faults found", ("Kind of fault", "Faults", *(TITLES[tool] for tool in TOOLS)), rows)


def _cost(comparison: Comparison) -> Table:
    rows = []
    for words, kind, over in (
        ("the clean gateway", "clean", median),
        ("a gateway with a fault, median", "fault", median),
        ("all gateways with a fault, sum", "fault", fsum),  # a plain sum of times is another one in each Python
    ):
        for tool in TOOLS:
            sittings = comparison.of(tool, kind)
            if sittings:
                cost = cost_of(sittings, over)
                figures = (f"{cost.requests:g}", f"{cost.pictures:g}", f"{cost.wall:.1f} s", f"{cost.processor:.1f} s")
                rows.append((f"{TITLES[tool]}, {words}", str(len(sittings)), *figures))
    return Table("Cost", ("", "Runs", "Requests", "Pictures", "Time on the clock", "Processor time"), rows)


def _alarms(comparison: Comparison) -> Table:
    rows = []
    for words, kind in (("the clean gateway", "clean"), ("legal variants", "variant")):
        runs = {tool: comparison.of(tool, kind) for tool in TOOLS}
        count = str(max(map(len, runs.values())))
        if any(runs.values()):
            blamed = (str(sum(bool(false_alarms(one)) for one in runs[tool])) for tool in TOOLS)
            warned = (
                str(sum(bool(undue_warnings(one)) and not false_alarms(one) for one in runs[tool])) for tool in TOOLS
            )
            rows += [(f"{words}: a failure", count, *blamed), (f"{words}: only a warning", count, *warned)]
    return Table("False alarms", ("Blamed although nothing is broken", "Runs", *(TITLES[tool] for tool in TOOLS)), rows)


def _told(comparison: Comparison, sitting: Sitting | None) -> str:
    if sitting is None:
        return "not run"
    found = comparison.found(sitting)
    if not found:
        return "missed"
    if sitting.tool == "pixelproof":
        return "warn" if set(found) <= set(sitting.findings.warnings) else "fail"
    return ", ".join(dict.fromkeys(_title(name) for name in found))


def _alarm(sitting: Sitting | None) -> str:
    if sitting is None:
        return "not run"
    if failures := false_alarms(sitting):
        return ", ".join(dict.fromkeys(_title(name) for name in failures))
    return "; ".join(f"warning: {_title(name)}" for name in undue_warnings(sitting)) or "quiet"


def _title(failure: str) -> str:
    """A failure without the operation, of which there is only one."""
    return _short(failure.partition(" (")[0])


def _short(name: str) -> str:
    return name.removeprefix(f"{DIALECT}/generations/")


def _is_number(table: Table, index: int) -> bool:
    cells: Sequence[str] = [row[index] for row in table.rows if row[index]]
    return bool(cells) and all(cell[0].isdigit() and len(cell) < 12 for cell in cells)
