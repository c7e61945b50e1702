"""A refusal does not say why."""

from collections.abc import Iterator

from pixelproof._blame import texts_of
from pixelproof._exchange import Exchange
from pixelproof._values import Json, Seen
from pixelproof.rules import rule


@rule("refusal-without-message", on="refusal")
def refusal_without_message(exchange: Exchange, parameters: dict[str, Json]) -> Iterator[Seen]:
    """No text in a refusal says why: not ``msg``, ``message``, ``detail``, ``error`` or ``error.message``.

    What ``dialect.yaml`` names as the place of the message counts as well.
    Why: whoever sees it can only guess.
    Flagged: ``{}``, ``{"error": {}}``, ``{"detail": [...]}``.
    Allowed: ``{"error": {"message": "..."}}``, ``{"msg": "..."}``, a problem of RFC 9457 with its ``detail``.
    Keep: write one sentence for people at the documented place, also where a proxy answers for you.
    """
    if not texts_of(exchange.message, exchange.operation.refusal_message):
        yield Seen((), exchange.message, "a message", note="The refusal has no message")
