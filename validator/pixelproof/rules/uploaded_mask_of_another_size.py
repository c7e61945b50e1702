"""An uploaded mask has another size than the image it is for."""

from collections.abc import Iterator

from pixelproof._exchange import Exchange
from pixelproof._values import Json, Seen
from pixelproof.rules import rule
from pixelproof.rules.uploaded_mask_of_another_format import PARAMETERS, mask_and_image


@rule("uploaded-mask-of-another-size", on="request", parameters=PARAMETERS)
def uploaded_mask_of_another_size(exchange: Exchange, parameters: dict[str, Json]) -> Iterator[Seen]:
    """The uploaded mask and the first uploaded image have different widths or heights.

    Why: the transparent areas of such a mask lie somewhere else on the image, or nowhere.
    Flagged: a mask of 1024x1536 for an image of 1536x1024.
    Allowed: a mask of 1024x1024 for a first image of 1024x1024, whatever further images are.
    Keep: read width and height from both headers before the upload goes on; refuse with 400.
    """
    both = mask_and_image(exchange, parameters)
    sizes = [f"{file['width']}x{file['height']}" for file in both or () if "width" in file]
    if both is not None and len(sizes) == 2 and sizes[0] != sizes[1]:
        note = f"is {sizes[0]}, but the image is {sizes[1]}"
        yield Seen((parameters["mask"],), both[0], sizes[1], note=note)
