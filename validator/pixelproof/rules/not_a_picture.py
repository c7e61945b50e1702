"""The base64 holds no picture."""

from collections.abc import Iterator

from pixelproof._exchange import Exchange
from pixelproof._values import Json, Seen
from pixelproof.rules import rule
from pixelproof.rules.not_base64 import PARAMETERS, has_pictures


@rule("not-a-picture", on=("request", "answer", "stream"), parameters=PARAMETERS, applies=has_pictures)
def not_a_picture(exchange: Exchange, parameters: dict[str, Json]) -> Iterator[Seen]:
    """The base64 decodes to something that is no picture.

    ``parameter`` names a request parameter with images; without it the images of the answer are looked at.
    Why: error texts and HTML pages travel as images when a gateway wraps what it got.
    Flagged: the base64 of ``{"error": ...}``.
    Allowed: the base64 of a PNG file.
    Keep: decode the first bytes of what came before you wrap it; turn anything else into an error status.
    """
    for sent in exchange.pictures(parameters.get("parameter")):
        if sent.decoded.problem is None and sent.picture is None:
            data = sent.decoded.data
            note = f"decodes to {len(data)} bytes that start {bytes(data[:16])!r}"
            yield Seen(sent.path, sent.text, "an image", note=note)
