"""An answer is not declared as JSON."""

from collections.abc import Iterator

from pixelproof._exchange import Exchange
from pixelproof._values import Json, Seen
from pixelproof.rules import rule


@rule("answer-not-sent-as-json", on="answer")
def answer_not_sent_as_json(exchange: Exchange, parameters: dict[str, Json]) -> Iterator[Seen]:
    """The content type of an answer is not application/json.

    Why: clients choose their parser by the content type.
    Flagged: ``text/html``.
    Allowed: ``application/json; charset=utf-8``.
    Keep: send ``Content-Type: application/json`` with every answer that is JSON, refusals included.
    """
    if exchange.content_type is None:
        return
    kind = exchange.content_type.partition(";")[0].strip().lower()
    if kind != "application/json" and not (kind.startswith("application/") and kind.endswith("+json")):
        note = f"The content type is {exchange.content_type[:60]!r}"
        yield Seen((), exchange.content_type, "application/json", note=note)
