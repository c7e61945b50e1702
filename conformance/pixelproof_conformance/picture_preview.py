"""A small preview of the first picture of an answer, for the report in HTML."""

import base64
import io
from functools import lru_cache

from pixelproof._base64 import decode_base64
from pixelproof._parse import parse_json
from pixelproof._picture import read_picture

from pixelproof_conformance.model import Record

EDGE = 96
MOST_PIXELS = 20_000_000


def preview(record: Record) -> str | None:
    """A data: URL of the first picture in the answer at most 96 pixels wide and high; ``None`` where there is none."""
    if record.body[:1] not in (b"{", b" ", b"\n"):
        return None
    answer, _ = parse_json(record.body)
    data = answer.get("data") if isinstance(answer, dict) else None
    first = data[0] if isinstance(data, list) and data else None
    text = first.get("b64_json") if isinstance(first, dict) else None
    return _small(text) if isinstance(text, str) else None


@lru_cache(maxsize=16)
def _small(text: str) -> str | None:
    from PIL import Image

    decoded = decode_base64(text)
    picture = None if decoded.problem else read_picture(decoded.data)
    if picture is None or picture.width * picture.height > MOST_PIXELS or picture.format not in ("png", "jpeg", "webp"):
        return None
    try:
        with Image.open(io.BytesIO(decoded.data), formats=(picture.format,)) as image:
            image.thumbnail((EDGE, EDGE))
            out = io.BytesIO()
            image.convert("RGBA").save(out, "PNG")
    except (OSError, ValueError, SyntaxError):
        return None
    return f"data:image/png;base64,{base64.b64encode(out.getvalue()).decode()}"
