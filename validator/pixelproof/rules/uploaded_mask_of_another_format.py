"""An uploaded mask has another format than the image it is for."""

from collections.abc import Iterator
from typing import TypeGuard

from pixelproof._exchange import Exchange
from pixelproof._values import Json, Seen
from pixelproof.rules import PARAMETER, rule

PARAMETERS = {
    "type": "object",
    "required": ["mask", "images"],
    "additionalProperties": False,
    "properties": {
        "mask": PARAMETER,
        "images": {"type": "array", "items": PARAMETER, "minItems": 1},
    },
}


def mask_and_image(exchange: Exchange, parameters: dict[str, Json]) -> tuple[dict[str, Json], dict[str, Json]] | None:
    """The uploaded mask and the image that it applies to, which is the first; ``None`` unless both are pictures."""
    request = exchange.request or {}
    mask = request.get(parameters["mask"])
    for name in parameters["images"]:
        sent = request.get(name)
        image = sent[0] if isinstance(sent, list) and sent else sent
        if image is not None:
            return (mask, image) if _is_picture(mask) and _is_picture(image) else None
    return None


def _is_picture(value: Json) -> TypeGuard[dict[str, Json]]:
    return isinstance(value, dict) and value.get("format", "unknown") != "unknown"


@rule("uploaded-mask-of-another-format", on="request", parameters=PARAMETERS)
def uploaded_mask_of_another_format(exchange: Exchange, parameters: dict[str, Json]) -> Iterator[Seen]:
    """The uploaded mask and the first uploaded image have different formats.

    Why: a provider that wants the same format refuses the request after the upload.
    Flagged: a PNG mask for a JPEG image.
    Allowed: a PNG mask for a PNG image, whatever further images are.
    Keep: compare the first bytes of both files, not their names, and refuse with 400.
    """
    if (both := mask_and_image(exchange, parameters)) and both[0]["format"] != both[1]["format"]:
        mask, image = both
        hint = "A JPEG has no alpha channel, so that no mask fits it; send the image as PNG."
        note = f"is a {mask['format']} picture, but the image is a {image['format']}"
        where = (parameters["mask"],)
        yield Seen(where, mask, image["format"], note=note, hint=hint if image["format"] == "jpeg" else None)
