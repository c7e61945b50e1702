"""The picture ends before its format says that it is complete."""

from collections.abc import Iterator

from pixelproof._exchange import Exchange
from pixelproof._values import Json, Seen
from pixelproof.rules import rule
from pixelproof.rules.not_base64 import PARAMETERS, has_pictures


@rule("picture-cut-short", on=("request", "answer", "stream"), parameters=PARAMETERS, applies=has_pictures)
def picture_cut_short(exchange: Exchange, parameters: dict[str, Json]) -> Iterator[Seen]:
    """The picture is truncated or damaged in its structure.

    ``parameter`` names a request parameter with images; without it the images of the answer are looked at.
    Why: viewers show half a picture or none, and nobody notices until a user does.
    Flagged: a PNG without its IEND chunk, a JPEG without its end marker.
    Allowed: a whole file.
    Keep: compare the length that was announced with what came, and decode the picture once before sending it.
    """
    for sent in exchange.pictures(parameters.get("parameter")):
        picture = sent.picture
        if picture is not None and picture.problem and not picture.trailing:
            yield Seen(
                sent.path, sent.text, "a complete image", note=f"holds a {picture.format} that {picture.problem}"
            )
