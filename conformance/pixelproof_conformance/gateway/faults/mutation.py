"""Breaking one declared constraint in an honest message: the smallest change at the declared place.

Candidates are tried in order, and the compiled section is asked which requirements they break. The first that breaks
the wanted one alone is taken, else the one that breaks the fewest others; without any the message stays honest.
"""

from collections.abc import Callable, Collection, Iterator
from typing import Any, TypeAlias

from pixelproof._compiled import CompiledSection
from pixelproof._values import Json

from pixelproof_conformance.gateway.faults.places import Place

Path: TypeAlias = tuple[str | int, ...]
Sample: TypeAlias = Callable[[str, dict[str, Json]], Json]
"""A plausible value for a key that is to be added, by its name and its schema."""

_GONE: Any = object()
_MOST_CANDIDATES = 200


def broken_copy(
    instance: Json,
    places: tuple[Place, ...],
    requirement: str,
    section: CompiledSection,
    sample: Sample,
    spared: Collection[str] = (),
) -> Json:
    """A copy of ``instance`` that breaks ``requirement`` at one of ``places``, or ``instance`` when none can.

    The keys ``spared`` are taken out only when no other can be.
    """
    best, fewest = instance, _MOST_CANDIDATES
    for number, candidate in enumerate(_candidates(instance, places, sample, spared)):
        broken = {entry[0].id for entry in section.broken_by_schema(candidate)}
        if requirement in broken and len(broken) < fewest:
            best, fewest = candidate, len(broken)
        if fewest == 1 or number == _MOST_CANDIDATES:
            break
    return best


def _candidates(instance: Json, places: tuple[Place, ...], sample: Sample, spared: Collection[str]) -> Iterator[Json]:
    for present in (True, False):  # a wrong value for a wrong key would be two faults, so what is there goes first
        for place in places:
            for path in _concrete(instance, place.path):
                found = _at(instance, path)
                if (found is not _GONE) is present:
                    for below, value in _changes(place, found, sample, spared):
                        yield _changed(instance, (*path, *below), value)
                    if place.keyword == "not" and place.node["not"] == {} and path:  # this key in place of all others
                        *above, name = path
                        yield _changed(instance, tuple(above), {name: sample(str(name), place.node)})


def _concrete(instance: Json, path: tuple[str, ...]) -> Iterator[Path]:
    """The places that ``path`` stands for; its last key may be missing."""
    found: list[Path] = [()]
    for step in path:
        following: list[Path] = []
        for place in found:
            holder = _at(instance, place)
            if step == "*":
                following += [(*place, index) for index in range(len(holder))] if isinstance(holder, list) else []
            elif isinstance(holder, dict):
                following.append((*place, step))
        found = following
    yield from found


def _at(instance: Json, path: Path) -> Json:
    for step in path:
        if isinstance(instance, dict):
            instance = instance.get(step, _GONE)
        elif isinstance(instance, list) and isinstance(step, int):
            instance = instance[step]
        else:
            return _GONE
    return instance


def _changed(instance: Json, path: Path, value: Json) -> Json:
    if not path:
        return value
    copy: Any = dict(instance) if isinstance(instance, dict) else list(instance)
    step = path[0]
    if len(path) > 1:
        copy[step] = _changed(copy[step], path[1:], value)
    elif value is _GONE:
        copy.pop(step, None)
    else:
        copy[step] = value
    return copy


def _changes(place: Place, found: Json, sample: Sample, spared: Collection[str]) -> Iterator[tuple[Path, Json]]:
    """Changes that break the constraint: a path below the place, and the new value there."""
    node, keyword = place.node, place.keyword
    limit: Any = node.get(keyword)
    if keyword == "required":
        names = [name for name in limit if isinstance(found, dict) and name in found]
        yield from (((name,), _GONE) for name in sorted(names, key=lambda name: name in spared))
    elif keyword in ("anyOf", "oneOf"):
        without = found
        for option in limit:
            without = _without_required(without, option)
        if without != found:
            yield (), without
    elif keyword == "additionalProperties":
        if isinstance(found, dict):
            yield ("added_by_gateway",), True
    elif keyword == "not" and limit == {}:
        yield (), sample(place.path[-1] if place.path else "", node)
    else:
        yield from (((), value) for value in _wrong_values(keyword, limit, node, found))


def _without_required(value: Json, schema: dict[str, Json]) -> Json:
    """``value`` without the keys that ``schema`` requires, at any depth."""
    if not isinstance(value, dict):
        return value
    required, properties = schema.get("required", ()), schema.get("properties", {})
    kept = {name: item for name, item in value.items() if name not in required}
    return {name: _without_required(item, properties.get(name, {})) for name, item in kept.items()}


def _wrong_values(keyword: str, limit: Json, node: dict[str, Json], found: Json) -> Iterator[Json]:
    if keyword == "type":
        yield _OF_ANOTHER_TYPE.get(limit if isinstance(limit, str) else limit[0], 0)
    elif keyword in ("enum", "const"):
        listed = limit if keyword == "enum" else [limit]
        yield from (value for value in ("auto", "unlisted") if value not in listed)
    elif keyword == "minimum":
        yield limit - 1
    elif keyword == "maximum":
        if _is_number(found):
            yield found * 1000  # milliseconds for seconds, the usual way to go beyond
        yield limit + 1
    elif keyword == "minLength":
        yield ""
    elif keyword == "maxLength":
        yield "a" * (limit + 1)
    elif keyword == "pattern":
        yield from ("/relative", "", "\N{WHITE QUESTION MARK ORNAMENT}")
    elif keyword == "minItems":
        yield []
    elif keyword == "maxItems" and isinstance(found, list) and found:
        yield found * (limit // len(found) + 1)
    elif keyword == "multipleOf" and _is_number(found):
        yield found + limit / 2
    elif keyword == "not":
        yield from _forbidden_values(limit)


def _forbidden_values(refused: dict[str, Json]) -> Iterator[Json]:
    if "const" in refused:
        yield refused["const"]
    yield from refused.get("enum", ())


def _is_number(value: Json) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


_OF_ANOTHER_TYPE: dict[str, Json] = {
    "string": 12,
    "integer": "12",
    "number": "12",
    "boolean": "yes",
    "array": {},
    "object": [],
    "null": "null",
}
