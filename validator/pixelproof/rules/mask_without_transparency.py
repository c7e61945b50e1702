"""A mask has no transparent pixel."""

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


@rule("mask-without-transparency", on="request", parameters=PARAMETERS)
def mask_without_transparency(exchange: Exchange, parameters: dict[str, Json]) -> Iterator[Seen]:
    """No pixel of the mask is transparent, so it marks nothing.

    Only a mask with an alpha channel is decoded for this. A JPEG has none; that is left to the rule on formats.
    Why: people paint masks black and white, and get their image back unchanged or repainted as a whole.
    Flagged: a black and white PNG without an alpha channel.
    Allowed: a PNG whose left half has alpha 0.
    Keep: look at the alpha channel of the mask, and do not turn black and white into transparency.
    """
    from pixelproof._picture import transparent_pixels

    for sent in exchange.pictures(parameters["parameter"]):
        if (
            sent.picture is None
            or sent.picture.format == "jpeg"
            or (sent.picture.problem and not sent.picture.trailing)
        ):
            continue
        if transparent_pixels(sent.decoded.data) == "none":
            found = "every pixel is opaque" if sent.picture.alpha else "it has no alpha channel"
            yield Seen(sent.path, sent.text, "transparent pixels", note=f"marks nothing: {found}")
