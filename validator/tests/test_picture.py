import mmap
import struct
import zlib
from io import BytesIO
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from pixelproof._picture import Picture, decodes, read_picture, read_picture_file, transparent_pixels

SIGNATURE = b"\x89PNG\r\n\x1a\n"


def noise(size: tuple[int, int]) -> Image.Image:
    """Return a grey picture that compresses badly and has every grey."""
    return Image.frombytes("L", size, Random(size[0]).randbytes(size[0] * size[1]))


def saved(mode: str, format_name: str, size: tuple[int, int] = (40, 30), **options: Any) -> bytes:
    """Return a noisy picture, written by Pillow."""
    image = noise(size).convert("RGB").convert(mode)
    file = BytesIO()
    image.save(file, format_name, **options)
    return file.getvalue()


def chunk(name: bytes, content: bytes) -> bytes:
    """Return one PNG chunk with its checksum."""
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))


def png(
    size: tuple[int, int], depth: int, colour_type: int, rows: bytes, *extra: tuple[bytes, bytes], interlaced: int = 0
) -> bytes:
    """Return a PNG with exactly these filtered rows, for the kinds that Pillow does not write."""
    header = struct.pack(">IIBBBBB", *size, depth, colour_type, 0, 0, interlaced)
    middle = b"".join(chunk(*part) for part in extra)
    return SIGNATURE + chunk(b"IHDR", header) + middle + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


THUMBNAIL = saved("RGB", "JPEG", (16, 12))
FRAMES = [Image.new("RGB", (40, 30), colour) for colour in ("red", "green", "blue")]


def translucent(**options: Any) -> bytes:
    """Return a WebP whose alpha channel is noise."""
    image = Image.merge("RGBA", [noise((40, 30))] * 4)
    file = BytesIO()
    image.save(file, "WEBP", **options)
    return file.getvalue()


REAL: dict[str, tuple[bytes, str, bool]] = {
    "png grey": (saved("L", "PNG"), "png", False),
    "png one bit": (saved("1", "PNG"), "png", False),
    "png grey alpha": (saved("LA", "PNG"), "png", True),
    "png rgb": (saved("RGB", "PNG"), "png", False),
    "png rgba": (saved("RGBA", "PNG"), "png", True),
    "png palette": (saved("P", "PNG"), "png", False),
    "png palette tRNS": (saved("P", "PNG", transparency=3), "png", True),
    "png rgb tRNS": (saved("RGB", "PNG", transparency=(1, 2, 3)), "png", True),
    "png 16 bit": (saved("I;16", "PNG"), "png", False),
    "png 16 bit rgba": (png((40, 30), 16, 6, bytes(30 * 321)), "png", True),
    "png interlaced": (png((1, 1), 8, 2, b"\0\1\2\3", interlaced=1), "png", False),
    "png animated": (saved("RGB", "PNG", save_all=True, append_images=FRAMES), "png", False),
    "jpeg": (saved("RGB", "JPEG"), "jpeg", False),
    "jpeg cmyk": (saved("CMYK", "JPEG"), "jpeg", False),
    "jpeg progressive": (saved("RGB", "JPEG", progressive=True), "jpeg", False),
    "jpeg thumbnail": (saved("RGB", "JPEG", exif=b"Exif\0\0" + THUMBNAIL), "jpeg", False),
    "jpeg comment": (saved("RGB", "JPEG", comment=b"\xff\xd9 is no end here"), "jpeg", False),
    "webp lossy": (saved("RGB", "WEBP"), "webp", False),
    "webp lossy alpha": (saved("RGBA", "WEBP"), "webp", False),
    "webp lossy translucent": (translucent(), "webp", True),
    "webp lossless": (saved("RGB", "WEBP", lossless=True), "webp", False),
    "webp lossless translucent": (translucent(lossless=True), "webp", True),
    "webp exif": (saved("RGB", "WEBP", exif=b"Exif\0\0MM\0*\0\0\0\x08\0\0\0\0\0\0"), "webp", False),
    "webp animated": (saved("RGB", "WEBP", save_all=True, append_images=FRAMES), "webp", False),
    "gif": (saved("P", "GIF"), "gif", False),
    "gif transparent": (saved("L", "GIF", transparency=0), "gif", True),
    "gif animated": (saved("P", "GIF", save_all=True, append_images=FRAMES), "gif", False),
    "bmp": (saved("RGB", "BMP"), "bmp", False),
}

pictures = st.sampled_from(sorted(REAL))


@pytest.mark.parametrize("name", REAL)
def test_real_pictures_are_read_from_their_structure(name: str) -> None:
    """A complete picture gives its format, its size in pixels and whether it has an alpha channel, and no problem."""
    data, format_name, alpha = REAL[name]
    size = (1, 1) if name == "png interlaced" else (40, 30)
    assert read_picture(data) == Picture(format_name, *size, alpha, None, False, 0)


@pytest.mark.parametrize("name", REAL)
def test_real_pictures_decode(name: str) -> None:
    """A complete picture decodes."""
    assert decodes(REAL[name][0]) is None


@given(pictures, st.data())
def test_a_cut_picture_is_truncated(name: str, draw: st.DataObject) -> None:
    """A picture cut anywhere behind its magic bytes is truncated, even when a thumbnail inside has an end marker."""
    data = REAL[name][0]
    picture = read_picture(data[: draw.draw(st.integers(18, len(data) - 1))])
    assert picture is not None
    assert picture.truncated
    assert picture.problem is not None


@given(pictures, st.integers(1, 40_000))
def test_zero_bytes_behind_a_picture_are_padding(name: str, count: int) -> None:
    """Zero bytes behind the end are counted and are no problem."""
    data, format_name, alpha = REAL[name]
    picture = read_picture(data + bytes(count))
    assert picture is not None
    assert picture[:1] + picture[3:] == (format_name, alpha, None, False, count)


@given(pictures, st.integers(0, 40_000))
def test_other_bytes_behind_a_picture_are_junk(name: str, zeros: int) -> None:
    """Bytes behind the end that are not all zero are junk, and the problem says how many there are."""
    picture = read_picture(REAL[name][0] + bytes(zeros) + b"\x01")
    assert picture is not None
    assert picture.trailing == zeros + 1
    assert not picture.truncated
    junk = "1 byte of junk follows the image" if not zeros else f"{zeros + 1} bytes of junk follow the image"
    assert picture.problem == junk


@pytest.mark.parametrize("distance", [16_381, 16_382, 16_383, 16_384, 16_385, 32_766, 32_767])
def test_the_end_marker_of_a_jpeg_is_found_anywhere(distance: int) -> None:
    """The end marker is found where two windows of the search meet."""
    picture = read_picture(REAL["jpeg"][0] + bytes(distance))
    assert picture is not None
    assert (picture.trailing, picture.truncated) == (distance, False)


@given(
    st.binary(max_size=200), st.sampled_from([b"", SIGNATURE, b"\xff\xd8\xff", b"RIFF\xff\0\0\0WEBP", b"GIF89a", b"BM"])
)
def test_arbitrary_bytes_never_raise(tail: bytes, magic: bytes) -> None:
    """Whatever follows the magic bytes, the answer is a picture or None."""
    picture = read_picture(magic + tail)
    assert picture is None or picture.width >= 0


@given(pictures, st.data())
def test_damaged_pictures_never_raise(name: str, draw: st.DataObject) -> None:
    """Changed bytes in a real picture end as a value in every function."""
    data = bytearray(REAL[name][0])
    for place in draw.draw(st.lists(st.integers(0, len(data) - 1), min_size=1, max_size=8)):
        data[place] = draw.draw(st.integers(0, 255))
    picture = read_picture(data)
    assert picture is None or len(picture.format) > 2
    assert len(decodes(data, max_pixels=10_000) or "") < 200
    assert transparent_pixels(data, max_pixels=10_000) in {None, "none", "some", "all"}


@given(pictures)
def test_every_kind_of_memory_is_read_alike(name: str) -> None:
    """Bytes, a byte array, views of any shape and a mapped file give the same answer."""
    data = REAL[name][0]
    expected = read_picture(data)
    spaced = bytearray(2 * len(data))
    spaced[::2] = data
    assert read_picture(bytearray(data)) == expected
    assert read_picture(memoryview(data)) == expected
    assert read_picture(memoryview(spaced)[::2]) == expected
    if len(data) % 2 == 0:
        assert read_picture(memoryview(data).cast("H")) == expected
    with mmap.mmap(-1, len(data)) as mapped:
        mapped[:] = data
        with memoryview(mapped) as view:
            assert read_picture(view) == expected


def changed(data: bytes, place: int, new: bytes) -> bytes:
    """Overwrite bytes of a PNG header and mend its checksum."""
    data = data[:place] + new + data[place + len(new) :]
    return data[:29] + struct.pack(">I", zlib.crc32(data[12:29])) + data[33:]


PNG = REAL["png rgb"][0]
IDAT = PNG.index(b"IDAT") - 4


@pytest.mark.parametrize(
    ("data", "problem", "truncated"),
    [
        (PNG[:6], "ends inside the PNG signature", True),
        (PNG[:20], "ends before the end of the IHDR chunk", True),
        (PNG[:-12], "ends before the IEND chunk", True),
        (PNG[:-20], "chunk IDAT runs past the end", True),
        (PNG[:-1], "chunk IEND runs past the end", True),
        (PNG[:4] + b"\n\x1a\n" + PNG[8:], "the PNG signature is damaged: 89 50 4e 47 0a 1a 0a 00", False),
        (SIGNATURE + PNG[IDAT:], "the first chunk is IDAT, not IHDR", False),
        (PNG[:IDAT] + PNG[-12:], "there is no IDAT chunk", False),
        (PNG[:33] + PNG[8:], "there are two IHDR chunks", False),
        (PNG[:29] + b"\0\0\0\0" + PNG[33:], "the checksum of the IHDR chunk is wrong", False),
        (changed(PNG, 25, b"\x05"), "the colour type is 5, which PNG does not have", False),
        (changed(PNG, 16, bytes(4)), "the header says a width of 0 and a height of 30", False),
        (PNG[:33] + b'\0\0\0\x09\xff\0\n"', "chunk '\\xff\\x00\\n\"' runs past the end", True),
    ],
)
def test_png_problems_name_the_place(data: bytes, problem: str, truncated: bool) -> None:
    """A broken PNG says which chunk or field is wrong."""
    picture = read_picture(data)
    assert picture is not None
    assert (picture.problem, picture.truncated, picture.trailing) == (problem, truncated, 0)


def test_a_png_in_many_equal_chunks_is_walked_to_its_end() -> None:
    """Hundreds of IDAT chunks of one length and a shorter one are a complete picture; without the last it is cut."""
    pixels = zlib.compress(saved("RGB", "PNG"), 0)
    parts = [chunk(b"IDAT", pixels[at : at + 8]) for at in range(0, len(pixels) - 3, 8)]
    data = PNG[:33] + b"".join(parts) + chunk(b"IDAT", b"end") + chunk(b"IEND", b"")
    assert read_picture(data) == Picture("png", 40, 30, False, None, False, 0)
    cut = read_picture(PNG[:33] + b"".join(parts))
    assert cut is not None
    assert cut.problem == "ends before the IEND chunk"
    cut = read_picture(PNG[:33] + b"".join(parts)[:-1])
    assert cut is not None
    assert cut.problem == "chunk IDAT runs past the end"


JPEG = REAL["jpeg"][0]
SCAN = JPEG.index(b"\xff\xda")
FRAME = JPEG.index(b"\xff\xc0")
WEBP = REAL["webp lossy"][0]
LOSSLESS = REAL["webp lossless"][0]
GIF = REAL["gif"][0]
BMP = REAL["bmp"][0]


@pytest.mark.parametrize(
    ("data", "problem", "truncated"),
    [
        (JPEG[:SCAN], "ends before the pixel data", True),
        (JPEG[: SCAN + 5], "segment 0xFFDA runs past the end", True),
        (JPEG[:-2], "ends before the end marker (EOI)", True),
        (JPEG[:SCAN] + b"\xff\xd9zz", "there is no pixel data before the end marker", False),
        (JPEG[:SCAN] + b"zzzz", f"there is no marker at byte {SCAN}", False),
        (JPEG[:SCAN] + b"\xff\0\0\4zz" + JPEG[SCAN:], f"there is no marker at byte {SCAN}", False),
        (JPEG[:4] + b"\0\1" + JPEG[6:], "segment 0xFFE0 is too short", False),
        (JPEG[:FRAME] + JPEG[SCAN:], "the header says a width of 0 and a height of 0", False),
        (WEBP[:-1], f"the RIFF header says {len(WEBP)} bytes, but the data end after {len(WEBP) - 1}", True),
        (WEBP[:16] + b"\xff\xff\xff\0" + WEBP[20:], "chunk VP8  runs past the end of the RIFF container", False),
        (WEBP[:12] + b"JUNK" + WEBP[16:], "there is no VP8, VP8L or ANMF chunk", False),
        (WEBP[:23] + b"\0\0\0" + WEBP[26:], "the VP8 chunk does not begin with a key frame", False),
        (LOSSLESS[:20] + b"\0" + LOSSLESS[21:], "the VP8L chunk does not begin with its signature", False),
        (GIF[:-1], "ends before the trailer", True),
        (GIF[:8], "ends before the trailer", True),
        (GIF[:-1] + b"\x99", f"there is an unknown block 0x99 at byte {len(GIF) - 1}", False),
        (b"GIF89a\x01\0\x01\0\0\0\0;", "there is no frame", False),
        (BMP[:-1], f"the header says {len(BMP)} bytes, but the data end after {len(BMP) - 1}", True),
        (BMP[:30], "ends inside the header", True),
    ],
)
def test_problems_of_other_formats_name_the_place(data: bytes, problem: str, truncated: bool) -> None:
    """A broken JPEG, WebP, GIF or BMP says which part is wrong."""
    picture = read_picture(data)
    assert picture is not None
    assert (picture.problem, picture.truncated, picture.trailing) == (problem, truncated, 0)


@pytest.mark.parametrize(
    ("head", "part"),
    [
        (b"\xff\xd8" + b"\xff" * 300_000, "segments"),
        (PNG[:33] + chunk(b"tEXt", b"") * 210_000, "chunks"),
        (b"RIFF\xff\xff\xff\0WEBP" + b"junk\0\0\0\0" * 210_000, "chunks"),
        (b"GIF89a\x01\0\x01\0\0\0\0!\xfe" + b"\x01\x01" * 210_000, "blocks"),
    ],
)
def test_a_picture_of_countless_parts_is_given_up(head: bytes, part: str) -> None:
    """A hostile picture made of tiny parts is given up after a bounded number of steps."""
    picture = read_picture(head)
    assert picture is not None
    assert picture.problem == f"there are more than 200000 {part}"


def _ftyp(major: bytes, *compatible: bytes) -> bytes:
    brands = major + bytes(4) + b"".join(compatible)
    return struct.pack(">I", 8 + len(brands)) + b"ftyp" + brands


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (saved("RGB", "TIFF"), "tiff"),
        (b"MM\0*\0\0\0\x08", "tiff"),
        (_ftyp(b"avif"), "avif"),
        (_ftyp(b"mif1", b"miaf", b"avif"), "avif"),
        (_ftyp(b"heic", b"mif1"), "heic"),
        (saved("RGB", "ICO", (16, 16)), "ico"),
        (b"\xff\x0a\xff\x00", "jxl"),
        (b"\0\0\0\x0cjP  \r\n\x87\n", "jp2"),
        (b"8BPS\0\x01", "psd"),
        (b"qoif\0\0", "qoi"),
        (b'<svg xmlns="http://www.w3.org/2000/svg"/>', "svg"),
        (b"\xef\xbb\xbf<?xml version='1.0'?>\n<svg/>", "svg"),
    ],
)
def test_other_formats_are_named(data: bytes, name: str) -> None:
    """A format that no endpoint takes is named without a size, so that a message can say what the file is."""
    assert read_picture(data) == Picture(name, 0, 0, False, None, False, 0)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\x89PN",
        b"RIFF\0\0\0\0WAVE",
        b"This is a text file.",
        b"BMW is a car maker.",
        b"<html><body><svg/></body></html>",
        b"%PDF-1.7",
        _ftyp(b"isom", b"mp42"),
        b'{"error": {"message": "no"}}',
    ],
)
def test_what_is_no_picture_is_none(data: bytes) -> None:
    """Text, other files and too few bytes are no picture."""
    assert read_picture(data) is None


def test_an_animated_canvas_outranks_its_frames() -> None:
    """The size of an extended WebP is its canvas; its alpha flag alone makes alpha true."""
    data = bytearray(REAL["webp lossy translucent"][0])
    assert data[12:16] == b"VP8X"
    data[24:27] = (1999).to_bytes(3, "little")
    assert read_picture(data) == Picture("webp", 2000, 30, True, None, False, 0)
    data[20] &= ~0x10
    assert read_picture(data) == Picture("webp", 2000, 30, False, None, False, 0)


def test_a_bmp_may_stand_on_its_head_and_carry_alpha() -> None:
    """A negative height means rows from top to bottom; a version 4 header with an alpha mask means alpha."""
    header = struct.pack("<IiiHHIIiiII", 108, 2, -3, 1, 32, 3, 24, 0, 0, 0, 0)
    masks = struct.pack("<IIII", 0xFF0000, 0xFF00, 0xFF, 0xFF000000) + bytes(52)
    data = b"BM" + struct.pack("<IHHI", 122 + 24, 0, 0, 122) + header + masks + bytes(24)
    assert read_picture(data) == Picture("bmp", 2, 3, True, None, False, 0)


def test_an_old_bmp_header_has_short_sides() -> None:
    """The twelve-byte header holds width and height in two bytes each; a stated file size of 0 says nothing."""
    data = b"BM" + struct.pack("<IHHIIHHHH", 0, 0, 0, 26, 12, 300, 2, 1, 24) + bytes(1800)
    assert read_picture(data) == Picture("bmp", 300, 2, False, None, False, 0)


def test_markers_without_a_length_and_fill_bytes_are_stepped_over() -> None:
    """A JPEG may repeat the first byte of a marker and may hold markers that have no segment."""
    data = JPEG[:SCAN] + b"\xff\xff\xff\x01\xff" + JPEG[SCAN:]
    assert read_picture(data) == Picture("jpeg", 40, 30, False, None, False, 0)


def test_a_first_gif_frame_beyond_the_screen_enlarges_the_picture() -> None:
    """A first GIF frame that is larger than the stated screen gives the size, because decoders enlarge the canvas."""
    data = bytearray(GIF)
    data[6:10] = struct.pack("<HH", 1, 1)
    picture = read_picture(data)
    assert picture is not None
    assert (picture.width, picture.height) == (40, 30)


def test_files_are_read_like_their_bytes(tmp_path: Path) -> None:
    """A file within the limit gives the same answer as its bytes."""
    path = tmp_path / "picture"
    for data in (PNG, PNG[:-3], JPEG + bytes(5), b"no picture"):
        path.write_bytes(data)
        assert read_picture_file(path, len(data)) == read_picture(data)
        assert read_picture_file(str(path), 10**9) == read_picture(data)


def test_a_file_over_the_limit_keeps_its_format_and_size(tmp_path: Path) -> None:
    """Of a file over the limit the head still tells format and size, and the problem is its length."""
    path = tmp_path / "picture.png"
    path.write_bytes(PNG + bytes(1000))
    problem = f"the file has {len(PNG) + 1000} bytes, but only 100 are read"
    assert read_picture_file(path, 100) == Picture("png", 40, 30, False, problem, False, 0)


def test_an_empty_file_is_no_picture(tmp_path: Path) -> None:
    """An empty file, which cannot be mapped, is None."""
    path = tmp_path / "empty.png"
    path.write_bytes(b"")
    assert read_picture_file(path, 100) is None


def test_a_missing_file_raises(tmp_path: Path) -> None:
    """A file that is not there is an OSError that names it."""
    with pytest.raises(FileNotFoundError, match=r"gone\.png"):
        read_picture_file(tmp_path / "gone.png", 100)
