"""Pictures of noise, which no encoder can make small, and what a reader does without pixelproof to judge one."""

import base64
from functools import cache
from io import BytesIO
from random import Random

SIDE = 1024
_BYTES_A_ROW = SIDE * 4


@cache
def noise_png(noisy_rows: int) -> bytes:
    """A PNG of 1024x1024 pixels with an alpha channel: about 4 KiB for each row of noise, the other rows are empty."""
    from PIL import Image

    noise = Random(noisy_rows).randbytes(noisy_rows * _BYTES_A_ROW)
    pixels = noise + bytes((SIDE - noisy_rows) * _BYTES_A_ROW)
    out = BytesIO()
    Image.frombytes("RGBA", (SIDE, SIDE), pixels).save(out, "PNG")
    return out.getvalue()


@cache
def noise_base64(noisy_rows: int) -> str:
    """The same as base64."""
    return base64.b64encode(noise_png(noisy_rows)).decode()


def decode_with_pillow(text: str) -> tuple[str | None, tuple[int, int], bool]:
    """Format, size and whether there is alpha, of a picture that Pillow has verified and decoded."""
    from PIL import Image

    data = base64.b64decode(text, validate=True)
    with Image.open(BytesIO(data)) as image:
        image.verify()
    with Image.open(BytesIO(data)) as image:
        image.load()
        return image.format, image.size, image.has_transparency_data
