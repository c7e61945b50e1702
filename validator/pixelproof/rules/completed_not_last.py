"""Something follows the event of the finished image."""

from collections.abc import Iterator

from pixelproof._exchange import Exchange
from pixelproof._values import Json, Seen
from pixelproof.rules import rule

PARAMETERS = {
    "type": "object",
    "required": ["type"],
    "additionalProperties": False,
    "properties": {"type": {"type": ["string", "array"], "items": {"type": "string"}}},
}


def places_of(exchange: Exchange, kind: str | list[str]) -> list[int]:
    """The indices of the events whose data, or else whose name, has the type ``kind`` or one of several."""
    kinds = [kind] if isinstance(kind, str) else kind
    found = []
    for index, event in enumerate(exchange.events):
        data = event.get("data")
        named = data.get("type") if isinstance(data, dict) else None
        if (event.get("event") if named is None else named) in kinds:
            found.append(index)
    return found


@rule("completed-not-last", on="stream", parameters=PARAMETERS)
def completed_not_last(exchange: Exchange, parameters: dict[str, Json]) -> Iterator[Seen]:
    """An event follows the finished image.

    Why: clients close the connection at the finished image and never see the rest.
    Flagged: a partial image after the finished one.
    Allowed: the finished image, then the end of the stream, with or without ``data: [DONE]``.
    Keep: hold the finished image back until every partial image has been sent, then end the stream.
    """
    places = places_of(exchange, parameters["type"])
    if not places:
        return
    for index in range(places[-1] + 1, len(exchange.events)):
        yield Seen((index,), None, "the end of the stream", note="comes after the finished image")
