"""A key is null and counts as left out."""

from collections.abc import Iterator

from pixelproof._exchange import Exchange
from pixelproof._values import Json, Seen
from pixelproof.rules import rule


@rule("null-counted-as-omitted", on=("null", "request", "answer"))
def null_counted_as_omitted(exchange: Exchange, parameters: dict[str, Json]) -> Iterator[Seen]:
    """A key is null; it is judged as if it were left out.

    Why: clients send null for what they do not set; servers differ in what they make of it.
    Flagged: ``{"prompt": "A fox", "n": null}``.
    Allowed: ``{"prompt": "A fox"}``.
    Keep: take null keys out of a request, and leave out of an answer what has no value.
    """
    for path in exchange.nulls:
        yield Seen(path, None, "the key to be left out")
