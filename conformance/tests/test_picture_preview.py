"""Small copies of the pictures that came back."""

import base64
import io
import random

import pytest
from PIL import Image
from pixelproof_conformance.picture_preview import EDGES, MOST_BYTES, picture_of

from .scripted import picture

EDGE = EDGES[0]


def shown(text: str) -> Image.Image:
    """The preview of a picture."""
    found = picture_of("data[0]", text)
    assert found is not None
    assert found.preview is not None
    head, _, data = found.preview.partition(",")
    assert head in ("data:image/png;base64", "data:image/jpeg;base64")
    return Image.open(io.BytesIO(base64.b64decode(data)))


def encoded(image: Image.Image, kind: str = "PNG") -> str:
    """An image as base64."""
    out = io.BytesIO()
    image.save(out, kind)
    return base64.b64encode(out.getvalue()).decode()


@pytest.mark.parametrize("kind", ["png", "jpeg", "webp"])
def test_a_picture_is_shown_small(kind: str) -> None:
    """In its own shape, and with the facts of the whole picture, whatever its format."""
    text = picture(640, 320, kind=kind)
    found = picture_of("data[0]", text)
    assert shown(text).size == (EDGE, EDGE // 2)
    assert found is not None
    assert (found.place, found.width, found.height, found.format) == ("data[0]", 640, 320, kind)
    assert (found.transparency, found.bytes) == ("none", len(base64.b64decode(text)))


def test_a_small_picture_keeps_its_size() -> None:
    """Nothing is blown up."""
    assert shown(picture(40, 20)).size == (40, 20)


def test_transparency_stays() -> None:
    """What is transparent in the answer is so in the preview, and is said."""
    text = picture(64, 64, alpha=True)
    assert shown(text).convert("RGBA").getchannel("A").getextrema() == (0, 255)
    found = picture_of("", text)
    assert found is not None
    assert found.transparency == "some"
    whole = picture_of("", encoded(Image.new("RGBA", (8, 8), (255, 0, 0, 0))))
    assert whole is not None
    assert whole.transparency == "all"


@pytest.mark.parametrize("mode", ["RGB", "RGBA"])
def test_a_preview_is_never_large(mode: str) -> None:
    """A picture of noise, which nothing compresses, has a smaller preview instead of a heavy one."""
    pixels = random.Random(1).randbytes(600 * 600 * len(mode))
    image = shown(encoded(Image.frombytes(mode, (600, 600), pixels)))
    assert max(image.size) in EDGES
    found = picture_of("", encoded(Image.frombytes(mode, (600, 600), pixels)))
    assert found is not None
    assert len(base64.b64decode((found.preview or "").partition(",")[2])) <= MOST_BYTES


def test_a_data_address_is_a_picture() -> None:
    """Where the base64 stands in a data: address the picture is found as well."""
    assert shown(f"data:image/png;base64,{picture(40, 20)}").size == (40, 20)


@pytest.mark.parametrize("text", ["", "x", "this is *not* base64", "aGVsbG8gd29ybGQ="])
def test_what_is_no_picture_has_no_facts(text: str) -> None:
    """Whatever came instead is no reason to fail."""
    assert picture_of("", text) is None


def test_half_a_picture_has_facts_but_no_preview() -> None:
    """A picture that breaks off is not shown, but its head is read."""
    data = base64.b64decode(picture(300, 300))
    found = picture_of("", base64.b64encode(data[: len(data) // 2]).decode())
    assert found is not None
    assert (found.width, found.preview) == (300, None)


def test_a_picture_of_too_many_pixels_is_not_decoded() -> None:
    """A few bytes can hold a picture that fills the memory."""
    found = picture_of("", picture(16_000, 2_000))
    assert found is not None
    assert (found.width, found.height, found.preview) == (16_000, 2_000, None)
