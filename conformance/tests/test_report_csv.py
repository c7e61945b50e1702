import csv
import dataclasses
import io
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pixelproof_conformance.report.csv_form import COLUMNS, as_csv, cell
from pixelproof_conformance.reported import Report, Waived

from .report_examples import failure, realistic, report, requirements, result

REQUIREMENT = requirements()[15]


def rows_of(page: Report) -> list[dict[str, str]]:
    """The lines as a reader of CSV sees them."""
    return list(csv.DictReader(io.StringIO(as_csv(page), newline=""), strict=True))


def test_each_result_is_a_line() -> None:
    """Requirement, operation, model and outcome stand in every line, in the order of the report."""
    page = realistic(280, 12)
    found = [(row["requirement"], row["operation"], row["model"], row["outcome"]) for row in rows_of(page)]
    assert found == [(one.requirement, one.operation, one.model, one.outcome) for one in page.results]


def test_each_line_carries_what_made_the_run() -> None:
    """Version, target, dates, seed, counts, cost and command, so that the lines of several runs can be mixed."""
    (row,) = rows_of(report([result(REQUIREMENT, "a")]))
    assert tuple(row) == COLUMNS
    assert (row["tool"], row["version"], row["target"]) == ("pixelproof", "0.1.0", "http://127.0.0.1:8080")
    assert (row["started"], row["finished"], row["seed"]) == ("2026-11-20T10:00:00Z", "2026-11-20T10:02:14Z", "1")
    assert (row["requests"], row["pictures"], row["cost_usd"]) == ("184", "23", "0.41")
    assert (row["cost_usd_at_most"], json.loads(row["configuration"])["max_requests"]) == ("", 400)
    assert row["command"].startswith("pixelproof run http://127.0.0.1:8080")


def test_a_waived_failure_says_why() -> None:
    """The reason stands in a column of its own, and the outcome stays what it is."""
    accepted = dataclasses.replace(result(REQUIREMENT, "a", "fail"), waived=Waived("known"))
    (row,) = rows_of(report([accepted]))
    assert (row["outcome"], row["waived"]) == ("fail", "known")


@pytest.mark.parametrize("start", [*"=+-@", "\uff1d", "\uff0b", "\uff0d", "\uff20", " =", "\t=", "\r@", "\n-"])
def test_no_cell_is_a_formula(start: str) -> None:
    """What a spreadsheet would run gets an apostrophe before it, and stays readable."""
    text = f'{start}HYPERLINK("http://evil.example","x")'
    flaw = failure(REQUIREMENT, text, message=text)
    (row,) = rows_of(report([result(REQUIREMENT, text, "fail", [flaw])], url=text))
    for name in ("model", "happened", "target"):
        assert row[name].startswith(("'", "\\"))
        assert "HYPERLINK" in row[name]


@pytest.mark.parametrize(
    ("value", "shown"), [(-3, -3), (0.5, 0.5), (None, ""), ("a-b", "a-b"), ("", ""), (True, "True")]
)
def test_other_cells_stay_as_they_are(value: object, shown: object) -> None:
    """Numbers stay numbers, also negative ones, and ordinary text is not touched."""
    assert cell(value) == shown


@given(st.text() | st.text(alphabet="=+-@,;\"'\r\n\t\x00\ud800", max_size=12))
def test_text_of_strangers_stays_in_its_cell(text: str) -> None:
    """Whatever a provider sends, there is one line for the result, and no cell starts a formula."""
    flaw = failure(REQUIREMENT, text, message=text)
    page = report([result(REQUIREMENT, text, "fail", [flaw])], url=text, command=text)
    assert as_csv(page).count("\r\n") == 2
    (row,) = rows_of(page)
    assert [value for value in row.values() if value.lstrip()[:1] in (*"=+-@", "\t", "\r")] in ([], [""] * len(row))
