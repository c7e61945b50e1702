"""The body cannot be read as JSON."""

from collections.abc import Iterator

from pixelproof._exchange import Exchange
from pixelproof._values import Json, Seen
from pixelproof.rules import rule


@rule("unreadable-json", on=("unreadable", "request", "answer", "refusal"))
def unreadable_json(exchange: Exchange, parameters: dict[str, Json]) -> Iterator[Seen]:
    """The body is not JSON in the strict sense of RFC 8259.

    Why: two readers of a body that is almost JSON see two different messages, or one of them sees none.
    Flagged: an HTML page, NaN, a byte order mark, a comma too many, a thousand nested arrays.
    Allowed: any JSON text in UTF-8.
    Keep: parse strictly (RFC 8259, UTF-8, no NaN), and answer 400 with a message, never a web page.
    """
    if exchange.flaw is not None and exchange.flaw.key is None:
        yield Seen((), note=exchange.flaw.message.rstrip("."), expected="a JSON object")
