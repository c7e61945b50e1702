"""Verdicts for people, in the order in which they are judged."""

from collections.abc import Iterable, Iterator

from pixelproof._text import printable
from pixelproof._values import Finding
from pixelproof.formats import Judged
from pixelproof.formats._paint import Paint, painter


def render(judged: Iterable[Judged], colours: bool) -> Iterator[str]:
    """One line for each message, below it its findings, and a sum when there are several messages."""
    paint = painter(colours)
    totals = {"valid": 0, "warn": 0, "invalid": 0}
    for one in judged:
        totals[one.verdict.verdict] += 1
        yield _message(one, paint)
    number = sum(totals.values())
    if number > 1:
        yield f"{number} messages: {', '.join(f'{count} {word}' for word, count in totals.items() if count)}\n"


def _message(judged: Judged, paint: Paint) -> str:
    verdict, findings = judged.verdict
    head = f"{paint(printable(judged.name), 'strong')}: {paint(verdict, verdict)}"
    if not findings:
        return f"{head}\n"
    counts = {severity: sum(f.severity == severity for f in findings) for severity in ("error", "warning", "info")}
    head += f" ({', '.join(_counted(word, count) for word, count in counts.items() if count)})"
    lines: dict[str, int] = {}
    if b"\n" in judged.content.strip():
        from pixelproof.formats._places import lines_of

        lines = lines_of(judged.content, {finding.pointer for finding in findings})
    return "\n".join([head, *(_finding(finding, lines.get(finding.pointer), paint) for finding in findings), ""])


def _counted(severity: str, count: int) -> str:
    word = "note" if severity == "info" else severity
    return f"1 {word}" if count == 1 else f"{count} {word}s"


def _finding(finding: Finding, line: int | None, paint: Paint) -> str:
    place = f" at {printable(finding.parameter or finding.pointer)}" if finding.parameter or finding.pointer else ""
    if line is not None:
        place += f" (line {line})" if place else f" at line {line}"
    rows = [f"  {paint(finding.severity, finding.severity)}{place}: {printable(finding.message)}"]
    for label, text in (
        ("expected", finding.expected),
        ("hint", finding.hint),
        ("source", finding.source),
        ("requirement", finding.requirement),
    ):
        if text:
            rows.append(f"      {paint(f'{label:<11}', 'faint')}  {printable(text)}")
    return "\n".join(rows)
