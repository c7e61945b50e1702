"""``badge.svg`` and ``badge.json``: how much of the document is kept, small enough for a README."""

import json

from pixelproof_conformance.report import words
from pixelproof_conformance.report.escaping import in_html, one_line
from pixelproof_conformance.reported import Report

LABEL = "conformance"
GREEN, AMBER, RED, GREY = "#1a7f37", "#9a6700", "#cf222e", "#59636e"
"""White text on each of them has a contrast of at least 4.5 to 1."""

CHARACTER_WIDTH = 6.6
"""Of 11 pixel Verdana, on average; ``textLength`` makes the text fit exactly whatever font there is."""


def as_badge(report: Report) -> str:
    """A small SVG picture with "kept/all": red with failures, green when all is kept, amber when not.

    ``all`` leaves out what the configuration switched off and what a whole run met nowhere, so that a run that was cut
    short shows it.
    """
    message, colour = _state(report)
    facts = "; ".join(f"{name}: {one_line(text, 500)}" for name, text in words.facts(report) if text)
    return _drawn(LABEL, message, colour, words.verdict(report), facts)


def as_shields(report: Report) -> str:
    """The same as JSON for the endpoint badge of shields.io, which refuses every key that it does not know."""
    message, colour = _state(report)
    return (
        json.dumps({"schemaVersion": 1, "label": LABEL, "message": message, "color": colour.removeprefix("#")}) + "\n"
    )


def _state(report: Report) -> tuple[str, str]:
    totals = report.totals()
    met_nowhere = 0 if report.of_recorded_traffic else sum(result.never_met for result in report.results)
    every = len(report.results) - totals["disabled"] - met_nowhere
    kept = totals["pass"] + totals["warn"]
    if not kept and not totals["fail"]:
        return "not judged", GREY
    if totals["fail"] > report.waived_results:
        return f"{kept}/{every}", RED
    return f"{kept}/{every}", GREEN if kept == every and not report.cut_short else AMBER


def _drawn(label: str, message: str, colour: str, title: str, facts: str) -> str:
    left, right = _width(label), _width(message)
    texts = "".join(
        f'<text x="{x + 5}" y="14" textLength="{width - 10}" lengthAdjust="spacingAndGlyphs">{in_html(text)}</text>'
        for x, width, text in ((0, left, label), (left, right, message))
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{left + right}" height="20" role="img" '
        f'aria-label="{in_html(f"{label}: {message}")}"><title>{in_html(title)}</title><desc>{in_html(facts)}</desc>'
        f'<clipPath id="round"><rect width="{left + right}" height="20" rx="3"/></clipPath>'
        f'<g clip-path="url(#round)"><rect width="{left}" height="20" fill="#3d444d"/>'
        f'<rect x="{left}" width="{right}" height="20" fill="{colour}"/></g>'
        f'<g fill="#fff" font-family="Verdana,DejaVu Sans,sans-serif" font-size="11">{texts}</g></svg>\n'
    )


def _width(text: str) -> int:
    return round(len(text) * CHARACTER_WIDTH) + 10
