"""A mask has the size of some of the images and not of others."""

from collections.abc import Iterator

from pixelproof._exchange import Exchange
from pixelproof._values import Json, Seen
from pixelproof.rules import rule
from pixelproof.rules.mask_of_another_size import PARAMETERS, sizes_of


@rule("mask-fits-some-images", on="request", parameters=PARAMETERS)
def mask_fits_some_images(exchange: Exchange, parameters: dict[str, Json]) -> Iterator[Seen]:
    """One mask comes with several images of different sizes and fits only some of them.

    Why: which image a mask is for is then a guess.
    Flagged: a mask of 1024x1024 beside images of 1024x1024 and 512x512.
    Allowed: a mask of 1024x1024 beside two images of 1024x1024.
    Keep: compare the mask with the image that it is for, and say in the refusal which one that is.
    """
    images = sizes_of(exchange, parameters["image"])
    for size in sizes_of(exchange, parameters["mask"]):
        if size in images and len(set(images)) > 1:
            other = next(image for image in images if image != size)
            note = f"is {size}, but image {images.index(other)} is {other}"
            yield Seen((parameters["mask"],), size, "images of one size", note=note)
