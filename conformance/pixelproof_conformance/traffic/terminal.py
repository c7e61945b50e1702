"""An audit on a terminal: what was judged, the provider's side, the clients' side; readable at 80 columns."""

from collections.abc import Sequence
from pathlib import Path
from typing import TextIO

from pixelproof._text import shown
from rich.console import Console, RenderableType
from rich.table import Table
from rich.text import Text

from pixelproof_conformance.report.escaping import one_line
from pixelproof_conformance.report.terminal import write_captured
from pixelproof_conformance.report.words import counted, why_waived
from pixelproof_conformance.traffic.auditing import Audit
from pixelproof_conformance.traffic.findings import SIDES, Found, findings, says_of_provider
from pixelproof_conformance.traffic.report import notes
from pixelproof_conformance.traffic.tally import Side

STYLES = {"error": "bold red", "warning": "yellow", "info": "dim"}
MOST_FINDINGS = 20
MOST_ROWS = 30
_HEADINGS = {
    "provider": ("Provider", "answers, and requests that were accepted or refused against the document"),
    "client": ("Clients", "requests that are not what the document allows"),
}


def show_audit(audit: Audit, out: TextIO, *, status: int, files: Sequence[Path] = (), width: int | None = None) -> None:
    """Print the audit to ``out``; ``files`` are the written forms, named at the end."""
    console = Console(file=out, width=width, markup=False, highlight=False, emoji=False, safe_box=True)
    with console.capture() as captured:
        for part in _parts(audit, status, files):
            if isinstance(part, str):
                console.print(Text(part), soft_wrap=True)
            else:
                console.print(part)
    write_captured(captured.get(), out)


def _parts(audit: Audit, status: int, files: Sequence[Path]) -> list[RenderableType]:
    parts: list[RenderableType] = []
    if audit.tally.judged:
        parts.append(_exchanges(audit))
        for side in SIDES["both"]:
            parts += _side(audit, findings(audit, side), *_HEADINGS[side])
    told = [f"note: {one_line(note)}" for note in notes(audit) if not note.startswith("Clients broke")]
    parts += ["", *told] if told else []
    parts += ["", Text(verdict(audit), style="bold red" if status == 1 else "bold")]
    parts = parts[1:] if parts[:1] == [""] else parts
    return [*parts, *(f"written: {one_line(str(path), 4000)}" for path in files)]


def _exchanges(audit: Audit) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, header_style="dim")
    for heading in ("operation", "model", "status"):
        table.add_column(heading, overflow="fold")
    table.add_column("exchanges", justify="right", no_wrap=True)
    rows = sorted(audit.tally.exchanges.items(), key=lambda entry: (-entry[1], str(entry[0])))
    for (operation, model, status), count in rows[:MOST_ROWS]:
        code = "not known" if status is None else str(status)
        table.add_row(Text(operation), Text(one_line(model)), Text(code), f"{count:,}")
    if len(rows) > MOST_ROWS:
        table.add_row("others", "", "", f"{sum(count for _, count in rows[MOST_ROWS:]):,}")
    return table


def _side(audit: Audit, found: list[Found], heading: str, meaning: str) -> list[RenderableType]:
    parts: list[RenderableType] = ["", Text.assemble((heading, "bold"), (f"  {meaning}", "dim"))]
    if not found:
        return [*parts, "  nothing found"]
    for one in sorted(found, key=lambda one: one.waived is not None)[:MOST_FINDINGS]:
        name = one_line(one.key.requirement)
        told = ("  waived", "dim") if one.waived else (f"  {one.severity}", STYLES[one.severity])
        parts += [Text.assemble(told, "  ", (name, "bold")), _facts(audit, one)]
    if len(found) > MOST_FINDINGS:
        parts.append(f"  {len(found) - MOST_FINDINGS} more; --out DIR or --format json has all of them")
    return parts


def _facts(audit: Audit, found: Found) -> Table:
    first = found.group.examples[0]
    place = f", {one_line(found.key.parameter)}" if found.key.parameter else ""
    happened = first.message.removesuffix(found.facts.says).rstrip() or first.message
    rows = [
        ("seen", f"{counted(found.group.seen, 'time')}, first at {one_line(audit.where(first.place))}"),
        ("where", f"{one_line(found.key.model)}{place}"),
        ("says", one_line(found.facts.says)),
        ("happened", one_line(happened)),
    ]
    if first.expected:
        rows += [("expected", one_line(first.expected)), ("actual", one_line(shown(first.actual)))]
    rows.append(("source", one_line(found.facts.source)))
    if found.waived:
        rows.append(("waived", why_waived(found.waived)))
    table = Table.grid(padding=(0, 1, 0, 0))
    table.add_column(width=8)
    table.add_column(style="dim", no_wrap=True)
    table.add_column(overflow="fold")
    for label, text in rows:
        table.add_row("", Text(label), Text(text))
    return table


def verdict(audit: Audit) -> str:
    """The audit in a few sentences."""
    tally = audit.tally
    if not tally.judged:
        said = f"Nothing was judged: {_why_nothing(audit)}."
    else:
        provider = f"The provider broke {_broken(audit, 'provider')}"
        if not says_of_provider(audit):
            provider = "No answer says what the provider does"
        said = (
            f"{tally.judged:,} {'exchange' if tally.judged == 1 else 'exchanges'} judged."
            f" {provider}, clients broke {_broken(audit, 'client')}."
        )
    return f"{said} The audit was stopped early." if audit.interrupted else said


def _broken(audit: Audit, side: Side) -> str:
    """How many requirements a side broke, and how many of them count no more."""
    errors = [found for found in findings(audit, side) if found.severity == "error"]
    names = {found.key.requirement for found in errors}
    waived = len(names - {found.key.requirement for found in errors if found.waived is None})
    return counted(len(names), "requirement") + (f" ({waived} waived)" if waived else "")


def _why_nothing(audit: Audit) -> str:
    tally = audit.tally
    if tally.left_out:
        return f"no exchange of an operation of {audit.dialect.name} was found"
    if tally.unreadable:
        return "nothing could be read as a recorded exchange"
    return "no exchange stands in what was read"
