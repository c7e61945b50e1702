"""A stream has more partial images than were asked for."""

from collections.abc import Iterator

from pixelproof._exchange import Exchange
from pixelproof._values import Json, Seen
from pixelproof.rules import PARAMETER, rule
from pixelproof.rules.completed_not_last import places_of

PARAMETERS = {
    "type": "object",
    "required": ["type", "parameter"],
    "additionalProperties": False,
    "properties": {
        "type": {"type": ["string", "array"], "items": {"type": "string"}},
        "parameter": PARAMETER,
    },
}


def _names_a_number(exchange: Exchange, parameters: dict[str, Json]) -> bool:
    asked = exchange.asked(parameters["parameter"])
    return isinstance(asked, int) and not isinstance(asked, bool) and bool(exchange.asked("n", 1) == 1)


@rule("more-partial-images-than-asked", on="stream", parameters=PARAMETERS, applies=_names_a_number)
def more_partial_images_than_asked(exchange: Exchange, parameters: dict[str, Json]) -> Iterator[Seen]:
    """A stream has more partial images than the request asked for.

    Without the parameter nothing is known: the document may not say what its default is.
    Why: each preview may cost tokens.
    Flagged: ``partial_images`` is 1 and two partial images come.
    Allowed: ``partial_images`` is 3 and one comes.
    Keep: count what you pass on; drop previews beyond the number that was asked for.
    """
    if not _names_a_number(exchange, parameters):
        return
    asked = exchange.asked(parameters["parameter"])
    for place in places_of(exchange, parameters["type"])[max(asked, 0) :]:
        yield Seen((place,), None, f"at most {asked} partial images", note="is a partial image beyond those asked for")
