import dataclasses
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pixelproof_conformance.report.terminal import show_report
from pixelproof_conformance.reported import Report

from .report_examples import failure, realistic, report, requirements, result

REQUIREMENT = requirements()[15]


def shown(value: Report, width: int | None = None) -> str:
    """What a pipe gets to see."""
    out = io.StringIO()
    show_report(value, out, width=width)
    return out.getvalue()


def test_every_line_but_the_curl_line_fits_into_80_columns() -> None:
    """Nothing but curl lines, which must stay whole to be copied, is wider than 80 columns; no line ends in blanks."""
    lines = shown(realistic(300, 4)).splitlines()
    assert {line.split()[0] for line in lines if len(line) > 80} == {"curl"}
    assert [line for line in lines if line != line.rstrip()] == []


def test_failures_stand_before_warnings_and_reasons() -> None:
    """The order is totals, failures, warnings, what was not judged, verdict, exit status."""
    text = shown(realistic(300, 4))
    places = [text.index(words) for words in ("target", "operation", "FAIL", "WARN", "Not judged", "Does not conform")]
    assert places == sorted(places)
    assert text.splitlines()[-1] == "exit status 1: at least one requirement is broken"


def test_a_failure_shows_all_that_is_needed() -> None:
    """Identity, statement, what happened, expected and actual value, source and curl line of a failure are shown."""
    text = shown(report([result(REQUIREMENT, "gpt-image-1", "fail")]), width=200)
    for words in (
        f"FAIL  {REQUIREMENT.id}\n",
        "generations, gpt-image-1, n, seen 2 times\n",
        f"says     {REQUIREMENT.says}\n",
        "happened The request was accepted with status 200",
        "expected a refusal with status 400\n",
        "actual   200\n",
        f"source   {REQUIREMENT.source}\n",
        "      curl -sS http://127.0.0.1:8080/v1/images/generations",
    ):
        assert words in text


def test_the_statement_is_not_said_twice() -> None:
    """Where a message ends with the statement of its requirement, it stands under "says" only."""
    flaw = failure(REQUIREMENT, "a", message=f"n is 11. {REQUIREMENT.says}")
    text = shown(report([result(REQUIREMENT, "a", "fail", [flaw])]))
    assert "happened n is 11.\n" in text
    assert text.count(REQUIREMENT.says) == 1


def test_totals_stand_by_operation_and_model() -> None:
    """Each operation and model has one row with its failures, warnings, passes and what was not judged."""
    first, second = requirements()[:2]
    results = [
        result(first, "a", "fail"),
        result(second, "a"),
        result(first, "b", "warn"),
        result(second, "b", "not-run"),
    ]
    rows = [line.split() for line in shown(report(results)).splitlines() if line.startswith("generations")]
    assert rows == [["generations", "a", "1", "-", "1", "-"], ["generations", "b", "-", "1", "-", "1"]]


def test_reasons_are_counted() -> None:
    """Results that were not judged are counted by outcome and reason."""
    results = [result(entry, "a", "not-run") for entry in requirements()[:7]]
    text = shown(report(results))
    assert "7  not-run  the cap of 40 requests was reached before\n" in text
    assert "Could not be judged: no answer decided any requirement.\nexit status 3" in text


def test_many_failures_are_cut_with_their_number() -> None:
    """After twenty failures the rest is counted and found in the files."""
    text = shown(realistic(300, 27))
    assert text.count("\nFAIL ") == 20
    assert "7 more failures stand in report.html and report.json." in text


def test_a_long_curl_line_is_not_printed() -> None:
    """A curl line with a long prompt is left to the HTML report."""
    flaw = failure(REQUIREMENT, "a", curl=f"curl -d '{'x' * 32001}'")
    text = shown(report([result(REQUIREMENT, "a", "fail", [flaw])]))
    assert "The curl line is long: see report.html." in text
    assert "xxxx" not in text


@given(st.text())
def test_nothing_that_a_provider_sends_controls_the_terminal(text: str) -> None:
    """Whatever stands in message, value, note and model, no control character and no escape sequence comes out."""
    flaw = failure(REQUIREMENT, text, message=text, expected=text, actual=text, hint=text, parameter=text, curl=text)
    unjudged = dataclasses.replace(result(REQUIREMENT, text, "error"), note=text)
    out = shown(report([result(REQUIREMENT, text, "fail", [flaw]), unjudged], url=text, notes=(text,)))
    assert [char for char in out if not char.isprintable() and char != "\n"] == []


def test_markup_of_the_terminal_library_is_text() -> None:
    """Square brackets and emoji names of a provider stay as they are."""
    flaw = failure(REQUIREMENT, "a", message="[bold red]boo[/bold red] :smile: [/]")
    assert "[bold red]boo[/bold red] :smile: [/]" in shown(report([result(REQUIREMENT, "a", "fail", [flaw])]))


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        """Say yes."""
        return True


@pytest.mark.parametrize(("no_color", "coloured"), [("", True), ("1", False)])
def test_colour_is_for_terminals_that_want_it(no_color: str, coloured: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """A terminal gets colours unless NO_COLOR is set; the words are the same."""
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv("NO_COLOR", no_color)
    out = Terminal()
    show_report(realistic(5, 1), out, width=80)
    assert ("\x1b[1;31mFAIL" in out.getvalue()) is coloured


def test_a_narrow_encoding_gets_escapes() -> None:
    """A stream that knows only ASCII is served without an error."""
    raw = io.BytesIO()
    out = io.TextIOWrapper(raw, encoding="ascii")
    flaw = failure(REQUIREMENT, "a", message="图像…")
    show_report(report([result(REQUIREMENT, "a", "fail", [flaw])]), out)
    out.flush()
    assert b"\\u56fe\\u50cf" in raw.getvalue()
