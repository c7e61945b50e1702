"""The bytes of a stream are not well-formed server-sent events."""

from collections.abc import Iterator

from pixelproof._exchange import Exchange
from pixelproof._values import Json, Seen
from pixelproof.rules import rule


@rule("stream-framing-broken", on="stream")
def stream_framing_broken(exchange: Exchange, parameters: dict[str, Json]) -> Iterator[Seen]:
    """The bytes of a stream break the grammar of server-sent events.

    Why: readers drop what they do not understand, often the last event.
    Flagged: a line of raw JSON without ``data:``, a last event without its blank line.
    Allowed: comments, CRLF line ends, several data lines.
    Keep: write ``data: ``, the JSON on one line, and a blank line after every event, the last one too.
    """
    for flaw in exchange.framing:
        yield Seen((), None, "server-sent events", note=f"At byte {flaw.offset}: {flaw.message.rstrip('.')}")
