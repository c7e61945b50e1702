"""A picture has a size that the document does not list, where the request left the size open."""

from collections.abc import Iterator

from pixelproof._exchange import Exchange
from pixelproof._values import Json, Seen
from pixelproof.rules import PARAMETER, rule

PARAMETERS = {
    "type": "object",
    "required": ["parameter", "sizes"],
    "additionalProperties": False,
    "properties": {
        "parameter": PARAMETER,
        "sizes": {"type": "array", "items": {"type": "string"}, "minItems": 1},
        "open": {"type": "array", "items": {"type": "string"}},
    },
}


def _left_to_the_model(exchange: Exchange, parameters: dict[str, Json]) -> bool:
    return exchange.has_pictures and _is_open(exchange, parameters)


def _is_open(exchange: Exchange, parameters: dict[str, Json]) -> bool:
    """Whether the request leaves the size to the model."""
    asked = exchange.asked(parameters["parameter"])
    return exchange.request is not None and (asked is None or asked in parameters.get("open", ()))


@rule("picture-size-not-listed", on=("answer", "stream"), parameters=PARAMETERS, applies=_left_to_the_model)
def picture_size_not_listed(exchange: Exchange, parameters: dict[str, Json]) -> Iterator[Seen]:
    """The decoded picture has a width and height that the document does not list, where none was asked for.

    ``parameter`` names the size of a request; without it, or with a value of ``open``, the model chooses.
    Why: a layout that is made for the listed sizes meets one that it does not know.
    Flagged: ``size`` is auto and the picture is 1000x1000, where 1024x1024 and 1536x1024 are listed.
    Allowed: ``size`` is auto and the picture is 1536x1024; ``size`` names the size of the picture.
    Keep: let the model choose among the listed sizes, or scale what it made to the nearest of them.
    """
    if not _is_open(exchange, parameters):
        return
    for sent in exchange.pictures():
        picture = sent.picture
        if sent.final and picture is not None and picture.width:
            size = f"{picture.width}x{picture.height}"
            if size not in parameters["sizes"]:
                wanted = " or ".join(parameters["sizes"])
                yield Seen(sent.path, sent.text, wanted, note=f"holds an image of {size}")
