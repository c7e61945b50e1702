"""Messages in the shape that a folded schema declares: what is offered fits in, what is required is there.

An object gets the keys that are declared or required, and only where none is declared all that is offered. Conditions
are decided on the message as it grows, until nothing changes.
"""

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple, TypeAlias

import jsonschema_rs
from pixelproof._values import Json

Node: TypeAlias = dict[str, Json]
"""A part of a folded schema; several of them apply to one value at once."""

_NOTHING: Any = object()
_MOST_TURNS = 8
_SAMPLES: dict[str, Json] = {"string": "text", "integer": 0, "number": 0, "boolean": False, "null": None}

# Folded schemas live as long as their dialect; holding them keeps their identity theirs.
_compiled: dict[int, tuple[Node, Any]] = {}


class IfDeclared(NamedTuple):
    """Values for a key that is sent only where it is declared; the first that the schema allows is taken."""

    values: tuple[Json, ...]


def shaped(section: Node, key: str, exchange: dict[str, Json], offer: Json) -> Json:
    """The message ``key`` (``answer`` or ``events``) of a section, made from ``offer``.

    ``exchange`` is what is known beside the message: ``{"request": ..., "status": 200}``. Keys of ``offer`` that are
    not declared are left out; required ones that it lacks get a sample; wrong values give way to a sample.
    """
    message: Json = None
    for _ in range(_MOST_TURNS):
        parts = _applying([section], {**exchange, key: message})
        found = _value([part["properties"][key] for part in parts if key in part.get("properties", {})], offer)
        if found == message:
            break
        message = found
    return message


def _applying(nodes: Iterable[Node], value: Json) -> Iterator[Node]:
    """The nodes and everything in their ``allOf`` that applies to ``value``."""
    for node in nodes:
        yield node
        for part in node.get("allOf", ()):
            if "if" not in part:
                yield from _applying([part], value)
            elif branch := part.get("then" if _allows(part["if"], value) else "else"):
                yield from _applying([branch], value)


def _allows(node: Node, value: Json) -> bool:
    found = _compiled.get(id(node))
    if found is None:
        found = _compiled[id(node)] = (node, jsonschema_rs.Draft202012Validator(node))
    try:
        allowed: bool = found[1].is_valid(value)
    except (ValueError, RecursionError):  # half a surrogate, or nested without end
        return False
    return allowed


def _value(nodes: list[Node], offer: Json) -> Json:
    offers = offer.values if isinstance(offer, IfDeclared) else () if offer is _NOTHING else (offer,)
    parts = [*_applying(nodes, None)]
    kinds: set[str] = set()
    for part in parts:
        kinds |= {part["type"]} if isinstance(part.get("type"), str) else set(part.get("type", ()))
    items = [part["items"] for part in parts if "items" in part]
    for one in offers:
        if isinstance(one, dict) and (not kinds or "object" in kinds):
            return _object(nodes, one)
        if isinstance(one, list) and (not kinds or "array" in kinds):
            return [_value(items, item) for item in one]
        if all(_allows(node, one) for node in nodes):
            return one
    if "object" in kinds:
        return _object(nodes, {})
    if "array" in kinds:
        return [_value(items, _NOTHING)] * max(part.get("minItems", 0) for part in parts)
    return _sample(parts, kinds)


def _object(nodes: list[Node], offers: dict[str, Json]) -> dict[str, Json]:
    out: dict[str, Json] = {}
    for _ in range(_MOST_TURNS):
        parts = [*_applying(nodes, out)]
        required = dict.fromkeys(name for part in parts for name in part.get("required", ()))
        properties: dict[str, list[Node]] = {name: [] for name in required}
        for part in parts:
            for name, sub in part.get("properties", {}).items():
                properties.setdefault(name, []).append(sub)
        if not properties:
            return {name: value for name, value in offers.items() if not isinstance(value, IfDeclared)}
        found = {
            name: _value(below, offers.get(name, _NOTHING))
            for name, below in properties.items()
            if (name in offers or name in required) and not any(sub.get("not") == {} for sub in below)
        }
        if found == out:
            break
        out = found
    return out


def _sample(parts: list[Node], kinds: set[str]) -> Json:
    for part in parts:
        if "const" in part:
            return part["const"]
        if "enum" in part:
            return part["enum"][0]
    lowest = [part["minimum"] for part in parts if "minimum" in part]
    if lowest and kinds & {"integer", "number"}:
        return max(lowest)
    return next((sample for kind, sample in _SAMPLES.items() if kind in kinds), "text")
