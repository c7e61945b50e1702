"""The page as a whole: document, policy, and the order of its sections."""

import base64
import hashlib
from functools import cache
from pathlib import Path

from pixelproof_conformance.model import Report
from pixelproof_conformance.report import words
from pixelproof_conformance.report.escaping import one_line, pretty
from pixelproof_conformance.report.html.elements import Html, tag
from pixelproof_conformance.report.html.flaws import flaw_cards
from pixelproof_conformance.report.html.matrix import filters, matrix
from pixelproof_conformance.report.html.open_ends import not_checkable, not_judged
from pixelproof_conformance.report.html.parts import code_block, letter

TONES = {0: "good", 1: "bad", 3: "unknown"}


def as_html(report: Report) -> str:
    """The report as one HTML file that loads nothing from anywhere."""
    style, script = _asset("page.css"), _asset("page.js")
    policy = (
        f"default-src 'none'; style-src '{_hash(style)}'; script-src '{_hash(script)}'; img-src data:; "
        "base-uri 'none'; form-action 'none'"
    )
    title = f"{one_line(report.dialect)} {one_line(report.url, 80)}: {words.verdict(report)}"
    head = tag(
        "head",
        tag("meta", charset="utf-8"),
        tag("meta", http_equiv="Content-Security-Policy", content=policy),
        tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
        tag("meta", name="color-scheme", content="light dark"),
        tag("meta", name="referrer", content="no-referrer"),
        tag("title", title),
        tag("style", Html(style)),
    )
    body = tag("body", _banner(report), tag("main", *_sections(report)), tag("script", Html(script)))
    return f"<!doctype html>\n{tag('html', head, body, lang='en')}\n"


def _sections(report: Report) -> list[Html]:
    return [
        _totals(report),
        filters(report),
        flaw_cards(report, "fail", "Failures", "failures"),
        flaw_cards(report, "warn", "Warnings", "warnings"),
        matrix(report),
        not_judged(report),
        not_checkable(report),
        _run(report),
    ]


def _banner(report: Report) -> Html:
    took = words.duration(report)
    facts = [
        ("Dialect", f"{one_line(report.dialect)}, {one_line(report.document)}"),
        ("Models", words.listed(words.models(report), 8)),
        ("Date", f"{one_line(words.date(report))}{f', took {took}' if took else ''}"),
        ("Sent", words.sent(report)),
    ]
    return tag(
        "header",
        tag("p", f"{one_line(report.tool)} {one_line(report.version)}, conformance report", class_="kicker"),
        tag("h1", one_line(report.url, 300)),
        tag("p", words.verdict(report), class_=f"verdict {TONES[report.exit_status]}"),
        tag("dl", *[tag("div", tag("dt", name), tag("dd", value)) for name, value in facts], class_="facts"),
        *[tag("p", one_line(note, 1000), class_="note") for note in report.notes],
        _contents(report),
    )


def _contents(report: Report) -> Html:
    links = [
        ("failures", "Failures"),
        ("warnings", "Warnings" if words.broken(report, "warn") else ""),
        ("requirements", "Requirements"),
        ("not-judged", "Not judged" if words.reasons(report) else ""),
        ("not-checkable", "Not checkable" if report.not_checkable else ""),
        ("run", "Run"),
    ]
    items = [tag("li", tag("a", text, href=f"#{place}")) for place, text in links if text]
    return tag("nav", tag("ul", *items), aria_label="Sections of this report")


def _totals(report: Report) -> Html:
    totals = report.totals()
    items = [
        tag(
            "li",
            letter(outcome),
            tag("b", str(totals[outcome])),
            tag("span", outcome, class_="name"),
            tag("span", words.OUTCOME_WORDS[outcome].meaning, class_="meaning"),
        )
        for outcome in words.outcomes_seen(report)
    ]
    heading = tag("h2", "Totals", id="totals", class_="unseen")
    return tag("section", heading, _bar(report), tag("ul", *items, class_="totals"), aria_labelledby="totals")


def _bar(report: Report) -> Html:
    every = max(1, len(report.results))
    parts, start = [], 0.0
    for outcome, number in report.totals().items():
        width = 1000 * number / every
        if number:
            parts.append(tag("rect", x=f"{start:.2f}", width=f"{width:.2f}", height="8", class_=outcome))
        start += width
    return tag("svg", *parts, viewBox="0 0 1000 8", preserveAspectRatio="none", class_="bar", aria_hidden="true")


def _run(report: Report) -> Html:
    return tag(
        "section",
        tag("h2", "Run", id="run"),
        tag("p", f"Started {one_line(report.started)}, finished {one_line(report.finished)}."),
        code_block("Command", one_line(report.command, 10_000), opened=True),
        code_block("Configuration", pretty(report.configuration, 50_000), copies=False),
        tag("p", f"Exit status {report.exit_status}: {words.EXIT_MEANING[report.exit_status]}."),
        aria_labelledby="run",
    )


@cache
def _asset(name: str) -> str:
    return Path(__file__).with_name(name).read_text(encoding="utf-8")


def _hash(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
