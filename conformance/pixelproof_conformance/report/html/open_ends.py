"""What the run leaves open: results that were not judged, and statements that no message shows."""

from pixelproof_conformance.model import Outcome, Report, Result
from pixelproof_conformance.report import words
from pixelproof_conformance.report.escaping import one_line
from pixelproof_conformance.report.html.elements import Html, join, tag
from pixelproof_conformance.report.html.parts import letter, short_name


def not_judged(report: Report) -> Html:
    """Why results were not judged, with the requirements and models behind each reason."""
    members: dict[tuple[Outcome, str], list[Result]] = {}
    for result in report.results:
        if result.outcome in words.UNJUDGED:
            reason = result.note or words.OUTCOME_WORDS[result.outcome].meaning
            members.setdefault((result.outcome, reason), []).append(result)
    if not members:
        return Html()
    rows = []
    for outcome, reason, number in words.reasons(report):
        named = join(letter(outcome), tag("span", f" {outcome}", aria_hidden="true"))
        cells = (named, _reason(reason, members[outcome, reason]), str(number))
        rows.append(tag("tr", *[tag("td", cell) for cell in cells]))
    heads = tag("tr", *[tag("th", name, scope="col") for name in ("Outcome", "Reason", "Results")])
    table = tag("table", tag("thead", heads), tag("tbody", *rows), class_="reasons")
    return tag("section", tag("h2", "Not judged", id="not-judged"), table, aria_labelledby="not-judged")


def not_checkable(report: Report) -> Html:
    """What the document says and no message shows, each with the reason."""
    if not report.not_checkable:
        return Html()
    items = [
        tag(
            "li",
            tag("p", one_line(entry.get("says", ""), 1000)),
            tag("p", one_line(entry.get("reason", ""), 1000), class_="reason"),
            tag("p", f"{one_line(entry.get('id', ''))}, {one_line(entry.get('source', ''))}", class_="source"),
        )
        for entry in report.not_checkable
    ]
    lead = tag("p", "The document says this too, but no request and no answer shows whether it holds.")
    heading = tag("h2", "Not checkable", id="not-checkable")
    return tag("section", heading, lead, tag("ul", *items, class_="statements"), aria_labelledby="not-checkable")


def _reason(reason: str, results: list[Result]) -> Html:
    models: dict[str, list[str]] = {}
    for result in results:
        models.setdefault(result.requirement, []).append(result.model)
    items = [
        tag("li", f"{short_name(one_line(requirement))}: {', '.join(one_line(model) for model in named)}")
        for requirement, named in models.items()
    ]
    return tag("details", tag("summary", one_line(reason, 1000)), tag("ul", *items))
