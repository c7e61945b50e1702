"""Requirements by models: one table for each operation, and the filters over it."""

from pixelproof_conformance.model import Report, Result
from pixelproof_conformance.report import words
from pixelproof_conformance.report.escaping import one_line
from pixelproof_conformance.report.html.elements import Html, join, tag
from pixelproof_conformance.report.html.flaws import anchor
from pixelproof_conformance.report.html.parts import letter, short_name

MOST_LEVEL_NAMES = 6
"""With more models than this their names stand upright, and the table scrolls by itself."""

Rows = dict[str, dict[str, Result]]


def matrix(report: Report) -> Html:
    """The outcome of every requirement for every model."""
    tables = [_table(operation, rows) for operation, rows in _by_operation(report).items()]
    empty = [] if tables else [tag("p", "The run has no results.", class_="empty")]
    return tag("section", tag("h2", "Requirements", id="requirements"), *tables, *empty, aria_labelledby="requirements")


def filters(report: Report) -> Html:
    """What narrows the page down; shown only where scripts run, because it does nothing without them."""
    outcomes = [
        tag(
            "label",
            tag("input", type="checkbox", name="outcome", value=outcome),
            letter(outcome),
            tag("span", outcome, aria_hidden="true"),
            class_="chip",
        )
        for outcome in words.outcomes_seen(report)
    ]
    return tag(
        "form",
        tag("fieldset", tag("legend", "Show only", class_="unseen"), *outcomes),
        _choice("operation", "Operation", list(dict.fromkeys(result.operation for result in report.results))),
        _choice("model", "Model", words.models(report)),
        tag("label", tag("span", "Text"), tag("input", type="search", name="text", placeholder="n-outside, size, …")),
        tag("button", "Show all", type="reset"),
        tag("output", aria_live="polite"),
        class_="filters",
        hidden=True,
        aria_label="Filters",
    )


def _choice(name: str, label: str, values: list[str]) -> Html:
    options = [tag("option", one_line(value), value=value) for value in values]
    every = Html('<option value="">all</option>')
    return tag("label", tag("span", label), tag("select", every, *options, name=name), hidden=len(values) < 2)


def _by_operation(report: Report) -> dict[str, Rows]:
    tables: dict[str, Rows] = {}
    for result in report.results:
        tables.setdefault(result.operation, {}).setdefault(result.requirement, {})[result.model] = result
    return tables


def _table(operation: str, rows: Rows) -> Html:
    models = list(dict.fromkeys(model for cells in rows.values() for model in cells))
    upright = len(models) > MOST_LEVEL_NAMES
    heads = [tag("th", tag("span", one_line(model)), scope="col", data_model=model) for model in models]
    lines = [_line(operation, [cells.get(model) for model in models]) for cells in rows.values()]
    table = tag(
        "table",
        tag("caption", one_line(operation)),
        tag("thead", tag("tr", tag("th", "Requirement", scope="col"), *heads)),
        tag("tbody", *lines),
        class_="matrix upright" if upright else "matrix",
    )
    scrolls = {"tabindex": "0", "role": "region", "aria_label": f"Outcomes of {one_line(operation)}"} if upright else {}
    return tag("div", table, class_="scrolls" if upright else "", **scrolls)


def _line(operation: str, cells: list[Result | None]) -> Html:
    first = next(result for result in cells if result is not None)
    name = tag("span", short_name(one_line(first.requirement)), class_="id", title=one_line(first.requirement))
    says = tag("span", one_line(first.says, 1000), class_="says")
    return tag(
        "tr",
        tag("th", join(name, " ", says), scope="row"),
        *[_cell(result) for result in cells],
        data_operation=operation,
    )


def _cell(result: Result | None) -> Html:
    if result is None:
        return tag("td", tag("span", "does not apply", class_="unseen"))
    title = one_line(result.note) or words.counted(result.checks, "check")
    shown = [failure for failure in result.failures if failure.outcome in ("fail", "warn")]
    href = f"#{anchor(shown[0])}" if shown else ""
    return tag("td", letter(result.outcome, href, title), data_outcome=result.outcome, data_model=result.model)
