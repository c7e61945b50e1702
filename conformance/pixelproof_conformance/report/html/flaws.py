"""Failures and warnings: a card for each requirement, with all that is needed to see each flaw again."""

import hashlib
import re

from pixelproof_conformance.model import Failure, Outcome, Report, Result
from pixelproof_conformance.report import words
from pixelproof_conformance.report.escaping import block, compact, one_line, pretty
from pixelproof_conformance.report.html.elements import Html, tag
from pixelproof_conformance.report.html.parts import code_block, letter, short_name

_PICTURE = re.compile(r"data:image/(png|jpeg|webp|gif);base64,[A-Za-z0-9+/]{4,}={0,2}")
LONGEST_PICTURE = 1_000_000
LONGEST_CODE = 200_000
"""A curl line is copied and run, so it is cut only where a browser would suffer."""

NOTHING = {0: "Nothing failed.", 1: "The report holds no details of what failed.", 3: "Nothing was judged."}

Flaws = list[tuple[Result, Failure]]


def flaw_cards(report: Report, outcome: Outcome, heading: str, place: str) -> Html:
    """The section of all flaws with this outcome, grouped by requirement; a word instead when there is none."""
    groups: dict[str, Flaws] = {}
    for result, failure in words.broken(report, outcome):
        groups.setdefault(result.requirement, []).append((result, failure))
    if not groups and outcome != "fail":
        return Html()
    nothing = tag("p", NOTHING[report.exit_status], class_="empty")
    cards = [_card(flaws, outcome) for flaws in groups.values()] or [nothing]
    return tag("section", tag("h2", heading, id=place), *cards, aria_labelledby=place)


def anchor(failure: Failure) -> str:
    """The place of a failure in the page; letters and digits only, whatever the identity holds."""
    named = f"{failure.outcome} {failure.identity}".encode("utf-8", "replace")
    return f"flaw-{hashlib.sha256(named).hexdigest()[:16]}"


def _card(flaws: Flaws, outcome: Outcome) -> Html:
    result = flaws[0][0]
    head = (
        letter(outcome),
        tag("h3", tag("span", short_name(one_line(result.requirement)), title=one_line(result.requirement))),
        tag("p", one_line(result.says, 1000), class_="says"),
        tag("p", f"{one_line(result.source)}, {one_line(result.word)}", class_="source"),
    )
    shown = [_flaw(*flaw) for flaw in flaws]
    if outcome == "fail":
        return tag("article", tag("div", *head, class_="card-head"), *shown, class_="card")
    named = words.listed(list(dict.fromkeys(result.model for result, _ in flaws)), 2)
    summary = tag("summary", *head, tag("p", named, class_="models"), class_="card-head")
    return tag("details", summary, *shown, class_="card")


def _flaw(result: Result, failure: Failure) -> Html:
    place = f", {one_line(failure.parameter)}" if failure.parameter else ""
    times = f", seen {failure.seen} times" if failure.seen > 1 else ""
    facts = [("Happened", one_line(words.happened(result, failure), 2000))]
    if failure.expected:
        facts += [("Expected", one_line(failure.expected, 1000)), ("Actual", compact(failure.actual, 1000))]
    if failure.hint:
        facts.append(("Hint", one_line(failure.hint, 1000)))
    rows = [tag("div", tag("dt", name), tag("dd", text)) for name, text in facts]
    for name, text in (("Case", failure.case), ("Identity", failure.identity)):
        rows.append(tag("div", tag("dt", name), tag("dd", one_line(text), class_="mono")))
    listed = tag("dl", *rows, class_="flaw-facts")
    status = "no answer" if failure.status is None else f"status {failure.status}"
    codes = [
        code_block("Request", pretty(failure.request, LONGEST_CODE)),
        code_block(f"Answer, {status}", block(failure.answer), copies=False),
        code_block("curl", block(failure.curl, LONGEST_CODE)),
        code_block("Python", block(failure.python, LONGEST_CODE)),
    ]
    return tag(
        "section",
        tag("h4", tag("b", one_line(result.model)), f"{place}{times}"),
        tag("div", listed, _picture(failure.picture), class_="seen"),
        tag("div", *codes, class_="codes"),
        class_="flaw",
        id=anchor(failure),
        data_outcome=failure.outcome,
        data_operation=result.operation,
        data_model=result.model,
    )


def _picture(address: str | None) -> Html:
    if address is None or len(address) > LONGEST_PICTURE or not _PICTURE.fullmatch(address):
        return Html()
    return tag("img", src=address, alt="The picture that came back", class_="preview", loading="lazy")
