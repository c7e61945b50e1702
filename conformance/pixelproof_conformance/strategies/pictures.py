"""Pictures as bytes: real files of the formats that image endpoints take."""

from collections.abc import Sequence

from hypothesis import strategies as st
from pixelproof import UsageError

from pixelproof_conformance.model import CaseFile
from pixelproof_conformance.upload import make_upload

FORMATS = ("png", "jpeg", "webp", "gif", "bmp")
MOST_PIXELS_A_SIDE = 2048


def pictures(
    formats: Sequence[str] = ("png", "jpeg", "webp"), *, max_side: int = 64, alpha: bool | None = None
) -> st.SearchStrategy[bytes]:
    """Whole picture files of 1 to ``max_side`` pixels a side.

    ``alpha`` asks for pictures with or without an alpha channel, ``None`` for both; JPEG, GIF and BMP have none.
    """
    unknown = [name for name in formats if name not in FORMATS]
    if unknown or not formats:
        raise UsageError(f"formats={list(formats)!r}: choose from {', '.join(FORMATS)}")
    if type(max_side) is not int or not 1 <= max_side <= MOST_PIXELS_A_SIDE:
        raise UsageError(f"max_side={max_side!r} is not a whole number from 1 to {MOST_PIXELS_A_SIDE}")
    with_alpha = [name for name in formats if name in ("png", "webp")]
    if alpha and not with_alpha:
        raise UsageError(f"alpha=True with formats={list(formats)!r}: only png and webp have an alpha channel")
    sides = st.integers(1, max_side)
    chosen = st.sampled_from(with_alpha if alpha else list(formats))

    def make(kind: str, width: int, height: int, transparent: bool) -> bytes:
        return make_upload(CaseFile("image", kind, width, height, alpha=transparent and kind in with_alpha)).content

    return st.builds(make, chosen, sides, sides, st.booleans() if alpha is None else st.just(alpha))
