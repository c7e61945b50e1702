import base64
import dataclasses
import hashlib
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pixelproof_conformance.model import OUTCOMES, Outcome, Report
from pixelproof_conformance.report.html import as_html
from pixelproof_conformance.report.html import page as page_module
from pixelproof_conformance.report.html.elements import Html, join, tag

from .report_examples import MODELS, failure, preview, realistic, report, requirements, result

REQUIREMENT = requirements()[15]
CSS = Path(page_module.__file__).with_name("page.css").read_text(encoding="utf-8")
VOID = {"meta", "img", "input"}
HOSTILE = st.text() | st.text(alphabet="<>&\"'`=/\\ -!\n\r\t\x00\x1bscriptonload", max_size=60)


class Page(HTMLParser):
    """The elements of a page in their order, each with its attributes, and the text of each kind of element."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.texts: dict[str, list[str]] = {}
        self.open: list[tuple[str, int]] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note an element."""
        self.elements.append((tag, dict(attrs)))
        texts = self.texts.setdefault(tag, [])
        texts.append("")
        if tag not in VOID:
            self.open.append((tag, len(texts) - 1))

    def handle_endtag(self, tag: str) -> None:
        """Close the innermost element, which has to be this one."""
        assert self.open.pop()[0] == tag

    def handle_data(self, data: str) -> None:
        """Keep the text of all open elements."""
        for name, index in self.open:
            self.texts[name][index] += data

    def of(self, tag: str) -> list[dict[str, str | None]]:
        """The attributes of every element of a kind."""
        return [attributes for name, attributes in self.elements if name == tag]

    @property
    def shape(self) -> list[tuple[str, tuple[str, ...]]]:
        """Every element with the names of its attributes."""
        return [(name, tuple(attributes)) for name, attributes in self.elements]


PAGE = Page(as_html(realistic(300, 12)))


def page_of(text: str) -> Report:
    """A report in which everything that a provider or a target can choose is ``text``."""
    flaw = failure(
        REQUIREMENT, text, message=text, expected=text, actual=text, hint=text, parameter=text, identity=text, case=text
    )
    flaw = dataclasses.replace(flaw, request={text: [text]}, answer=text, curl=text, python=text, picture=text)
    warned = dataclasses.replace(flaw, outcome="warn")
    results = [
        dataclasses.replace(result(REQUIREMENT, text, "fail", [flaw, warned]), operation=text),
        dataclasses.replace(result(requirements()[1], text, "error"), note=text, operation=text),
    ]
    return report(
        results, url=text, dialect=text, notes=(text,), command=text, configuration={text: text}, document=text
    )


def test_every_element_is_closed_where_it_was_opened() -> None:
    """The page is well formed: elements nest, and none is left open."""
    assert PAGE.open == []


def test_the_page_loads_nothing() -> None:
    """No element names an address outside of the page; pictures are data, and script and style stand in it."""
    addresses = [
        value for _, given in PAGE.elements for key, value in given.items() if key in ("href", "src", "action")
    ]
    assert addresses
    assert [value for value in addresses if not str(value).startswith(("#", "data:image/png;base64,"))] == []
    assert "url(" not in CSS
    assert "@import" not in CSS


def test_the_policy_allows_only_our_script_and_style() -> None:
    """The policy of the page denies everything but its own script and style, by their hashes, and pictures as data."""
    policy = next(given["content"] for given in PAGE.of("meta") if given.get("http-equiv") == "Content-Security-Policy")
    hashes = [
        base64.b64encode(hashlib.sha256(PAGE.texts[name][0].encode()).digest()).decode() for name in ("style", "script")
    ]
    assert policy == (
        f"default-src 'none'; style-src 'sha256-{hashes[0]}'; script-src 'sha256-{hashes[1]}'; "
        "img-src data:; base-uri 'none'; form-action 'none'"
    )
    assert (len(PAGE.of("script")), len(PAGE.of("style"))) == (1, 1)
    assert not [given for _, given in PAGE.elements if "style" in given]


def test_every_link_leads_somewhere() -> None:
    """Each link inside the page has its target, and no name is given twice."""
    names = [given["id"] for _, given in PAGE.elements if "id" in given]
    assert len(names) == len(set(names))
    assert {str(given["href"])[1:] for given in PAGE.of("a")} <= set(names)


def test_every_failure_has_all_that_is_needed() -> None:
    """A failure shows statement, source, what happened, request, answer, curl, Python and its picture."""
    flaw = failure(REQUIREMENT, "gpt-image-1", picture=preview(), hint="Ask for fewer.")
    text = as_html(report([result(REQUIREMENT, "gpt-image-1", "fail", [flaw])]))
    body = Page(text).texts["article"][0]
    for words in (
        REQUIREMENT.says,
        REQUIREMENT.source,
        flaw.message,
        "a refusal with status 400",
        "Ask for fewer.",
        '"prompt": "A small grey square"',
        flaw.answer,
        flaw.curl,
        flaw.python,
        "gpt-image-1, n, seen 2 times",
    ):
        assert words in body
    assert [given["src"] for given in Page(text).of("img")] == [preview()]


def test_verdict_totals_and_matrix_are_there() -> None:
    """The verdict is a sentence, every outcome is counted, and the matrix has a cell for each requirement and model."""
    page = realistic(300, 12)
    assert "Does not conform: 12 requirements broken, 12 of 283 results fail." in PAGE.texts["header"][0]
    cells = [given["data-outcome"] for given in PAGE.of("td") if "data-outcome" in given]
    assert {outcome: cells.count(outcome) for outcome in OUTCOMES} == page.totals()
    assert len([given for given in PAGE.of("th") if given["scope"] == "col" and "data-model" in given]) == 3
    assert len([given for given in PAGE.of("th") if given["scope"] == "row"]) == 100


def test_what_is_not_checkable_stands_with_its_reason() -> None:
    """Each statement that no message shows is listed with the reason."""
    text = " ".join(PAGE.texts["main"])
    for entry in realistic(1, 0).not_checkable:
        assert entry["says"] in text
        assert entry["reason"] in text


def test_without_scripts_nothing_but_controls_is_hidden() -> None:
    """Only the filters and the copy buttons, which do nothing without a script, wait for it."""
    hidden = {(name, given.get("class")) for name, given in PAGE.elements if "hidden" in given}
    assert hidden == {("form", "filters"), ("button", "copy"), ("label", None)}


def test_outcomes_are_words_and_not_colours_alone() -> None:
    """A cell reads as its whole outcome, so that it can be heard and copied."""
    page = Page(as_html(report([result(REQUIREMENT, "a", outcome) for outcome in OUTCOMES])))
    spans = zip(page.texts["span"], page.of("span"), strict=True)
    letters = [text for text, given in spans if str(given.get("class")).startswith("letter")]
    assert {"Pass", "Inconclusive", "Not-run", "Disabled", "Error", "Unsupported"} <= set(letters)


@given(HOSTILE.filter(bool))
def test_nothing_that_a_provider_sends_becomes_markup(text: str) -> None:
    """Whatever is sent, the page has the elements and attributes of a harmless one, and no link but into itself."""
    found, harmless = Page(as_html(page_of(text))), Page(as_html(page_of("x")))
    assert found.shape == harmless.shape
    assert {str(given["href"])[:1] for given in found.of("a")} == {"#"}
    assert found.texts["script"] == harmless.texts["script"]
    assert found.of("img") == []


@given(HOSTILE)
def test_text_and_attributes_come_back_from_a_parser(text: str) -> None:
    """What a parser reads from an element is the text that went in, control characters shown as escapes."""
    plain = "".join(char for char in text if char.isprintable())
    found = Page(tag("p", plain, title=plain or "-"))
    assert found.texts["p"] == [plain]
    assert found.of("p") == [{"title": plain or "-"}]


def test_elements_are_written_as_html() -> None:
    """Children nest, plain text is escaped, attributes are renamed, and empty ones are left out."""
    inner = tag("b", "<i>", class_="x", data_model="m", hidden=True, open=False, title="")
    assert inner == '<b class="x" data-model="m" hidden>&lt;i&gt;</b>'
    assert join(inner, " & ") == f"{inner} &amp; "
    assert tag("input", type="text") == '<input type="text">'
    assert isinstance(inner, Html)


@pytest.mark.parametrize(
    "picture",
    [
        "data:image/svg+xml;base64,PHN2Zz4=",
        "data:text/html;base64,PHN2Zz4=",
        "https://example.com/x.png",
        'data:image/png;base64,AAAA" onerror="alert(1)',
        "data:image/png;base64," + "A" * 1_000_000,
        "javascript:alert(1)",
    ],
)
def test_only_small_pictures_are_shown(picture: str) -> None:
    """A preview that is no small PNG, JPEG, WebP or GIF as data is left out."""
    flaw = failure(REQUIREMENT, "a", picture=picture)
    assert Page(as_html(report([result(REQUIREMENT, "a", "fail", [flaw])]))).of("img") == []


def test_many_models_stand_upright_in_a_table_that_scrolls() -> None:
    """With more models than fit side by side the table can be scrolled, with the keyboard too."""
    models = [f"model-{number}" for number in range(9)]
    page = Page(as_html(report([result(REQUIREMENT, model) for model in models])))
    assert [given["tabindex"] for given in page.of("div") if given.get("class") == "scrolls"] == ["0"]
    assert [given["class"] for given in page.of("table")] == ["matrix upright"]


def test_operations_have_a_table_each() -> None:
    """Each operation has its own table, with the models that it was asked for."""
    edits = dataclasses.replace(result(REQUIREMENT, "b"), operation="edits", requirement="openai/edits/x")
    page = Page(as_html(report([result(REQUIREMENT, "a"), edits])))
    assert page.texts["caption"] == ["generations", "edits"]
    assert [given["data-model"] for given in page.of("th") if "data-model" in given] == ["a", "b"]


def test_an_empty_report_is_a_page() -> None:
    """A run without results says so."""
    text = as_html(report([]))
    assert "Could not be judged: no answer decided any requirement." in text
    assert "The run has no results." in text


@pytest.mark.parametrize(
    ("outcome", "words"),
    [
        ("pass", "Nothing failed."),
        ("not-run", "Nothing was judged."),
        ("fail", "The report holds no details of what failed."),
    ],
)
def test_a_page_without_failures_says_what_that_means(outcome: Outcome, words: str) -> None:
    """Where no failure can be shown, the page does not pretend that all is well."""
    bare = dataclasses.replace(result(REQUIREMENT, "a", outcome), failures=())
    assert f'<p class="empty">{words}</p>' in as_html(report([bare]))


def test_a_large_report_stays_small() -> None:
    """All requirements for five models, forty of them failing, take less than a megabyte."""
    assert len(as_html(realistic(700, 40, MODELS))) < 1_000_000


def luminance(colour: str) -> float:
    """The relative luminance of a colour by WCAG 2."""
    parts = [int(colour[index : index + 2], 16) / 255 for index in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_every_text_can_be_read(mode: str) -> None:
    """In light and dark each pair of text and background has a contrast of at least 4.5 to 1 (WCAG 2 AA)."""
    light, dark = CSS.split("prefers-color-scheme: dark")[:2]
    colours = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6})", light if mode == "light" else dark))
    pairs = [(name, name.replace("-fg", "-bg")) for name in colours if name.endswith("-fg")]
    pairs += [(text, ground) for text in ("fg", "muted", "link") for ground in ("bg", "raised")]
    assert len(pairs) == 17
    for text, ground in pairs:
        low, high = sorted([luminance(colours[text]), luminance(colours[ground])])
        assert (high + 0.05) / (low + 0.05) >= 4.5, (text, ground)
