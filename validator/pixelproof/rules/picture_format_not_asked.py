"""The picture has another format than the request asked for."""

from collections.abc import Iterator

from pixelproof._exchange import Exchange
from pixelproof._values import Json, Seen
from pixelproof.rules import PARAMETER, rule

PARAMETERS = {
    "type": "object",
    "required": ["parameter"],
    "additionalProperties": False,
    "properties": {
        "parameter": PARAMETER,
        "default": {"type": "string"},
        "instead": {"type": "object", "additionalProperties": {"type": "string"}},
    },
}


def _asked_of_a_picture(exchange: Exchange, parameters: dict[str, Json]) -> bool:
    return exchange.request is not None and exchange.has_pictures and _asked(exchange, parameters) is not None


def _asked(exchange: Exchange, parameters: dict[str, Json]) -> str | None:
    """The format that was asked for, or the one that is delivered in its place; ``None`` where nobody said."""
    asked = exchange.asked(parameters["parameter"], parameters.get("default"))
    return parameters.get("instead", {}).get(asked, asked) if isinstance(asked, str) else None


@rule("picture-format-not-asked", on=("answer", "stream"), parameters=PARAMETERS, applies=_asked_of_a_picture)
def picture_format_not_asked(exchange: Exchange, parameters: dict[str, Json]) -> Iterator[Seen]:
    """The picture has another format than the request asked for, or than the default.

    ``instead`` maps a value to the format that the document says is delivered in its place.
    Why: a file named .jpg that holds a PNG breaks whatever trusts the name.
    Flagged: ``output_format`` is jpeg and the bytes are a PNG.
    Allowed: ``output_format`` is absent and the bytes are a PNG.
    Keep: hand ``output_format`` on, or convert the picture; never rename it.
    """
    if exchange.request is None:
        return
    asked = _asked(exchange, parameters)
    if asked is None:
        return
    for sent in exchange.pictures():
        if sent.final and sent.picture is not None and sent.picture.format != asked:
            yield Seen(sent.path, sent.text, asked, note=f"holds a {sent.picture.format}, not a {asked}")
