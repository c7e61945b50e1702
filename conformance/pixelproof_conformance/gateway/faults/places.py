"""Where a folded schema declares a requirement: constraints at their places, and rules that are bound to it."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from pixelproof import Operation
from pixelproof._model_class import ModelClass
from pixelproof._values import Json


@dataclass(frozen=True, slots=True)
class Place:
    """One constraint: the path to the value it is about (``*`` for every item), its keyword, its schema."""

    path: tuple[str, ...]
    keyword: str
    node: dict[str, Json]


@dataclass(frozen=True, slots=True)
class Declared:
    """All that one section declares for one requirement."""

    places: tuple[Place, ...]
    rules: tuple[tuple[str, dict[str, Json]], ...]


SECTIONS = ("answer", "stream", "refusal")
_NOTHING = Declared((), ())


@lru_cache(maxsize=4096)
def declared(model_class: ModelClass, section: str, requirement: str) -> Declared:
    """What the section of this kind of model declares for ``requirement``."""
    schema = model_class.section(section).schema
    places = [place for place, name in _places(schema, ()) if name == requirement]
    return Declared(
        # What is missing leaves the rest as it is; a wrong type takes everything below it along.
        tuple(sorted(places, key=lambda place: place.keyword != "required")),
        tuple((entry["rule"], entry["with"]) for entry in schema.get("x-rules", ()) if entry["id"] == requirement),
    )


@lru_cache(maxsize=4096)
def declaring_class(operation: Operation, model_class: ModelClass, requirement: str) -> ModelClass:
    """The kind of model whose sections say how ``requirement`` is broken: its own, as long as any kind has it.

    What holds only for answers to unknown requests is broken as if the request were unknown.
    """
    unknown = operation.model_class(None)
    others = (kind for kind in operation.classes if kind is not unknown)
    if any(declared(kind, section, requirement) != _NOTHING for kind in others for section in SECTIONS):
        return model_class
    return unknown


def _places(schema: dict[str, Json], path: tuple[str, ...]) -> Iterator[tuple[Place, str]]:
    for keyword, name in schema.get("x-requirement", {}).items():
        yield Place(path, keyword, schema), name
    for key, value in schema.items():
        if key == "properties":
            for name, node in value.items():
                yield from _places(node, (*path, name))
        elif key == "items":
            yield from _places(value, (*path, "*"))
        elif key == "allOf":
            for part in value:
                yield from _places(part, path)
        elif key in ("then", "else"):
            yield from _places(value, path)
