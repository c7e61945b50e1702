"""A data URL declares another kind of picture than it holds."""

from collections.abc import Iterator

from pixelproof._exchange import Exchange
from pixelproof._values import Json, Seen
from pixelproof.rules import PARAMETER, rule

PARAMETERS = {
    "type": "object",
    "required": ["parameter"],
    "additionalProperties": False,
    "properties": {"parameter": PARAMETER},
}
FORMATS = {"jpg": "jpeg", "pjpeg": "jpeg", "x-png": "png", "x-ms-bmp": "bmp"}


@rule("media-type-differs-from-picture", on="request", parameters=PARAMETERS)
def media_type_differs_from_picture(exchange: Exchange, parameters: dict[str, Json]) -> Iterator[Seen]:
    """The media type in front of the base64 names another format than the picture behind it has.

    Why: one reader believes the prefix, the next one the bytes.
    Flagged: ``data:image/jpeg;base64,`` in front of a PNG.
    Allowed: ``data:image/png;base64,`` or nothing in front of a PNG.
    Keep: believe the first bytes of the picture; write the prefix from them.
    """
    for sent in exchange.pictures(parameters["parameter"]):
        if sent.picture is None or sent.decoded.media_type is None:
            continue
        named = sent.decoded.media_type.removeprefix("image/")
        if FORMATS.get(named, named) != sent.picture.format:
            note = f"is declared as image/{named[:40]}, but holds a {sent.picture.format}"
            yield Seen(sent.path, sent.text, f"data:image/{sent.picture.format};base64,", note=note)
