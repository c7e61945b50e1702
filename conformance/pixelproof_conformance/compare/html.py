"""A comparison as one self-contained HTML page."""

from pixelproof_conformance.compare.sections import HEADINGS, sections_of
from pixelproof_conformance.compare.terminal import cell_text, numbers_of
from pixelproof_conformance.compare.values import Comparison, Line, summary
from pixelproof_conformance.model import Json
from pixelproof_conformance.pages import rendered
from pixelproof_conformance.report import words
from pixelproof_conformance.report.escaping import one_line


def as_html(comparison: Comparison) -> str:
    """The runs, what is different between two of them, and the outcomes that differ."""
    runs = [
        {
            "name": one_line(name),
            "facts": {label: one_line(text) for label, text in words.facts(report)},
            "date": words.date(report),
            "numbers": numbers_of(comparison, place),
        }
        for place, (name, report) in enumerate(zip(comparison.names, comparison.reports, strict=True))
    ]
    found = sections_of(comparison) if len(comparison.reports) == 2 else {}
    return rendered(
        "compare.html",
        title=summary(comparison),
        notes=comparison.notes,
        runs=runs,
        sections=[{"heading": HEADINGS[name], "entries": entries} for name, entries in found.items()],
        columns=[one_line(name, 60) for name in comparison.names],
        lines=[cells_of(line) for line in comparison.lines if len(set(line.outcomes)) > 1],
    )


def cells_of(line: Line) -> dict[str, Json]:
    """A line of the matrix as the template shows it."""
    pairs = zip(line.outcomes, line.numbers, strict=True)
    cells = [(cell or "", cell_text(cell, number)) for cell, number in pairs]
    return {"operation": line.operation, "flaw": line.flaw, "cells": cells}
