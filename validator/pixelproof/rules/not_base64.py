"""The text that should be an image is not base64."""

from collections.abc import Iterator

from pixelproof._exchange import Exchange
from pixelproof._values import Json, Seen
from pixelproof.rules import PARAMETER, rule

PARAMETERS = {"type": "object", "additionalProperties": False, "properties": {"parameter": PARAMETER}}


def has_pictures(exchange: Exchange, parameters: dict[str, Json]) -> bool:
    """Whether there are pictures where the rule looks."""
    return exchange.has_pictures_in(parameters.get("parameter"))


@rule("not-base64", on=("request", "answer", "stream"), parameters=PARAMETERS, applies=has_pictures)
def not_base64(exchange: Exchange, parameters: dict[str, Json]) -> Iterator[Seen]:
    """The text that should be an image is not base64.

    ``parameter`` names the request parameter with the images, where a ``data:image/...;base64,`` prefix is allowed;
    without it the images of the answer are looked at.
    Why: the client's decoder fails, or skips characters and writes a broken file.
    Flagged: ``data:image/png;base64,iVBORw0...``, ``iVBO*w0``, an address.
    Allowed: ``iVBORw0KGgo...`` in the standard alphabet with its padding.
    Keep: encode with the standard alphabet, padding and no line ends; take a ``data:`` prefix off answers.
    """
    for sent in exchange.pictures(parameters.get("parameter")):
        if sent.decoded.problem:
            yield Seen(sent.path, sent.text, "base64 in the standard alphabet", note=sent.decoded.problem)
