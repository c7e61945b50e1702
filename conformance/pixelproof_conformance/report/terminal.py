"""The report on a terminal: failures first, readable at 80 columns and without colour."""

from collections.abc import Sequence
from pathlib import Path
from typing import TextIO

from rich.console import Console, RenderableType
from rich.table import Table
from rich.text import Text

from pixelproof_conformance.model import Outcome
from pixelproof_conformance.report import words
from pixelproof_conformance.report.escaping import block, compact, one_line
from pixelproof_conformance.reported import Failure, Report, Result

STYLES: dict[Outcome, str] = {"fail": "bold red", "warn": "yellow", "pass": "green", "error": "bold magenta"}
JUDGED: tuple[Outcome, ...] = ("fail", "warn", "pass")
LONGEST_CURL = 700
MOST_FAILURES = 20
MOST_WARNINGS = 20
MOST_REASONS = 12


def show_report(report: Report, out: TextIO, *, files: Sequence[Path] = (), width: int | None = None) -> None:
    """Print the report to ``out``; ``files`` are the written forms, named at the end.

    Colour is used on a terminal unless ``NO_COLOR`` is set. ``width`` is that of the terminal, or 80, by default.
    """
    console = Console(file=out, width=width, markup=False, highlight=False, emoji=False, safe_box=True)
    with console.capture() as captured:
        for part in _parts(report, files):
            if isinstance(part, str):
                console.print(Text(part), soft_wrap=True)
            else:
                console.print(part)
    write_captured(captured.get(), out)


def write_captured(text: str, out: TextIO) -> None:
    """Write rendered text to ``out`` without blanks at line ends, as escapes where its encoding lacks a character."""
    encoding = getattr(out, "encoding", None) or "utf-8"
    lines = "".join(f"{line.rstrip()}\n" for line in text.split("\n")[:-1])
    out.write(lines.encode(encoding, "backslashreplace").decode(encoding))


def _parts(report: Report, files: Sequence[Path]) -> list[RenderableType]:
    parts: list[RenderableType] = [_head(report), "", _totals(report)]
    parts += _broken(report, "fail", MOST_FAILURES)
    parts += _warnings(report)
    parts += _waived(report)
    parts += _unjudged(report)
    noise = words.noise(report)
    if noise:
        parts += ["", Text("Noise", style="bold"), *[one_line(line) for line in noise[: MOST_REASONS + 1]]]
    parts += [f"note: {one_line(note)}" for note in report.notes]
    return [*parts, "", *_last_lines(report, files)]


def _head(report: Report) -> Table:
    took = words.duration(report)
    rows = [
        ("target", one_line(report.url)),
        ("dialect", f"{one_line(report.dialect)}, {one_line(report.document)}"),
        ("models", words.listed(words.models(report), 8)),
        ("sent", f"{words.sent(report)}{f', in {took}' if took else ''}"),
    ]
    return _labelled(rows)


def _totals(report: Report) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, header_style="dim")
    table.add_column("operation", overflow="fold")
    table.add_column("model", overflow="fold")
    waived = words.waived_by_group(report)
    for heading in (*JUDGED, *(["waived"] if waived else []), "not judged"):
        table.add_column(heading, justify="right", no_wrap=True)
    for (operation, model), totals in words.totals_by_group(report).items():
        totals["fail"] -= waived[operation, model]
        cells = [_number(totals[outcome], STYLES[outcome]) for outcome in JUDGED]
        cells += [_number(waived[operation, model], "")] if waived else []
        cells.append(_number(sum(totals[outcome] for outcome in words.UNJUDGED), ""))
        table.add_row(Text(one_line(operation)), Text(one_line(model)), *cells)
    return table


def _number(number: int, style: str) -> Text:
    return Text(str(number), style=style) if number else Text("-", style="dim")


def _broken(report: Report, outcome: Outcome, most: int) -> list[RenderableType]:
    found = words.counted_flaws(report, outcome)
    parts: list[RenderableType] = []
    for result, failure in found[:most]:
        parts += ["", Text.assemble((outcome.upper(), STYLES[outcome]), "  ", (one_line(result.requirement), "bold"))]
        parts.append(_labelled(_facts(result, failure), indent=6))
        if failure.curl:
            # Never wrapped, so that it can be copied.
            short = failure.curl if len(failure.curl) <= LONGEST_CURL else "The curl line is long: see report.html."
            parts += [f"      {line}" for line in block(short).splitlines()]
    if len(found) > most:
        parts += ["", f"{len(found) - most} more failures stand in report.html and report.json."]
    return parts


def _facts(result: Result, failure: Failure) -> list[tuple[str, str]]:
    place = f", {one_line(failure.parameter)}" if failure.parameter else ""
    times = f", seen {failure.seen} times" if failure.seen > 1 else ""
    rows = [
        ("where", f"{one_line(result.operation)}, {one_line(result.model)}{place}{times}"),
        ("says", one_line(result.says)),
        ("happened", one_line(words.happened(result, failure))),
    ]
    if failure.expected:
        rows += [("expected", one_line(failure.expected)), ("actual", compact(failure.actual, 100))]
    rows.append(("source", one_line(result.source)))
    if failure.hint:
        rows.append(("hint", one_line(failure.hint)))
    return rows


def _warnings(report: Report) -> list[RenderableType]:
    found = words.counted_flaws(report, "warn")
    parts: list[RenderableType] = [""] if found else []
    for result, failure in found[:MOST_WARNINGS]:
        head = ("WARN", STYLES["warn"])
        parts.append(Text.assemble(head, f"  {one_line(result.requirement)} ({one_line(result.model)})"))
        parts.append(_labelled([("", one_line(words.happened(result, failure), 160))], indent=5))
    if len(found) > MOST_WARNINGS:
        parts.append(f"      {len(found) - MOST_WARNINGS} more warnings stand in report.html and report.json.")
    return parts


def _waived(report: Report) -> list[RenderableType]:
    found = words.waived_flaws(report)
    parts: list[RenderableType] = [""] if found else []
    for result, failure, waived in found[:MOST_FAILURES]:
        place = f", {one_line(failure.parameter)}" if failure.parameter else ""
        parts.append(Text(f"WAIVED  {one_line(result.requirement)} ({one_line(result.model)}{place})"))
        told = [("happened", one_line(words.happened(result, failure), 160)), ("waived", words.why_waived(waived))]
        parts.append(_labelled(told, indent=8))
    if len(found) > MOST_FAILURES:
        parts.append(f"        {len(found) - MOST_FAILURES} more waived failures stand in report.json.")
    return parts


def _unjudged(report: Report) -> list[RenderableType]:
    found = words.reasons(report)
    if not found:
        return []
    table = Table(box=None, padding=(0, 1), pad_edge=False, show_header=False)
    table.add_column(justify="right", no_wrap=True)
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    for outcome, reason, number in found[:MOST_REASONS]:
        table.add_row(str(number), Text(outcome, style=STYLES.get(outcome, "")), Text(one_line(reason, 160)))
    rest = sum(number for _, _, number in found[MOST_REASONS:])
    if rest:
        table.add_row(str(rest), "", "for other reasons; see report.html")
    return ["", Text("Not judged", style="bold"), table]


def _last_lines(report: Report, files: Sequence[Path]) -> list[RenderableType]:
    failed = report.exit_status == 1
    lines: list[RenderableType] = [Text(words.verdict(report), style="bold red" if failed else "bold")]
    lines += [f"written: {one_line(str(path), 4000)}" for path in files]
    if not report.interrupted:
        lines.append(f"exit status {report.exit_status}: {words.exit_meaning(report)}")
    return lines


def _labelled(rows: Sequence[tuple[str, str]], indent: int = 0) -> Table:
    table = Table.grid(padding=(0, 1, 0, 0))
    if indent:
        table.add_column(width=indent - 1)
    table.add_column(style="dim", no_wrap=True)
    table.add_column(overflow="fold")
    for label, text in rows:
        cells = [Text(label), Text(text)]
        table.add_row(*([Text(), *cells] if indent else cells))
    return table
