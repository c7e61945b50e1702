"""The pages of comparisons and of the shelf: what they say, where their links lead, and that text stays text."""

import dataclasses
import re
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pixelproof_conformance.compare import compare_reports, lines_of
from pixelproof_conformance.compare.html import as_html, broken
from pixelproof_conformance.model import Outcome
from pixelproof_conformance.reported import Report
from pixelproof_conformance.shelf import Entry
from pixelproof_conformance.shelf.page import as_html as shelf_as_html

from .html_page import Page
from .report_examples import failure, report, requirements, result

FIRST, SECOND, THIRD = requirements()[:3]
HOSTILE = st.text(min_size=1) | st.text(alphabet="<>&\"'`=/\\ -!#{}%\n\r\t\x00\x1b\u202escriptonload", min_size=1)


def run(*outcomes: Outcome, model: str = "a") -> Report:
    """A run over the first requirements with these outcomes."""
    return report([result(entry, model, outcome) for entry, outcome in zip(requirements(), outcomes, strict=False)])


def compared(*reports: Report, pages: Sequence[str] = ()) -> Page:
    """The page that compares these runs."""
    names = ["old", "new", "third", "fourth"][: len(reports)]
    return Page(as_html(compare_reports(reports, names), pages))


def shelf(*entries: Entry) -> Page:
    """The page of a shelf with these entries, each but the first a later version of the one before."""
    lines = [line for line in lines_of([entry.report for entry in entries]) if broken(line)]
    return Page(shelf_as_html(entries, list(zip(entries[1:], entries, strict=False)), lines))


def entry_of(version: str, page: Report, name: str = "Gate") -> Entry:
    """An entry of the shelf."""
    return Entry(f"gate-{version}", name, version, "Out of the box.", "make run", page)


@pytest.mark.parametrize(
    ("first", "last", "head", "tone"),
    [
        (("fail", "pass"), ("pass", "pass"), "1 repaired, nothing newly broken", "good"),
        (("fail", "pass"), ("pass", "fail"), "1 newly broken, 1 repaired", "bad"),
        (("pass", "pass"), ("pass", "fail"), "1 newly broken", "bad"),
        (("pass", "pass"), ("pass", "warn"), "Nothing newly broken", "unknown"),
        (("pass", "fail"), ("pass", "fail"), "No difference", "good"),
    ],
)
def test_the_headline_tells_what_happened(
    first: tuple[Outcome, ...], last: tuple[Outcome, ...], head: str, tone: str
) -> None:
    """Two runs are told in a few words, and what is broken now makes them bad."""
    page = compared(run(*first), run(*last))
    assert page.texts["h1"] == [head]
    assert [given["class"] for given in page.of("header")] == [f"summary {tone}"]


def test_each_change_has_its_outcomes_and_what_was_seen() -> None:
    """A change shows both outcomes, the statement and the message, in the section that it belongs to."""
    flaw = failure(SECOND, "a", message="It happened.")
    page = compared(run("fail", "pass"), report([result(FIRST, "a"), result(SECOND, "a", "fail", [flaw])]))
    headings = [text for text, given in zip(page.texts["h2"], page.of("h2"), strict=True) if "id" in given]
    assert headings == ["Broken now 1", "Repaired 1"]
    assert [given["data-outcomes"] for given in page.of("li") if "data-outcomes" in given] == ["pass fail", "fail pass"]
    entry = next(text for text in page.texts["li"] if "It happened." in text)
    assert SECOND.says in entry
    assert [given["id"] for given in page.of("li") if "id" in given] == [SECOND.id, FIRST.id]


def test_what_runs_share_is_said_once() -> None:
    """Facts that all runs have in common stand above their cards, and only the others on each."""
    first, last = run("pass"), dataclasses.replace(run("pass"), version="9.9.9")
    page = compared(first, last)
    opening = next(text for text in page.texts["div"] if "No difference" in text)
    assert "document" in opening
    assert "pixelproof 9.9.9" not in opening
    cards = [text for text in page.texts["li"] if "Configuration" in text]
    assert [("pixelproof 0.1.0" in card, "pixelproof 9.9.9" in card, "dialect" in card) for card in cards] == [
        (True, False, False),
        (False, True, False),
    ]


def test_several_runs_stand_side_by_side() -> None:
    """The matrix has what differs and what is broken everywhere, and counts the rest."""
    page = compared(run("fail", "pass", "pass"), run("fail", "warn", "pass"), run("fail", "pass", "pass"))
    rows = [given for given in page.of("tr") if "id" in given]
    assert [(row["id"], row["data-outcomes"]) for row in rows] == [(FIRST.id, "fail"), (SECOND.id, "pass warn")]
    assert "1 more have the same outcome everywhere" in page.texts["main"][0]
    cells = [given.get("data-o") for given in page.of("td")]
    assert cells == ["fail", "fail", "fail", "pass", "warn", "pass"]


def test_links_lead_into_the_reports_of_the_runs() -> None:
    """With the addresses of reports a change links to its requirement in the later one, a cell to that of its run."""
    pair = compared(run("pass"), run("fail"), pages=["../old/report.html", "report.html"])
    assert f"report.html#{FIRST.id}" in [given["href"] for given in pair.of("a")]
    three = compared(run("pass"), run("fail"), run("fail"), pages=["a.html", "", "c.html"])
    assert [given["href"] for given in three.of("a") if ".html#" in str(given["href"])] == [
        f"a.html#{FIRST.id}",
        f"c.html#{FIRST.id}",
    ]


def test_every_link_inside_a_page_has_its_target() -> None:
    """No link is dead, and no name is given twice, though a requirement stands in two sections."""
    both = [failure(FIRST, "a", identity=f"{name} generations a {name}", parameter=name) for name in ("n", "size")]
    worse = failure(FIRST, "a", "warn", identity="n generations a n", parameter="n")
    first, last = report([result(FIRST, "a", "fail", both)]), report([result(FIRST, "a", "fail", [worse])])
    for page in (compared(first, last), compared(first, last, run("pass")), shelf(entry_of("1", first))):
        names = [given["id"] for _, given in page.elements if "id" in given]
        assert len(names) == len(set(names))
        assert {str(given["href"])[1:] for given in page.of("a") if str(given["href"])[0] == "#"} <= set(names)


def test_the_shelf_has_a_card_for_each_entry() -> None:
    """A card has the badge as data, the facts, links into the folder, and what changed since the version before."""
    page = shelf(entry_of("2", run("pass", "fail")), entry_of("1", run("fail", "fail")))
    cards = [given["id"] for given in page.of("li") if "id" in given]
    assert cards == ["gate-2", "gate-1"]
    assert {str(given["src"])[:26] for given in page.of("img")} == {"data:image/svg+xml;base64,"}
    links = [str(given["href"]) for given in page.of("a")]
    assert {"gate-2/report.html", "gate-2/comparison.html", "gate-1/report.json"} <= {*links}
    assert "gate-1/comparison.html" not in links
    assert f"gate-1/report.html#{SECOND.id}" in links
    assert ["Changes since 1" in text for text in page.classed("p", "ways")] == [True, False]


@given(HOSTILE)
def test_text_of_strangers_stays_text(text: str) -> None:
    """Whatever a run holds, the pages have the elements of a harmless one, and no control character."""

    def pages(said: str) -> list[str]:
        flaw = failure(FIRST, said, message=said, identity=said)
        bad = dataclasses.replace(result(FIRST, said, "fail", [flaw]), operation=said, requirement=said, says=said)
        told = report([bad], url=said, dialect=said, started=said, configuration={said: said})
        good = dataclasses.replace(told, results=(dataclasses.replace(bad, outcome="pass", failures=()),))
        names = [said, f"{said}2", f"{said}3"]
        entries = [entry_of("1", told, said)]
        lines = lines_of([told])
        return [
            as_html(compare_reports([good, told], names[:2])),
            as_html(compare_reports([good, told, good], names)),
            shelf_as_html(entries, [], lines),
        ]

    for found, harmless in zip(pages(text), pages("x"), strict=True):
        assert Page(found).shape == Page(harmless).shape
        assert [char for char in found if not char.isprintable() and char not in "\n\t"] == []
        assert Page(found).texts["script"] == Page(harmless).texts["script"]
        outside = [str(given["href"]) for given in Page(found).of("a") if not str(given["href"]).startswith("#")]
        assert [href for href in outside if not re.match(r"gate-1/", href)] == []
