"""A form breaks the grammar of forms."""

from collections.abc import Iterator

from pixelproof._exchange import Exchange
from pixelproof._values import Json, Seen
from pixelproof.rules import rule


@rule("malformed-form", on="request")
def malformed_form(exchange: Exchange, parameters: dict[str, Json]) -> Iterator[Seen]:
    """A form can be read, but it breaks RFC 7578 or RFC 2046.

    Why: readers differ in what they forgive; some lose the last file, some refuse the whole form.
    Flagged: no final delimiter, lines that end with LF alone, a part without a name, text that is not UTF-8.
    Allowed: what HTTP libraries and browsers write.
    Keep: write forms with a library; as a server, refuse with 400 what cannot be read for certain.
    """
    if exchange.form is not None and exchange.form.flaws:
        first, *others = exchange.form.flaws
        note = f"{first}; and {len(others)} more" if others else first
        yield Seen((), note=note, expected="a form as RFC 7578 writes it")
