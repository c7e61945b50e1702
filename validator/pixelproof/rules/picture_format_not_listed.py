"""A picture has a format that the document does not list."""

from collections.abc import Iterator

from pixelproof._exchange import Exchange
from pixelproof._values import Json, Seen
from pixelproof.rules import PARAMETER, rule
from pixelproof.rules.not_base64 import has_pictures

PARAMETERS = {
    "type": "object",
    "required": ["formats"],
    "additionalProperties": False,
    "properties": {
        "formats": {"type": "array", "items": {"type": "string"}, "minItems": 1},
        "parameter": PARAMETER,
    },
}


@rule("picture-format-not-listed", on=("request", "answer", "stream"), parameters=PARAMETERS, applies=has_pictures)
def picture_format_not_listed(exchange: Exchange, parameters: dict[str, Json]) -> Iterator[Seen]:
    """The bytes of a picture are in a format that the document does not list for it.

    ``parameter`` names a request parameter with images; without it the images of the answer are looked at.
    Why: a reader made for the listed formats cannot open it.
    Flagged: a GIF where png, jpeg and webp are listed; a mask that is a JPEG where masks are png.
    Allowed: a WebP where png, jpeg and webp are listed.
    Keep: tell the format by the first bytes; refuse others with 400, and convert before delivering.
    """
    for sent in exchange.pictures(parameters.get("parameter")):
        if sent.final and sent.picture is not None and sent.picture.format not in parameters["formats"]:
            yield Seen(sent.path, sent.text, " or ".join(parameters["formats"]), note=f"holds a {sent.picture.format}")
