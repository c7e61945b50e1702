"""The page of the rules: every rule plugin with its docstring, its parameters, and the requirements that it checks."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pixelproof.rules
from pixelproof import Dialect
from pixelproof._checks import checks_of
from pixelproof._guidance import LABELS, labelled
from pixelproof.rules import Rule, find_rule

from pixelproof_conformance.reference.dialect_page import place
from pixelproof_conformance.reference.markdown import code, link, page, prose, table

_OPENING = """\
Most requirements are checked by a keyword of JSON Schema. What no keyword can say is checked by a rule in Python; there
are {count} of them. A dialect binds a rule to a requirement in `x-rules`, or as the keyword `x-NAME` beside a value.
How a rule is added stands in [CONTRIBUTING.md](../CONTRIBUTING.md#1-a-new-requirement-or-rule).
"""
_ON = {
    "value": "one value, as the keyword `x-{name}`",
    "request": "requests",
    "answer": "answers",
    "stream": "streams",
    "refusal": "refusals",
}
_ONLY_WHEN = {
    "unreadable": "It runs only on a message that cannot be read.",
    "null": "It runs only when something in the message is null.",
}


def own_rules() -> list[Rule]:
    """The rules of this distribution, by name."""
    (folder,) = pixelproof.rules.__path__
    names = sorted(path.stem.replace("_", "-") for path in Path(folder).glob("[a-z]*.py"))
    return [rule for rule in map(find_rule, names) if rule is not None]


def rules_page(dialects: Sequence[Dialect]) -> str:
    """The page as Markdown; ``dialects`` are looked through for requirements that a rule checks."""
    uses = _uses(dialects)
    rules = own_rules()
    lines = [
        "# Rules",
        "",
        _OPENING.format(count=len(rules)),
        *table(("Rule", "Flags"), ((link(rule.name, f"#{rule.name}"), _first(rule)) for rule in rules)),
        "",
    ]
    for rule in rules:
        lines += _section(rule, uses.get(rule.name))
    return page(lines)


def _first(rule: Rule) -> str:
    return prose(rule.page.split("\n\n")[0].replace("\n", " "))


@dataclass(slots=True)
class _Uses:
    """Where a rule is used: an example with its parameters, and for each dialect links to the requirements."""

    example: str
    links: dict[str, list[str]]


def _uses(dialects: Sequence[Dialect]) -> dict[str, _Uses]:
    uses: dict[str, _Uses] = {}
    for dialect in dialects:
        for facts in dialect.requirements.values():
            checks = checks_of(facts, dialect) if facts.checkable else []
            short = facts.id.removeprefix(f"{dialect.name}/")
            target = link(code(short), f"dialects/{dialect.name}.md#{place(facts)}")
            for name, words in {check.rule: check.words for check in checks if check.rule}.items():
                use = uses.setdefault(name, _Uses(words, {}))
                use.links.setdefault(dialect.name, []).append(target)
    return uses


def _section(rule: Rule, uses: _Uses | None) -> Iterator[str]:
    yield f"## {rule.name}"
    yield ""
    yield from _docstring(rule)
    yield ""
    looks = [_ON[kind].format(name=rule.name) for kind in rule.on if kind in _ON]
    only = [f" {_ONLY_WHEN[kind]}" for kind in rule.on if kind in _ONLY_WHEN]
    yield f"**Looks at:** {', '.join(looks)}.{''.join(only)}"
    yield ""
    parameters = [*_parameters(rule)]
    if parameters:
        yield from table(("Parameter", "Type", "Needed"), parameters)
        yield ""
    if parameters and uses:
        yield f"For example: {code(uses.example)}"
        yield ""
    if uses is None:
        yield "No dialect of this distribution uses it."
        yield ""
        return
    for dialect, links in uses.links.items():
        listed = ", ".join(links)
        if len(links) > 4:
            yield f"<details><summary>{dialect}: {len(links)} requirements</summary>"
            yield ""
            yield listed
            yield ""
            yield "</details>"
        else:
            yield f"{dialect}: {listed}"
        yield ""


def _docstring(rule: Rule) -> Iterator[str]:
    """The docstring as paragraphs, and its labelled sentences as a list."""
    opening, said = labelled(rule)
    yield prose(opening)
    yield ""
    for label in LABELS:
        if label in said:
            yield f"- **{label}:** {prose(said[label])}"


def _parameters(rule: Rule) -> Iterator[tuple[str, str, str]]:
    schema = rule.parameters
    if "value" in rule.on and schema.get("type") != "object":
        yield "the value of the keyword", _kind(schema), "yes"
    for name, node in schema.get("properties", {}).items():
        yield code(name), _kind(node), "yes" if name in schema.get("required", ()) else "no"


def _kind(node: dict[str, object]) -> str:
    """The type of a parameter in words, for example ``array of string``."""
    kinds = node.get("type", "any value")
    items = node.get("items")
    inner = f" of {_kind(items)}" if isinstance(items, dict) else ""
    return " or ".join(f"{kind}{inner if kind == 'array' else ''}" for kind in _listed(kinds))


def _listed(kinds: object) -> list[str]:
    return [str(kind) for kind in kinds] if isinstance(kinds, list) else [str(kinds)]
