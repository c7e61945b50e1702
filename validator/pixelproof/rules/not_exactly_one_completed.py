"""A stream has no event of the finished image, or several."""

from collections.abc import Iterator

from pixelproof._exchange import Exchange
from pixelproof._values import Json, Seen
from pixelproof.rules import rule
from pixelproof.rules.completed_not_last import PARAMETERS, places_of


@rule("not-exactly-one-completed", on="stream", parameters=PARAMETERS)
def not_exactly_one_completed(exchange: Exchange, parameters: dict[str, Json]) -> Iterator[Seen]:
    """A stream for one image has no event of the finished image, or more than one.

    Nothing is said about a stream for several images.
    Why: a client waits forever, or stores the image twice.
    Flagged: three partial images and the end of the stream.
    Allowed: three partial images and one finished image.
    Keep: send the finished image once, also when no preview came; end with an error if there is none.
    """
    if exchange.asked("n", 1) not in (1, "1"):
        return
    places = places_of(exchange, parameters["type"])
    if not places and exchange.events:
        yield Seen((), 0, "one", note="The stream ends without the finished image")
    for index in places[1:]:
        yield Seen((index,), len(places), "one", note="is a second finished image")
