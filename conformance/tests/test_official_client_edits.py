"""openai-python sends forms: every way to give an image, and every kind of value."""

import asyncio
import base64
import io
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import openai
import pytest
from openai.types import ImagesResponse
from pixelproof._picture import read_picture

from .gateway_client import content_of
from .gateway_requests import MASK, PICTURE
from .recording_gateway import RecordingGateway, recording_gateway

UNTYPED = "application/octet-stream"
PNG = {"bytes": len(PICTURE), "format": "png", "alpha": False, "width": 64, "height": 64}
UPLOAD = {**PNG, "filename": "upload", "content_type": UNTYPED}
FOX = {**PNG, "filename": "fox.png", "content_type": "image/png"}
TYPED = {**PNG, "filename": "a.png", "content_type": "image/png"}


@pytest.fixture(scope="module")
def gateway() -> Iterator[RecordingGateway]:
    """A gateway of all dialects."""
    with recording_gateway() as running:
        yield running


@pytest.fixture(scope="module")
def anyfast(gateway: RecordingGateway) -> Iterator[openai.OpenAI]:
    """The official client, pointed at AnyFast's dialect."""
    with openai.OpenAI(api_key="any", base_url=gateway.base_url("anyfast"), max_retries=0) as client:
        yield client


@pytest.fixture(scope="module")
def orq(gateway: RecordingGateway) -> Iterator[openai.OpenAI]:
    """The official client, pointed at orq's dialect."""
    with openai.OpenAI(api_key="any", base_url=gateway.base_url("orq"), max_retries=0) as client:
        yield client


@pytest.fixture
def fox(tmp_path: Path) -> Path:
    """A picture on disk."""
    path = tmp_path / "fox.png"
    path.write_bytes(PICTURE)
    return path


def pictures(answer: ImagesResponse) -> list[tuple[str, int, int]]:
    """Format, width and height of each picture in an answer."""
    found = [read_picture(base64.b64decode(image.b64_json or "")) for image in answer.data or []]
    return [(picture.format, picture.width, picture.height) for picture in found if picture]


@pytest.mark.parametrize(
    ("give", "field", "arrives"),
    [
        (lambda _: PICTURE, "image", UPLOAD),
        (lambda _: io.BytesIO(PICTURE), "image", UPLOAD),
        (lambda path: path, "image", FOX),
        (lambda _: ("a.png", PICTURE), "image", TYPED),
        (lambda _: ("a.png", io.BytesIO(PICTURE), "image/png"), "image", TYPED),
        (lambda _: ("a", PICTURE, "image/png"), "image", {**TYPED, "filename": "a"}),
        (lambda _: [PICTURE], "image[]", [UPLOAD]),
        (lambda path: [PICTURE, path, ("a.png", PICTURE)], "image[]", [UPLOAD, FOX, TYPED]),
    ],
    ids=["bytes", "BytesIO", "path", "named", "typed", "no suffix", "list of one", "list of three"],
)
def test_each_way_to_give_an_image_arrives(
    gateway: RecordingGateway,
    anyfast: openai.OpenAI,
    fox: Path,
    give: Callable[[Path], Any],
    field: str,
    arrives: dict[str, Any] | list[dict[str, Any]],
) -> None:
    """The picture arrives whole, in its field, with the name and the type that the client gives it."""
    answer = anyfast.images.edit(model="gpt-image-2", prompt="A fox", image=give(fox))
    assert gateway.fields == {"prompt": "A fox", "model": "gpt-image-2", field: arrives}
    assert gateway.findings == set()
    assert pictures(answer) == [("png", 1024, 1024)]


def test_an_open_file_arrives(gateway: RecordingGateway, anyfast: openai.OpenAI, fox: Path) -> None:
    """An open file arrives under its own name, with the type that the name says."""
    with fox.open("rb") as file:
        anyfast.images.edit(model="gpt-image-2", prompt="A fox", image=file)
    assert gateway.fields["image"] == FOX
    assert gateway.findings == set()


def test_an_open_file_arrives_from_the_asynchronous_client(gateway: RecordingGateway, fox: Path) -> None:
    """The asynchronous client sends an open file and values as the other one does."""

    async def edit() -> ImagesResponse:
        async with openai.AsyncOpenAI(api_key="any", base_url=gateway.base_url("anyfast"), max_retries=0) as client:
            with fox.open("rb") as file:
                return await client.images.edit(model="gpt-image-2", prompt="A fox", image=[file], size="1536x1024")

    assert pictures(asyncio.run(edit())) == [("png", 1536, 1024)]
    assert gateway.fields == {"prompt": "A fox", "model": "gpt-image-2", "size": "1536x1024", "image[]": [FOX]}
    assert gateway.findings == set()


def test_a_mask_and_numbers_arrive(gateway: RecordingGateway, anyfast: openai.OpenAI) -> None:
    """A mask arrives as a second file, and numbers that are written as text count; both depend on the account."""
    answer = anyfast.images.edit(
        model="gpt-image-2",
        prompt="A fox",
        image=PICTURE,
        mask=content_of(MASK),
        n=2,
        size="1536x1024",
        output_format="jpeg",
        output_compression=80,
    )
    sent = {name: value for name, value in gateway.fields.items() if name not in ("image", "mask")}
    assert sent == {
        "prompt": "A fox",
        "model": "gpt-image-2",
        "n": 2,
        "output_compression": 80,
        "output_format": "jpeg",
        "size": "1536x1024",
    }
    mask = gateway.fields["mask"]
    assert (mask["bytes"], mask["alpha"]) == (len(content_of(MASK)), True)
    assert gateway.findings == {
        ("warning", "anyfast/edits/mask-without-direct-group"),
        ("warning", "anyfast/edits/several-images-without-direct-group"),
    }
    assert pictures(answer) == [("jpeg", 1536, 1024)] * 2


def test_parameters_of_others_are_only_noticed(gateway: RecordingGateway, anyfast: openai.OpenAI) -> None:
    """Booleans, numbers and lists that no document lists arrive as text; each is a warning, and the edit is made."""
    answer = anyfast.images.edit(
        model="gpt-image-2",
        prompt="A fox",
        image=PICTURE,
        n=None,
        stream=False,
        extra_body={"upscale": True, "seed": 7, "tags": ["a", "b"]},
    )
    extra = {name: value for name, value in gateway.fields.items() if name not in ("prompt", "model", "image")}
    assert extra == {"stream": "false", "upscale": "true", "seed": "7", "tags[]": ["a", "b"]}
    assert gateway.findings == {("warning", "anyfast/edits/parameter-not-listed")}
    assert pictures(answer) == [("png", 1024, 1024)]


def test_an_edit_is_delivered_by_its_address(gateway: RecordingGateway, anyfast: openai.OpenAI) -> None:
    """The cheaper model answers with the address of a picture on the gateway."""
    answer = anyfast.images.edit(model="gpt-image-2-c", prompt="A fox", image=PICTURE, response_format="url")
    assert gateway.findings == set()
    assert answer.data is not None
    assert (answer.data[0].url or "").startswith(f"{gateway.url}/files/")
    assert answer.data[0].b64_json is None


def test_a_wrong_value_in_a_form_is_refused(gateway: RecordingGateway, anyfast: openai.OpenAI) -> None:
    """A number out of range is an error of the request also when it is written as text."""
    with pytest.raises(openai.BadRequestError, match="'n'"):
        anyfast.images.edit(model="gpt-image-2", prompt="A fox", image=PICTURE, n=11)
    assert gateway.findings == {("error", "anyfast/edits/n-outside-1-to-10")}


def test_orq_edits(gateway: RecordingGateway, orq: openai.OpenAI) -> None:
    """An image with a mask is edited in the asked size; only a later page does not know the mask."""
    answer = orq.images.edit(
        model="openai/gpt-image-1",
        prompt="A fox",
        image=PICTURE,
        mask=content_of(MASK),
        size="1536x1024",
        quality="high",
    )
    assert gateway.fields["image"] == UPLOAD
    assert gateway.fields["mask"]["alpha"] is True
    assert gateway.findings == {("info", "orq/edits/mask-not-in-the-schema")}
    assert pictures(answer) == [("png", 1536, 1024)]


def test_orq_edits_several_images_with_fallbacks(gateway: RecordingGateway, orq: openai.OpenAI) -> None:
    """Settings of the router go into a form as JSON text, which the client passes on as it is."""
    fallbacks = [{"model": "openai/dall-e-2"}]
    orq.images.edit(
        model="openai/gpt-image-1",
        prompt="A fox",
        image=[PICTURE, ("a.png", PICTURE)],
        extra_body={"fallbacks": json.dumps(fallbacks), "retry": '{"count": 2}'},
    )
    assert (gateway.fields["fallbacks"], gateway.fields["retry"]) == (fallbacks, {"count": 2})
    assert gateway.fields["image[]"] == [UPLOAD, TYPED]
    assert gateway.findings == set()


def test_orq_notices_settings_that_the_client_takes_apart(gateway: RecordingGateway, orq: openai.OpenAI) -> None:
    """Settings that are given as objects reach a form in pieces with brackets, which no document lists."""
    orq.images.edit(
        model="openai/gpt-image-1",
        prompt="A fox",
        image=PICTURE,
        extra_body={"fallbacks": [{"model": "openai/dall-e-2"}], "retry": {"count": 2}},
    )
    assert (gateway.fields["fallbacks[][model]"], gateway.fields["retry[count]"]) == ("openai/dall-e-2", "2")
    assert gateway.findings == {("warning", "orq/edits/parameter-not-listed")}


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_orq_makes_variations(gateway: RecordingGateway, orq: openai.OpenAI) -> None:
    """Variations of a picture without a name come in the asked number, each with its address."""
    answer = orq.images.create_variation(
        model="openai/dall-e-2", image=PICTURE, n=2, size="512x512", response_format="url"
    )
    assert gateway.fields == {
        "model": "openai/dall-e-2",
        "n": 2,
        "response_format": "url",
        "size": "512x512",
        "image": UPLOAD,
    }
    assert gateway.findings == set()
    assert answer.data is not None
    assert [(image.url or "").startswith(f"{gateway.url}/files/") for image in answer.data] == [True, True]
