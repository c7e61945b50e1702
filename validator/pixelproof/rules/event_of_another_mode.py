"""An event belongs to another kind of request than the one that was sent."""

from collections.abc import Iterator

from pixelproof._exchange import Exchange
from pixelproof._values import Json, Seen
from pixelproof.rules import PARAMETER, rule
from pixelproof.rules.completed_not_last import places_of

TYPES = {"type": "array", "items": {"type": "string"}, "minItems": 1}
PARAMETERS = {
    "type": "object",
    "required": ["parameter", "with", "without"],
    "additionalProperties": False,
    "properties": {"parameter": PARAMETER, "with": TYPES, "without": TYPES},
}


@rule("event-of-another-mode", on="stream", parameters=PARAMETERS)
def event_of_another_mode(exchange: Exchange, parameters: dict[str, Json]) -> Iterator[Seen]:
    """An event has the type for requests with a parameter, and the request was without it, or the other way round.

    A parameter that is an empty text or an empty array counts as left out.
    Why: clients dispatch on the type, and wait for the one that fits what they sent.
    Flagged: ``image_edit.completed`` in answer to a request without ``image``.
    Allowed: ``image_edit.completed`` in answer to a request with ``image``.
    Keep: choose the type of the events by what the request has, not by the route of the provider.
    """
    if exchange.request is None:
        return
    present = bool(exchange.asked(parameters["parameter"]))
    expected, wrong = (parameters[key] for key in (("with", "without") if present else ("without", "with")))
    for place in places_of(exchange, wrong):
        given = "with" if present else "without"
        note = f"does not answer a request {given} {parameters['parameter']}"
        yield Seen((place,), exchange.events[place].get("event"), " or ".join(expected), note=note)
