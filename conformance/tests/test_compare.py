import dataclasses
import io
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from pixelproof import UsageError
from pixelproof_conformance.compare import Comparison, as_markdown, compare_reports, show_comparison, summary
from pixelproof_conformance.model import Outcome, Report

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
    assert summary(comparison) == "1 new, 0 changed, 1 gone; 2 of 3 outcomes differ."


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
    text = shown(comparison)
    assert "before: Old. (status 200)\n" in text
    assert "after: New. (status 200)\n" in text


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
    assert "generations body-not-an-object  a  fail  -  pass\n" in re.sub(" {2,}", "  ", shown(comparison))


def test_runs_that_are_alike_say_so() -> None:
    """Without a difference there is no list, only the sentence."""
    comparison = compare_reports([realistic(60, 3), realistic(60, 3)])
    assert comparison.changes == ()
    text = shown(comparison)
    assert text.endswith("0 new, 0 changed, 0 gone; 0 of 60 outcomes differ.\n")
    assert "Outcomes that differ" not in text


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
    text = as_markdown(compare_reports([run("fail", "pass", "pass"), run("pass", "fail", "pass")]))
    assert text.startswith("## 1 new, 0 changed, 1 gone; 2 of 3 outcomes differ.\n")
    target, started = "<code>http&#58;//127.0.0.1:8080</code>", "<code>2026-11-20 10:00 UTC</code>"
    assert f"| 1 | {target} | <code>openai</code> | {started} | 1 | 0 | 2 | 0 |" in text
    assert f"### New (1)\n\n- fail: <code>{SECOND.id} (a)</code>\n  - <code>It happened. (status 200)</code>" in text
    assert f"| <code>{FIRST.id}</code> | <code>a</code> | fail | pass |" in text


def test_many_differences_are_cut_with_their_number() -> None:
    """Lists end after two hundred lines and say how many more there are."""
    first, last = realistic(280, 0), realistic(280, 270)
    text, page = shown(compare_reports([first, last])), as_markdown(compare_reports([first, last]))
    assert text.count("\n  fail ") == page.count("\n- fail") == 200
    assert "\n    and 63 more\n" in text
    assert "\n- and 63 more\n" in page


@given(st.text(min_size=1) | st.text(alphabet="`|<>&*_[]\n\x1b- ", min_size=1, max_size=20))
def test_nothing_that_a_provider_sends_gets_out_of_hand(text: str) -> None:
    """Text of a provider controls neither the terminal nor the Markdown page."""
    flaw = failure(FIRST, text, message=text, identity=text)
    broken = report([result(FIRST, text, "fail", [flaw])], url=text, dialect=text, started=text)
    comparison = compare_reports([report([result(FIRST, text)]), broken])
    assert [char for char in shown(comparison) if not char.isprintable() and char != "\n"] == []
    tags = {
        token.tag for token in MarkdownIt("commonmark", {"html": False}).enable("table").parse(as_markdown(comparison))
    }
    assert tags <= {"", "h2", "h3", "p", "ul", "li", "table", "thead", "tbody", "tr", "th", "td"}
