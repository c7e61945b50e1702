"""No pixel of an uploaded mask is transparent."""

from collections.abc import Iterator

from pixelproof._exchange import Exchange
from pixelproof._values import Json, Seen
from pixelproof.rules import PARAMETER, rule

PARAMETERS = {
    "type": "object",
    "required": ["mask"],
    "additionalProperties": False,
    "properties": {"mask": PARAMETER},
}


@rule("uploaded-mask-opaque", on="request", parameters=PARAMETERS)
def uploaded_mask_opaque(exchange: Exchange, parameters: dict[str, Json]) -> Iterator[Seen]:
    """The uploaded mask has an alpha channel, and every pixel of it is opaque.

    Why: such a mask marks nothing; often the black and white of its colours was meant.
    Flagged: a PNG with an alpha channel of 255 everywhere.
    Allowed: a PNG whose left half is transparent.
    Keep: look for one transparent pixel in the mask; refuse it when there is none.
    """
    name = parameters["mask"]
    mask = (exchange.request or {}).get(name)
    content = exchange.form.contents.get((name,)) if exchange.form is not None else None
    if content is None or not isinstance(mask, dict) or not mask.get("alpha") or "damage" in mask:
        return
    from pixelproof._opaque import is_opaque

    if is_opaque(content):
        yield Seen((name,), mask, "transparent pixels", note="has an alpha channel, but no transparent pixel")
