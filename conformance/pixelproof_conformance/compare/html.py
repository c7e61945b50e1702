"""A comparison as one self-contained HTML page."""

from collections.abc import Sequence
from urllib.parse import quote

from pixelproof_conformance.compare.sections import HEADINGS, Entry, sections_of
from pixelproof_conformance.compare.values import Cell, Comparison, Line, summary
from pixelproof_conformance.model import Json
from pixelproof_conformance.pages import rendered
from pixelproof_conformance.report import words
from pixelproof_conformance.report.escaping import one_line, pretty
from pixelproof_conformance.report.html.places import Places, new_place
from pixelproof_conformance.report.html.shares import shares_of
from pixelproof_conformance.report.html.waivers import MEANING, WAIVED
from pixelproof_conformance.reported import Report

LEGEND = "The worst outcome over the models of each run; a dash stands where the run has no such requirement."
SHOWN = ("tool", "dialect", "document", "target", "seed", "profile", "started", "sent")
"""The facts of a run that the page shows: those that all runs share once, the others on the card of each."""


def as_html(comparison: Comparison, pages: Sequence[str] = ()) -> str:
    """The runs, and what is different between two of them or the outcomes of more side by side.

    ``pages`` are the addresses of the reports of the runs in HTML, empty where there is none to link to.
    """
    pages = [*pages] or [""] * len(comparison.reports)
    two = len(comparison.reports) == 2
    lines = [] if two else [line for line in comparison.lines if len({*line.outcomes}) > 1 or broken(line)]
    sections = sections_of(comparison) if two else {}
    taken: set[str] = set()
    links = Links(comparison.reports, pages)
    cells = [cell for line in lines for cell in line.outcomes]
    cells += [cell for entries in sections.values() for entry in entries for cell in entry.outcomes]
    facts = [facts_of(report) for report in comparison.reports]
    shared = [fact for fact in facts[0] if all(fact in own for own in facts)]
    head, tone = headline(comparison)
    told = summary(comparison)
    return rendered(
        "compare.html",
        title=f"{' and '.join(one_line(name, 60) for name in comparison.names[:2])}: {told}" if two else told,
        tool=one_line(comparison.reports[-1].tool),
        tone=tone,
        about=f" {'→' if two else '·'} ".join(one_line(name, 60) for name in comparison.names),
        head=head,
        told=told if two else f"From the first run to the last: {told}",
        notes=[one_line(note, 1000) for note in comparison.notes],
        shared=shared,
        runs=[
            {
                "name": one_line(name, 200),
                "page": page,
                "verdict": words.verdict(report),
                "shares": shares_of(report),
                "facts": [fact for fact in own if fact not in shared],
                "configuration": pretty(report.configuration, 50_000),
            }
            for name, page, report, own in zip(comparison.names, pages, comparison.reports, facts, strict=True)
        ],
        sections=[
            {
                "name": name.replace(" ", "-"),
                "heading": HEADINGS[name],
                "entries": [_entry(entry, new_place(entry.requirement, name, taken), links) for entry in entries],
            }
            for name, entries in sections.items()
        ],
        operations={row.operation for row in comparison.rows},
        columns=[one_line(name, 60) for name in comparison.names],
        lines=rows_of(lines, links),
        same=len(comparison.lines) - len(lines),
        legend=LEGEND,
        meant=meanings_of(cells),
        outcomes=[outcome for outcome, _ in meanings_of(cells)],
    )


def facts_of(report: Report) -> list[tuple[str, str]]:
    """The facts of a run that a page of several runs shows, by their labels."""
    facts = {label: one_line(text, 300) for label, text in words.facts(report) if text}
    facts["started"] = one_line(words.date(report))
    return [(label, facts[label]) for label in SHOWN if label in facts]


class Links:
    """Links into the reports of runs."""

    def __init__(self, reports: Sequence[Report], pages: Sequence[str]) -> None:
        self._pages = pages
        self._places = [Places(report) for report in reports]
        self._results = [{(one.operation, one.requirement): one for one in report.results} for report in reports]

    def to(self, run: int, operation: str, requirement: str) -> str:
        """Where the report of a run tells of a requirement; empty where there is no such place."""
        result = self._results[run].get((operation, requirement))
        if result is None or not self._pages[run]:
            return ""
        return f"{self._pages[run]}#{quote(self._places[run].requirement(result))}"


def headline(comparison: Comparison) -> tuple[str, str]:
    """The comparison in a few words, and the tone of the page: good, bad or unknown."""
    if len(comparison.reports) > 2:
        return f"{len(comparison.reports)} runs side by side", "unknown"
    added, repaired = len(comparison.added), len(comparison.repaired)
    if added:
        return f"{added} newly broken{f', {repaired} repaired' if repaired else ''}", "bad"
    if repaired:
        return f"{repaired} repaired, nothing newly broken", "good"
    different = comparison.changes or comparison.different
    return ("Nothing newly broken" if different else "No difference"), "unknown" if different else "good"


def broken(line: Line) -> bool:
    """Whether some run breaks it, or does it in a way that the document leaves room for."""
    return bool({"fail", "warn", "waived"} & {*line.outcomes})


def rows_of(lines: Sequence[Line], links: Links) -> list[dict[str, Json]]:
    """Lines of the matrix as the template shows them; each has a place that addresses can name."""
    taken: set[str] = set()
    return [_row(line, links, taken) for line in lines]


def meanings_of(cells: Sequence[Cell]) -> list[tuple[str, str]]:
    """What the outcomes among ``cells`` mean, in the usual order."""
    seen = {*cells}
    found = [(str(outcome), said.meaning) for outcome, said in words.OUTCOME_WORDS.items() if outcome in seen]
    return [*found, (WAIVED, MEANING)] if WAIVED in seen else found


def _row(line: Line, links: Links, taken: set[str]) -> dict[str, Json]:
    first = next((result.requirement for result in line.results if result), line.flaw)
    cells: list[Json] = []
    for run, (outcome, (number, every), result) in enumerate(
        zip(line.outcomes, line.numbers, line.results, strict=True)
    ):
        link = links.to(run, result.operation, result.requirement) if result else ""
        cells.append({"outcome": outcome or "", "of": "" if number == every else f"{number}/{every}", "link": link})
    return {
        "place": new_place(first, line.operation, taken),
        "operation": one_line(line.operation),
        "name": one_line(line.flaw),
        "says": one_line(line.says, 1000),
        "outcomes": " ".join(dict.fromkeys(outcome for outcome in line.outcomes if outcome)),
        "cells": cells,
    }


def _entry(entry: Entry, place: str, links: Links) -> dict[str, Json]:
    before, after = entry.outcomes
    link = links.to(-1, entry.operation, entry.requirement) or links.to(0, entry.operation, entry.requirement)
    return {
        "place": place,
        "link": link,
        "operation": one_line(entry.operation),
        "name": one_line(entry.flaw),
        "says": one_line(entry.says, 1000),
        "before": before or "",
        "after": after or "",
        "outcomes": " ".join(dict.fromkeys(cell for cell in entry.outcomes if cell)),
        "word": entry.word,
        "in_part": entry.in_part,
        "models": [one_line(model) for model in entry.models],
        "told": [one_line(line, 1000) for line in entry.told],
    }
