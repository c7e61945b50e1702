from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from pixelproof import UsageError
from pixelproof_conformance.compare import compare_reports
from pixelproof_conformance.model import Outcome
from pixelproof_conformance.report.badge import RED, as_badge
from pixelproof_conformance.report.junit import as_junit
from pixelproof_conformance.report.markdown import as_markdown
from pixelproof_conformance.report.words import verdict
from pixelproof_conformance.reported import Failure, Report, Result, Waived
from pixelproof_conformance.waivers import UNEXPLAINED, Waiver, apply_waivers, read_waivers

from .report_examples import failure, report, requirements, result

TODAY = date(2026, 11, 20)
WHY = Waived("the vendor repairs it")
FACTS = next(facts for facts in requirements() if facts.id.endswith("/n-outside-1-to-10"))
OTHER = next(facts for facts in requirements() if facts.id.endswith("/size-not-for-gpt"))


def failing(parameter: str | None = "n", model: str = "gpt-image-1", outcome: Outcome = "fail") -> Failure:
    """A failure of the first requirement at a parameter."""
    name = f"{FACTS.id} generations {model} {parameter or '-'}"
    return failure(FACTS, model, outcome, parameter=parameter, identity=name)


def run(*results: Result) -> Report:
    """A run with one failure, and with what else is given."""
    return report([result(FACTS, "gpt-image-1", "fail", [failing()]), *results])


def applied(found: Report, *waivers: Waiver) -> Report:
    """The report with these waivers on the day of the tests."""
    return apply_waivers(found, waivers, TODAY)


def states(found: Report) -> list[str]:
    """What became of each waiver."""
    return [use.state for use in found.waivers]


@pytest.mark.parametrize(
    "facts",
    [
        {},
        {"operation": "generations"},
        {"model": "gpt-image-1"},
        {"parameter": "n"},
        {"requirement": "openai/generations/"},
        {"requirement": "openai/generations/n-*"},
        {"requirement": "*"},
        {"operation": "generations", "model": "gpt-image-1", "parameter": "n"},
    ],
)
def test_a_waiver_that_fits_waives(facts: dict[str, str]) -> None:
    """What it leaves out holds for all; a requirement is whole, or the beginning of several."""
    found = applied(run(), Waiver(**{"requirement": FACTS.id, "waived": WHY, **facts}))  # type: ignore[arg-type]
    assert found.results[0].waived == found.results[0].failures[0].waived == WHY
    assert (found.exit_status, found.waived_results, states(found)) == (0, 1, ["used"])
    assert found.totals()["fail"] == 1


@pytest.mark.parametrize(
    ("facts", "state"),
    [
        ({"requirement": FACTS.id[:-1]}, "unused"),
        ({"requirement": "openai/generations/n"}, "unused"),
        ({"operation": "edits"}, "elsewhere"),
        ({"model": "dall-e-2"}, "elsewhere"),
        ({"requirement": "orq/generations/n-outside"}, "elsewhere"),
        ({"parameter": "size"}, "not-needed"),
    ],
)
def test_a_waiver_that_does_not_fit_waives_nothing(facts: dict[str, str], state: str) -> None:
    """The failure counts; only what could have fitted in this run is told."""
    found = applied(run(), Waiver(**{"requirement": FACTS.id, "waived": WHY, **facts}))  # type: ignore[arg-type]
    assert found.results[0].waived is None
    assert (found.exit_status, states(found)) == (1, [state])
    assert bool(found.notes) == (state != "elsewhere")


def test_a_failure_without_a_parameter_has_a_waiver_of_its_own() -> None:
    """A dash stands for none, so that a waiver for it does not waive the other parameters."""
    found = report([result(FACTS, "gpt-image-1", "fail", [failing(None), failing("n")])])
    marked = applied(found, Waiver(FACTS.id, WHY, parameter="-")).results[0]
    assert [flaw.waived for flaw in marked.failures] == [WHY, None]


def test_every_index_is_one_parameter() -> None:
    """A failure at ``data[3].url`` is the one of ``data[].url``."""
    flaw = replace(failing("data[3].url"), identity=f"{FACTS.id} generations gpt-image-1 data[].url")
    found = report([result(FACTS, "gpt-image-1", "fail", [flaw])])
    for parameter in ("data[].url", "data[3].url"):
        assert applied(found, Waiver(FACTS.id, WHY, parameter=parameter)).exit_status == 0
    assert applied(found, Waiver(FACTS.id, WHY, parameter="data[2].url")).exit_status == 1


def test_a_result_is_waived_when_each_of_its_failures_is() -> None:
    """Another parameter of the same requirement still fails the run."""
    found = report([result(FACTS, "gpt-image-1", "fail", [failing("n"), failing("size")])])
    half = applied(found, Waiver(FACTS.id, WHY, parameter="n"))
    assert [flaw.waived for flaw in half.results[0].failures] == [WHY, None]
    assert (half.results[0].waived, half.exit_status) == (None, 1)
    whole = applied(found, Waiver(FACTS.id, WHY, parameter="n"), Waiver(FACTS.id, WHY, parameter="size"))
    assert (whole.results[0].waived, whole.exit_status) == (WHY, 0)


def test_the_warnings_of_a_failed_result_need_no_waiver() -> None:
    """Only its failures decide."""
    found = report([result(FACTS, "gpt-image-1", "fail", [failing("n"), failing("size", outcome="warn")])])
    assert applied(found, Waiver(FACTS.id, WHY, parameter="n")).exit_status == 0


@pytest.mark.parametrize(("day", "status"), [("2026-11-20", 0), ("2026-11-19", 1)])
def test_a_waiver_holds_up_to_its_last_day(day: str, status: int) -> None:
    """After it the failure counts again, and a note says so."""
    found = applied(run(), Waiver(FACTS.id, replace(WHY, expires=day), place="w.yaml:3"))
    assert found.exit_status == status
    assert states(found) == ["expired" if status else "used"]
    told = "expired on 2026-11-19 and no longer waives 1 failure. Renew it or take it out."
    assert list(found.notes) == ([f"The waiver of {FACTS.id} (w.yaml:3) {told}"] if status else [])


def test_a_requirement_that_passes_needs_no_waiver() -> None:
    """The note says so; what was not judged says nothing."""
    waiver = Waiver(OTHER.id, WHY, place="w.yaml:3")
    passed = applied(report([result(OTHER, "gpt-image-1")]), waiver)
    assert states(passed) == ["not-needed"]
    assert "is not needed any more" in passed.notes[0]
    for outcome in ("inconclusive", "not-run", "disabled", "unsupported", "error"):
        found = applied(report([result(OTHER, "gpt-image-1", outcome)]), waiver)
        assert (states(found), found.notes) == (["not-judged"], ())


def test_a_waiver_without_a_reason_yet_is_told() -> None:
    """It waives all the same."""
    found = applied(run(), Waiver(FACTS.id, Waived(UNEXPLAINED)))
    assert found.exit_status == 0
    assert "has no reason yet" in found.notes[0]


def test_waivers_of_requirements_beside_the_dialect_are_known() -> None:
    """An id that does not begin with the dialect is one of this run when results have such ids."""
    found = report([replace(result(FACTS, "gpt-image-1", "fail", [failing()]), requirement="wire/big-body")])
    assert states(applied(found, Waiver("wire/big-body", WHY))) == ["used"]
    assert states(applied(found, Waiver("wire/bigbody", WHY))) == ["unused"]


def test_the_verdict_says_what_is_waived() -> None:
    """Alone, and beside failures that count."""
    waived = applied(run(result(OTHER, "gpt-image-1")), Waiver(FACTS.id, WHY))
    assert verdict(waived) == "Conforms but for 1 waived failure: no other of 2 results fails."
    both = applied(run(result(OTHER, "gpt-image-1", "fail")), Waiver(FACTS.id, WHY))
    assert verdict(both) == "Does not conform: 1 requirement broken, 1 of 2 results fail. 1 other failure waived."


def test_junit_skips_what_is_waived_with_the_reason() -> None:
    """It is no failure for the CI server, and the details stay."""
    long = Waived("the vendor repairs it", "https://example.test/1", "2026-12-31")
    root = ET.fromstring(as_junit(applied(run(), Waiver(FACTS.id, long))))
    case = root.find(".//testcase")
    assert case is not None
    skipped, details = case.find("skipped"), case.find("system-out")
    assert (root.get("failures"), root[0].get("skipped")) == ("0", "1")
    assert skipped is not None
    assert skipped.get("message") == "waived: the vendor repairs it (until 2026-12-31, https://example.test/1)"
    assert details is not None
    assert "waived: the vendor repairs it" in (details.text or "")


def test_junit_blames_the_failure_that_counts() -> None:
    """The message is not that of the waived one."""
    flaws = [replace(failing("n"), message="first"), replace(failing("size"), message="second")]
    found = applied(report([result(FACTS, "gpt-image-1", "fail", flaws)]), Waiver(FACTS.id, WHY, parameter="n"))
    element = ET.fromstring(as_junit(found)).find(".//failure")
    assert element is not None
    assert element.get("message") == "second"


def test_markdown_has_a_column_and_a_table_for_what_is_waived() -> None:
    """The failure is not among the failures, and not gone."""
    text = as_markdown(applied(run(), Waiver(FACTS.id, WHY)))
    assert "| <code>generations</code> | <code>gpt-image-1</code> | – | 1 | – | – | – |" in text
    assert "### Failures and warnings" not in text
    assert (
        f"| <code>{FACTS.id}</code> | <code>gpt-image-1</code> | <code>n</code> | <code>{WHY.reason}</code> |" in text
    )


def test_a_reason_cannot_break_out_of_the_table() -> None:
    """It is text of a file that many write to."""
    hostile = Waived("a | b\n\n# x </code><script> @team")
    text = as_markdown(applied(run(), Waiver(FACTS.id, hostile)))
    assert "<script>" not in text
    assert "\n# x" not in text
    assert "@team" not in text


def test_the_badge_is_red_only_for_what_counts() -> None:
    """With a waived failure it is not green either."""
    assert RED in as_badge(run())
    badge = as_badge(applied(run(), Waiver(FACTS.id, WHY)))
    assert RED not in badge
    assert "0/1" in badge


def sorts(before: Report, after: Report) -> Sequence[str]:
    """How two runs differ."""
    return [change.sort for change in compare_reports([before, after]).changes]


def test_a_comparison_knows_waivers() -> None:
    """A new failure that is waived is no news for CI; one whose waiver has gone is."""
    clean = report([result(FACTS, "gpt-image-1")])
    bad, waived = run(), applied(run(), Waiver(FACTS.id, WHY))
    assert [len(compare_reports([clean, after]).added) for after in (bad, waived)] == [1, 0]
    assert [len(compare_reports([waived, after]).added) for after in (bad, waived)] == [1, 0]
    assert (sorts(waived, bad), sorts(bad, waived), sorts(waived, waived)) == (["changed"], ["changed"], [])
    assert compare_reports([bad, waived]).rows[0].outcomes == ("fail", "waived")


ENTRY = "waivers:\n- requirement: a/b\n  reason: known\n"


def read(folder: Path, text: str) -> tuple[Waiver, ...]:
    """The waivers of a file with this text."""
    path = folder / "w.yaml"
    path.write_text(text, encoding="utf-8")
    return read_waivers(path)


def test_a_file_is_read_as_it_stands(tmp_path: Path) -> None:
    """Dates need no quotes; each entry knows its line."""
    text = """\
# known
waivers:
  - requirement: openai/generations/n-*
    reason: known
  - requirement: a/b
    operation: edits
    model: m
    parameter: data[].url
    reason: " spaced "
    link: https://example.test/1
    expires: 2026-12-31
"""
    assert read(tmp_path, text) == (
        Waiver("openai/generations/n-*", Waived("known"), place=f"{tmp_path}/w.yaml:3"),
        Waiver(
            "a/b",
            Waived("spaced", "https://example.test/1", "2026-12-31"),
            operation="edits",
            model="m",
            parameter="data[].url",
            place=f"{tmp_path}/w.yaml:5",
        ),
    )
    assert read(tmp_path, "waivers:\n") == ()


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", ": is empty"),
        ("waivers: x", ":1: at waivers: 'x' is not of type 'array', 'null'"),
        ("waivers:\n- reason: x", ":2: at waivers/0: 'requirement' is a required property"),
        ("waivers:\n- requirement: a/b", ":2: at waivers/0: 'reason' is a required property"),
        (ENTRY + "  raeson: x", ":2: at waivers/0: the key 'raeson' is unknown; did you mean 'reason'?"),
        (ENTRY + "  expires: soon", ":4: at waivers/0/expires: 'soon' does not match"),
        (ENTRY + "  expires: 2026-02-30", ":4: expires is '2026-02-30', a day that is in no calendar; mend the date"),
        (ENTRY + "  link: here", ":4: at waivers/0/link: 'here' does not match"),
        (ENTRY.replace("a/b", "'*/b'"), ":2: at waivers/0/requirement: '*/b' does not match"),
        (ENTRY.replace("known", "' '"), ":3: at waivers/0/reason: ' ' does not match"),
        ("waivers: [", ":2:1: is not valid YAML"),
    ],
)
def test_a_flaw_in_the_file_is_told_with_its_line(tmp_path: Path, text: str, told: str) -> None:
    """File, line, value, and what to do."""
    with pytest.raises(UsageError) as caught:
        read(tmp_path, text)
    assert str(caught.value).startswith(f"{tmp_path}/w.yaml{told}")
