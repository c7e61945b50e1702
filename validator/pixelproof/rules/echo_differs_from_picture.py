"""The answer names a format or a size that its pictures do not have."""

from collections.abc import Iterator

from pixelproof._exchange import Exchange
from pixelproof._values import Json, Seen
from pixelproof.rules import rule
from pixelproof.rules.picture_size_not_asked import SIZE


def _named_beside_a_picture(exchange: Exchange, parameters: dict[str, Json]) -> bool:
    named = any("output_format" in holder or "size" in holder for holder in exchange.holders)
    return named and exchange.has_pictures


@rule("echo-differs-from-picture", on=("answer", "stream"), applies=_named_beside_a_picture)
def echo_differs_from_picture(exchange: Exchange, parameters: dict[str, Json]) -> Iterator[Seen]:
    """The ``output_format`` or ``size`` that an answer names is not that of its pictures.

    Why: clients choose file names and layouts by what the answer says.
    Flagged: ``"size": "1536x1024"`` beside a picture of 1024x1024.
    Allowed: the same beside a picture of 1536x1024.
    Keep: read format and size from the bytes that you deliver, not from the request.
    """
    for sent in exchange.pictures():
        picture = sent.picture
        if picture is None or not sent.final:
            continue
        holder, place = exchange.beside(sent)
        named = holder.get("output_format")
        if isinstance(named, str) and named in ("png", "jpeg", "webp") and named != picture.format:
            yield Seen(
                (*place, "output_format"),
                named,
                picture.format,
                note=f"is {named}, but the image is a {picture.format}",
            )
        size = holder.get("size")
        if (
            isinstance(size, str)
            and SIZE.fullmatch(size)
            and picture.width
            and size != f"{picture.width}x{picture.height}"
        ):
            found = f"{picture.width}x{picture.height}"
            yield Seen((*place, "size"), size, found, note=f"is {size}, but the image is {found}")
