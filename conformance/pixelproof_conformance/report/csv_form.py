"""``results.csv``: one line for each requirement, operation and model, for spreadsheets and data frames.

Every line says which run it belongs to, so that the files of several runs can be put below one another.
"""

import csv
import io

from pixelproof_conformance.model import Json
from pixelproof_conformance.report import words
from pixelproof_conformance.report.escaping import compact, one_line
from pixelproof_conformance.reported import Report, Result

RESULT_COLUMNS = (
    "dialect",
    "operation",
    "model",
    "requirement",
    "outcome",
    "waived",
    "severity",
    "word",
    "checks",
    "failures",
    "happened",
    "note",
    "says",
    "source",
)
RUN_COLUMNS = ("target", "document", "tool", "version", "started", "finished", "profile", "seed")
COUNT_COLUMNS = ("requests", "pictures", "cost_usd", "cost_usd_at_most")
COLUMNS = (*RESULT_COLUMNS, *RUN_COLUMNS, *COUNT_COLUMNS, "command", "configuration")

_FORMULA = "=+-@\uff1d\uff0b\uff0d\uff20"
"""What a spreadsheet may take for the start of a formula; the last four are the wide forms of East Asian text."""


def as_csv(report: Report) -> str:
    """The results as CSV (RFC 4180) with a line of headings; no cell is a formula."""
    named = report.configuration
    run: list[Json] = [report.url, report.document, report.tool, report.version, report.started, report.finished]
    run += [named.get("profile", ""), named.get("seed", "")]
    run += [report.counts.requests, report.counts.images, report.counts.cost]
    run += [report.counts.cost_at_most, report.command, compact(report.configuration, 32_000)]
    about_run = [cell(value) for value in run]
    rows = [[cell(value) for value in _cells(report, result)] + about_run for result in report.results]
    return _written([[cell(name) for name in COLUMNS], *rows])


def table(rows: "list[tuple[str, ...] | list[Json]]") -> str:
    """Rows as CSV whose every text is on one line, quoted, and no formula."""
    return _written([[cell(value) for value in row] for row in rows])


def _written(rows: list[list[Json]]) -> str:
    out = io.StringIO()
    csv.writer(out, quoting=csv.QUOTE_NONNUMERIC).writerows(rows)
    return out.getvalue()


def cell(value: Json) -> Json:
    """A value as a cell: numbers as they are, texts on one line and with an apostrophe before what starts a formula."""
    if value is None:
        return ""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return value
    text = one_line(str(value), 32_000)  # a spreadsheet takes 32,767 characters
    return f"'{text}" if text.lstrip()[:1] in _FORMULA and text.strip() else text


def _cells(report: Report, result: Result) -> list[Json]:
    happened = "; ".join(words.happened(result, failure) for failure in result.failures)
    return [
        report.dialect,
        result.operation,
        result.model,
        result.requirement,
        result.outcome,
        words.why_waived(result.waived) if result.waived else "",
        result.severity,
        result.word,
        result.checks,
        len(result.failures),
        happened,
        result.note,
        result.says,
        result.source,
    ]
