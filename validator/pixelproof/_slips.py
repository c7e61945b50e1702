"""Slips of the pen in a dialect folder that the meta-schemas cannot see, and that would silently check nothing.

Each slip is a place and a message; the loader adds file and line.
"""

import re
from collections.abc import Iterator
from typing import TypeAlias

from pixelproof._fold import local_name
from pixelproof._values import Json, Path

Slip: TypeAlias = tuple[Path, str]

_PARTS_OF_EXCHANGE = {
    "answer": ("request", "status", "answer"),
    "stream": ("request", "status", "events"),
    "refusal": ("request", "status", "answer"),
}
_SECTIONS = ("request", *_PARTS_OF_EXCHANGE)
_GROUPS = ("allOf", "anyOf", "oneOf")


def slips_of_dialect(about: dict[str, Json]) -> Iterator[Slip]:
    """What does not fit together in ``dialect.yaml``."""
    for name, facts in about["models"].items():
        pattern: str | None = facts.get("pattern")
        sample: str = facts.get("sample", "")
        if pattern is not None and not re.search(pattern, sample):
            yield ("models", name, "sample"), f"the sample {sample!r} does not match the pattern {pattern!r} beside it"
    cases = about.get("absent-model", [])
    for index, case in enumerate(cases):
        if ("when-any-of" in case) is (index == len(cases) - 1):
            words = (
                "the last case, and no other, has no when-any-of: it is what all other requests without a model mean"
            )
            yield ("absent-model", index), words
    shape = about.get("refusal", {})
    for name in ("message", "parameter", "code"):
        if name in shape and "example" in shape and not _has(shape["example"], shape[name]):
            yield ("refusal", "example"), f"the example has nothing at {shape[name]}, which is the place of the {name}"


def slips_of_operation(definitions: dict[str, Json], about: dict[str, Json]) -> Iterator[Slip]:
    """What does not fit together in the ``$defs`` of an operation."""
    for section, parts in _PARTS_OF_EXCHANGE.items():
        for name in definitions.get(section, {}).get("properties", {}):
            if name not in parts:
                words = f"the section {section} describes an exchange, so its properties are {', '.join(parts)}"
                yield (
                    ("$defs", section, "properties", name),
                    f"{words}; what {name!r} stands for goes below the last one",
                )
    listed = _listed(definitions["request"], about)
    for name, definition in definitions.items():
        if definition.get("x-family"):
            yield from _slips_of_condition(definition, ("$defs", name), definitions, None)
            yield from _unlisted(definition, ("$defs", name), listed)
        for place, condition in _conditions(definition, ("$defs", name)):
            inside = name if name in _SECTIONS else None
            yield from _slips_of_condition(condition, place, definitions, inside)
            if inside == "request" and "properties" not in place:
                yield from _unlisted(condition, place, listed)
            elif inside is not None:
                yield from _unlisted(condition.get("properties", {}).get("request", {}), place, listed)


def unused_definitions(definitions: dict[str, Json]) -> Iterator[Slip]:
    """Definitions that are neither a section nor a family, and that nothing refers to."""
    named = {local_name(target) for target, _ in _references(definitions)}
    for name, definition in definitions.items():
        if name not in _SECTIONS and name not in named and not definition.get("x-family"):
            yield ("$defs", name), f"nothing refers to {name!r}; sections are called {', '.join(_SECTIONS)}"


def slips_between(about: dict[str, Json], operations: dict[str, dict[str, Json]]) -> Iterator[Slip]:
    """What ``dialect.yaml`` says of parameters that no operation has; ``operations`` as they were built."""
    parameters = {name for operation in operations.values() for name in operation["parameters"]}
    for index, case in enumerate(about.get("absent-model", [])):
        for name in case.get("when-any-of", ()):
            if name not in parameters:
                yield ("absent-model", index, "when-any-of"), f"no operation of this dialect has the parameter {name!r}"


def _has(example: Json, pointer: str) -> bool:
    for step in pointer[1:].split("/"):
        if not isinstance(example, dict) or step not in example:
            return False
        example = example[step]
    return True


def _listed(request: dict[str, Json], about: dict[str, Json]) -> set[str] | None:
    """The parameters that conditions may name; ``None`` where the document lists only some."""
    if request.get("additionalProperties") is not False:
        return None
    return {*request.get("properties", {}), about.get("model-parameter", "model")}


def _references(value: Json, *, of_request: bool = False) -> Iterator[tuple[str, bool]]:
    """The target of every ``$ref``, and whether it is about the property ``request``."""
    if isinstance(value, list):
        for item in value:
            yield from _references(item, of_request=of_request)
    elif isinstance(value, dict):
        for key, item in value.items():
            if key == "$ref" and isinstance(item, str):
                yield item, of_request
            elif key == "properties" and isinstance(item, dict):
                for name, sub in item.items():
                    yield from _references(sub, of_request=of_request or name == "request")
            else:
                yield from _references(item, of_request=of_request)


def _conditions(schema: Json, place: Path) -> Iterator[tuple[Path, dict[str, Json]]]:
    """Every ``if`` in a schema, with its place."""
    if not isinstance(schema, dict):
        return
    if isinstance(schema.get("if"), dict):
        yield (*place, "if"), schema["if"]
    for name, sub in schema.get("properties", {}).items():
        yield from _conditions(sub, (*place, "properties", name))
    for key in ("items", "additionalProperties", "then", "else"):
        yield from _conditions(schema.get(key), (*place, key))
    for index, part in enumerate(schema.get("allOf", ())):
        yield from _conditions(part, (*place, "allOf", index))


def _slips_of_condition(
    condition: dict[str, Json], place: Path, definitions: dict[str, Json], section: str | None
) -> Iterator[Slip]:
    """References that name no family of models, or that ask an exchange what only a request can tell."""
    for target, of_request in _references(condition):
        name = local_name(target)
        if not target.startswith("#/$defs/") or name not in definitions:
            yield place, f"{target!r} names nothing in $defs of this file"
        elif not definitions[name].get("x-family"):
            yield place, f"a condition can name families of models only; {name!r} lacks x-family: true"
        elif section == "request" and of_request:
            yield place, f"the section request describes the request itself; write {{$ref: '{target}'}}"
        elif section not in ("request", None) and not of_request:
            words = f"{{properties: {{request: {{$ref: '{target}'}}}}, required: [request]}}"
            yield place, f"the section {section} describes an exchange; to ask for its request, write {words}"


def _unlisted(condition: Json, place: Path, listed: set[str] | None) -> Iterator[Slip]:
    """Parameters that a condition on a request names and the request does not have."""
    if listed is None or not isinstance(condition, dict):
        return
    required = condition.get("required", ())
    for name in (*condition.get("properties", {}), *(required if isinstance(required, list) else ())):
        if name not in listed:
            yield place, f"the condition asks for {name!r}, which is not among the properties of the request"
    for key in (*_GROUPS, "not"):
        below = condition.get(key, ())
        for part in below if isinstance(below, list) else [below]:
            yield from _unlisted(part, place, listed)
