"""Whether a picture with an alpha channel is opaque all over, told without decoding its colours.

A mask with a transparent pixel is the ordinary case and is told at its first one. The trick is that in a PNG the
filtered alpha bytes of an opaque row are known beforehand: they depend on the filter and on nothing else.
"""

import zlib
from collections.abc import Iterator
from pathlib import Path
from struct import Struct
from typing import TYPE_CHECKING

from pixelproof._picture import transparent_pixels
from pixelproof._picture_structure import PNG_SIGNATURE, Data

if TYPE_CHECKING:
    from os import PathLike

_CHANNELS = {4: 2, 6: 4}
_MOST_PIXELS = 50_000_000
_MOST_BYTES = 64 * 1024 * 1024
_ROWS_AT_ONCE = 32
_header = Struct(">IIBBBBB").unpack_from
_chunk = Struct(">I4s").unpack_from


def is_opaque(content: "Data | str | PathLike[str]") -> bool:
    """Tell whether every pixel of a picture (its bytes or its path) is opaque; False also when that cannot be told.

    The picture has to be complete. Raises ``OSError`` when the path cannot be read.
    """
    if not isinstance(content, bytes | bytearray | memoryview):
        with Path(content).open("rb") as file:
            content = file.read(_MOST_BYTES + 1)
    if len(content) > _MOST_BYTES:
        return False
    if bytes(content[:8]) == PNG_SIGNATURE:
        width, height, depth, colour_type, _, _, interlaced = _header(content, 16)
        if depth == 8 and colour_type in _CHANNELS and not interlaced and width * height <= _MOST_PIXELS:
            return _is_opaque_png(content, width, height, _CHANNELS[colour_type])
    return transparent_pixels(content, max_pixels=_MOST_PIXELS) == "none"


def _is_opaque_png(data: Data, width: int, height: int, channels: int) -> bool:
    first, others = _filtered_alpha(width)
    expected = first
    size = 1 + width * channels
    rows = 0
    waiting = b""
    for piece in _inflated(data, size * _ROWS_AT_ONCE):
        waiting += piece
        whole = len(waiting) // size
        for start in range(0, whole * size, size):
            kind = waiting[start]
            if kind > 4 or waiting[start + channels : start + size : channels] != expected[kind]:
                return False
            expected = others
            rows += 1
            if rows == height:
                return True
        waiting = waiting[whole * size :]
    return False


def _filtered_alpha(width: int) -> tuple[tuple[bytes, ...], tuple[bytes, ...]]:
    """The alpha bytes of an opaque row under each of the five filters: for the first row, and for the others."""
    full, rest, zeros = b"\xff" * width, width - 1, bytes(width)
    left = b"\xff" + bytes(rest)
    first = (full, left, full, b"\xff" + b"\x80" * rest, left)
    return first, (full, left, zeros, b"\x80" + bytes(rest), zeros)


def _inflated(data: Data, at_once: int) -> Iterator[bytes]:
    inflater = zlib.decompressobj()
    try:
        for compressed in _pixel_chunks(data):
            piece = inflater.decompress(compressed, at_once)
            while piece:
                yield piece
                piece = inflater.decompress(inflater.unconsumed_tail, at_once)
    except zlib.error:
        return


def _pixel_chunks(data: Data) -> Iterator[Data]:
    position = 8
    while position + 12 <= len(data):
        length, kind = _chunk(data, position)
        if kind == b"IDAT":
            yield data[position + 8 : position + 8 + length]
        elif kind == b"IEND":
            return
        position += 12 + length
