"""An event has a type that the document does not list for the operation."""

from collections.abc import Iterator

from pixelproof._exchange import Exchange
from pixelproof._values import Json, Seen
from pixelproof.rules import rule

PARAMETERS = {
    "type": "object",
    "required": ["types"],
    "additionalProperties": False,
    "properties": {"types": {"type": "array", "items": {"type": "string"}}},
}


@rule("event-not-listed", on="stream", parameters=PARAMETERS)
def event_not_listed(exchange: Exchange, parameters: dict[str, Json]) -> Iterator[Seen]:
    """An event has a type that the document does not list for what was asked.

    Why: a client waits for the documented types and ignores others.
    Flagged: ``image_edit.completed`` in answer to a generation, ``error`` in the middle of a stream.
    Allowed: ``image_generation.completed`` in answer to a generation.
    Keep: translate the events of the provider behind you; leave out those that have no documented name.
    """
    for index, event in enumerate(exchange.events):
        data = event.get("data")
        kind = data.get("type") if isinstance(data, dict) and "type" in data else event.get("event")
        if kind is not None and kind not in parameters["types"]:
            yield Seen((index,), kind, " or ".join(parameters["types"]), note=f"is of the type {str(kind)[:60]}")
