"""Partial images come in another order than their indices."""

from collections.abc import Iterator

from pixelproof._exchange import Exchange
from pixelproof._values import Json, Seen
from pixelproof.rules import rule
from pixelproof.rules.completed_not_last import PARAMETERS, places_of


def _has_previews(exchange: Exchange, parameters: dict[str, Json]) -> bool:
    return exchange.asked("n", 1) in (1, "1") and bool(places_of(exchange, parameters["type"]))


@rule("partial-images-out-of-order", on="stream", parameters=PARAMETERS, applies=_has_previews)
def partial_images_out_of_order(exchange: Exchange, parameters: dict[str, Json]) -> Iterator[Seen]:
    """The indices of the partial images do not count up from 0.

    Nothing is said about a stream for several images, where each image may count on its own.
    Why: a client replaces a better preview by a worse one, or waits for the missing one.
    Flagged: index 1, then index 0; index 1 first; index 0 twice.
    Allowed: 0, 1, 2; or 0 alone.
    Keep: number the previews as you pass them on, from 0, in the order in which they come.
    """
    if exchange.asked("n", 1) not in (1, "1"):
        return
    for expected, place in enumerate(places_of(exchange, parameters["type"])):
        data = exchange.events[place].get("data")
        index = data.get("partial_image_index") if isinstance(data, dict) else None
        if isinstance(index, int) and not isinstance(index, bool) and index != expected:
            yield Seen((place, "data", "partial_image_index"), index, str(expected))
