"""A request for a stream was answered with one JSON object."""

from collections.abc import Iterator

from pixelproof._exchange import Exchange
from pixelproof._values import Json, Seen
from pixelproof.rules import rule


def _asks_for_one(exchange: Exchange, parameters: dict[str, Json]) -> bool:
    return exchange.asked("stream") is True


@rule("no-stream-though-asked", on="answer", applies=_asks_for_one)
def no_stream_though_asked(exchange: Exchange, parameters: dict[str, Json]) -> Iterator[Seen]:
    """The request has ``stream: true`` and the answer is no stream.

    Why: a client that waits for events shows nothing.
    Flagged: ``stream`` is true and one JSON object comes back.
    Allowed: ``stream`` is absent and one JSON object comes back.
    Keep: pass ``stream`` on; where the provider behind you cannot stream, send the events yourself.
    """
    if _asks_for_one(exchange, parameters):
        yield Seen((), None, "a stream of events", note="The answer is no stream")
