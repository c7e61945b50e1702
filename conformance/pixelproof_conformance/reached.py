"""Which requirements a message could have broken: only these does it keep when nothing is wrong with it."""

from collections.abc import Callable, Iterator

from pixelproof import Exchange, Operation, Verdict
from pixelproof._model_class import ModelClass

from pixelproof_conformance.model import Json

AGAINST_STREAMS = ("stream-not-supported", "stream-though-not-asked")
"""Rules on streams that an answer in one piece keeps."""

IN_PLACE_OF_A_REFUSAL = ("refusal-left-out",)
"""Rules on answers that should have been refusals; a refusal keeps them."""

FOR_STREAMS = ("no-stream-though-asked",)
"""Rules on answers in one piece that a stream keeps."""

_MOST_CONDITIONS = 4096
_CONDITIONS: dict[int, tuple[Json, Callable[[Json], bool]]] = {}  # the object is kept, so that its id is no other's

_KEPT_OTHERWISE = {
    "answer": ("stream", AGAINST_STREAMS),
    "stream": ("answer", FOR_STREAMS),
    "refusal": ("answer", IN_PLACE_OF_A_REFUSAL),
}


def reached(
    operation: Operation,
    section: str,
    message: Json,
    known: dict[str, Json] | None,
    status: int,
    asked: Verdict | None = None,
) -> set[str]:
    """The requirements that a message of a section could have broken.

    ``message`` is an answer or a refusal, or the events of a stream. ``known`` is the request as
    :meth:`pixelproof.Operation.known_request` gives it, ``asked`` the verdict on it, where there is one already.
    """
    kind = operation.model_class(known)
    return {
        *reached_keywords(kind.section(section).schema, instance_of(section, message, known, status)),
        *reached_rules(operation, section, message, known, status, asked),
    }


def instance_of(section: str, message: Json, known: Json, status: int) -> dict[str, Json]:
    """What the schema of a section describes: the message, its status, and the request where that is known."""
    instance: dict[str, Json] = {"events" if section == "stream" else "answer": message, "status": status}
    return instance if known is None else {**instance, "request": known}


def reached_rules(
    operation: Operation,
    section: str,
    message: Json,
    known: dict[str, Json] | None,
    status: int,
    asked: Verdict | None = None,
) -> set[str]:
    """Those of :func:`reached` that a rule judges; they depend on values, and not only on which keys are there."""
    kind = operation.model_class(known)
    exchange = Exchange(
        operation,
        kind.name,
        message,
        request=known,
        status=status,
        streamed=section == "stream",
        request_verdict=asked,
    )
    return kind.section(section).rules_put_to_test(exchange) | _kept_otherwise(kind, section, exchange)


def _kept_otherwise(kind: ModelClass, section: str, exchange: Exchange) -> set[str]:
    """What is said of another message than came, and kept because it did not come."""
    other, names = _KEPT_OTHERWISE.get(section, ("", ()))
    return {
        bound.requirement
        for bound in (kind.section(other).rules if names else ())
        if bound.rule.name in names and (bound.rule.applies is None or bound.rule.applies(exchange, bound.parameters))
    }


def reached_keywords(schema: dict[str, Json], value: Json) -> Iterator[str]:
    """Those of :func:`reached` that keywords of a schema judge, again and again where they are met again."""
    yield from schema.get("x-requirement", {}).values()
    if isinstance(value, dict):
        for name, node in schema.get("properties", {}).items():
            if name in value:
                yield from reached_keywords(node, value[name])
            elif node.get("not") == {}:
                yield node["x-requirement"]["not"]
    if isinstance(value, list) and "items" in schema:
        for item in value:
            yield from reached_keywords(schema["items"], item)
    for part in schema.get("allOf", ()):
        if "if" not in part:
            yield from reached_keywords(part, value)
        else:
            holds = _condition(part["if"])(value)
            yield from reached_keywords(part.get("then" if holds else "else", {}), value)
            yield from _keys_left_out(part.get("else" if holds else "then", {}), value)


def _keys_left_out(schema: dict[str, Json], value: Json) -> Iterator[str]:
    """Requirements of a branch that does not hold here, on keys that could have come in place of others."""
    for node in schema.get("properties", {}).values() if isinstance(value, dict) else ():
        if node.get("not") == {}:
            yield node["x-requirement"]["not"]


def _condition(schema: Json) -> Callable[[Json], bool]:
    """The check of a condition, compiled once; it is found by the object that the condition is."""
    known = _CONDITIONS.get(id(schema))
    if known is None or known[0] is not schema:
        import jsonschema_rs

        if len(_CONDITIONS) >= _MOST_CONDITIONS:
            _CONDITIONS.clear()
        known = _CONDITIONS[id(schema)] = (schema, jsonschema_rs.Draft202012Validator(schema).is_valid)
    return known[1]
