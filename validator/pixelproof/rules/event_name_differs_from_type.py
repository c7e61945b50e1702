"""The name of an event and the type in its data differ."""

from collections.abc import Iterator

from pixelproof._exchange import Exchange
from pixelproof._values import Json, Seen
from pixelproof.rules import rule


@rule("event-name-differs-from-type", on="stream")
def event_name_differs_from_type(exchange: Exchange, parameters: dict[str, Json]) -> Iterator[Seen]:
    """The ``event:`` line of an event names another type than its data.

    Why: some clients dispatch on the one and some on the other.
    Flagged: ``event: image_generation.completed`` over ``{"type": "image_generation.partial_image"}``.
    Allowed: both the same, or no ``event:`` line.
    Keep: write the ``event:`` line from the ``type`` of the data, at one place in the code.
    """
    for index, event in enumerate(exchange.events):
        name, data = event.get("event"), event.get("data")
        kind = data.get("type") if isinstance(data, dict) else None
        if isinstance(name, str) and isinstance(kind, str) and name != kind:
            yield Seen((index, "data", "type"), kind, name, note=f"is {kind[:60]}, but the event is named {name[:60]}")
