"""Bytes that do not belong to the picture follow it."""

from collections.abc import Iterator

from pixelproof._exchange import Exchange
from pixelproof._values import Json, Seen
from pixelproof.rules import rule
from pixelproof.rules.not_base64 import has_pictures


@rule("junk-after-picture", on=("answer", "stream"), applies=has_pictures)
def junk_after_picture(exchange: Exchange, parameters: dict[str, Json]) -> Iterator[Seen]:
    """Bytes that do not belong to the picture follow it.

    Zero bytes that fill the file up do not count.
    Why: it hints at two answers glued together, or at something hidden.
    Flagged: a PNG and then a JSON text.
    Allowed: a PNG that ends with its IEND chunk.
    Keep: decode each picture by itself, and send no byte behind the end that its format marks.
    """
    for sent in exchange.pictures():
        if sent.picture is not None and sent.picture.trailing and sent.picture.problem:
            note = f"has {sent.picture.trailing} bytes after the image"
            yield Seen(sent.path, sent.text, "nothing after the image", note=note)
