"""Whether a picture is opaque all over, against Pillow's view of the same pixels."""

import struct
import zlib
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from pixelproof._opaque import is_opaque
from pixelproof._picture import transparent_pixels

PICTURES = Path(__file__).parents[2] / "fixtures" / "pictures"
CHANNELS = {"LA": 2, "RGBA": 4}
COLOUR_TYPES = {"LA": 4, "RGBA": 6}


def chunk(name: bytes, body: bytes) -> bytes:
    """A PNG chunk with its checksum."""
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def filtered(row: bytes, above: bytes, kind: int, step: int) -> bytes:
    """A row of pixels under one of the five PNG filters."""
    out = bytearray([kind])
    for index, value in enumerate(row):
        left = row[index - step] if index >= step else 0
        corner = above[index - step] if index >= step else 0
        up = above[index]
        estimate = left + up - corner
        nearest = min((abs(estimate - near), order, near) for order, near in enumerate((left, up, corner)))[2]
        out.append((value - (0, left, up, (left + up) // 2, nearest)[kind]) % 256)
    return bytes(out)


def png(mode: str, width: int, rows: list[bytes], kinds: list[int], cut: int) -> bytes:
    """A PNG whose rows have the given filters, its pixel data in two chunks."""
    above = bytes(width * CHANNELS[mode])
    raw = b""
    for row, kind in zip(rows, kinds, strict=True):
        raw += filtered(row, above, kind, CHANNELS[mode])
        above = row
    data = zlib.compress(raw)
    header = struct.pack(">IIBBBBB", width, len(rows), 8, COLOUR_TYPES[mode], 0, 0, 0)
    parts = [(b"IHDR", header), (b"IDAT", data[:cut]), (b"IDAT", data[cut:]), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunk(*part) for part in parts)


@given(st.data())
def test_every_filter_agrees_with_pillow(data: st.DataObject) -> None:
    """Opaque is opaque under each filter, and one pixel that is not opaque is seen."""
    mode = data.draw(st.sampled_from(["LA", "RGBA"]))
    width, height = data.draw(st.integers(1, 6)), data.draw(st.integers(1, 6))
    size = width * height * CHANNELS[mode]
    image = Image.frombytes(mode, (width, height), data.draw(st.binary(min_size=size, max_size=size)))
    alpha = Image.new("L", (width, height), 255)
    if data.draw(st.booleans()):
        place = data.draw(st.integers(0, width - 1)), data.draw(st.integers(0, height - 1))
        alpha.putpixel(place, data.draw(st.integers(0, 254)))
    image.putalpha(alpha)
    pixels, length = image.tobytes(), width * CHANNELS[mode]
    rows = [pixels[start : start + length] for start in range(0, len(pixels), length)]
    kinds = data.draw(st.lists(st.integers(0, 4), min_size=height, max_size=height))
    picture = png(mode, width, rows, kinds, data.draw(st.integers(0, 12)))
    opaque = alpha.getextrema() == (255, 255)
    assert (transparent_pixels(picture) == "none") is opaque
    assert is_opaque(picture) is opaque


@pytest.mark.parametrize(
    ("name", "opaque"),
    [
        ("png-64x64-alpha.png", False),
        ("png-64x64-opaque-alpha.png", True),
        ("png-1024x1024-alpha.png", False),
        ("png-1024x1024-opaque-alpha.png", True),
        ("png-64x64.png", True),
        ("jpeg-64x64.jpg", True),
        ("webp-1024x1024-alpha.webp", False),
    ],
)
def test_files_and_bytes_are_told_alike(name: str, opaque: bool) -> None:
    """A path reads like the bytes behind it; other formats and PNGs without an alpha channel are told too."""
    path = PICTURES / name
    assert is_opaque(path.read_bytes()) is opaque
    assert is_opaque(memoryview(path.read_bytes())) is opaque
    assert is_opaque(path) is opaque
    assert is_opaque(str(path)) is opaque


def test_a_transparent_colour_of_a_palette_is_seen() -> None:
    """Such a PNG has no alpha channel to look at; Pillow decides."""
    out = BytesIO()
    Image.new("P", (4, 4), 0).save(out, "PNG", transparency=0)
    assert is_opaque(out.getvalue()) is False


@pytest.mark.parametrize("damage", [b"", b"\xff" * 8, zlib.compress(b"\0\0"), zlib.compress(b"\x09" + bytes(8))])
def test_damaged_pixel_data_are_not_opaque(damage: bytes) -> None:
    """What cannot be told is not called opaque, and a filter that PNG does not have ends the reading."""
    header = struct.pack(">IIBBBBB", 2, 2, 8, 6, 0, 0, 0)
    parts = [(b"IHDR", header), (b"IDAT", damage), (b"IEND", b"")]
    assert is_opaque(b"\x89PNG\r\n\x1a\n" + b"".join(chunk(*part) for part in parts)) is False


def test_a_picture_of_absurd_size_is_not_inflated() -> None:
    """A header that claims gigabytes of pixels costs nothing."""
    header = struct.pack(">IIBBBBB", 2**31 - 1, 2**31 - 1, 8, 6, 0, 0, 0)
    data = zlib.compress(bytes(1_000_000))
    parts = [(b"IHDR", header), (b"IDAT", data), (b"IEND", b"")]
    assert is_opaque(b"\x89PNG\r\n\x1a\n" + b"".join(chunk(*part) for part in parts)) is False
