"""Which requirements an answer puts to the test; for the keywords of schemas once for all answers of one shape.

Which keywords are reached depends on which keys are there and on what the conditions of the schema look at. So does the
shape: it has every key, and the values of those that a condition names. The rules are asked each time.
"""

from collections.abc import Hashable
from typing import Any

from pixelproof import Operation, Verdict

from pixelproof_conformance.model import Json
from pixelproof_conformance.reached import instance_of, reached_keywords, reached_rules

_MOST_SHAPES = 2000


class PutToTest:
    """The requirements by shape; shapes beyond a limit are worked out anew each time."""

    def __init__(self) -> None:
        self._known: dict[Hashable, frozenset[str]] = {}
        self._looked_at: dict[int, frozenset[str]] = {}

    def requirements(
        self, operation: Operation, name: str, request: Json, message: Json, status: int, asked: Verdict
    ) -> frozenset[str]:
        """What the message of the section ``name`` (answer, stream or refusal) could have broken.

        ``request`` is ``None`` when it is not known; ``asked`` is the verdict on it.
        """
        known = (
            {key: value for key, value in request.items() if value is not None} if isinstance(request, dict) else None
        )
        section = operation.model_class(known).section(name)
        instance = instance_of(name, message, known, status)
        looked_at = self._looked_at.get(id(section))  # sections live as long as their operation
        if looked_at is None:
            looked_at = self._looked_at[id(section)] = frozenset(_looked_at(section.schema))
        shape = (id(section), _shape(instance, looked_at))
        found = self._known.get(shape)
        if found is None:
            found = frozenset(reached_keywords(section.schema, instance))
            if len(self._known) < _MOST_SHAPES:
                self._known[shape] = found
        return found | reached_rules(operation, name, message, known, status, asked)


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
