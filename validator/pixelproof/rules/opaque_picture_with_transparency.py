"""A picture that should be opaque has transparent pixels."""

from collections.abc import Iterator

from pixelproof._exchange import Exchange
from pixelproof._values import Json, Seen
from pixelproof.rules import rule


def _opaque(exchange: Exchange, parameters: dict[str, Json]) -> bool:
    named = [holder.get("background") for holder in exchange.holders]
    return exchange.has_pictures and "opaque" in (exchange.asked("background"), *named)


@rule("opaque-picture-with-transparency", on=("answer", "stream"), applies=_opaque)
def opaque_picture_with_transparency(exchange: Exchange, parameters: dict[str, Json]) -> Iterator[Seen]:
    """The background is opaque, by request or by answer, and pixels of the picture are transparent.

    Only a picture with an alpha channel is decoded for this.
    Why: holes appear where a background was paid for.
    Flagged: ``background`` is opaque and half of the PNG has alpha 0.
    Allowed: ``background`` is opaque and every alpha value is 255.
    Keep: hand ``background`` on, and flatten the picture where the provider leaves holes.
    """
    for sent in exchange.pictures():
        if sent.picture is None or not sent.final or not sent.picture.alpha or sent.picture.truncated:
            continue
        holder, place = exchange.beside(sent)
        named = holder.get("background")
        if named != "opaque" and (named is not None or exchange.asked("background") != "opaque"):
            continue
        from pixelproof._picture import transparent_pixels

        if transparent_pixels(sent.decoded.data) in ("some", "all"):
            path = (*place, "background") if named else sent.path
            yield Seen(path, named, "opaque pixels", note="is opaque, but pixels of the image are transparent")
