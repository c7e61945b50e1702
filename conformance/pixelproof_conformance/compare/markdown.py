"""A comparison as Markdown; text of strangers stands in code only."""

from pixelproof_conformance.compare.sections import HEADINGS, sections_of
from pixelproof_conformance.compare.terminal import MOST_ROWS, cell_text, numbers_of
from pixelproof_conformance.compare.values import Comparison, summary
from pixelproof_conformance.report import words
from pixelproof_conformance.report.markdown import code

MOST_TOLD = 6


def as_markdown(comparison: Comparison) -> str:
    """The runs, what is different between two of them, and the outcomes side by side."""
    lines = [f"## {summary(comparison)}", "", *_runs(comparison), ""]
    lines += [f"{code(note, 400)}\n" for note in comparison.notes]
    if len(comparison.reports) == 2:
        lines += _sections(comparison)
    lines += _matrix(comparison)
    return "\n".join(lines).rstrip() + "\n"


def _runs(comparison: Comparison) -> list[str]:
    lines = ["| | run | target | dialect | version | started | seed | sent | fail | warn | pass | not judged |"]
    lines.append("|---:|---|---|---|---|---|---|---|---:|---:|---:|---:|")
    for place, (name, report) in enumerate(zip(comparison.names, comparison.reports, strict=True)):
        made = (report.dialect, f"{report.tool} {report.version}", words.date(report))
        facts = (name, report.url, *made, str(report.configuration.get("seed", "")), words.sent(report))
        cells = [str(place + 1), *[code(fact) for fact in facts], *numbers_of(comparison, place)]
        lines.append(f"| {' | '.join(cells)} |")
    return lines


def _sections(comparison: Comparison) -> list[str]:
    lines = []
    for name, entries in sections_of(comparison).items():
        lines += [f"### {HEADINGS[name]} ({len(entries)})", ""]
        for entry in entries[:MOST_ROWS]:
            models = code(", ".join(entry.models), 200)
            part = ", in part" if entry.in_part else ""
            lines.append(f"- {entry.word}{part}: {code(entry.requirement)} {models}")
            lines += [f"  - {code(line, 300)}" for line in entry.told[:MOST_TOLD]]
            lines += [f"  - and {len(entry.told) - MOST_TOLD} more"] if len(entry.told) > MOST_TOLD else []
        lines += [f"- and {len(entries) - MOST_ROWS} more"] if len(entries) > MOST_ROWS else []
        lines.append("")
    return lines


def _matrix(comparison: Comparison) -> list[str]:
    differing = [line for line in comparison.lines if len(set(line.outcomes)) > 1]
    if not differing:
        return []
    numbers = [str(number) for number in range(1, len(comparison.reports) + 1)]
    lines = ["### Outcomes that differ", "", f"| operation | requirement | {' | '.join(numbers)} |"]
    lines.append(f"|---|---|{'---|' * len(numbers)}")
    for line in differing[:MOST_ROWS]:
        cells = [cell_text(cell, number) for cell, number in zip(line.outcomes, line.numbers, strict=True)]
        lines.append(f"| {code(line.operation)} | {code(line.flaw)} | {' | '.join(cells)} |")
    return [*lines, "", f"And {len(differing) - MOST_ROWS} more."] if len(differing) > MOST_ROWS else lines
