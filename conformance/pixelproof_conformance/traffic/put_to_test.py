"""Which requirements an answer puts to the test, worked out once for all answers of one shape.

The requirements that are reached depend on which keys are there and on what the conditions of the schema look at. So
does the shape: it has every key, and the values of those that a condition names.
"""

from collections.abc import Hashable
from typing import Any

from pixelproof import Operation

from pixelproof_conformance.judge import AGAINST_STREAMS, exercised
from pixelproof_conformance.model import Json

_MOST_SHAPES = 2000


class PutToTest:
    """The requirements by shape; shapes beyond a limit are worked out anew each time."""

    def __init__(self) -> None:
        self._known: dict[Hashable, frozenset[str]] = {}
        self._looked_at: dict[int, frozenset[str]] = {}

    def requirements(
        self, operation: Operation, request: Json, message: Json, status: int, *, streamed: bool
    ) -> frozenset[str]:
        """What an answer (its object, or its events) could have broken; ``request`` is ``None`` when not known."""
        kind = operation.model_class(request)
        section = kind.section("stream" if streamed else "answer")
        instance: dict[str, Json] = {"events" if streamed else "answer": message, "status": status}
        if isinstance(request, dict):
            instance["request"] = request
        looked_at = self._looked_at.get(id(section))  # sections live as long as their operation
        if looked_at is None:
            looked_at = self._looked_at[id(section)] = frozenset(_looked_at(section.schema))
        shape = (id(section), _shape(instance, looked_at))
        found = self._known.get(shape)
        if found is None:
            names = exercised(section, instance)
            if not streamed:
                rules = kind.section("stream").schema.get("x-rules", ())
                names |= {entry["id"] for entry in rules if entry["rule"] in AGAINST_STREAMS}
            found = frozenset(names)
            if len(self._known) < _MOST_SHAPES:
                self._known[shape] = found
        return found


def _shape(value: Json, looked_at: frozenset[str]) -> Any:
    if isinstance(value, dict):
        return tuple(
            [
                (name, item if name in looked_at and not isinstance(item, dict | list) else _shape(item, looked_at))
                for name, item in value.items()
            ]
        )
    if isinstance(value, list):
        return ("[]", *dict.fromkeys([_shape(item, looked_at) for item in value]))
    return type(value)


def _looked_at(schema: Json, *, condition: bool = False) -> set[str]:
    """The names of all keys that a condition of the schema names, however deep."""
    if isinstance(schema, list):
        return set().union(*(_looked_at(item, condition=condition) for item in schema))
    if not isinstance(schema, dict):
        return set()
    names: set[str] = set()
    for keyword, part in schema.items():
        if condition and keyword == "properties":
            names |= set(part)
        names |= _looked_at(part, condition=condition or keyword == "if")
    return names
