import struct
import zlib
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from pixelproof._picture import Picture, decodes, read_picture, transparent_pixels
from pixelproof_conformance.gateway.pictures import make_picture, make_text_file, pad_picture, truncate_picture

KINDS = [("png", False), ("png", True), ("jpeg", False), ("webp", False), ("webp", True)]


def opened(data: bytes) -> Image.Image:
    """Return the decoded picture."""
    image = Image.open(BytesIO(data))
    image.load()
    return image


@pytest.mark.parametrize(("format_name", "alpha"), KINDS)
@pytest.mark.parametrize("size", [(1, 1), (2, 1), (1, 7), (64, 48), (1024, 1536), (3840, 2160)])
def test_a_picture_is_what_was_asked_for(format_name: str, alpha: bool, size: tuple[int, int]) -> None:
    """Format, size and alpha channel are those of the arguments, the container is complete, and every pixel decodes."""
    data = make_picture(*size, format=format_name, alpha=alpha)
    assert read_picture(data) == Picture(format_name, *size, alpha, None, False, 0)
    assert decodes(data) is None


@given(st.integers(1, 300), st.integers(1, 2000), st.booleans())
def test_a_png_is_valid_to_the_last_checksum(width: int, height: int, alpha: bool) -> None:
    """The compressed rows of any PNG unpack with their own checksum to exactly the rows that the header promises."""
    data = make_picture(width, height, alpha=alpha)
    position, names = 8, []
    while position < len(data):
        length, name = struct.unpack_from(">I4s", data, position)
        content = data[position + 8 : position + 8 + length]
        assert zlib.crc32(name + content) == int.from_bytes(data[position + 8 + length : position + 12 + length], "big")
        names.append(name)
        if name == b"IDAT":
            assert len(zlib.decompress(content)) == height * (1 + width * (4 if alpha else 3))
        position += 12 + length
    assert names == [b"IHDR", b"IDAT", b"IEND"]


def test_the_largest_square_is_made() -> None:
    """The longest documented edge works in both directions at once, and the file stays small."""
    data = make_picture(3840, 3840, alpha=True)
    picture = read_picture(data)
    assert picture is not None
    assert (picture.width, picture.height) == (3840, 3840)
    assert len(data) < 500_000


@pytest.mark.parametrize("format_name", ["png", "jpeg", "webp"])
def test_seeds_are_visibly_different(format_name: str) -> None:
    """Any two of sixteen seeds in a row differ by a clear step in some colour."""
    corners = []
    for seed in range(16):
        image = opened(make_picture(64, 64, format=format_name, seed=seed)).convert("RGB")
        corners.append([*image.crop((0, 0, 1, 1)).tobytes(), *image.crop((63, 63, 64, 64)).tobytes()])
    for place, corner in enumerate(corners):
        for other in corners[:place]:
            assert max(abs(a - b) for a, b in zip(corner, other, strict=True)) > 20


def test_any_number_is_a_seed() -> None:
    """Negative seeds and hashes of any length work, and neighbours among them differ."""
    for seed in (-3, 2**64 - 59, 10**400):
        assert make_picture(8, 8, seed=seed) != make_picture(8, 8, seed=seed + 1)


@pytest.mark.parametrize("format_name", ["png", "webp"])
def test_alpha_means_pixels_that_are_really_transparent(format_name: str) -> None:
    """The left half is fully transparent and the right half opaque; without alpha nothing is."""
    data = make_picture(64, 32, format=format_name, alpha=True)
    assert transparent_pixels(data) == "some"
    alphas = opened(data).getchannel("A")
    assert alphas.crop((0, 0, 32, 32)).getextrema() == (0, 0)
    assert alphas.crop((32, 0, 64, 32)).getextrema() == (255, 255)
    assert transparent_pixels(make_picture(64, 32, format=format_name)) == "none"


def test_equal_arguments_give_the_same_object() -> None:
    """A picture is made once for its arguments, however they are written."""
    assert make_picture(48, 16) is make_picture(width=48, height=16, format="png", alpha=False, seed=0)


@pytest.mark.parametrize("format_name", ["jpeg", "webp"])
def test_less_quality_makes_a_smaller_file(format_name: str) -> None:
    """Compression is the quality: 0 gives a smaller file than 100, and both decode."""
    low, high = (make_picture(512, 512, format=format_name, compression=level) for level in (0, 100))
    assert len(low) < len(high) * 0.7
    assert decodes(low) is None
    assert decodes(high) is None


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"width": 0, "height": 5}, "the size is 0x5"),
        ({"width": 5, "height": 16_384}, "the size is 5x16384"),
        ({"width": 5, "height": 5, "format": "gif"}, "format is 'gif'; use one of png, jpeg, webp"),
        ({"width": 5, "height": 5, "format": "jpeg", "alpha": True}, "no alpha channel; use png or webp"),
        ({"width": 5, "height": 5, "compression": 101}, "compression is 101; it goes from 0 to 100"),
    ],
)
def test_what_cannot_be_made_is_refused(arguments: dict[str, object], message: str) -> None:
    """A wrong argument is refused with its value and what is allowed."""
    with pytest.raises(ValueError, match=message):
        make_picture(**arguments)  # type: ignore[arg-type]


@pytest.mark.parametrize(("format_name", "alpha"), KINDS)
@pytest.mark.parametrize("more", [0, 12, 13, 100_001])
def test_padding_hits_the_size_exactly(format_name: str, alpha: bool, more: int) -> None:
    """A padded picture has the size that was asked for, the same pixels and no problem; a PNG has nothing behind it."""
    data = make_picture(64, 48, format=format_name, alpha=alpha)
    padded = pad_picture(data, len(data) + more)
    assert len(padded) == len(data) + more
    trailing = 0 if format_name == "png" else more
    assert read_picture(padded) == Picture(format_name, 64, 48, alpha, None, False, trailing)
    assert opened(padded).tobytes() == opened(data).tobytes()


def test_padding_can_be_repeated() -> None:
    """A padded PNG can be padded again."""
    data = make_picture(64, 48)
    padded = pad_picture(pad_picture(data, 5000), 9000)
    assert len(padded) == 9000
    assert decodes(padded) is None


def test_padding_that_is_impossible_is_refused() -> None:
    """A picture cannot shrink, a PNG cannot grow by less than a chunk, and a damaged PNG has no place for one."""
    data = make_picture(64, 48)
    with pytest.raises(ValueError, match=f"the picture has {len(data)} bytes and cannot shrink to 10"):
        pad_picture(data, 10)
    with pytest.raises(ValueError, match="grows by 12 bytes or more, not by 11"):
        pad_picture(data, len(data) + 11)
    with pytest.raises(ValueError, match="does not end with its IEND chunk"):
        pad_picture(data[:-1], len(data) + 100)


@pytest.mark.parametrize(("format_name", "alpha"), KINDS)
def test_half_a_picture_is_truncated(format_name: str, alpha: bool) -> None:
    """Half of a picture is recognised as a picture that ends too early."""
    data = make_picture(64, 48, format=format_name, alpha=alpha)
    half = truncate_picture(data)
    assert half == data[: len(data) // 2]
    picture = read_picture(half)
    assert picture is not None
    assert picture.format == format_name
    assert picture.truncated


def test_a_text_file_is_no_picture() -> None:
    """The text file has readable bytes and no picture format."""
    assert make_text_file().decode("ascii").startswith("This is a text file.")
    assert read_picture(make_text_file()) is None
