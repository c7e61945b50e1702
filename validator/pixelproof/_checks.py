"""What the validator checks for a requirement, read back from the folded schemas and the rules."""

from collections.abc import Iterator
from typing import NamedTuple

from pixelproof._dialect import Dialect
from pixelproof._model_class import ModelClass
from pixelproof._operation import Operation
from pixelproof._text import dotted
from pixelproof._values import Json, Path, Requirement

SECTIONS = ("request", "answer", "stream", "refusal")
_NEVER_A_MODEL = "no-such-model"


class Check(NamedTuple):
    """One check: where it looks, in words what it asks for (``n: minimum 1, maximum 10``), and its rule if it has one.

    ``models`` has the kinds of models that it holds for, and is empty when it holds for every kind. ``place`` is the
    place alone, empty for the whole message. ``keywords`` are those of JSON Schema with their values as JSON; a check
    of a rule has none. ``conditional`` says that it holds only together with something else in the message.
    """

    section: str
    words: str
    rule: str | None
    models: tuple[str, ...]
    place: str = ""
    keywords: tuple[tuple[str, str], ...] = ()
    conditional: bool = False


class _Made(NamedTuple):
    """A check as it is read from a schema, before the kinds of models are known."""

    words: str
    rule: str | None
    place: str = ""
    keywords: tuple[tuple[str, str], ...] = ()
    conditional: bool = False


def checks_of(requirement: Requirement, dialect: Dialect) -> list[Check]:
    """Every check of ``requirement``; equal ones of several kinds of models are one."""
    operation = dialect.operation(requirement.operation)
    found: list[Check] = []
    for section in SECTIONS:
        kinds = [*_kinds(dialect, operation, section)]
        models: dict[_Made, list[str]] = {}
        for name, kind in kinds:
            for made in dict.fromkeys(_checks(kind.section(section).schema, requirement.id, section)):
                models.setdefault(made, []).append(name)
        for made, names in models.items():
            some = () if len(names) == len(kinds) else tuple(names)
            found.append(Check(section, made.words, made.rule, some, *made[2:]))
    if requirement.outcome == "ACCEPT":
        found.append(
            Check("refusal", "no refusal of a request that keeps the document", "documented-request-refused", ())
        )
    return found


def _kinds(dialect: Dialect, operation: Operation, section: str) -> Iterator[tuple[str, ModelClass]]:
    """Every way to name a model, or none, with the kind of model that it means."""
    parameter = dialect.about.get("model-parameter", "model")
    for name, facts in dialect.about["models"].items():
        if operation.name in facts.get("operations", (operation.name,)):
            yield name, operation.model_class({parameter: facts.get("sample", name)})
    for case in dialect.about.get("absent-model", [{"name": "no model"}]):
        yield case["name"], operation.model_class(dict.fromkeys(case.get("when-any-of", [])[:1], True))
    yield "an unlisted model", operation.model_class({parameter: _NEVER_A_MODEL})
    if section != "request":
        yield "an answer to an unknown request", operation.model_class(None)


def _checks(schema: dict[str, Json], name: str, section: str, path: Path = (), condition: str = "") -> Iterator[_Made]:
    """Each check that belongs to the requirement ``name``, in ``schema`` and below it."""
    place = dotted(path if section in ("request", "stream") else path[1:]).replace(".*", "[]")
    for made in _checks_here(schema, name):
        words = f"{place}: {made.words}{condition}" if place else f"{made.words}{condition}"
        yield _Made(words, made.rule, place, made.keywords, bool(condition))
    for entry in schema.get("x-rules", ()):
        if entry["id"] == name:
            parameters = f" with {_compact(entry['with'])}" if entry["with"] else ""
            when = f", when the request has {entry['when']}" if entry["when"] else ""
            yield _Made(f"{entry['rule']}{parameters}{when}", entry["rule"])
    for step, sub in _below(schema):
        yield from _checks(sub, name, section, (*path, *step), condition)
    for part in schema.get("allOf", ()):
        if "if" not in part:
            yield from _checks(part, name, section, path, condition)
            continue
        for branch, word in (("then", "if"), ("else", "unless")):
            more = f"{condition} {word} {_compact(part['if'])}"
            yield from _checks(part.get(branch, {}), name, section, path, more)


def _checks_here(schema: dict[str, Json], name: str) -> Iterator[_Made]:
    """The keywords of ``schema`` itself: plain ones together, one of a rule on values by itself."""
    constraints = []
    for keyword in [key for key, owner in schema.get("x-requirement", {}).items() if owner == name]:
        head, _, part = keyword.partition("/")
        if head.startswith("x-"):
            parameters = schema[head]
            parameters = parameters.get(part, parameters) if isinstance(parameters, dict) else parameters
            yield _Made(f"{part or head[2:]} {_compact(parameters)}", head[2:])
        else:
            constraints.append((keyword, _compact(schema[keyword])))
    if constraints:
        yield _Made(", ".join(" ".join(pair) for pair in constraints), None, "", tuple(constraints))


def _below(schema: dict[str, Json]) -> Iterator[tuple[Path, dict[str, Json]]]:
    yield from (((key,), sub) for key, sub in schema.get("properties", {}).items())
    for key in ("items", "additionalProperties"):
        if isinstance(schema.get(key), dict):
            yield ("*",), schema[key]


def _compact(value: Json) -> str:
    import json

    return json.dumps(value, ensure_ascii=False)
