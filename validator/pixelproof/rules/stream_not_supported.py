"""A stream came back where the document knows none."""

from collections.abc import Iterator

from pixelproof._exchange import Exchange
from pixelproof._values import Json, Seen
from pixelproof.rules import rule


@rule("stream-not-supported", on="stream")
def stream_not_supported(exchange: Exchange, parameters: dict[str, Json]) -> Iterator[Seen]:
    """The answer is a stream, and the document says that this model or provider never streams.

    Why: clients of such a provider read one JSON object, whatever ``stream`` they send.
    Flagged: events in answer to ``stream: true`` where that is documented to have no effect.
    Allowed: one JSON object in answer to the same request.
    Keep: take ``stream`` out of what you send on, and answer with one JSON object.
    """
    yield Seen((), None, "one JSON object", note="The answer is a stream")
