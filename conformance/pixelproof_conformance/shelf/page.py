"""The index of the shelf as one self-contained HTML page: a card for each entry, and their outcomes side by side."""

import base64
from collections.abc import Sequence
from urllib.parse import quote

from pixelproof_conformance.compare import Line, compare_reports, summary
from pixelproof_conformance.compare.html import LEGEND, Links, facts_of, meanings_of, rows_of
from pixelproof_conformance.model import Json
from pixelproof_conformance.pages import rendered
from pixelproof_conformance.report import words
from pixelproof_conformance.report.badge import as_badge
from pixelproof_conformance.report.escaping import one_line
from pixelproof_conformance.report.html.shares import shares_of
from pixelproof_conformance.shelf.entry import Entry


def as_html(entries: Sequence[Entry], pairs: Sequence[tuple[Entry, Entry]], lines: Sequence[Line]) -> str:
    """The page of ``entries``; ``pairs`` are a version and the next one, ``lines`` what is broken somewhere."""
    before = {newer.folder: one_line(older.version) for older, newer in pairs}
    meant = meanings_of([cell for line in lines for cell in line.outcomes])
    links = Links([entry.report for entry in entries], [f"{quote(entry.folder)}/report.html" for entry in entries])
    return rendered(
        "shelf.html",
        title="Published evidence",
        tool="pixelproof",
        rows=[_card(entry, before.get(entry.folder, "")) for entry in entries],
        pairs=[
            {
                "address": quote(newer.folder),
                "title": f"{one_line(older.title)} to {one_line(newer.version)}",
                "told": summary(compare_reports([older.report, newer.report])),
            }
            for older, newer in pairs
        ],
        columns=[one_line(entry.title, 60) for entry in entries],
        operations={line.operation for line in lines},
        lines=rows_of(lines, links),
        legend=LEGEND,
        meant=meant,
        outcomes=[outcome for outcome, _ in meant],
    )


def _card(entry: Entry, since: str) -> dict[str, Json]:
    badge = base64.b64encode(as_badge(entry.report).encode()).decode()
    return {
        "folder": entry.folder,
        "address": quote(entry.folder),
        "name": one_line(entry.name),
        "version": one_line(entry.version),
        "about": one_line(entry.about, 1000),
        "badge": f"data:image/svg+xml;base64,{badge}",
        "verdict": words.verdict(entry.report),
        "shares": shares_of(entry.report),
        "facts": facts_of(entry.report),
        "since": since,
    }
