"""The answer holds another number of images than the request asked for."""

from collections.abc import Iterator

from pixelproof._exchange import Exchange
from pixelproof._text import shown
from pixelproof._values import Json, Seen
from pixelproof.rules import rule

PARAMETERS = {
    "type": "object",
    "required": ["parameter"],
    "additionalProperties": False,
    "properties": {"parameter": {"type": "string"}, "default": {"type": "integer"}},
}


def _is_known(exchange: Exchange, parameters: dict[str, Json]) -> bool:
    known = exchange.request is not None and isinstance(exchange.message, dict)
    return known and exchange.asked(parameters["parameter"], parameters.get("default")) is not None


@rule("another-number-of-images", on="answer", parameters=PARAMETERS, applies=_is_known)
def another_number_of_images(exchange: Exchange, parameters: dict[str, Json]) -> Iterator[Seen]:
    """The answer holds another number of images than the request asked for.

    Without a ``default`` nothing is said about a request that leaves the number open.
    Why: a client that reads ``data[n - 1]`` breaks, and a bill counts images.
    Flagged: ``n`` is 2, ``data`` holds one image.
    Allowed: ``n`` is absent, ``data`` holds one image.
    Keep: ask the provider behind you again until the number is reached, or refuse the request.
    """
    if exchange.request is None or not isinstance(exchange.message, dict):
        return
    asked = exchange.asked(parameters["parameter"], parameters.get("default"))
    if isinstance(asked, str) and asked.isascii() and asked.isdigit() and len(asked) < 6:
        asked = int(asked)
    if isinstance(asked, bool) or not isinstance(asked, int | float):
        return
    data = exchange.answer.get("data", [])
    if isinstance(data, list) and len(data) != asked:
        found = "is missing" if "data" not in exchange.answer else f"holds {_images(str(len(data)))}"
        wanted = f"{asked:g}" if isinstance(asked, float) else shown(asked)
        yield Seen(("data",), len(data), _images(wanted), note=found)


def _images(number: str) -> str:
    return "1 image" if number == "1" else f"{number} images"
