"""Small copies of the pictures that came back, for the report in HTML."""

import base64
import io
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from pixelproof._base64 import decode_base64
from pixelproof._picture import read_picture

from pixelproof_conformance.reported import Picture

if TYPE_CHECKING:
    from PIL.Image import Image

EDGES = (160, 112, 72, 40)
"""The longest edge of a preview in pixels; a smaller one is taken while a preview is too large."""

MOST_BYTES = 8_000
MOST_PIXELS = 20_000_000
_DECODED = ("png", "jpeg", "webp")


class _Look(NamedTuple):
    """What decoding showed: how much is transparent, and a data: URL."""

    transparency: str | None = None
    preview: str | None = None


def picture_of(place: str, text: str) -> Picture | None:
    """The picture in ``text`` (base64, or a data: URL of it) with its preview; ``None`` where it is no picture."""
    return _looked_at(text, place)


@lru_cache(maxsize=64)
def _looked_at(text: str, place: str) -> Picture | None:
    decoded = decode_base64(text, data_url=text.startswith("data:"))
    facts = None if decoded.problem else read_picture(decoded.data)
    if facts is None:
        return None
    seen = _Look()
    if facts.format in _DECODED and 0 < facts.width * facts.height <= MOST_PIXELS:
        seen = _look(decoded.data, facts.format)
    return Picture(
        place=place,
        width=facts.width or None,
        height=facts.height or None,
        format=facts.format,
        transparency=seen.transparency,
        bytes=len(decoded.data),
        preview=seen.preview,
    )


def _look(data: bytes, kind: str) -> _Look:
    from PIL import Image

    try:
        with Image.open(io.BytesIO(data), formats=(kind,)) as image:
            image.draft("RGB", (EDGES[0] * 2, EDGES[0] * 2))  # a JPEG is decoded at the size that is needed
            pixels = image.convert("RGBA") if image.has_transparency_data else image.convert("RGB")
    except (OSError, ValueError, SyntaxError):
        return _Look()
    lowest, highest = pixels.getchannel("A").getextrema() if pixels.mode == "RGBA" else (255, 255)
    transparency = "none" if lowest == 255 else "all" if highest == 0 else "some"
    if transparency == "none":
        pixels = pixels.convert("RGB")
    return _Look(transparency, _small(pixels))


def _small(pixels: "Image") -> str | None:
    for edge in EDGES:
        copy = pixels.copy()
        copy.thumbnail((edge, edge))
        kind, content = min(_encoded(copy), key=lambda pair: len(pair[1]))
        if len(content) <= MOST_BYTES:
            return f"data:image/{kind};base64,{base64.b64encode(content).decode()}"
    return None


def _encoded(copy: "Image") -> list[tuple[str, bytes]]:
    """The copy in each format that shows it well enough; a JPEG has no transparency."""
    out = io.BytesIO()
    if copy.mode == "RGBA":
        copy.quantize(128).save(out, "PNG", optimize=True)
        return [("png", out.getvalue())]
    copy.save(out, "PNG", optimize=True)
    jpeg = io.BytesIO()
    copy.save(jpeg, "JPEG", quality=80)
    return [("png", out.getvalue()), ("jpeg", jpeg.getvalue())]
