import struct
import zlib
from collections.abc import Callable
from io import BytesIO
from random import Random
from typing import Any

import pytest
from PIL import Image
from pixelproof._picture import colours_of, decodes, transparent_pixels


def chunk(name: bytes, content: bytes) -> bytes:
    """Return one PNG chunk with its checksum."""
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))


def png(size: tuple[int, int], depth: int, colour_type: int, rows: bytes, *extra: tuple[bytes, bytes]) -> bytes:
    """Return a PNG with exactly these filtered rows, for the kinds that Pillow does not write."""
    header = struct.pack(">IIBBBBB", *size, depth, colour_type, 0, 0, 0)
    middle = b"".join(chunk(*part) for part in extra)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + middle
        + chunk(b"IDAT", zlib.compress(rows))
        + chunk(b"IEND", b"")
    )


def saved(mode: str, format_name: str, **options: Any) -> bytes:
    """Return a noisy picture of 40x30 pixels with every grey, written by Pillow."""
    file = BytesIO()
    Image.frombytes("L", (40, 30), Random(1).randbytes(1200)).convert(mode).save(file, format_name, **options)
    return file.getvalue()


def translucent_webp() -> bytes:
    """Return a WebP whose alpha channel is noise."""
    noise = Image.frombytes("L", (40, 30), Random(1).randbytes(1200))
    file = BytesIO()
    Image.merge("RGBA", [noise] * 4).save(file, "WEBP", lossless=True)
    return file.getvalue()


PNG = saved("RGB", "PNG")
JPEG = saved("RGB", "JPEG")


def grey(*samples: int, colour: int) -> bytes:
    """Return one row of grey pixels, one of whose values is transparent."""
    return png((len(samples), 1), 8, 0, bytes((0, *samples)), (b"tRNS", struct.pack(">H", colour)))


def palette(*indices: int, alphas: bytes) -> bytes:
    """Return one row of palette pixels with the alpha values of the palette."""
    return png((len(indices), 1), 8, 3, bytes((0, *indices)), (b"PLTE", bytes(6)), (b"tRNS", alphas))


def rgba(*alphas: int) -> bytes:
    """Return one row of pixels with these alpha values."""
    return png((len(alphas), 1), 8, 6, b"\0" + b"".join(bytes((1, 2, 3, alpha)) for alpha in alphas))


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (rgba(255, 255), "none"),
        (rgba(0, 255), "some"),
        (rgba(254, 255), "some"),
        (rgba(1, 1), "some"),
        (rgba(0, 0), "all"),
        (png((2, 1), 8, 4, b"\0\x07\0\x07\xff"), "some"),
        (png((1, 1), 8, 4, b"\0\x07\0"), "all"),
        (png((1, 1), 16, 6, b"\0" + bytes(6) + b"\xff\xff"), "none"),
        (png((1, 1), 16, 6, b"\0" + bytes(8)), "all"),
        (grey(5, 6, colour=5), "some"),
        (grey(5, 5, colour=5), "all"),
        (grey(6, 6, colour=5), "none"),
        (palette(0, 1, alphas=b"\0"), "some"),
        (palette(1, 1, alphas=b"\0"), "none"),
        (palette(0, 1, alphas=b"\0\0"), "all"),
        (palette(0, 1, alphas=b"\x80\x80"), "some"),
        (PNG, "none"),
        (JPEG, "none"),
        (translucent_webp(), "some"),
        (saved("RGBA", "WEBP"), "none"),
        (saved("L", "GIF", transparency=0), "some"),
        (PNG + b"junk", "none"),
        (rgba(0, 255) + b"junk", "some"),
        (bytearray(rgba(0, 255)), "some"),
        (memoryview(rgba(0, 255)), "some"),
    ],
)
def test_transparency_is_that_of_the_pixels(data: bytes, expected: str) -> None:
    """An alpha channel counts for what its pixels say: all opaque is none, all invisible is all, anything else some."""
    assert transparent_pixels(data) == expected


@pytest.mark.parametrize(
    "data",
    [
        b"no picture",
        rgba(0, 255)[:-5],
        PNG[:-5],
        saved("RGBA", "TIFF"),
        png((4, 4), 8, 6, b""),
        png((1, 1), 16, 0, b"\0\1\2", (b"tRNS", b"\1\2")),
        png((4, 1), 2, 0, b"\0\xff", (b"tRNS", b"\0\3")),
        png((8, 1), 1, 0, b"\0\xaa", (b"tRNS", b"\0\1")),
    ],
)
def test_transparency_that_cannot_be_told_is_none(data: bytes) -> None:
    """Broken pictures, formats that are not decoded and colours that Pillow compares wrongly give no answer."""
    assert transparent_pixels(data) is None


def test_transparency_is_not_decoded_over_the_limit() -> None:
    """More pixels than the limit give no answer; exactly the limit is decoded."""
    assert transparent_pixels(rgba(0, 255, 255), max_pixels=2) is None
    assert transparent_pixels(rgba(0, 255, 255), max_pixels=3) == "some"


def broken_pixels() -> bytes:
    """Return a PNG that is complete, but whose compressed pixels are damaged."""
    data = bytearray(PNG)
    data[PNG.index(b"IDAT") + 56] ^= 0x55
    return bytes(data)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"no picture", "is no known picture format"),
        (PNG[:-1], "chunk IEND runs past the end"),
        (saved("RGB", "TIFF"), "is a picture in the format tiff, which is not decoded"),
        (broken_pixels(), "cannot be decoded: broken data stream when reading image file"),
        (png((4, 4), 8, 2, b""), "cannot be decoded: image file is truncated (0 bytes not processed)"),
        (png((4, 4), 9, 2, b""), "has a header that cannot be decoded"),
        (png((10**5, 10**5), 8, 2, b""), "has 100000x100000 pixels, more than the limit of 50000000"),
    ],
)
def test_what_does_not_decode_has_a_reason(data: bytes, reason: str) -> None:
    """The reason says whether the container, the pixels or the size are at fault; a bomb is refused before decoding."""
    assert decodes(data) == reason


def test_padding_and_junk_do_not_stop_decoding() -> None:
    """Bytes behind the end leave the pixels decodable."""
    assert decodes(PNG + bytes(9)) is None
    assert decodes(JPEG + b"junk") is None


def test_pillows_own_limit_stays_in_force(monkeypatch: pytest.MonkeyPatch) -> None:
    """A lower limit that the application gave Pillow is kept, in our words and without Pillow's warning."""
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 1000)
    assert decodes(PNG) == "has 40x30 pixels, more than the limit of 1000"
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", None)
    assert decodes(PNG) is None


def test_a_reason_is_short(monkeypatch: pytest.MonkeyPatch) -> None:
    """A long message of a decoder is cut, and one without a message is named by its type."""

    def failing(error: Exception) -> Callable[..., Any]:
        def load(_: Image.Image) -> None:
            raise error

        return load

    monkeypatch.setattr("PIL.PngImagePlugin.PngImageFile.load", failing(ValueError("x" * 5000)))
    assert decodes(PNG) == "cannot be decoded: " + "x" * 120
    monkeypatch.setattr("PIL.PngImagePlugin.PngImageFile.load", failing(MemoryError()))
    assert decodes(PNG) == "cannot be decoded: MemoryError"


@pytest.mark.parametrize("mode", ["RGB", "RGBA", "LA", "L"])
def test_colours_are_the_means_of_the_fields_of_a_grid(mode: str) -> None:
    """Whatever the mode is, and whatever the alpha channel says."""
    picture = Image.new("RGBA", (40, 20), (200, 200, 200, 0))
    picture.paste((0, 0, 0, 255), (0, 0, 10, 20))
    file = BytesIO()
    picture.convert(mode).save(file, "PNG")
    assert colours_of(file.getvalue(), 2) == bytes([100] * 3 + [200] * 3) * 2


@pytest.mark.parametrize("data", [b"", b"no picture", PNG[:-40], JPEG[:200]])
def test_colours_of_what_cannot_be_decoded_are_not_told(data: bytes) -> None:
    """A damaged picture has none, and raises nothing."""
    assert colours_of(data, 4) is None


def test_colours_of_a_picture_beyond_the_limit_are_not_told() -> None:
    """It is not decoded."""
    assert colours_of(PNG, 1, max_pixels=1199) is None
    assert colours_of(PNG, 1, max_pixels=1200) is not None
