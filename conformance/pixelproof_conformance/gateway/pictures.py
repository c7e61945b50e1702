"""Real pictures for the reference gateway and for requests: cheap to make, small in bytes, different by seed."""

import colorsys
import struct
import zlib
from functools import lru_cache
from io import BytesIO
from typing import TypeAlias

from PIL import Image

Bands: TypeAlias = tuple[tuple[int, int, int], ...]

_FORMATS = ("png", "jpeg", "webp")
_LONGEST_SIDE = 16_383  # of a WebP picture
_BLOCK = 262_144
_GOLDEN_TURN = 0.618034  # of the colour circle: steps of this length keep the first seeds far apart
_SEEDS = 9973  # a float keeps their hues apart; a seed may be a hash of any length
_PNG_END = b"\0\0\0\0IEND\xaeB`\x82"
# Lower case in the first, second and fourth place: ancillary, private, safe to copy.
_PNG_PADDING = b"ppAd"
_CHUNK_FRAME = 12


def make_picture(
    width: int,
    height: int,
    *,
    format: str = "png",  # noqa: A002 - the field's own word
    alpha: bool = False,
    seed: int = 0,
    compression: int | None = None,
    bands: Bands = (),
) -> bytes:
    """Make a real picture: a gradient from left to right between two colours that ``seed`` chooses.

    ``width`` and ``height`` are pixels, ``format`` is ``png``, ``jpeg`` or ``webp``. With ``alpha`` the left half is
    fully transparent and the right half opaque. ``compression`` from 0 to 100 is the quality of a JPEG or WebP picture,
    where 100 loses least; it changes nothing in a PNG. ``bands`` are colours (red, green, blue) that fill all but the
    left eighth of the picture, as upright bands of the same width. Raises ``ValueError`` for what cannot be made.
    """
    if format not in _FORMATS:
        raise ValueError(f"format is {format!r}; use one of {', '.join(_FORMATS)}")
    if not (1 <= width <= _LONGEST_SIDE and 1 <= height <= _LONGEST_SIDE):
        raise ValueError(f"the size is {width}x{height}; both sides go from 1 to {_LONGEST_SIDE} pixels")
    if alpha and format == "jpeg":
        raise ValueError("a jpeg picture has no alpha channel; use png or webp")
    if compression is not None and not 0 <= compression <= 100:
        raise ValueError(f"compression is {compression}; it goes from 0 to 100")
    return _drawn(width, height, format, alpha, seed, compression, bands)


def pad_picture(data: bytes, size: int) -> bytes:
    """Grow a picture to exactly ``size`` bytes so that it stays a whole picture.

    A PNG gets a private chunk before its end, another format zero bytes behind it. Raises ``ValueError`` when ``size``
    is smaller than the picture, or larger than a PNG by less than the 12 bytes that a chunk takes.
    """
    before, zeros, after = padding_for(data, size)
    return before + bytes(zeros) + after


def padding_for(data: bytes, size: int) -> tuple[bytes, int, bytes]:
    """How `pad_picture` grows a picture: bytes, a number of zero bytes, and the bytes behind them."""
    missing = size - len(data)
    if missing < 0:
        raise ValueError(f"the picture has {len(data)} bytes and cannot shrink to {size}; make a smaller picture")
    if not data.startswith(b"\x89PNG"):
        return data, missing, b""
    if not missing:
        return data, 0, b""
    if missing < _CHUNK_FRAME:
        raise ValueError(f"a PNG grows by {_CHUNK_FRAME} bytes or more, not by {missing}; make a smaller picture")
    if not data.endswith(_PNG_END):
        raise ValueError("the PNG does not end with its IEND chunk; pad a picture before damaging it")
    zeros = missing - _CHUNK_FRAME
    checksum = zlib.crc32(_PNG_PADDING)
    for start in range(0, zeros, _BLOCK):
        checksum = zlib.crc32(bytes(min(_BLOCK, zeros - start)), checksum)
    head = zeros.to_bytes(4, "big") + _PNG_PADDING
    return data[: -len(_PNG_END)] + head, zeros, checksum.to_bytes(4, "big") + _PNG_END


def truncate_picture(data: bytes) -> bytes:
    """Return the first half of a picture, as a broken upload leaves it."""
    return data[: len(data) // 2]


def make_text_file() -> bytes:
    """Make a file that is no picture at all, whatever its name says."""
    return b"This is a text file. It is not a picture.\n"


@lru_cache(maxsize=64)
def _drawn(
    width: int, height: int, format_name: str, alpha: bool, seed: int, compression: int | None, bands: Bands
) -> bytes:
    row = _with_bands(_gradient(width, alpha, seed), width, bands)
    if format_name == "png":
        return _png(width, height, row, alpha)
    mode = "RGBA" if alpha else "RGB"
    image = Image.frombytes(mode, (width, height), row * height)
    file = BytesIO()
    quality = 80 if compression is None else compression
    if format_name == "jpeg":
        image.save(file, "JPEG", quality=max(quality, 1))
    else:
        from PIL import WebPImagePlugin  # noqa: F401 - else Pillow imports all of its formats, which takes 0.1 s

        image.save(file, "WEBP", quality=quality, method=0, alpha_quality=100)
    return file.getvalue()


def _gradient(width: int, alpha: bool, seed: int) -> bytes:
    """Return one row of RGB or RGBA samples."""
    hue = seed % _SEEDS * _GOLDEN_TURN % 1
    left, right = (colorsys.hsv_to_rgb((hue + turn) % 1, 0.8, value) for turn, value in ((0.0, 0.95), (0.4, 0.55)))
    last = max(width - 1, 1)
    channels = []
    for start, end in zip(left, right, strict=True):
        first, rise = round(255 * start), round(255 * (end - start))
        channels.append(bytes(first + rise * x // last for x in range(width)))
    if alpha:
        channels.append(bytes((width + 1) // 2) + b"\xff" * (width // 2))
    row = bytearray(width * len(channels))
    for place, channel in enumerate(channels):
        row[place :: len(channels)] = channel
    return bytes(row)


def _with_bands(row: bytes, width: int, bands: Bands) -> bytes:
    """The row of pixels with the colours of ``bands`` behind its first eighth; its alpha channel stays."""
    first, depth = width // 8, len(row) // width
    out = bytearray(row)
    for x in range(first, width) if bands else ():
        out[x * depth : x * depth + 3] = bytes(bands[(x - first) * len(bands) // (width - first)])
    return bytes(out)


def _png(width: int, height: int, row: bytes, alpha: bool) -> bytes:
    """Write a PNG whose first row is stored and whose other rows say "as above".

    The rows "as above" are all the same, so one block of them is compressed once and its bytes are repeated.
    """
    first = b"\0" + row
    above = b"\2" + bytes(len(row))
    rows = min(height - 1, max(1, _BLOCK // len(above)))
    block = above * rows
    blocks, rest = divmod(height - 1, rows) if rows else (0, 0)

    compressor = zlib.compressobj(1, zlib.DEFLATED, -zlib.MAX_WBITS)
    head = compressor.compress(first) + compressor.flush(zlib.Z_FULL_FLUSH)
    body = compressor.compress(block) + compressor.flush(zlib.Z_FULL_FLUSH)
    tail = compressor.compress(above * rest) + compressor.flush()

    checksum = zlib.adler32(first)
    for _ in range(blocks):
        checksum = zlib.adler32(block, checksum)
    checksum = zlib.adler32(above * rest, checksum)

    pixels = b"\x78\x01" + head + body * blocks + tail + checksum.to_bytes(4, "big")
    header = struct.pack(">IIBBBBB", width, height, 8, 6 if alpha else 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + png_chunk(b"IHDR", header) + png_chunk(b"IDAT", pixels) + _PNG_END


def png_chunk(name: bytes, content: bytes) -> bytes:
    """A chunk of a PNG file, with its length and checksum."""
    checksum = zlib.crc32(content, zlib.crc32(name))
    return b"".join((len(content).to_bytes(4, "big"), name, content, checksum.to_bytes(4, "big")))
