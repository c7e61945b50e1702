"""A mask has another size than the image it is for."""

from collections.abc import Iterator

from pixelproof._exchange import Exchange
from pixelproof._values import Json, Seen
from pixelproof.rules import PARAMETER, rule

PARAMETERS = {
    "type": "object",
    "required": ["mask", "image"],
    "additionalProperties": False,
    "properties": {"mask": PARAMETER, "image": PARAMETER},
}


def sizes_of(exchange: Exchange, parameter: str) -> list[str]:
    """The sizes, as ``1024x768``, of the pictures in a request parameter; empty when one of them cannot be told."""
    pictures = [sent.picture for sent in exchange.pictures(parameter)]
    sizes = [f"{picture.width}x{picture.height}" for picture in pictures if picture is not None and picture.width]
    return sizes if len(sizes) == len(pictures) else []


@rule("mask-of-another-size", on="request", parameters=PARAMETERS)
def mask_of_another_size(exchange: Exchange, parameters: dict[str, Json]) -> Iterator[Seen]:
    """The mask has the width and height of none of the images.

    Why: its transparent areas then lie nowhere, and providers refuse it or stretch it.
    Flagged: a mask of 512x512 beside an image of 1024x1024.
    Allowed: a mask of 1024x1024 beside an image of 1024x1024.
    Keep: compare width and height of mask and image before anything is sent on, and refuse with 400.
    """
    images = sizes_of(exchange, parameters["image"])
    for size in sizes_of(exchange, parameters["mask"]):
        if images and size not in images:
            expected = " or ".join(dict.fromkeys(images))
            note = f"is {size}, but the image is {images[0]}" if len(images) == 1 else f"is {size}, like no image"
            yield Seen((parameters["mask"],), size, expected[:80], note=note)
