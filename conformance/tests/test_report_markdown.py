import dataclasses
from html.parser import HTMLParser

from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from pixelproof_conformance.report.markdown import as_markdown
from pixelproof_conformance.reported import Report

from .report_examples import failure, realistic, report, requirements, result

REQUIREMENT = requirements()[15]
OUR_TAGS = {"h2", "h3", "p", "table", "thead", "tbody", "tr", "th", "td", "code", "pre", "details", "summary"}
HOSTILE = st.text() | st.text(alphabet="`~|<>&\"'\\[](){}*_#!@:/=\n\r \x1b-+1.ahtps", max_size=40)


class Tags(HTMLParser):
    """The tags of a document, the names of their attributes, and its text outside of code."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.words = ""
        self._code = 0
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note the tag and its attributes."""
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}
        self._code += tag == "code"

    def handle_endtag(self, tag: str) -> None:
        """Note the end of code."""
        self._code -= tag == "code"

    def handle_data(self, data: str) -> None:
        """Keep text outside of code."""
        if not self._code:
            self.words += data


def rendered(markdown: str) -> Tags:
    """What a site that allows HTML in Markdown makes of it."""
    return Tags(MarkdownIt("commonmark", {"html": True}).enable("table").render(markdown))


def test_the_summary_has_verdict_totals_failures_and_reasons() -> None:
    """The verdict is the heading; totals, the failure with its curl line, and reasons follow."""
    text = as_markdown(realistic(60, 1))
    assert text.startswith(
        "## ❌ Does not conform: 1 requirement broken, 1 of 57 results fail. 3 results not judged.\n"
    )
    assert "| <code>generations</code> | <code>gpt-image-1</code> | 1 | – | 18 | 1 |\n" in text
    assert "<summary>fail: <code>openai/generations/body-not-an-object</code> <code>gpt-image-1</code>" in text
    assert "```sh\ncurl -sS http://127.0.0.1:8080/v1/images/generations" in text
    assert "| 1 | inconclusive | <code>the target answered 429 (too many requests) to every try</code> |" in text


def test_every_failure_folds() -> None:
    """Each failure and each warning is one block that a reader can open."""
    page = realistic(300, 9)
    text = as_markdown(page)
    assert text.count("<details>") == text.count("</details>") == 9 + page.totals()["warn"] + 1  # the run


def test_the_size_is_bounded_and_what_is_left_out_is_counted() -> None:
    """A report that does not fit is cut between failures, says how many are left out, and keeps the reasons."""
    page = realistic(300, 200)
    text = as_markdown(page, 20_000)
    shown = text.count("<details>") - 1  # the run
    left = 200 + page.totals()["warn"] - shown
    assert len(text.encode()) <= 20_000
    assert 5 < shown < 60
    assert f"{left} more stand in `report.html` and `report.json`." in text
    assert "### Not judged" in text


def test_many_models_and_reasons_stay_inside_the_limit() -> None:
    """Tables are cut as well, so that no number of models or notes breaks the limit."""
    results = [
        dataclasses.replace(result(REQUIREMENT, f"model-{number}" * 99, "error"), note=f"{number} " * 999)
        for number in range(400)
    ]
    assert len(as_markdown(report(results, notes=("x" * 9999,) * 99)).encode()) < 60_000


def page_of(text: str) -> Report:
    """A report in which everything that a provider or a target can choose is ``text``."""
    flaw = failure(
        REQUIREMENT, text, message=text, expected=text, actual=text, hint=text, parameter=text, curl=text, answer=text
    )
    unjudged = dataclasses.replace(result(REQUIREMENT, text, "error"), note=text)
    return report([result(REQUIREMENT, text, "fail", [flaw]), unjudged], url=text, dialect=text, notes=(text,))


@given(HOSTILE.filter(bool))
def test_nothing_that_a_provider_sends_becomes_markup(text: str) -> None:
    """Whatever is sent stands in code: it brings no tag and no attribute, and changes no word outside of code."""
    found, harmless = rendered(as_markdown(page_of(text))), rendered(as_markdown(page_of("x")))
    assert (found.tags, found.attributes) == (harmless.tags, harmless.attributes)
    assert found.words == harmless.words
    assert found.tags <= OUR_TAGS
