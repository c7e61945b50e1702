"""The report in a real browser: filters, keys, links, what it loads, how it can be read."""

import dataclasses
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from pixelproof_conformance.report.html import as_html
from pixelproof_conformance.reported import Report

from .browser import Opened, serious_faults, started_browser, watched_pages
from .report_examples import MODELS, evidence, failure, realistic, report, requirements, result, returned, streamed

if TYPE_CHECKING:
    from playwright.sync_api import Browser

Open = Callable[..., Opened]
FIRST, SECOND = requirements()[15], requirements()[25]
HOSTILE = (
    "</style></script><script>document.title = 'owned'</script><img src=x onerror=\"document.title = 'owned'\">"
    '<a href="javascript:document.title=1">x</a> {{ 7 * 7 }} \u202egnp.exe \x1b[31mred'
)


@pytest.fixture(scope="module")
def browser() -> "Iterator[Browser]":
    """One browser for all tests of this module."""
    with started_browser() as started:
        yield started


@pytest.fixture
def opened(browser: "Browser", tmp_path: Path) -> Iterator[Open]:
    """Opens a report; at the end no page may have complained or tried to load anything."""
    with watched_pages(browser, tmp_path) as open_page:
        yield lambda shown, hash_="", **options: open_page(as_html(shown), hash_, **options)


def small() -> Report:
    """Two failures, a warning, an inconclusive result and two that pass, over two models."""
    others = requirements()
    return report(
        [
            result(FIRST, "model-a", "fail", [failure(FIRST, "model-a", evidence=evidence(returned()))]),
            result(FIRST, "model-b"),
            result(SECOND, "model-a", "warn"),
            result(SECOND, "model-b", "inconclusive"),
            result(others[60], "model-a", "fail", [streamed(others[60], "model-a")]),
            result(others[60], "model-b"),
        ]
    )


def test_outcomes_filter_findings_and_matrix(opened: Open) -> None:
    """A ticked outcome leaves its findings and its rows, and the number of rows is said."""
    page = opened(small())
    assert page.page.text_content("output") == "3 requirements"
    page.page.check("input[value=warn]")
    assert page.visible(".finding") == [SECOND.id]
    assert page.visible(".matrix tr[id]") == [f"row-{SECOND.id}"]
    assert page.page.text_content("output") == "1 of 3 requirements"
    assert page.visible(".findings h2") == ["warnings"]
    page.page.fill("input[type=search]", "n-outside")
    page.page.uncheck("input[value=warn]")
    assert page.page.text_content("#failures .number") == "1 of 2"
    page.page.click("button[type=reset]")
    page.settle()
    assert page.page.text_content("#failures .number") == "2"
    assert len(page.visible(".finding")) == 3


def test_a_model_filters_columns_and_flaws(opened: Open) -> None:
    """With one model chosen the other columns go, and findings that it does not have."""
    page = opened(small())
    page.page.select_option("select[name=model]", "model-b")
    assert page.visible(".finding") == []
    assert page.visible(".matrix thead th") == ["Requirement", "model-b"]
    assert len(page.visible(".matrix tr[id]")) == 3


def test_text_is_found_in_findings_and_matrix(opened: Open) -> None:
    """Every word that is searched for has to occur, in any order and in any case."""
    page = opened(small())
    page.page.fill("input[type=search]", "TEN images")
    assert page.visible(".finding") == []
    assert page.page.is_visible(".end")
    page.page.fill("input[type=search]", "asked IMAGES n-outside")
    assert page.visible(".finding") == [FIRST.id]
    page.page.fill("input[type=search]", "nothing is called so")
    page.page.click(".end button")
    page.settle()
    assert len(page.visible(".finding")) == 3


def test_filters_stand_in_the_address(opened: Open) -> None:
    """A view can be sent to somebody: the address has the filters, and opens with them."""
    page = opened(small())
    page.page.check("input[value=fail]")
    page.page.fill("input[type=search]", "n-outside")
    address = page.page.evaluate("location.hash")
    assert address == "#?text=n-outside&outcome=fail"
    again = opened(small(), f"#{FIRST.id}?severity=error&outcome=fail&text=n-outside")
    assert again.visible(".finding") == [FIRST.id]
    assert again.page.input_value("input[type=search]") == "n-outside"
    assert again.page.input_value("select[name=severity]") == "error"


def test_a_deep_link_opens_its_requirement(opened: Open) -> None:
    """A link to a broken requirement opens its finding, one to another opens its row."""
    shown = small()
    page = opened(shown, f"#{requirements()[60].id}")
    assert page.page.eval_on_selector(f"[id='{requirements()[60].id}']", "(part) => part.open")
    passing = report([*shown.results, result(requirements()[3], "model-a")])
    page = opened(passing, f"#{requirements()[3].id}")
    assert page.page.eval_on_selector(f"[id='{requirements()[3].id}'] details", "(part) => part.open")


def test_a_link_shows_what_a_filter_hides(opened: Open) -> None:
    """A cell of the matrix leads to its flaw, and back, also where filters hide the way."""
    page = opened(small())
    page.page.click(f"[id='row-{SECOND.id}'] td a")
    page.settle()
    assert page.page.eval_on_selector(f"[id='{SECOND.id}']", "(part) => part.open")
    page.page.check("input[value=warn]")
    page.page.evaluate(f"location.hash = {FIRST.id!r}")
    page.page.wait_for_function("document.querySelector('output').textContent === '3 requirements'")
    assert page.page.is_visible(f"[id='{FIRST.id}']")


def test_the_keyboard_is_enough(opened: Open) -> None:
    """Slash searches, j and k move, Enter opens, Escape closes and empties the search."""
    page = opened(small())
    keys = page.page.keyboard
    place = "document.activeElement.closest('[id]').id"
    keys.press("/")
    keys.type("quality")
    assert page.visible(".finding") == [SECOND.id]
    keys.press("Escape")
    assert page.page.input_value("input[type=search]") == ""
    assert len(page.visible(".finding")) == 3
    page.page.evaluate("scrollTo(0, 0)")
    keys.press("j")
    assert page.page.evaluate(place) == FIRST.id
    keys.press("j")
    assert page.page.evaluate(place) == requirements()[60].id
    keys.press("ArrowDown")
    assert page.page.evaluate(place) == SECOND.id
    keys.press("k")
    keys.press("Enter")
    assert page.page.evaluate("document.activeElement.closest('details').open")
    keys.press("Escape")
    assert not page.page.evaluate("document.activeElement.closest('details').open")
    assert page.page.evaluate(place) == requirements()[60].id


def test_the_theme_can_be_chosen(opened: Open) -> None:
    """The button goes from the colours of the system to light and to dark, and the choice is kept."""
    page = opened(small(), color_scheme="dark")
    ground = "getComputedStyle(document.body).backgroundColor"
    dark = page.page.evaluate(ground)
    page.page.click(".theme")
    assert page.page.text_content(".theme") == "Theme: light"
    assert page.page.evaluate(ground) != dark
    page.page.reload()
    assert page.page.text_content(".theme") == "Theme: light"
    page.page.click(".theme")
    assert (page.page.text_content(".theme"), page.page.evaluate(ground)) == ("Theme: dark", dark)


def test_commands_can_be_copied(opened: Open) -> None:
    """The button of a code block copies the whole text of it."""
    page = opened(small(), permissions=["clipboard-read", "clipboard-write"])
    page.page.click(f"[id='{FIRST.id}'] .again summary:text('curl')")
    page.page.click(f"[id='{FIRST.id}'] .again .copy:visible")
    page.page.wait_for_selector("button.copy:text('Copied')")
    assert page.page.evaluate("navigator.clipboard.readText()") == small().results[0].failures[0].curl


def test_everything_can_be_read_without_scripts(opened: Open) -> None:
    """Where no script runs the page has no controls, and its findings open as before."""
    page = opened(small(), java_script_enabled=False)
    assert not page.page.is_visible(".filters")
    assert not page.page.is_visible(f"[id='{SECOND.id}'] .happened")
    page.page.click(f"[id='{SECOND.id}'] > summary")
    assert page.page.is_visible(f"[id='{SECOND.id}'] .happened")
    assert page.page.is_visible(f"[id='row-{FIRST.id}']")


def test_paper_shows_what_is_folded(opened: Open) -> None:
    """A printed report has every finding open, and they close again behind it."""
    page = opened(small())
    page.page.emulate_media(media="print")
    page.page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert page.page.eval_on_selector_all(".finding:not([open])", "(parts) => parts.length") == 0
    assert not page.page.is_visible(".filters")
    page.page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert page.page.eval_on_selector_all(".finding:not([open])", "(parts) => parts.length") == 2


def hostile() -> Report:
    """A report whose every text tries to break out of the page."""
    kept = evidence(
        returned(HOSTILE, preview=f"data:image/png;base64,AAAA{HOSTILE}"),
        url=HOSTILE,
        headers={HOSTILE: HOSTILE},
        body={HOSTILE: [HOSTILE]},
        asked={"size": HOSTILE},
    )
    flaw = failure(FIRST, HOSTILE, message=HOSTILE, expected=HOSTILE, actual=HOSTILE, hint=HOSTILE, parameter=HOSTILE)
    flaw = dataclasses.replace(
        flaw, identity=HOSTILE, case=HOSTILE, request=HOSTILE, curl=HOSTILE, python=HOSTILE, evidence=kept
    )
    broken = dataclasses.replace(result(FIRST, HOSTILE, "fail", [flaw]), operation=HOSTILE, requirement=HOSTILE)
    broken = dataclasses.replace(broken, says=HOSTILE, source=HOSTILE, severity=HOSTILE, word=HOSTILE)
    open_result = dataclasses.replace(result(SECOND, HOSTILE, "error"), note=HOSTILE, parameter=HOSTILE)
    return report(
        [broken, open_result],
        url=HOSTILE,
        dialect=HOSTILE,
        document=HOSTILE,
        command=HOSTILE,
        notes=(HOSTILE,),
        configuration={HOSTILE: HOSTILE, "seed": HOSTILE},
    )


def test_hostile_text_stays_text(opened: Open) -> None:
    """Nothing that a target sends runs, loads, or becomes an element or a link."""
    page = opened(hostile())
    for fold in page.page.query_selector_all("details:not([open])"):
        fold.evaluate("(part) => { part.open = true; }")
    page.settle()
    assert "owned" not in page.page.title().partition("<")[0]
    assert page.page.eval_on_selector_all("img, iframe, object", "(parts) => parts.length") == 0
    assert page.page.eval_on_selector_all("script", "(parts) => parts.length") == 2
    links = page.page.eval_on_selector_all("a", "(parts) => parts.map((part) => part.getAttribute('href')[0])")
    assert set(links) == {"#"}
    shown = page.page.inner_text("body")
    assert "<script>document.title = 'owned'</script>" in shown
    assert "{{ 7 * 7 }}" in shown
    assert "\\u202egnp.exe \\x1b[31mred" in shown


@pytest.mark.parametrize("width", [390, 1440])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_keeps_people_out(opened: Open, scheme: str, width: int) -> None:
    """axe-core finds no serious or critical fault, in light and dark, on a phone and on a wide screen."""
    several = [streamed(requirements()[60], "gpt-image-1"), failure(requirements()[60], "gpt-image-1", "warn")]
    shown = realistic(60, 6, notes=("A note.",), interrupted=True)
    shown = dataclasses.replace(shown, results=(*shown.results, result(requirements()[60], MODELS[0], "fail", several)))
    page = opened(shown, color_scheme=scheme)
    page.page.set_viewport_size({"width": width, "height": 900})
    for fold in page.page.query_selector_all(".finding, .finding details, .reasons details"):
        fold.evaluate("(part) => { part.open = true; }")
    page.settle()
    assert serious_faults(page) == []


@pytest.mark.parametrize("width", [390, 1440])
def test_the_page_is_as_wide_as_its_window(opened: Open, width: int) -> None:
    """Nothing has to be scrolled sideways but what scrolls by itself, with all folds open."""
    page = opened(realistic(120, 6))
    page.page.set_viewport_size({"width": width, "height": 900})
    for fold in page.page.query_selector_all("details"):
        fold.evaluate("(part) => { part.open = true; }")
    page.settle()
    assert page.page.evaluate("document.documentElement.scrollWidth") == width


def test_a_table_is_a_table_to_a_screen_reader(opened: Open) -> None:
    """The matrix keeps its rows, heads and cells although it is laid out as blocks."""
    page = opened(small())
    table = page.page.get_by_role("table").filter(has=page.page.get_by_role("columnheader", name="model-b"))
    assert table.get_by_role("row").count() > 3
    assert table.get_by_role("rowheader").count() >= 3
    assert table.get_by_role("cell", name="inconclusive").count() == 1
