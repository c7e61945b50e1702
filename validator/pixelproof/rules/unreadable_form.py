"""The body is no form."""

from collections.abc import Iterator

from pixelproof._exchange import Exchange
from pixelproof._values import Json, Seen
from pixelproof.rules import rule


@rule("unreadable-form", on=("unreadable", "request"))
def unreadable_form(exchange: Exchange, parameters: dict[str, Json]) -> Iterator[Seen]:
    """The body is sent as something else than multipart/form-data, or nothing in it can be read as a form.

    Why: files travel in forms; a server that expects one sees no parameter at all in another body.
    Flagged: a JSON body, a content type without its boundary, a boundary that the body does not have.
    Allowed: a form with its boundary, whatever its fields are.
    Keep: look at the content type and its boundary first, and answer 400 when the body does not fit it.
    """
    if exchange.flaw is not None:
        yield Seen((), note=exchange.flaw.message.rstrip("."), expected="a form (multipart/form-data)")
