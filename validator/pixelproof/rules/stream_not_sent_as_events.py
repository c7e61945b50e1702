"""A stream is not declared as server-sent events."""

from collections.abc import Iterator

from pixelproof._exchange import Exchange
from pixelproof._values import Json, Seen
from pixelproof.rules import rule


@rule("stream-not-sent-as-events", on="stream")
def stream_not_sent_as_events(exchange: Exchange, parameters: dict[str, Json]) -> Iterator[Seen]:
    """The content type of a stream is not text/event-stream.

    Why: browsers and SDKs read a stream as events only under this type.
    Flagged: ``application/json``.
    Allowed: ``text/event-stream; charset=utf-8``.
    Keep: set the content type to ``text/event-stream`` before the first event is sent.
    """
    if exchange.content_type is None:
        return
    if exchange.content_type.partition(";")[0].strip().lower() != "text/event-stream":
        yield Seen(
            (), exchange.content_type, "text/event-stream", note=f"The content type is {exchange.content_type[:60]!r}"
        )
