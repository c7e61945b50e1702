"""The token usage of a stream is lower than the documented price of its previews."""

from collections.abc import Iterator

from pixelproof._exchange import Exchange
from pixelproof._values import Json, Seen
from pixelproof.rules import rule
from pixelproof.rules.completed_not_last import places_of

PARAMETERS = {
    "type": "object",
    "required": ["type", "tokens"],
    "additionalProperties": False,
    "properties": {"type": {"type": "array", "items": {"type": "string"}}, "tokens": {"type": "integer", "minimum": 1}},
}
PLACE = ("data", "usage", "output_tokens_details", "image_tokens")


def _has_both(exchange: Exchange, parameters: dict[str, Json]) -> bool:
    charged = any(_image_tokens(event) is not None for event in exchange.events)
    return charged and bool(places_of(exchange, parameters["type"]))


def _image_tokens(event: dict[str, Json]) -> int | None:
    """The image tokens of the output that an event names."""
    value: Json = event
    for step in PLACE:
        value = value.get(step) if isinstance(value, dict) else None
    return value if isinstance(value, int) and not isinstance(value, bool) else None


@rule("previews-not-charged", on="stream", parameters=PARAMETERS, applies=_has_both)
def previews_not_charged(exchange: Exchange, parameters: dict[str, Json]) -> Iterator[Seen]:
    """The image tokens of the output are fewer than the previews of the stream alone cost.

    Why: either the bill is made from other numbers than these, or the documented price is not the real one.
    Flagged: two previews at 100 tokens each, and 150 image tokens of output.
    Allowed: two previews at 100 tokens each, and 1256 image tokens of output.
    Keep: add the tokens of the previews to the image tokens of the output, as the document prices them.
    """
    price = parameters["tokens"] * len(places_of(exchange, parameters["type"]))
    for index, event in enumerate(exchange.events):
        value = _image_tokens(event)
        if value is not None and value < price:
            note = f"is {value}, but the previews alone cost {price}"
            yield Seen((index, *PLACE), value, f"at least {price}", note=note)
