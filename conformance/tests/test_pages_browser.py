"""Comparisons and the shelf in a real browser: filters, keys, links, what they load, how they can be read."""

import dataclasses
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from pixelproof_conformance.compare import compare_reports, lines_of
from pixelproof_conformance.compare.html import as_html, broken
from pixelproof_conformance.reported import Report, Result, Waived
from pixelproof_conformance.shelf import Entry
from pixelproof_conformance.shelf.page import as_html as shelf_as_html

from .browser import Opened, serious_faults, started_browser, watched_pages
from .report_examples import failure, realistic, report, requirements, result
from .test_report_html_browser import HOSTILE

if TYPE_CHECKING:
    from playwright.sync_api import Browser

Open = Callable[..., Opened]
FIRST, SECOND, THIRD = requirements()[:3]


@pytest.fixture(scope="module")
def browser() -> "Iterator[Browser]":
    """One browser for all tests of this module."""
    with started_browser() as started:
        yield started


@pytest.fixture
def opened(browser: "Browser", tmp_path: Path) -> Iterator[Open]:
    """Opens the text of a page; at the end no page may have complained or tried to load anything."""
    with watched_pages(browser, tmp_path) as open_page:
        yield open_page


def pair() -> str:
    """Two runs: one requirement broke, one was repaired, one is a new warning."""
    first = report([result(FIRST, "a"), result(SECOND, "a", "fail"), result(THIRD, "a")])
    last = report([result(FIRST, "a", "fail"), result(SECOND, "a"), result(THIRD, "a", "warn")])
    return as_html(compare_reports([first, last], ["old", "new"]))


def many(count: int = 4) -> str:
    """Several runs of which each breaks something else."""
    runs = [realistic(90, failures, notes=("A note.",)) for failures in range(3, 3 + count)]
    runs[-1] = dataclasses.replace(runs[-1], results=tuple(map(_waived, runs[-1].results)))
    return as_html(compare_reports(runs, [f"gateway {number}.0.1" for number in range(count)]))


def _waived(one: Result) -> Result:
    return dataclasses.replace(one, waived=Waived("known")) if one.outcome == "fail" else one


def shelf() -> str:
    """A shelf with two versions of one implementation."""
    entries = [
        Entry(f"gate-{version}", "Gate", version, "Out of the box.", "make run", realistic(90, failures))
        for version, failures in (("2.0", 4), ("1.0", 12))
    ]
    lines = [line for line in lines_of([entry.report for entry in entries]) if broken(line)]
    return shelf_as_html(entries, [(entries[1], entries[0])], lines)


def test_rows_can_be_searched_and_filtered(opened: Open) -> None:
    """What does not fit is hidden with its section, the rest is counted, and one button shows all again."""
    page = opened(pair())
    assert page.page.text_content("output") == "3 rows"
    page.page.check("input[value=warn]")
    assert page.visible(".entry") == [THIRD.id]
    assert page.visible(".part h2") == ["new-warnings"]
    assert page.page.text_content("output") == "1 of 3 rows"
    page.page.uncheck("input[value=warn]")
    page.page.fill("input[type=search]", FIRST.says.upper())
    assert page.visible(".entry") == [FIRST.id]
    page.page.fill("input[type=search]", "nothing is called so")
    page.page.click(".end button")
    page.settle()
    assert len(page.visible(".entry")) == 3
    assert page.page.text_content("#broken .number") == "1"


def test_filters_and_places_stand_in_the_address(opened: Open) -> None:
    """An address opens with its filters, and marks the row that it names, also one that they hide."""
    page = opened(shelf())
    page.page.check("input[value=warn]")
    assert page.page.evaluate("location.hash") == "#?outcome=warn"
    page = opened(pair(), f"#{SECOND.id}?outcome=fail&text={SECOND.id.rpartition('/')[2]}")
    assert page.visible(".entry") == [SECOND.id]
    page.page.wait_for_selector(f"[id='{SECOND.id}'].targeted")
    page.page.evaluate(f"location.hash = {THIRD.id!r}")
    page.page.wait_for_selector(f"[id='{THIRD.id}'].targeted")
    assert len(page.visible(".entry")) == 3


@pytest.mark.parametrize("text", [pair(), many(), shelf()], ids=["pair", "many", "shelf"])
def test_the_keyboard_is_enough(opened: Open, text: str) -> None:
    """Slash searches, Escape empties the search, j and k move from row to row."""
    page = opened(text)
    keys = page.page.keyboard
    keys.press("/")
    keys.type("nothing is called so")
    assert page.visible("[data-outcomes]") == []
    keys.press("Escape")
    rows = page.visible("[data-outcomes]")
    assert len(rows) >= 3
    place = "document.activeElement.closest('[data-outcomes]').id"
    page.page.evaluate("scrollTo(0, 0)")
    keys.press("j")
    assert page.page.evaluate(place) == rows[0]
    keys.press("j")
    assert page.page.evaluate(place) == rows[1]
    keys.press("k")
    assert page.page.evaluate(place) == rows[0]


def test_everything_can_be_read_without_scripts(opened: Open) -> None:
    """Where no script runs there are no controls, and every row is there."""
    page = opened(pair(), java_script_enabled=False)
    assert not page.page.is_visible(".filters")
    assert not page.page.is_visible(".theme")
    assert page.page.locator(".entry").count() == 3


def hostile() -> list[str]:
    """Pages whose every text tries to break out."""
    flaw = failure(FIRST, HOSTILE, message=HOSTILE, identity=HOSTILE, parameter=HOSTILE)
    bad = dataclasses.replace(result(FIRST, HOSTILE, "fail", [flaw]), operation=HOSTILE, requirement=HOSTILE)
    bad = dataclasses.replace(bad, says=HOSTILE)

    def run_of(*results: Result) -> Report:
        return report(results, url=HOSTILE, dialect=HOSTILE, document=HOSTILE, configuration={HOSTILE: HOSTILE})

    good = dataclasses.replace(bad, outcome="pass", failures=())
    runs = [run_of(good), run_of(bad), run_of(good)]
    entry = Entry("gate-1", HOSTILE, HOSTILE, HOSTILE, HOSTILE, runs[1])
    return [
        as_html(compare_reports(runs[:2], [HOSTILE, "b"])),
        as_html(compare_reports(runs, [HOSTILE, "b", "c"])),
        shelf_as_html([entry], [(entry, entry)], lines_of([runs[1]])),
    ]


@pytest.mark.parametrize("number", range(3))
def test_hostile_text_stays_text(opened: Open, number: int) -> None:
    """Nothing that a run holds runs, loads, or becomes an element or a link of its own."""
    page = opened(hostile()[number])
    assert "owned" not in page.page.title().partition("<")[0]
    assert page.page.eval_on_selector_all("iframe, object, img:not(.badge)", "(parts) => parts.length") == 0
    assert page.page.eval_on_selector_all("script", "(parts) => parts.length") == 2
    links = page.page.eval_on_selector_all("a", "(parts) => parts.map((part) => part.getAttribute('href'))")
    assert [href for href in links if not href.startswith(("#", "gate-1/"))] == []
    shown = page.page.inner_text("body")
    assert "<script>document.title = 'owned'</script>" in shown
    assert "\\u202egnp.exe \\x1b[31mred" in shown


@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_keeps_people_out(opened: Open, scheme: str, width: int) -> None:
    """axe-core finds no serious or critical fault, and only what scrolls by itself is wider than the window."""
    for text in (pair(), many(), many(8), shelf()):
        page = opened(text, color_scheme=scheme, viewport={"width": width, "height": 900})
        for fold in page.page.query_selector_all("details"):
            fold.evaluate("(part) => { part.open = true; }")
        page.settle()
        assert serious_faults(page) == []
        assert page.page.evaluate("document.documentElement.scrollWidth") == width


def test_paper_has_every_row_and_no_controls(opened: Open) -> None:
    """A printed comparison has all its rows, in the light colours, without what can only be clicked."""
    page = opened(many(), color_scheme="dark")
    page.page.emulate_media(media="print")
    assert page.visible(".filters, .theme, nav") == []
    assert len(page.visible("[data-outcomes]")) == page.page.locator("[data-outcomes]").count()
    assert page.page.evaluate("getComputedStyle(document.documentElement).colorScheme") == "light"
