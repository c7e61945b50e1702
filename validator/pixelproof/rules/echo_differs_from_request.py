"""The answer names another setting than the request asked for."""

from collections.abc import Iterator

from pixelproof._exchange import Exchange
from pixelproof._values import Json, Path, Seen
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


def _both_name_one(exchange: Exchange, parameters: dict[str, Json]) -> bool:
    asked = {name for name in parameters["parameters"] if _asked(exchange, parameters, name) is not None}
    return any(isinstance(holder.get(name), str) for name in asked for _, holder in _holders(exchange))


def _asked(exchange: Exchange, parameters: dict[str, Json], name: str) -> str | None:
    """The value of a parameter that the answer has to name; ``None`` where the choice is open."""
    asked = exchange.asked(name)
    if not isinstance(asked, str) or asked in parameters.get("except", ()):
        return None
    value: str = parameters.get("instead", {}).get(name, {}).get(asked, asked)
    return value


def _holders(exchange: Exchange) -> list[tuple[Path, dict[str, Json]]]:
    """The objects that name what was used: the answer, or the data of finished images."""
    holders: list[tuple[Path, dict[str, Json]]] = [((), exchange.answer)] if exchange.answer else []
    return holders + [
        ((index, "data"), event["data"])
        for index, event in enumerate(exchange.events)
        if isinstance(event.get("data"), dict) and str(event["data"].get("type", "")).endswith(".completed")
    ]


@rule("echo-differs-from-request", on=("answer", "stream"), parameters=PARAMETERS, applies=_both_name_one)
def echo_differs_from_request(exchange: Exchange, parameters: dict[str, Json]) -> Iterator[Seen]:
    """The answer names another background, format, quality or size than the request asked for.

    ``except`` lists values that leave the choice open; ``instead`` maps, for a parameter, a value to the one that the
    document says is used in its place.
    Why: it is how an answer admits that a parameter was dropped on the way.
    Flagged: ``quality`` is high in the request and low in the answer.
    Allowed: ``quality`` is auto in the request and low in the answer.
    Keep: hand the parameter on to the provider behind you; say what was used when it cannot be.
    """
    for name in parameters["parameters"]:
        asked = _asked(exchange, parameters, name)
        if asked is None:
            continue
        for place, holder in _holders(exchange):
            named = holder.get(name)
            if isinstance(named, str) and named != asked:
                yield Seen((*place, name), named, asked, note=f"is {named}, but {asked} was asked for"[:160])
