"""``report.md``: a short summary for CI step summaries and comments on pull requests.

Text of strangers stands in code only: there no Markdown, no HTML, no mention and no reference works.
"""

import re

from pixelproof_conformance.report import words
from pixelproof_conformance.report.escaping import block, compact, in_html, one_line, pretty
from pixelproof_conformance.reported import Failure, Report, Result

MOST_BYTES = 60_000
"""A comment on GitHub holds 65,536 characters, a step summary 1 MiB."""

MOST_REASONS = 20
SIGNS = {0: "✅", 1: "❌", 3: "❔"}
_IN_CODE = re.compile(r"[\\`*_\[\]|~$@]|:(?=//)|(?<=www)\.", re.IGNORECASE)


def as_markdown(report: Report, most_bytes: int = MOST_BYTES) -> str:
    """A summary of at most ``most_bytes`` bytes of UTF-8; failures that do not fit are counted at the end."""
    text = _head(report)
    room = most_bytes - len(text.encode()) - len(_tail(report).encode()) - 400
    flaws = [*words.counted_flaws(report, "fail"), *words.counted_flaws(report, "warn")]
    shown: list[str] = []
    for number, (result, failure) in enumerate(flaws):
        detail = _detail(report, result, failure)
        room -= len(detail.encode("utf-8", "replace"))
        if room < 0:
            shown.append(f"{len(flaws) - number} more stand in `report.html` and `report.json`.\n\n")
            break
        shown.append(detail)
    return text + "".join(["### Failures and warnings\n\n", *shown] if flaws else []) + _tail(report)


def code(text: str, most: int = 200) -> str:
    """``text`` on one line as inline code, fit for a table cell and for a line of HTML."""
    escaped = in_html(one_line(text, most))
    return f"<code>{_IN_CODE.sub(lambda char: f'&#{ord(char[0])};', escaped)}</code>"


def fenced(text: str, language: str = "text") -> str:
    """``text`` as a block of code behind a fence that is longer than any in the text."""
    longest = max((len(run) for run in re.findall("`+", text)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}{language}\n{text}\n{fence}\n"


def _head(report: Report) -> str:
    took = words.duration(report)
    judged = f"{code(report.url, 300)} by the dialect {code(report.dialect)}, {code(report.document)}"
    sent = f"{words.sent(report)}{f', in {took}' if took else ''}"
    waived = words.waived_by_group(report)
    lines = [
        f"## {SIGNS[report.exit_status]} {words.verdict(report)}",
        "",
        f"{judged}: {sent}, {code(f'{report.tool} {report.version}')}.",
        "",
        f"| operation | model | fail |{' waived |' if waived else ''} warn | pass | not judged |",
        f"|---|---|---:|{'---:|' if waived else ''}---:|---:|---:|",
    ]
    groups = list(words.totals_by_group(report).items())
    for (operation, model), totals in groups[:MOST_REASONS]:
        unjudged = sum(totals[outcome] for outcome in words.UNJUDGED)
        hidden = waived[operation, model]
        numbers = [totals["fail"] - hidden, *([hidden] if waived else []), totals["warn"], totals["pass"], unjudged]
        lines.append(f"| {code(operation)} | {code(model)} | {' | '.join(str(number or '–') for number in numbers)} |")
    if len(groups) > MOST_REASONS:
        lines.append(f"| {len(groups) - MOST_REASONS} more in `report.html` | | | | | |{' |' if waived else ''}")
    return "\n".join(lines) + "\n\n"


def _waived(report: Report) -> list[str]:
    """A table of what is waived, with the reasons."""
    found = words.waived_flaws(report)
    if not found:
        return []
    lines = ["### Waived", "", "| requirement | model | parameter | reason |", "|---|---|---|---|"]
    for result, failure, waived in found[:MOST_REASONS]:
        place = code(failure.parameter, 60) if failure.parameter else ""
        reason = code(words.why_waived(waived), 300)
        lines.append(f"| {code(result.requirement)} | {code(result.model, 60)} | {place} | {reason} |")
    if len(found) > MOST_REASONS:
        lines.append(f"| {len(found) - MOST_REASONS} more in `report.json` | | | |")
    return [*lines, ""]


def _detail(report: Report, result: Result, failure: Failure) -> str:
    place = f", {code(failure.parameter, 60)}" if failure.parameter else ""
    head = f"{failure.outcome}: {code(result.requirement)} {code(result.model, 60)}{place}"
    facts = [("says", result.says), ("happened", words.happened(result, failure))]
    if failure.expected:
        facts += [("expected", failure.expected), ("actual", compact(failure.actual, 200))]
    kept = words.kept_by(report, result)
    hint = failure.hint or ""
    facts += [("source", result.source), ("hint", "" if hint in kept else hint), ("keep it", kept)]
    facts += [("case", f"{failure.case}, seen {failure.seen}")]
    listed = "\n".join(f"{name:<9} {one_line(text)}" for name, text in facts if text)
    parts = [
        "<details><summary>",
        head,
        "</summary>\n\n",
        fenced(listed),
    ]
    if failure.curl:
        parts += ["\n", fenced(block(failure.curl, 1500), "sh")]
    if failure.answer:
        parts += ["\n", fenced(block(failure.answer, 600))]
    return "".join([*parts, "\n</details>\n\n"])


def _tail(report: Report) -> str:
    found = words.reasons(report)
    lines = _waived(report)
    lines += ["### Not judged", "", "| results | outcome | reason |", "|---:|---|---|"] if found else []
    lines += [f"| {number} | {outcome} | {code(reason)} |" for outcome, reason, number in found[:MOST_REASONS]]
    if len(found) > MOST_REASONS:
        lines.append(f"| {sum(number for _, _, number in found[MOST_REASONS:])} | | other reasons |")
    lines += ["", *[f"Noise: {code(line, 300)}\n" for line in words.noise(report)[: MOST_REASONS + 1]]]
    lines += ["", *[f"Note: {code(note, 300)}\n" for note in report.notes[:MOST_REASONS]]]
    return "\n".join(lines).rstrip() + f"\n\n{_run(report)}"


def _run(report: Report) -> str:
    """Versions, dates, seed, cost and configuration, folded."""
    listed = "\n".join(f"{name:<9} {one_line(text, 2000)}" for name, text in words.facts(report) if text)
    settings = pretty(report.configuration, 4000)
    return f"<details><summary>The run</summary>\n\n{fenced(listed)}\n{fenced(settings, 'json')}\n</details>\n"
