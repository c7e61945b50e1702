"""The picture ends before its format says that it is complete."""

from collections.abc import Iterator

from pixelproof._exchange import Exchange
from pixelproof._values import Json, Seen
from pixelproof.rules import rule


@rule("picture-cut-short", on=("answer", "stream"))
def picture_cut_short(exchange: Exchange, parameters: dict[str, Json]) -> Iterator[Seen]:
    """The picture is truncated or damaged in its structure.

    Why: viewers show half a picture or none, and nobody notices until a user does.
    Flagged: a PNG without its IEND chunk, a JPEG without its end marker.
    Allowed: a whole file.
    """
    for sent in exchange.pictures():
        picture = sent.picture
        if picture is not None and picture.problem and not picture.trailing:
            yield Seen(
                sent.path, sent.text, "a complete image", note=f"holds a {picture.format} that {picture.problem}"
            )
