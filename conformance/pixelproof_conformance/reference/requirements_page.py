"""The page of an operation: every requirement with why it matters, how it is kept, an example of each side, and kin."""

import json
from collections.abc import Iterator, Sequence

from pixelproof import Dialect, Requirement
from pixelproof.cli._examples import Example
from pixelproof.cli._explanation import Explanation, explanation_of

from pixelproof_conformance.reference.markdown import anchor, code, link, page, prose

_OPENING = """\
What {source} says about {operation}, one section for each requirement.
{table} has the same at a glance.
The anchor of a section is the id of its requirement. `pixelproof explain ID` prints the section in the terminal.

Examples are the shortest fixtures. An object with a key that starts with `$` stands for a picture or a long text, as
[Fixtures](../fixtures.md) describes. A command under “Try it” starts the reference gateway with that one thing broken.
"""
_MOST_LINES = 40
"""A longer example is not shown, only named."""
_ONE_LINE = 100
_SHARED = {"parameter": "same parameter", "rule": "same rule", "flaw": "same in other operations"}
_MOST_RELATED = 8


def requirements_pages(dialects: Sequence[Dialect]) -> dict[str, str]:
    """The page of every operation by its path below ``docs/``."""
    return {
        page_of(dialect.name, operation): _page(dialect, operation, dialects)
        for dialect in dialects
        for operation in dialect.operations
    }


def page_of(dialect: str, operation: str) -> str:
    """The path of the page of an operation, below ``docs/``."""
    return f"requirements/{dialect}-{operation}.md"


def _page(dialect: Dialect, operation: str, dialects: Sequence[Dialect]) -> str:
    pages = {name: page_of(other.name, facts.operation) for other in dialects for name, facts in _each(other)}
    lines = [f"# {dialect.title}: requirements on {operation}", "", *_opening(dialect, operation), ""]
    for requirement in dialect.requirements.values():
        if requirement.operation == operation:
            lines += _section(requirement, dialect, explanation_of(requirement, dialect, dialects), pages)
    return page(lines)


def _each(dialect: Dialect) -> Iterator[tuple[str, Requirement]]:
    yield from dialect.requirements.items()


def _opening(dialect: Dialect, operation: str) -> Iterator[str]:
    yield _OPENING.format(
        source=code(dialect.about["document"]["file"]),
        operation=code(operation),
        table=link("The page of the dialect", f"../dialects/{dialect.name}.md#{operation}"),
    )


def _section(facts: Requirement, dialect: Dialect, about: Explanation, pages: dict[str, str]) -> Iterator[str]:
    flaw = facts.id.rpartition("/")[2]
    yield anchor(facts.id)
    yield ""
    yield f"## {flaw}"
    yield ""
    yield prose(facts.says)
    if facts.hint:
        yield f"*{prose(facts.hint)}*"
    yield ""
    yield f"- **Source:** {code(facts.source)}"
    if facts.reason is not None:
        yield f"- **Not checkable:** {prose(facts.reason)}"
    else:
        yield f"- **Outcome:** {code(facts.outcome)}: {about.outcome}"
        yield f"- **Severity:** {_severity(facts, about)}"
    for label, texts in (("Why it matters", about.why), ("How an endpoint keeps it", about.keep)):
        if texts:
            yield f"- **{label}:** {prose(' '.join(texts))}"
    if about.rules:
        rules = (link(code(rule.name), f"../rules.md#{rule.name}") for rule in about.rules)
        yield f"- **Rule:** {', '.join(rules)}"
    for shared, ids in about.related.items():
        yield f"- **Related, {_SHARED[shared]}:** {_links(facts, ids, pages)}"
    if about.fault is not None:
        yield f"- **Try it:** {code(f'pixelproof serve --dialect {dialect.name} --fault {about.fault}')}"
    yield ""
    for label, example in (("Flagged", about.flagged), ("Allowed", about.allowed)):
        if example is not None:
            yield from _example(label, example)


def _severity(facts: Requirement, about: Explanation) -> str:
    observed = f", {facts.observed_severity} under the profile observed" * (facts.observed_severity != facts.severity)
    return f"{facts.severity}{observed}: {about.severity}"


def _links(facts: Requirement, ids: tuple[str, ...], pages: dict[str, str]) -> str:
    here = page_of(facts.dialect, facts.operation)
    shown = []
    for name in ids[:_MOST_RELATED]:
        target = pages[name]
        short = name.rpartition("/")[2] if target == here else name
        shown.append(link(code(short), f"{'' if target == here else target.rpartition('/')[2]}#{name}"))
    more = f", and {len(ids) - _MOST_RELATED} more" if len(ids) > _MOST_RELATED else ""
    return ", ".join(shown) + more


def _example(label: str, example: Example) -> Iterator[str]:
    blocks = [(name, _written(value)) for name, value in example.messages]
    if sum(text.count("\n") + 1 for _, text in blocks) > _MOST_LINES:
        yield f"{label}: {prose(example.says)} See {code(example.path)}."
        yield ""
        return
    yield f"{label}: {prose(example.says)}"
    yield ""
    yield "```text"
    for name, text in blocks:
        yield f"{name}:{' ' if chr(10) not in text else chr(10)}{text}"
    yield "```"
    yield ""


def _written(value: object) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _ONE_LINE else json.dumps(value, ensure_ascii=False, indent=1)
