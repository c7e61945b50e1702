"""The containers of PNG, JPEG and WebP, read without decoding a pixel.

Each ``read_*`` function takes bytes that begin with the magic bytes of its format, follows the lengths that the
container states, and tells where the picture ends. Hostile bytes give a `Picture` with a problem, never an exception,
in a number of steps that `MOST_PARTS` bounds.
"""

import re
import struct
from binascii import crc32
from typing import NamedTuple

Data = bytes | bytearray | memoryview

# Real encoders write parts of 255 bytes (GIF), 8 KiB or more (PNG): this many parts are a picture of 50 MB and more.
MOST_PARTS = 200_000
_WINDOW = 16_384

_two_bytes = struct.Struct(">H").unpack_from
_eight_bytes = struct.Struct(">Q").unpack_from
_two_sides_little = struct.Struct("<HH").unpack_from
_four_little = struct.Struct("<I").unpack_from
_png_header = struct.Struct(">IIBB").unpack_from
_png_chunk = struct.Struct(">I4s").unpack_from
_riff_chunk = struct.Struct("<4sI").unpack_from
_jpeg_frame = struct.Struct(">HH").unpack_from

PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_PNG_ALPHA_TYPES = {4, 6}
_PNG_COLOUR_TYPES = {0, 2, 3, 4, 6}
_JPEG_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_WEBP_HEADERS = {b"VP8X": 10, b"VP8 ": 10, b"VP8L": 5}
_JPEG_WITHOUT_LENGTH = frozenset({0x01, *range(0xD0, 0xD8)})


class Picture(NamedTuple):
    """What the container of a picture says about it, before any pixel is decoded.

    ``format`` is a lower-case name such as ``png``. ``width`` and ``height`` are pixels, 0 if unknown. ``alpha`` tells
    whether there is an alpha channel or a transparent colour. ``problem`` is None when the structure is complete, else
    a short clause. ``truncated`` tells that the data end too early, ``trailing`` how many bytes follow the end.
    """

    format: str
    width: int = 0
    height: int = 0
    alpha: bool = False
    problem: str | None = None
    truncated: bool = False
    trailing: int = 0


def cut_short(picture: Picture, problem: str) -> Picture:
    """Judge a picture whose data end before its logical end."""
    return picture._replace(problem=problem, truncated=True)


def ended(picture: Picture, data: Data, end: int) -> Picture:
    """Judge a picture whose logical end was reached: zero bytes behind it are harmless padding, others are junk."""
    if not (picture.width and picture.height):
        problem = f"the header says a width of {picture.width} and a height of {picture.height}"
        return picture._replace(problem=problem)
    trailing = len(data) - end
    if not trailing:
        return picture
    if _is_zero(data, end):
        return picture._replace(trailing=trailing)
    problem = "1 byte of junk follows the image" if trailing == 1 else f"{trailing} bytes of junk follow the image"
    return picture._replace(problem=problem, trailing=trailing)


def _is_zero(data: Data, start: int) -> bool:
    zeros = bytes(_WINDOW)
    for low in range(start, len(data), _WINDOW):
        window = bytes(data[low : low + _WINDOW])
        if window != zeros[: len(window)]:
            return False
    return True


def _name(kind: bytes) -> str:
    return kind.decode() if re.fullmatch(rb"[A-Za-z0-9 ]{4}", kind) else repr(kind)[1:]


def read_png(data: Data) -> Picture:
    """Walk the chunks of a PNG; of the checksums only that of IHDR is computed, for the sake of speed."""
    picture = Picture("png")
    signature = bytes(data[:8])
    if signature != PNG_SIGNATURE:
        if PNG_SIGNATURE.startswith(signature):
            return cut_short(picture, "ends inside the PNG signature")
        return picture._replace(problem=f"the PNG signature is damaged: {signature.hex(' ')}")
    if len(data) < 33:
        return cut_short(picture, "ends before the end of the IHDR chunk")
    if _png_chunk(data, 8) != (13, b"IHDR"):
        return picture._replace(problem=f"the first chunk is {_name(bytes(data[12:16]))}, not IHDR")
    width, height, _, colour_type = _png_header(data, 16)
    picture = Picture("png", width, height, colour_type in _PNG_ALPHA_TYPES)
    if crc32(data[12:29]) != int.from_bytes(data[29:33], "big"):
        return picture._replace(problem="the checksum of the IHDR chunk is wrong")
    if colour_type not in _PNG_COLOUR_TYPES:
        return picture._replace(problem=f"the colour type is {colour_type}, which PNG does not have")
    return _walk_png(data, picture)


def _walk_png(data: Data, picture: Picture) -> Picture:
    position = 33
    size = len(data)
    has_pixels = False
    for _ in range(MOST_PARTS):
        if position + 8 > size:
            return cut_short(picture, "ends before the IEND chunk")
        length, kind = _png_chunk(data, position)
        start, position = position, position + 12 + length
        if position > size:
            return cut_short(picture, f"chunk {_name(kind)} runs past the end")
        if kind == b"IDAT":
            has_pixels = True
            position = _after_equal_chunks(data, start, position)
        elif kind == b"IEND":
            if not has_pixels:
                return picture._replace(problem="there is no IDAT chunk")
            return ended(picture, data, position)
        elif kind == b"IHDR":
            return picture._replace(problem="there are two IHDR chunks")
        elif kind == b"tRNS":
            picture = picture._replace(alpha=True)
    return picture._replace(problem=f"there are more than {MOST_PARTS} chunks")


def _after_equal_chunks(data: Data, start: int, position: int) -> int:
    """Step over chunks with the same length and name: encoders write hundreds of them, and this loop is the hot one."""
    same = _eight_bytes(data, start)
    step = position - start
    for following in range(position, min(len(data) - step, position + step * MOST_PARTS) + 1, step):
        if _eight_bytes(data, following) != same:
            return following
        position = following + step
    return position


def read_jpeg(data: Data) -> Picture:
    """Walk the segments of a JPEG to its pixel data, then look for the end marker from the back.

    The end marker of a thumbnail inside a segment before the pixel data does not count.
    """
    picture = Picture("jpeg")
    size = len(data)
    position = 2
    for _ in range(MOST_PARTS):
        if position + 4 > size:
            return cut_short(picture, "ends before the pixel data")
        marker = data[position + 1]
        if data[position] != 0xFF or not marker:
            return picture._replace(problem=f"there is no marker at byte {position}")
        if marker == 0xFF:
            position += 1
            continue
        if marker in _JPEG_WITHOUT_LENGTH:
            position += 2
            continue
        if marker == 0xD9:
            return picture._replace(problem="there is no pixel data before the end marker")
        start, position = position, position + 2 + _two_bytes(data, position + 2)[0]
        if position > size:
            return cut_short(picture, f"segment 0xFF{marker:02X} runs past the end")
        if position < start + (9 if marker in _JPEG_FRAMES else 4):
            return picture._replace(problem=f"segment 0xFF{marker:02X} is too short")
        if marker in _JPEG_FRAMES:
            height, width = _jpeg_frame(data, start + 5)
            picture = Picture("jpeg", width, height)
        elif marker == 0xDA:
            return _end_jpeg(data, position, picture)
    return picture._replace(problem=f"there are more than {MOST_PARTS} segments")


def _end_jpeg(data: Data, scan: int, picture: Picture) -> Picture:
    high = len(data)
    while high > scan:
        low = max(scan, high - _WINDOW)
        found = bytes(data[low:high]).rfind(b"\xff\xd9")
        if found >= 0:
            return ended(picture, data, low + found + 2)
        # The windows overlap by one byte, so that a marker on a border is found; the last one ends the search.
        high = low + 1 if low > scan else scan
    return cut_short(picture, "ends before the end marker (EOI)")


def read_webp(data: Data) -> Picture:
    """Compare the RIFF size with the data, then walk the chunks for size, alpha and pixel data."""
    picture = Picture("webp")
    stated = _four_little(data, 4)[0]
    end = 8 + stated + (stated & 1)
    has_pixels = False
    position = 12
    for _ in range(MOST_PARTS):
        if position + 8 > min(end, len(data)):
            break
        kind, length = _riff_chunk(data, position)
        start, position = position + 8, position + 8 + length + (length & 1)
        if position > end:
            return picture._replace(
                problem=f"chunk {_name(kind)} runs past the end of the RIFF container", truncated=end > len(data)
            )
        has_pixels = has_pixels or kind in {b"VP8 ", b"VP8L", b"ANMF"}
        picture = _webp_size(data, kind, start, length, picture)
        if picture.problem:
            return picture
    else:
        return picture._replace(problem=f"there are more than {MOST_PARTS} chunks")
    if end > len(data):
        return cut_short(picture, f"the RIFF header says {end} bytes, but the data end after {len(data)}")
    if not has_pixels:
        return picture._replace(problem="there is no VP8, VP8L or ANMF chunk")
    return ended(picture, data, end)


def _webp_size(data: Data, kind: bytes, start: int, length: int, picture: Picture) -> Picture:
    """Take size and alpha from a chunk; the canvas of a VP8X chunk outranks the frames inside it."""
    head = bytes(data[start : start + min(length, 10)])
    if len(head) < _WEBP_HEADERS.get(kind, 11):
        return picture
    if kind == b"VP8X":
        width, height = 1 + int.from_bytes(head[4:7], "little"), 1 + int.from_bytes(head[7:10], "little")
        return Picture("webp", width, height, bool(head[0] & 0x10))
    if kind == b"VP8L":
        if head[0] != 0x2F:
            return picture._replace(problem="the VP8L chunk does not begin with its signature")
        bits = _four_little(head, 1)[0]
        width, height, alpha = 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF), bool(bits >> 28 & 1)
    else:
        if head[3:6] != b"\x9d\x01\x2a":
            return picture._replace(problem="the VP8 chunk does not begin with a key frame")
        width, height = (side & 0x3FFF for side in _two_sides_little(head, 6))
        alpha = False
    if picture.width:
        return picture._replace(alpha=picture.alpha or alpha)
    return Picture("webp", width, height, alpha)
