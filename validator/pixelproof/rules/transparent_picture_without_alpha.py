"""A picture that should be transparent has no alpha channel."""

from collections.abc import Iterator

from pixelproof._exchange import Exchange
from pixelproof._values import Json, Seen
from pixelproof.rules import rule


def _transparent(exchange: Exchange, parameters: dict[str, Json]) -> bool:
    named = [holder.get("background") for holder in exchange.holders]
    return exchange.has_pictures and "transparent" in (exchange.asked("background"), *named)


@rule("transparent-picture-without-alpha", on=("answer", "stream"), applies=_transparent)
def transparent_picture_without_alpha(exchange: Exchange, parameters: dict[str, Json]) -> Iterator[Seen]:
    """The background is transparent, by request or by answer, and the picture has no alpha channel.

    Why: what was to be laid over a page covers it.
    Flagged: ``background`` is transparent and the PNG is RGB.
    Allowed: ``background`` is transparent and the PNG is RGBA.
    Keep: hand ``background`` on, choose png or webp, and do not convert pictures to RGB.
    """
    for sent in exchange.pictures():
        if sent.picture is None or not sent.final or sent.picture.alpha:
            continue
        holder, place = exchange.beside(sent)
        if holder.get("background") == "transparent":
            path = (*place, "background")
            yield Seen(
                path,
                "transparent",
                "a picture with an alpha channel",
                note="is transparent, but the image has no alpha channel",
            )
        elif exchange.asked("background") == "transparent":
            yield Seen(
                sent.path, sent.text, "an alpha channel", note=f"holds a {sent.picture.format} without an alpha channel"
            )
