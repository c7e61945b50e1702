"""The exchange behind a failure in the page: messages, pictures, time line, and what is cut."""

import dataclasses

import pytest
from pixelproof_conformance.report.html import as_html
from pixelproof_conformance.reported import Guidance

from .html_page import Page
from .report_examples import MODELS, evidence, failure, report, requirements, result, returned, streamed

REQUIREMENT = requirements()[15]


def test_every_failure_has_all_that_is_needed() -> None:
    """A failure shows statement, source, what happened, request, answer, headers, curl, Python and its picture."""
    flaw = failure(REQUIREMENT, "gpt-image-1", evidence=evidence(returned()), hint="Ask for fewer.")
    told = {REQUIREMENT.id: Guidance(why=("It is not paid for.",), keep=("Compare `n` with <both> ends.",))}
    shown = report([result(REQUIREMENT, "gpt-image-1", "fail", [flaw])], guidance=told)
    page = Page(as_html(shown))
    body = next(text for text in page.texts["details"] if REQUIREMENT.says in text)
    document, _, section = REQUIREMENT.source.partition("#")
    for words in (
        f"{document} \u203a {section}",
        flaw.message,
        "a refusal with status 400",
        "Ask for fewer.",
        '"prompt": "A small grey square"',
        "POST /v1/images/generations",
        '"b64_json": "iVBORw0KGgo… (1204 characters)"',
        "status 200 3.42 s 1.3 kB",
        "x-request-id: req_1",
        flaw.curl,
        flaw.python,
        "gpt-image-1 n seen 2 times",
        "It is not paid for.",
        "Compare n with <both> ends.",
        f"{shown.command} --only {REQUIREMENT.id}",
    ):
        assert words in body
    assert [given["src"] for given in page.of("img")] == [returned().preview]


def test_an_empty_body_is_said_to_be_one() -> None:
    """A box without anything in it looks like a fault of the page."""
    flaw = failure(REQUIREMENT, "a", request="", evidence=evidence())
    page = Page(as_html(report([result(REQUIREMENT, "a", "fail", [flaw])])))
    request = next(text for text in page.texts["details"] if text.strip().startswith("Request"))
    assert "The body is empty." in request
    assert "Copy" not in request


def test_the_wrong_place_is_marked_in_request_and_answer() -> None:
    """The line of the parameter is marked where it occurs, and no other line."""
    kept = evidence(body={"n": {"a": [11]}, "x": 1})
    flaw = failure(REQUIREMENT, "a", parameter="n", request={"model": "a", "n": 11}, evidence=kept)
    page = Page(as_html(report([result(REQUIREMENT, "a", "fail", [flaw])])))
    assert page.texts["mark"] == ['  "n": 11\n', '  "n": {\n']


def test_a_picture_stands_beside_what_was_asked() -> None:
    """Size, format, background and number are compared, and a difference is said in words."""
    picture = returned(width=512, height=512, format="jpeg", transparency="none")
    asked = {"size": "1024x1536", "output_format": "jpeg", "background": "transparent", "n": "1"}
    flaw = failure(REQUIREMENT, "a", evidence=evidence(picture, asked=asked))
    page = Page(as_html(report([result(REQUIREMENT, "a", "fail", [flaw])])))
    table = next(text for text in page.texts["table"] if "Came back" in text)
    assert [row.strip() for row in table.splitlines() if row.strip()] == [
        "PictureAskedCame back",
        "Size1024x1536512x512, not as asked",
        "Formatjpegjpeg, as asked",
        "Backgroundtransparentopaque, not as asked",
        "Pictures11, as asked",
        "File—17.2 kB",
    ]


def test_base64_is_not_shown_where_it_says_nothing() -> None:
    """In place of the base64 that is wrong stands what it is, or how long where that is not known."""
    text = "iVBORw0KGgo" + "A" * 69 + "… (7012 characters)"
    flaw = failure(REQUIREMENT, "a", parameter="data[0].b64_json", actual=text, evidence=evidence(returned()))
    other = dataclasses.replace(flaw, evidence=None, identity="other")
    page = Page(as_html(report([result(REQUIREMENT, "a", "fail", [flaw, other])])))
    actual = [
        text for text, given in zip(page.texts["div"], page.of("div"), strict=True) if given.get("class") == "actual"
    ]
    assert actual == ["ActualPNG, 512 × 512, opaque", "ActualiVBORw0KGgoAAAAAAAAAAAAA… (7012 characters of base64)"]


def test_a_large_run_fits_into_ten_megabytes() -> None:
    """Two hundred failures with large pictures and long commands stay below ten megabytes."""
    large = "data:image/jpeg;base64," + "A" * 10_600
    kept = evidence(*(returned(f"data[{index}].b64_json", preview=large) for index in range(4)))
    results = [
        result(entry, model, "fail", [failure(entry, model, evidence=kept, curl="x" * 9000, python="y" * 9000)])
        for entry in requirements()[:40]
        for model in MODELS
    ]
    assert len(results) == 200
    assert len(as_html(report(results)).encode()) < 10_000_000


def test_a_stream_is_a_time_line() -> None:
    """Each event stands with its time, its type and its size, its point in proportion to the time."""
    page = Page(as_html(report([result(REQUIREMENT, "a", "fail", [streamed(REQUIREMENT, "a")])])))
    assert page.texts["caption"][0] == "Stream of 3 events in 3.42 s"
    assert page.classed("td", "when") == ["900 ms", "2.10 s", "3.30 s"]
    assert page.classed("td", "size") == ["23.0 kB"] * 3
    bars = [given for given in page.of("rect") if given.get("height") == "4" and given.get("y") == "6"]
    assert [(given["x"], given["width"]) for given in bars] == [
        ("0.00%", "26.32%"),
        ("26.32%", "35.09%"),
        ("61.40%", "35.09%"),
    ]
    assert len(page.of("img")) == 3


def test_a_flaw_without_kept_exchange_is_shown() -> None:
    """Reports of before hold no more than an excerpt of the answer, and this is shown."""
    page = Page(as_html(report([result(REQUIREMENT, "a", "fail", [failure(REQUIREMENT, "a", evidence=None)])])))
    assert any("iVBORw0KGgo… (1204 characters)" in text for text in page.texts["pre"])


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
    flaw = failure(REQUIREMENT, "a", evidence=evidence(returned(preview=picture)))
    assert Page(as_html(report([result(REQUIREMENT, "a", "fail", [flaw])]))).of("img") == []


def test_long_bodies_are_cut_with_a_note() -> None:
    """A body that is too long for the page is cut, and the page says where the rest stands."""
    flaw = failure(REQUIREMENT, "a", curl="x" * 30_000)
    page = Page(as_html(report([result(REQUIREMENT, "a", "fail", [flaw])])))
    assert "The first 20,000 of 30,000 characters; the rest stands in report.json." in page.classed("p", "cut")
