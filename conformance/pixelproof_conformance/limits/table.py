"""Documented beside observed, as a table for a terminal."""

from collections.abc import Sequence
from typing import TextIO

from rich.console import Console
from rich.table import Table
from rich.text import Text

from pixelproof_conformance.limits.survey import Limit, Outcome
from pixelproof_conformance.report.escaping import one_line
from pixelproof_conformance.report.terminal import write_captured
from pixelproof_conformance.report.words import counted

WORDS: dict[Outcome, tuple[str, str]] = {
    "same": ("as documented", "green"),
    "stricter": ("stricter", "bold red"),
    "looser": ("looser", "bold red"),
    "not-monotone": ("refuses inside, accepts outside", "bold red"),
    "unenforced": ("more is accepted", ""),
    "replaced": ("accepts more, makes less", "bold red"),
    "inconclusive": ("not found out", "magenta"),
    "undocumented": ("not documented", ""),
}


def show_limits(limits: Sequence[Limit], left_out: Sequence[str], out: TextIO, *, width: int | None = None) -> None:
    """Print one table for each operation and model, then the notes and what it took."""
    console = Console(file=out, width=width, markup=False, highlight=False, emoji=False, safe_box=True)
    with console.capture() as captured:
        for group in dict.fromkeys((limit.operation, limit.model) for limit in limits):
            console.print(Text(f"\n{group[0]}, {one_line(group[1])}", style="bold"))
            console.print(_table([limit for limit in limits if (limit.operation, limit.model) == group]))
        for text in (*_notes(limits), *left_out):
            console.print(Text(f"note: {one_line(text, 300)}"), soft_wrap=True)
        console.print(Text(f"\n{_summary(limits)}", style="bold"), soft_wrap=True)
    write_captured(captured.get(), out)


def _table(limits: Sequence[Limit]) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, header_style="dim")
    table.add_column("parameter", no_wrap=True)
    table.add_column("bound", no_wrap=True)
    table.add_column("documented", justify="right", no_wrap=True)
    table.add_column("observed", justify="right", overflow="fold")
    table.add_column("", overflow="fold")
    for limit in limits:
        word, style = WORDS[limit.verdict]
        table.add_row(
            Text(one_line(limit.parameter)),
            f"{limit.side} {limit.measure}".strip(),
            limit.documented or "-",
            Text(_observed(limit)),
            Text(word, style=style if limit.is_deviation or limit.verdict in ("same", "inconclusive") else ""),
        )
    return table


def _observed(limit: Limit) -> str:
    """The bound that was found, or how far the search got before it was cut off."""
    if limit.verdict == "inconclusive":
        return f"{limit.observed} accepted" if limit.observed else "-"
    return f"{'at least ' if _is_open(limit) else ''}{limit.observed or 'nothing accepted'}"


def _is_open(limit: Limit) -> bool:
    return limit.open_end and limit.verdict in ("looser", "unenforced", "undocumented") and limit.side == "most"


def _notes(limits: Sequence[Limit]) -> list[str]:
    return [
        f"{limit.parameter}, {limit.side} {limit.measure}".strip() + f": {note}"
        for limit in limits
        for note in limit.notes
    ]


def _summary(limits: Sequence[Limit]) -> str:
    deviations = sum(limit.is_deviation for limit in limits)
    same = sum(limit.verdict == "same" for limit in limits)
    open_ones = sum(limit.verdict == "inconclusive" for limit in limits)
    parts = [f"{counted(same, 'bound')} as documented", f"{deviations} deviating"]
    parts += [f"{open_ones} not found out"] if open_ones else []
    spent = counted(sum(limit.requests for limit in limits), "request")
    pictures = counted(sum(limit.images for limit in limits), "picture")
    return f"{', '.join(parts)}; {spent}, {pictures}"
