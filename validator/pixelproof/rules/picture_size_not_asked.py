"""The picture has another size than the request asked for."""

import re
from collections.abc import Iterator

from pixelproof._exchange import Exchange
from pixelproof._values import Json, Seen
from pixelproof.rules import PARAMETER, rule

PARAMETERS = {
    "type": "object",
    "required": ["parameter"],
    "additionalProperties": False,
    "properties": {
        "parameter": PARAMETER,
        "default": {"type": "string"},
        "except": {"type": "array", "items": {"type": "string"}},
    },
}
SIZE = re.compile(r"[1-9]\d{0,5}x[1-9]\d{0,5}")


def _asked_of_a_picture(exchange: Exchange, parameters: dict[str, Json]) -> bool:
    return exchange.has_pictures and _asked(exchange, parameters) is not None


def _asked(exchange: Exchange, parameters: dict[str, Json]) -> str | None:
    """The width and height that were asked for; ``None`` where the choice is open."""
    if exchange.request is None:
        return None
    asked = exchange.asked(parameters["parameter"], parameters.get("default"))
    if not isinstance(asked, str) or asked in parameters.get("except", ()) or not SIZE.fullmatch(asked):
        return None
    return asked


@rule("picture-size-not-asked", on=("answer", "stream"), parameters=PARAMETERS, applies=_asked_of_a_picture)
def picture_size_not_asked(exchange: Exchange, parameters: dict[str, Json]) -> Iterator[Seen]:
    """The decoded picture has another width or height than the request asked for.

    Why: silent resizing is the most common loss on image gateways, and only the pixels show it.
    Flagged: ``size`` is 1536x1024 and the picture is 1024x1024.
    Allowed: ``size`` is auto.
    Keep: hand ``size`` on under the name that the provider reads; compare it with the decoded picture.
    """
    asked = _asked(exchange, parameters)
    if asked is None:
        return
    for sent in exchange.pictures():
        picture = sent.picture
        if sent.final and picture is not None and picture.width and f"{picture.width}x{picture.height}" != asked:
            note = f"holds an image of {picture.width}x{picture.height}, not of {asked}"
            yield Seen(sent.path, sent.text, asked, note=note)
