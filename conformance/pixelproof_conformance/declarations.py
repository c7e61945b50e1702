"""What a folded schema declares: its constraints, each with the requirement that it belongs to."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias

from pixelproof_conformance.model import Json

Path: TypeAlias = tuple[str | int, ...]


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


def requirement_ids(schema: Json) -> Iterator[str]:
    """The ids of all requirements in a folded schema."""
    if isinstance(schema, dict) and schema.get("not") == {}:
        yield schema["x-requirement"]["not"]  # nothing is allowed here, so the limits of a value do not matter
    elif isinstance(schema, dict):
        for key, value in schema.items():
            if key == "x-requirement":
                yield from value.values()
            elif key == "x-rules":
                yield from (entry["id"] for entry in value)
            elif key == "properties":
                for node in value.values():
                    yield from requirement_ids(node)
            elif key in ("items", "then", "else", "additionalProperties"):
                yield from requirement_ids(value)
            elif key == "allOf":
                for part in value:
                    yield from requirement_ids(part)


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
