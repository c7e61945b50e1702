"""Two rules: one on an answer with its request, one on a single value."""

from collections.abc import Iterator, Sequence
from typing import Any

from pixelproof import Exchange, Seen, rule


@rule("seed-not-repeated", on="answer")
def seed_not_repeated(exchange: Exchange, parameters: dict[str, Any]) -> Iterator[Seen]:
    """The answer names another seed than the request asked for.

    Why: the seed of an answer is what a user keeps, to have the image drawn again.
    Flagged: ``seed`` is 7 in the request and 8 in the answer.
    Allowed: the request has no seed, and the answer names the one that was used.
    """
    asked = exchange.asked("seed")
    named = exchange.answer.get("seed")
    if asked is not None and named is not None and named != asked:
        yield Seen(("seed",), named, str(asked), note=f"is {named}, but {asked} was asked for")


@rule("unfilled-placeholder", on="value", parameters={"type": "string", "minLength": 1})
def unfilled_placeholder(value: object, opening: str) -> Sequence[Seen]:
    """A text still has a placeholder of a template in it.

    Why: an image of "{{product}}" is paid for like any other.
    Flagged: "A photograph of {{product}}", where a placeholder opens with "{{".
    Allowed: "A photograph of a teapot".
    """
    if not isinstance(value, str) or opening not in value:
        return ()
    return (Seen((), value, f"a text without {opening}", note=f"has {opening} in it"),)
