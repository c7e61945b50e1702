"""Small previews of the pictures that came back."""

import base64
import io
import json

import pytest
from PIL import Image
from pixelproof_conformance.model import Case, Record
from pixelproof_conformance.picture_preview import EDGE, preview

from .scripted import picture, record

CASE = Case("a", "baseline", "generations", "m", {}, "accepted")


def answered(*pictures: object) -> Record:
    """A record with these values under ``b64_json``."""
    return record(CASE, 200, {"data": [{"b64_json": item} for item in pictures]})


def shown(url: str | None) -> Image.Image:
    """The picture of a data: URL."""
    assert url is not None
    head, _, data = url.partition(",")
    assert head == "data:image/png;base64"
    return Image.open(io.BytesIO(base64.b64decode(data)))


@pytest.mark.parametrize("kind", ["png", "jpeg", "webp"])
def test_the_first_picture_is_shown_small(kind: str) -> None:
    """Within 96 x 96 pixels, in its own shape, whatever its format."""
    image = shown(preview(answered(picture(640, 320, kind=kind), picture(64, 64))))
    assert (image.format, image.size) == ("PNG", (EDGE, EDGE // 2))


def test_a_small_picture_keeps_its_size() -> None:
    """Nothing is blown up."""
    assert shown(preview(answered(picture(40, 20)))).size == (40, 20)


def test_transparency_stays() -> None:
    """What is transparent in the answer is so in the report."""
    image = shown(preview(answered(picture(64, 64, alpha=True))))
    assert image.getchannel("A").getextrema() == (0, 255)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html>",
        b"[]",
        b'{"data": 7}',
        b'{"data": []}',
        b'{"data": ["x"]}',
        b'{"data": [{"url": "https://images.test/a.png"}]}',
        b'{"data": [{"b64_json": 7}]}',
        b'{"data": [{"b64_json": "this is *not* base64"}]}',
        b'{"data": [{"b64_json": "aGVsbG8gd29ybGQ="}]}',
        b'{"data": [{"b64_json": ',
    ],
)
def test_an_answer_without_a_picture_has_no_preview(body: bytes) -> None:
    """Whatever came instead is no reason to fail."""
    assert preview(record(CASE, 200, body)) is None


def test_half_a_picture_has_no_preview() -> None:
    """A picture that breaks off is not shown."""
    data = base64.b64decode(picture(300, 300))
    assert preview(answered(base64.b64encode(data[: len(data) // 2]).decode())) is None


def test_a_picture_of_too_many_pixels_is_not_decoded() -> None:
    """A few bytes can hold a picture that fills the memory."""
    assert preview(answered(picture(16_000, 2_000))) is None


def test_a_stream_has_no_preview() -> None:
    """Events are not searched for pictures."""
    events = b"event: image_generation.completed\ndata: " + json.dumps({"b64_json": picture(8, 8)}).encode() + b"\n\n"
    assert preview(record(CASE, 200, events, content_type="text/event-stream")) is None
