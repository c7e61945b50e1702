"""openai-python generates with the dialects that are not OpenAI's own."""

import base64
import json
from collections.abc import Iterator
from typing import Any

import httpx
import openai
import pytest
from openai.types import ImagesResponse
from pixelproof._picture import read_picture

from .gateway_requests import TEXT
from .recording_gateway import OCTEN_KEY, RecordingGateway, recording_gateway


@pytest.fixture(scope="module")
def gateway() -> Iterator[RecordingGateway]:
    """A gateway of all dialects."""
    with recording_gateway() as running:
        yield running


@pytest.fixture(scope="module")
def clients(gateway: RecordingGateway) -> Iterator[dict[str, openai.OpenAI]]:
    """The official client for each dialect."""
    dialects = ("anyfast", "infinityblue", "octen", "orq")
    made = {
        dialect: openai.OpenAI(
            api_key="any",
            base_url=gateway.base_url(dialect),
            max_retries=0,
            default_headers=OCTEN_KEY if dialect == "octen" else None,
        )
        for dialect in dialects
    }
    yield made
    for client in made.values():
        client.close()


def pictures(answer: ImagesResponse) -> list[tuple[str, int, int]]:
    """Format, width and height of each picture in an answer."""
    found = [read_picture(base64.b64decode(image.b64_json or "")) for image in answer.data or []]
    return [(picture.format, picture.width, picture.height) for picture in found if picture]


@pytest.mark.parametrize(
    ("dialect", "request_", "expected"),
    [
        ("anyfast", {"model": "gpt-image-2", "size": "3840x2160"}, [("png", 3840, 2160)]),
        ("anyfast", {"model": "gpt-image-2", "output_format": "jpeg"}, [("jpeg", 1024, 1024)]),
        ("infinityblue", {"model": "gpt-image-2", "size": "1536x1024"}, [("png", 1536, 1024)]),
        ("infinityblue", {"model": "gpt-image-2", "response_format": "b64_json"}, [("png", 1024, 1024)]),
        ("octen", {"model": "openai/gpt-image-2", "n": 2, "size": "640x480"}, [("png", 640, 480)] * 2),
        ("octen", {"model": "openai/gpt-image-2", "extra_body": {"image": TEXT}}, [("png", 1024, 1024)]),
        ("octen", {"model": "openai/gpt-image-2", "extra_body": {"image": [TEXT, TEXT]}}, [("png", 1024, 1024)]),
        ("octen", {"model": "nano-banana-2", "output_format": "jpeg"}, [("jpeg", 1024, 1024)]),
        ("orq", {"model": "openai/gpt-image-1", "n": 2, "output_format": "webp"}, [("webp", 1024, 1024)] * 2),
        ("orq", {"model": "openai/dall-e-2", "response_format": "b64_json"}, [("png", 1024, 1024)]),
    ],
    ids=lambda value: json.dumps(value)[:60] if isinstance(value, dict) else None,
)
def test_it_generates(
    gateway: RecordingGateway,
    clients: dict[str, openai.OpenAI],
    dialect: str,
    request_: dict[str, Any],
    expected: list[tuple[str, int, int]],
) -> None:
    """The request arrives as it was meant, nothing is wrong with it, and the pictures are those that were asked for."""
    answer = clients[dialect].images.generate(prompt="A fox", **request_)
    meant = {**request_, **request_.get("extra_body", {}), "prompt": "A fox"}
    meant.pop("extra_body", None)
    assert json.loads(gateway.records[-1]["body"]) == meant
    assert gateway.findings == set()
    assert pictures(answer) == expected


@pytest.mark.parametrize(
    ("dialect", "model"), [("infinityblue", "gpt-image-2"), ("orq", "openai/dall-e-2"), ("orq", "openai/dall-e-3")]
)
def test_it_gets_an_address(
    gateway: RecordingGateway, clients: dict[str, openai.OpenAI], dialect: str, model: str
) -> None:
    """The answer holds the address of a picture, which anybody can fetch."""
    answer = clients[dialect].images.generate(model=model, prompt="A fox", response_format="url")
    assert gateway.findings == set()
    assert answer.data is not None
    picture = read_picture(httpx.get(answer.data[0].url or "").content)
    assert picture is not None
    assert (picture.format, picture.width) == ("png", 1024)


def test_it_passes_the_settings_of_a_router_on(gateway: RecordingGateway, clients: dict[str, openai.OpenAI]) -> None:
    """Parameters that the client does not know travel in its extra body."""
    router = {"fallbacks": [{"model": "openai/dall-e-3"}], "retry": {"count": 2, "on_codes": [429]}}
    clients["orq"].images.generate(model="openai/gpt-image-1", prompt="A fox", extra_body=router)
    assert json.loads(gateway.records[-1]["body"]) == {"model": "openai/gpt-image-1", "prompt": "A fox", **router}
    assert gateway.findings == set()


def test_a_null_counts_as_left_out(gateway: RecordingGateway, clients: dict[str, openai.OpenAI]) -> None:
    """The client writes null for a value that is None, which is noted and no more."""
    answer = clients["infinityblue"].images.generate(model="gpt-image-2", prompt="A fox", n=None)
    assert '"n":null' in gateway.records[-1]["body"]
    assert gateway.findings == {("info", "infinityblue/generations/parameter-null")}
    assert pictures(answer) == [("png", 1024, 1024)]


def test_a_switch_without_effect_leaves_no_events(gateway: RecordingGateway, clients: dict[str, openai.OpenAI]) -> None:
    """Infinity Blue takes the switch and answers with one object, in which the client finds no event."""
    with clients["infinityblue"].images.generate(model="gpt-image-2", prompt="A fox", stream=True) as stream:
        assert stream.response.headers["content-type"] == "application/json"
        assert list(stream) == []
    assert gateway.findings == {("warning", "infinityblue/generations/stream-without-effect")}


@pytest.mark.parametrize(
    ("body", "kind"), [({}, "image_generation"), ({"image": TEXT}, "image_edit"), ({"image": [TEXT]}, "image_edit")]
)
def test_octen_streams(
    gateway: RecordingGateway, clients: dict[str, openai.OpenAI], body: dict[str, Any], kind: str
) -> None:
    """The client reads the events of a generation and those of an edit, with previews that become one picture."""
    with clients["octen"].images.generate(
        model="openai/gpt-image-2", prompt="A fox", stream=True, partial_images=2, extra_body=body
    ) as stream:
        events = [event.to_dict() for event in stream]
    assert gateway.findings == set()
    assert [event["type"] for event in events] == [f"{kind}.partial_image"] * 2 + [f"{kind}.completed"]
    assert [event.get("partial_image_index") for event in events] == [0, 1, None]
    assert all(read_picture(base64.b64decode(str(event["b64_json"]))) for event in events)
    assert "total_tokens" in str(events[-1]["usage"])


def test_octen_adds_texts_that_the_client_keeps(clients: dict[str, openai.OpenAI]) -> None:
    """What only Octen answers stands among the extra values of the client's answer."""
    answer = clients["octen"].images.generate(model="nano-banana-2", prompt="A fox")
    assert answer.model_extra is not None
    assert {"id", "text", "parts"} <= set(answer.model_extra)


def test_octen_wants_its_own_header(gateway: RecordingGateway) -> None:
    """The client's own header is no key for Octen; the refusal is an authentication error in Octen's envelope."""
    stranger = openai.OpenAI(api_key="any", base_url=gateway.base_url("octen"), max_retries=0)
    with stranger, pytest.raises(openai.AuthenticationError) as caught:
        stranger.images.generate(model="openai/gpt-image-2", prompt="A fox")
    assert caught.value.response.json()["code"] == 401


@pytest.mark.parametrize(
    ("dialect", "model", "n", "parameter"),
    [
        ("anyfast", "gpt-image-2", 11, None),
        ("infinityblue", "gpt-image-2", 2, "n"),
        ("octen", "openai/gpt-image-2", 11, None),
        ("orq", "openai/gpt-image-1", 0, None),
    ],
)
def test_it_understands_a_refusal(
    clients: dict[str, openai.OpenAI], dialect: str, model: str, n: int, parameter: str | None
) -> None:
    """A number out of range is a bad request; the parameter is named where an envelope has a place for it."""
    with pytest.raises(openai.BadRequestError) as caught:
        clients[dialect].images.generate(model=model, prompt="A fox", n=n)
    assert caught.value.param == parameter
    assert "'n'" in caught.value.response.text


@pytest.mark.parametrize(
    ("dialect", "model"),
    [
        ("anyfast", "gpt-image-2-c"),
        ("infinityblue", "gpt-image-2"),
        ("octen", "openai/gpt-image-2"),
        ("orq", "openai/gpt-image-1"),
    ],
)
def test_it_lists_the_models(clients: dict[str, openai.OpenAI], dialect: str, model: str) -> None:
    """The models stand beside the operations, where the client looks for them."""
    assert model in {listed.id for listed in clients[dialect].models.list()}
