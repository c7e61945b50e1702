"""What a folded schema declares: its constraints, each with the requirement that it belongs to."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from pixelproof import Requirement

from pixelproof_conformance.model import Json

Path: TypeAlias = tuple[str | int, ...]


SEVERAL = 2
"""What a document promises that speaks of several and gives no number."""


@dataclass(frozen=True, slots=True)
class Constraint:
    """One constraint keyword of a folded schema, where it applies, and the requirement it belongs to."""

    path: Path
    keyword: str
    node: dict[str, Json]
    requirement: str


def constraints(schema: dict[str, Json], path: Path = ()) -> Iterator[Constraint]:
    """Every constraint of a folded schema, those under conditions included; ``*`` in a path stands for every item."""
    for keyword, requirement in schema.get("x-requirement", {}).items():
        yield Constraint(path, keyword, schema, requirement)
    for name, node in schema.get("properties", {}).items():
        yield from constraints(node, (*path, name))
    if isinstance(schema.get("items"), dict):
        yield from constraints(schema["items"], (*path, "*"))
    for part in schema.get("allOf", ()):
        yield from constraints(part, path)
    for branch in ("then", "else"):
        if branch in schema:
            yield from constraints(schema[branch], path)


def is_refused(node: dict[str, Json], requirements: Mapping[str, Requirement]) -> bool:
    """Whether ``node`` allows no value at all; a value that is only said to have no effect (a warning) is allowed."""
    return node.get("not") == {} and requirements[node["x-requirement"]["not"]].severity != "warning"


def promised(node: dict[str, Json], requirements: Mapping[str, Requirement]) -> dict[str, Json]:
    """``node`` with no more than two where the document names no largest number, but some other page does."""
    declared = node.get("x-requirement", {})
    open_ends = [
        keyword
        for keyword in ("maximum", "maxItems")
        if keyword in node and keyword in declared and requirements[declared[keyword]].severity != "error"
    ]
    return {**node, **{keyword: min(node[keyword], SEVERAL) for keyword in open_ends}}


def requirement_ids(schema: Json, requirements: Mapping[str, Requirement]) -> Iterator[str]:
    """The ids of all requirements in a folded schema; the limits of a value that is refused anyway do not count."""
    if not isinstance(schema, dict):
        return
    if is_refused(schema, requirements):
        yield schema["x-requirement"]["not"]
        return
    yield from schema.get("x-requirement", {}).values()
    yield from (entry["id"] for entry in schema.get("x-rules", ()))
    for key in ("items", "then", "else", "additionalProperties"):
        yield from requirement_ids(schema.get(key), requirements)
    for part in (*schema.get("properties", {}).values(), *schema.get("allOf", ())):
        yield from requirement_ids(part, requirements)


def names_in(schema: Json) -> set[str]:
    """The parameters that a condition or a branch names."""
    if isinstance(schema, list):
        return set().union(*(names_in(item) for item in schema))
    if not isinstance(schema, dict):
        return set()
    names = set(schema.get("properties", {})) | set(
        schema.get("required", ()) if isinstance(schema.get("required"), list) else ()
    )
    for key in ("anyOf", "allOf", "oneOf", "not", "if", "then", "else"):
        names |= names_in(schema.get(key))
    return names
