import csv
import dataclasses
import io
import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from pixelproof import UsageError
from pixelproof._meta import meta_validator
from pixelproof_conformance.compare import Comparison, compare_reports, summary
from pixelproof_conformance.compare.data import as_csv, as_json
from pixelproof_conformance.compare.markdown import as_markdown
from pixelproof_conformance.compare.sections import sections_of
from pixelproof_conformance.compare.terminal import show_comparison
from pixelproof_conformance.fixtures import fixtures_root
from pixelproof_conformance.model import Outcome
from pixelproof_conformance.report.json_form import read_report
from pixelproof_conformance.reported import Report

from .report_examples import failure, realistic, report, requirements, result

FIRST, SECOND, THIRD = requirements()[:3]


def shown(comparison: Comparison, width: int = 120) -> str:
    """What a pipe gets to see."""
    out = io.StringIO()
    show_comparison(comparison, out, width=width)
    return out.getvalue()


def run(first: Outcome, second: Outcome, third: Outcome, message: str = "It happened.") -> Report:
    """A run over three requirements."""
    results = []
    for requirement, outcome in zip((FIRST, SECOND, THIRD), (first, second, third), strict=True):
        flaws = [failure(requirement, "a", outcome, message=message)] if outcome in ("fail", "warn") else []
        results.append(result(requirement, "a", outcome, flaws))
    return report(results)


def sorts(comparison: Comparison) -> list[tuple[str, str]]:
    """Each change with its requirement."""
    return [(change.sort, change.result.requirement) for change in comparison.changes]


def test_failures_that_came_and_went_are_told_apart() -> None:
    """A failure only in the last run is new, one only in the first is gone, one in both that is the same is neither."""
    comparison = compare_reports([run("fail", "pass", "fail"), run("pass", "fail", "fail")])
    assert sorts(comparison) == [("added", SECOND.id), ("gone", FIRST.id)]
    assert [change.result.requirement for change in comparison.added] == [SECOND.id]
    assert summary(comparison) == "1 failure new, 1 repaired, 0 warnings new, 0 gone; 2 of 3 outcomes differ."


@pytest.mark.parametrize("outcome", ["not-run", "inconclusive", "unsupported", "error", "disabled"])
def test_a_failure_that_was_not_judged_again_is_not_gone(outcome: Outcome) -> None:
    """What the last run did not judge may still be broken, and is not called gone."""
    comparison = compare_reports([run("fail", "pass", "pass"), run(outcome, "pass", "pass")])
    assert sorts(comparison) == [("unknown", FIRST.id)]
    assert f"now {outcome}: " in shown(comparison)
    assert "1 not judged any more" in summary(comparison)


def test_a_failure_of_a_requirement_that_the_last_run_lacks_is_not_gone() -> None:
    """A run over fewer requirements says nothing about the others."""
    comparison = compare_reports([run("fail", "pass", "pass"), report([])])
    assert sorts(comparison) == [("unknown", FIRST.id)]


def test_a_failure_that_looks_different_is_changed() -> None:
    """The same failure with another message is changed, and both messages are shown."""
    comparison = compare_reports([run("fail", "pass", "pass", "Old."), run("fail", "pass", "pass", "New.")])
    assert sorts(comparison) == [("changed", FIRST.id)]
    assert comparison.added == ()
    assert "before: Old. (status 200); after: New. (status 200)\n" in shown(comparison)
    assert "1 changed; 0 of 3 outcomes differ" in summary(comparison)


@pytest.mark.parametrize(
    ("before", "after", "number"),
    [("pass", "warn", 0), ("warn", "fail", 1), ("fail", "warn", 0), ("not-run", "fail", 1)],
)
def test_a_new_failure_is_one_that_was_none_before(before: Outcome, after: Outcome, number: int) -> None:
    """A warning is no new failure; a warning that became a failure is one."""
    assert len(compare_reports([run(before, "pass", "pass"), run(after, "pass", "pass")]).added) == number


def test_outcomes_of_many_runs_stand_side_by_side() -> None:
    """Rows that differ have a column for each run, also where a run lacks the requirement."""
    comparison = compare_reports([run("fail", "pass", "pass"), report([]), run("pass", "pass", "pass")])
    assert [row.outcomes for row in comparison.rows] == [
        ("fail", None, "pass"),
        ("pass", None, "pass"),
        ("pass", None, "pass"),
    ]
    assert comparison.different == comparison.rows
    assert "generations body-not-an-object  fail  -  pass\n" in re.sub(" {2,}", "  ", shown(comparison))


def test_runs_that_are_alike_say_so() -> None:
    """Without a difference there is no list, only the sentence."""
    comparison = compare_reports([realistic(60, 3), realistic(60, 3)])
    assert comparison.changes == ()
    text = shown(comparison)
    assert text.endswith("0 failures new, 0 repaired, 0 warnings new, 0 gone; 0 of 60 outcomes differ.\n")
    assert len(text.splitlines()) == 5


def test_runs_under_other_conditions_are_pointed_out() -> None:
    """Another dialect or another version of pixelproof is told, because it explains differences."""
    first = run("pass", "pass", "pass")
    comparison = compare_reports([first, dataclasses.replace(first, dialect="orq", version="0.2.0")])
    assert comparison.notes == (
        "The runs differ in their dialect: openai, orq.",
        "The runs differ in their version: 0.1.0, 0.2.0.",
    )
    assert "The runs differ in their dialect: openai, orq." in shown(comparison)


@pytest.mark.parametrize("number", [0, 1])
def test_one_run_cannot_be_compared(number: int) -> None:
    """Fewer than two runs are refused with the advice to name more."""
    with pytest.raises(UsageError, match="cannot be compared; name two or more"):
        compare_reports([run("pass", "pass", "pass")] * number)


def test_the_markdown_form_has_the_same_facts() -> None:
    """Sentence, runs, changes and the outcomes side by side stand in the Markdown form."""
    text = as_markdown(compare_reports([run("fail", "pass", "pass"), run("pass", "fail", "pass")], ["old", "new"]))
    assert text.startswith("## 1 failure new, 1 repaired, 0 warnings new, 0 gone; 2 of 3 outcomes differ.\n")
    target, started = "<code>http&#58;//127.0.0.1:8080</code>", "<code>2026-11-20 10:00 UTC</code>"
    version = "<code>pixelproof 0.1.0</code>"
    sent = "<code>1</code> | <code>184 requests (181 first tries, 3 retries), 23 pictures, at least &#36;0.41</code>"
    assert (
        f"| 1 | <code>old</code> | {target} | <code>openai</code> | {version} | {started} | {sent} | 1 | 0 | 2 | 0 |"
        in text
    )
    assert f"### Broken now (1)\n\n- fail: <code>{SECOND.id}</code> <code>a</code>\n" in text
    assert "  - <code>It happened. (status 200)</code>" in text
    assert f"### Repaired (1)\n\n- was fail: <code>{FIRST.id}</code> <code>a</code>\n" in text
    assert "| <code>generations</code> | <code>body-not-an-object</code> | fail | pass |" in text


def test_the_models_of_one_flaw_stand_on_one_line() -> None:
    """What happened to a requirement for several models and parameters is told once."""
    before = [result(FIRST, model, "fail", [failure(FIRST, model, message="Broken.")]) for model in ("a", "b")]
    after = [result(FIRST, model) for model in ("a", "b")]
    comparison = compare_reports([report(before), report(after)])
    (entry,) = sections_of(comparison)["repaired"]
    assert (entry.models, entry.told, entry.in_part) == (("a", "b"), ("Broken. (status 200)",), False)
    assert "body-not-an-object  all models  The body is a JSON object" in re.sub(" {2,}", "  ", shown(comparison))


def test_a_requirement_that_is_repaired_in_part_says_so() -> None:
    """When one of two failures of a requirement is gone, it is not called repaired without a word."""
    both = [failure(FIRST, "a", identity=f"{name} generations a {name}", parameter=name) for name in ("n", "size")]
    first, last = report([result(FIRST, "a", "fail", both)]), report([result(FIRST, "a", "fail", both[:1])])
    comparison = compare_reports([first, last])
    assert [entry.in_part for entry in sections_of(comparison)["repaired"]] == [True]
    assert "still broken otherwise" in shown(comparison)


@pytest.mark.parametrize(
    ("before", "after", "section"),
    [("inconclusive", "pass", "judged"), ("pass", "not-run", "unknown"), ("fail", "not-run", "unknown")],
)
def test_what_is_judged_in_one_run_only_is_told(before: Outcome, after: Outcome, section: str) -> None:
    """A requirement that is judged now, or not any more, is no repair and no failure, and has a section of its own."""
    comparison = compare_reports([run(before, "pass", "pass"), run(after, "pass", "pass")])
    found = {name: [entry.requirement for entry in entries] for name, entries in sections_of(comparison).items()}
    assert found == {section: [FIRST.id]}
    assert (comparison.added, comparison.repaired) == ((), ())


def test_the_two_published_versions_of_litellm_fit_one_screen() -> None:
    """What was repaired and what broke is told within 40 lines of 100 columns."""
    shelf = fixtures_root().parent / "reports"
    if not shelf.is_dir():
        pytest.skip("the published reports lie in the repository only")
    reports = [read_report(shelf / name) for name in ("litellm-1.80.0", "litellm-1.106.2")]
    text = shown(compare_reports(reports, ["litellm-1.80.0", "litellm-1.106.2"]), width=100)
    lines = text.splitlines()
    assert len(lines) <= 40
    assert max(map(len, lines)) <= 100
    assert re.search(r"^Repaired \(\d+\)$", text, re.MULTILINE)
    assert re.search(r"^  picture-in-another-format +gpt-image-1 ", text, re.MULTILINE)


def test_runs_of_different_dialects_stand_side_by_side() -> None:
    """The matrix lines up requirements of the same name, with the worst outcome over the models of each run."""
    other = dataclasses.replace(result(FIRST, "x"), requirement="orq/generations/body-not-an-object")
    mixed = report([result(FIRST, "a", "fail"), result(FIRST, "b")])
    comparison = compare_reports([mixed, report([other], dialect="orq"), report([])])
    (line,) = comparison.lines
    assert (line.operation, line.flaw) == ("generations", "body-not-an-object")
    assert (line.outcomes, line.numbers) == (("fail", "pass", None), ((1, 2), (1, 1), (0, 0)))
    assert "generations body-not-an-object  fail 1/2  pass  -\n" in re.sub(" {2,}", "  ", shown(comparison))


def test_many_differences_are_cut_with_their_number() -> None:
    """Lists end after two hundred lines and say how many more there are."""
    first = report([result(entry, f"m{index}") for index in range(8) for entry in requirements()])
    last = report([result(entry, f"m{index}", "fail") for index in range(8) for entry in requirements()])
    changed = dataclasses.replace(
        last, results=tuple(dataclasses.replace(one, operation=one.model) for one in last.results)
    )
    before = dataclasses.replace(
        first, results=tuple(dataclasses.replace(one, operation=one.model) for one in first.results)
    )
    comparison = compare_reports([before, changed])
    number = len(sections_of(comparison)["broken"])
    text, page = shown(comparison), as_markdown(comparison)
    assert number > 200
    assert f"\n  and {number - 200} more\n" in text
    assert f"\n- and {number - 200} more\n" in page


def test_the_json_form_keeps_to_its_schema() -> None:
    """Programs get every change with both sides, every outcome, and what made the runs."""
    value = json.loads(as_json(compare_reports([run("fail", "pass", "warn"), run("pass", "fail", "warn")], ["x", "y"])))
    assert [error.message for error in meta_validator("comparison").iter_errors(value)] == []
    assert (value["new_failures"], value["repaired_failures"]) == (1, 1)
    assert [(entry["sort"], entry["breaks"], entry["repairs"]) for entry in value["changes"]] == [
        ("added", True, False),
        ("gone", False, True),
    ]
    assert [entry["outcomes"] for entry in value["outcomes"]] == [["fail", "pass"], ["pass", "fail"], ["warn", "warn"]]
    assert [entry["seed"] for entry in value["runs"]] == ["1", "1"]


def test_the_csv_form_has_a_column_for_each_run() -> None:
    """What made the runs comes first, then a line for each requirement; no name of a run is a formula."""
    text = as_csv(compare_reports([run("fail", "pass", "pass"), run("pass", "pass", "pass")], ["old", "=new"]))
    rows = list(csv.reader(io.StringIO(text, newline=""), strict=True))
    assert rows[0] == ["requirement", "operation", "model", "old", "'=new"]
    assert ["seed", "", "", "1", "1"] in rows
    assert rows[-3] == [FIRST.id, "generations", "a", "fail", "pass"]


@given(st.text(min_size=1) | st.text(alphabet="`|<>&*_[]\n\x1b- ", min_size=1, max_size=20))
def test_nothing_that_a_provider_sends_gets_out_of_hand(text: str) -> None:
    """Text of a provider controls neither the terminal nor the Markdown page."""
    flaw = failure(FIRST, text, message=text, identity=text)
    broken = report([result(FIRST, text, "fail", [flaw])], url=text, dialect=text, started=text)
    comparison = compare_reports([report([result(FIRST, text)]), broken], [text, f"{text}2"])
    assert [char for char in shown(comparison) if not char.isprintable() and char != "\n"] == []
    tags = {
        token.tag for token in MarkdownIt("commonmark", {"html": False}).enable("table").parse(as_markdown(comparison))
    }
    assert tags <= {"", "h2", "h3", "p", "ul", "li", "table", "thead", "tbody", "tr", "th", "td"}
    json.loads(as_json(comparison))
