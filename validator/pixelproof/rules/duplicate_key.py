"""An object of the body names a key twice."""

from collections.abc import Iterator

from pixelproof._exchange import Exchange
from pixelproof._values import Json, Seen
from pixelproof.rules import rule


@rule("duplicate-key", on=("unreadable", "request", "answer", "refusal"))
def duplicate_key(exchange: Exchange, parameters: dict[str, Json]) -> Iterator[Seen]:
    """An object of the body names a key twice.

    Why: some readers take the first value, others the last; a gateway and its provider may see different requests.
    Flagged: ``{"n": 1, "n": 2}``.
    Allowed: ``{"n": 2}``.
    Keep: read bodies with a parser that refuses a key twice; write bodies from a map, never by joining text.
    """
    if exchange.flaw is not None and exchange.flaw.key is not None:
        yield Seen((exchange.flaw.key,), note="stands twice", expected="each key once", hint=exchange.flaw.message)
