"""A stream came back although none was asked for."""

from collections.abc import Iterator

from pixelproof._exchange import Exchange
from pixelproof._values import Json, Seen
from pixelproof.rules import rule


def _asks_for_none(exchange: Exchange, parameters: dict[str, Json]) -> bool:
    return exchange.request is not None and exchange.asked("stream", False) in (False, "false")


@rule("stream-though-not-asked", on="stream", applies=_asks_for_none)
def stream_though_not_asked(exchange: Exchange, parameters: dict[str, Json]) -> Iterator[Seen]:
    """The request does not have ``stream: true`` and the answer is a stream.

    Why: a client that parses one JSON object fails.
    Flagged: ``stream`` is absent and events come back.
    Allowed: ``stream`` is true and events come back.
    Keep: stream only for ``stream: true``; collect the events of the provider otherwise.
    """
    if _asks_for_none(exchange, parameters):
        yield Seen((), None, "one JSON object", note="The answer is a stream")
