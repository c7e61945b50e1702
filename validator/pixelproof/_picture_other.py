"""Formats that no image endpoint documents but that clients send: GIF and BMP are read, others are only named."""

import struct
from collections.abc import Iterator

from pixelproof._picture_structure import MOST_PARTS, Data, Picture, cut_short, ended

_two_little = struct.Struct("<H").unpack_from
_two_sides_little = struct.Struct("<HH").unpack_from
_four_little = struct.Struct("<I").unpack_from

_BMP_HEADERS = {12, 16, 40, 52, 56, 64, 108, 124}
_MAGIC = (
    (b"II*\x00", "tiff"),
    (b"MM\x00*", "tiff"),
    (b"II+\x00", "tiff"),
    (b"MM\x00+", "tiff"),
    (b"\xff\x0a", "jxl"),
    (b"\x00\x00\x00\x0cJXL \r\n\x87\n", "jxl"),
    (b"\x00\x00\x00\x0cjP  \r\n\x87\n", "jp2"),
    (b"\xffO\xffQ", "jp2"),
    (b"\x00\x00\x01\x00", "ico"),
    (b"8BPS", "psd"),
    (b"qoif", "qoi"),
)
_BRANDS = {b"avif": "avif", b"avis": "avif", b"heic": "heic", b"heix": "heic", b"hevc": "heic", b"mif1": "heic"}


def read_other(data: Data) -> Picture | None:
    """Read what is neither PNG, JPEG nor WebP; formats known by their magic bytes alone have width and height 0."""
    head = bytes(data[:1024])
    if head.startswith((b"GIF87a", b"GIF89a")):
        return read_gif(data)
    if head.startswith(b"BM") and len(head) >= 18 and _four_little(head, 14)[0] in _BMP_HEADERS:
        return read_bmp(data)
    name = next((name for magic, name in _MAGIC if head.startswith(magic)), None) or _brand(head) or _vector(head)
    return Picture(name) if name else None


def _brand(head: bytes) -> str | None:
    """Name an ISO media file (AVIF, HEIC) by its brands; a generic first brand hides what the compatible ones tell."""
    if head[4:8] != b"ftyp":
        return None
    end = min(int.from_bytes(head[:4], "big"), len(head))
    brands = [head[8:12], *(head[at : at + 4] for at in range(16, end, 4))]
    names = [_BRANDS[brand] for brand in brands if brand in _BRANDS]
    return "avif" if "avif" in names else next(iter(names), None)


def _vector(head: bytes) -> str | None:
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    return "svg" if text.startswith(b"<svg") or (text.startswith(b"<?xml") and b"<svg" in text) else None


def read_gif(data: Data) -> Picture:
    """Walk the blocks of a GIF to its trailer; transparency is that of the first frame."""
    picture = Picture("gif")
    try:
        return _walk_gif(data)
    except (IndexError, struct.error):
        if len(data) >= 10:
            picture = Picture("gif", *_two_sides_little(data, 6))
        return cut_short(picture, "ends before the trailer")


def _walk_gif(data: Data) -> Picture:
    width, height = _two_sides_little(data, 6)
    alpha = has_pixels = False
    position = 13 + _gif_colour_table(data[10])
    steps = iter(range(MOST_PARTS))
    for _ in steps:
        block = data[position]
        if block == 0x3B:
            picture = Picture("gif", width, height, alpha)
            return ended(picture, data, position + 1) if has_pixels else picture._replace(problem="there is no frame")
        if block == 0x21:
            if not has_pixels and data[position + 1] == 0xF9:
                alpha = bool(data[position + 3] & 1)
            position += 2
        elif block == 0x2C:
            left, top = _two_sides_little(data, position + 1)
            columns, rows = _two_sides_little(data, position + 5)
            if not has_pixels:
                # A first frame that is larger than the screen makes decoders enlarge the screen.
                width, height = max(width, left + columns), max(height, top + rows)
            has_pixels = True
            position += 11 + _gif_colour_table(data[position + 9])
        else:
            return Picture("gif", width, height, alpha, f"there is an unknown block 0x{block:02X} at byte {position}")
        position = _after_sub_blocks(data, position, steps)
    return Picture("gif", width, height, alpha, f"there are more than {MOST_PARTS} blocks")


def _gif_colour_table(flags: int) -> int:
    return 3 * 2 ** (1 + (flags & 7)) if flags & 0x80 else 0


def _after_sub_blocks(data: Data, position: int, steps: Iterator[int]) -> int:
    for _ in steps:
        length = data[position]
        position += 1 + length
        if not length:
            break
    return position


def read_bmp(data: Data) -> Picture:
    """Read the two headers of a BMP and compare the file size that they state with the data."""
    picture = Picture("bmp")
    stated = _four_little(data, 2)[0]
    header = _four_little(data, 14)[0]
    if len(data) < 14 + header:
        return cut_short(picture, "ends inside the header")
    if header == 12:
        width, height = _two_sides_little(data, 18)
    else:
        # A negative height means that the rows go from top to bottom.
        width, height = _four_little(data, 18)[0], abs(int.from_bytes(data[22:26], "little", signed=True))
    alpha = header >= 56 and _two_little(data, 28)[0] == 32 and _four_little(data, 66)[0] != 0
    picture = Picture("bmp", width, height, alpha)
    if stated > len(data):
        return cut_short(picture, f"the header says {stated} bytes, but the data end after {len(data)}")
    # Some writers leave the size 0, which says nothing about the end.
    return ended(picture, data, stated if stated > 14 + header else len(data))
