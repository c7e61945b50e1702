"""The answer names another setting than the request asked for."""

from collections.abc import Iterator

from pixelproof._exchange import Exchange
from pixelproof._values import Json, Seen
from pixelproof.rules import rule

PARAMETERS = {
    "type": "object",
    "required": ["parameters"],
    "additionalProperties": False,
    "properties": {
        "parameters": {"type": "array", "items": {"type": "string"}},
        "except": {"type": "array", "items": {"type": "string"}},
        "instead": {"type": "object", "additionalProperties": {"type": "object"}},
    },
}


@rule("echo-differs-from-request", on=("answer", "stream"), parameters=PARAMETERS)
def echo_differs_from_request(exchange: Exchange, parameters: dict[str, Json]) -> Iterator[Seen]:
    """The answer names another background, format, quality or size than the request asked for.

    ``except`` lists values that leave the choice open; ``instead`` maps, for a parameter, a value to the one that the
    document says is used in its place.
    Why: it is how an answer admits that a parameter was dropped on the way.
    Flagged: ``quality`` is high in the request and low in the answer.
    Allowed: ``quality`` is auto in the request and low in the answer.
    Keep: hand the parameter on to the provider behind you; say what was used when it cannot be.
    """
    if exchange.request is None:
        return
    holders: list[tuple[tuple[str | int, ...], dict[str, Json]]] = [((), exchange.answer)] if exchange.answer else []
    holders += [
        ((index, "data"), event["data"])
        for index, event in enumerate(exchange.events)
        if isinstance(event.get("data"), dict) and str(event["data"].get("type", "")).endswith(".completed")
    ]
    for name in parameters["parameters"]:
        asked = exchange.request.get(name)
        if not isinstance(asked, str) or asked in parameters.get("except", ()):
            continue
        asked = parameters.get("instead", {}).get(name, {}).get(asked, asked)
        for place, holder in holders:
            named = holder.get(name)
            if isinstance(named, str) and named != asked:
                yield Seen((*place, name), named, asked, note=f"is {named}, but {asked} was asked for"[:160])
