import itertools
import json
from collections.abc import Iterator
from typing import Any

import pixelproof
import pytest
from pixelproof_conformance.gateway.app import create_app
from pixelproof_conformance.gateway.serving import Gateway
from starlette.testclient import TestClient

PATH = "/v1/images/generations"
GPT = ("gpt-image-1", "gpt-image-1-mini", "gpt-image-1.5")
DIALECT = pixelproof.load_dialect("openai")


@pytest.fixture(scope="module")
def client() -> Iterator[TestClient]:
    """A client of a clean gateway for openai."""
    with TestClient(create_app(Gateway(["openai"], clock=lambda: 1_700_000_000.9))) as client:
        client.headers["authorization"] = "Bearer any"
        yield client


def exchange(client: TestClient, body: Any) -> tuple[Any, pixelproof.Verdict]:
    """Send a request; return the HTTP response and the verdict on it under the strict profile."""
    response = client.post(PATH, json=body)
    kind = response.headers["content-type"]
    operation = DIALECT.operation("generations")
    if kind.startswith("text/event-stream"):
        return response, operation.validate_stream(
            response.content, request=body, content_type=kind, profile="observed"
        )
    return response, operation.validate_response(
        response.content, request=body, status=response.status_code, content_type=kind, profile="observed"
    )


def gpt_requests() -> Iterator[dict[str, Any]]:
    """Valid requests in all combinations of format, background and streaming, each GPT image model and each size."""
    formats = (None, "png", "jpeg", "webp")
    backgrounds = (None, "auto", "opaque", "transparent")
    streams: tuple[dict[str, Any], ...] = (
        {},
        {"stream": False},
        {"stream": True},
        {"stream": True, "partial_images": 0},
        {"stream": True, "partial_images": 3},
    )
    models = itertools.cycle((*GPT, None))
    sizes = itertools.cycle((None, "auto", "1024x1024", "1536x1024", "1024x1536"))
    qualities = itertools.cycle((None, "auto", "low", "medium", "high"))
    for output_format, background, stream in itertools.product(formats, backgrounds, streams):
        if (output_format, background) == ("jpeg", "transparent"):
            continue
        request = {
            "prompt": "A fox",
            "model": next(models),
            "output_format": output_format,
            "background": background,
            "size": next(sizes),
            "quality": next(qualities),
            "moderation": "low",
            **stream,
        }
        yield {name: value for name, value in request.items() if value is not None}


def dall_e_requests() -> Iterator[dict[str, Any]]:
    """Valid requests to the dall-e models in all combinations of model, response format and size."""
    sizes = {"dall-e-2": (None, "256x256", "512x512", "1024x1024"), "dall-e-3": ("1024x1024", "1792x1024", "1024x1792")}
    for model, response_format in itertools.product((None, "dall-e-2", "dall-e-3"), (None, "url", "b64_json")):
        for size in sizes[model or "dall-e-2"]:
            request = {"prompt": "A fox", "model": model, "response_format": response_format, "size": size, "user": "u"}
            yield {name: value for name, value in request.items() if value is not None}


@pytest.mark.parametrize("request_body", [*gpt_requests(), *dall_e_requests()], ids=str)
def test_valid_requests_get_answers_without_a_finding(client: TestClient, request_body: dict[str, Any]) -> None:
    """Every valid request is answered, streamed exactly when it asks for it, and nothing in the answer is flagged."""
    response, verdict = exchange(client, request_body)
    assert response.status_code == 200
    streamed = response.headers["content-type"].startswith("text/event-stream")
    assert streamed == (request_body.get("stream") is True)
    assert verdict.findings == ()


@pytest.mark.parametrize("model", [*GPT, "dall-e-2"])
@pytest.mark.parametrize("n", [2, 10])
def test_several_images_differ(client: TestClient, model: str, n: int) -> None:
    """As many images come as were asked for, and no two are the same."""
    response, verdict = exchange(client, {"prompt": "A fox", "model": model, "n": n})
    images = [item.get("b64_json") or item["url"] for item in response.json()["data"]]
    assert len(set(images)) == n
    assert verdict.findings == ()


def test_an_answer_of_a_gpt_model_has_the_documented_keys(client: TestClient) -> None:
    """What was left open is decided and said, the time is in whole seconds, and the tokens add up."""
    body = {"prompt": "A fox", "model": "gpt-image-1", "quality": "auto", "size": "auto", "background": "auto"}
    answer = client.post(PATH, json=body).json()
    usage = answer.pop("usage")
    assert len(answer.pop("data")) == 1
    assert answer == {
        "created": 1_700_000_000,
        "background": "opaque",
        "output_format": "png",
        "quality": "low",
        "size": "1024x1024",
    }
    assert usage["total_tokens"] == usage["input_tokens"] + usage["output_tokens"] == 2 + 272
    assert set(usage) >= {"input_tokens_details", "output_tokens_details"}


def test_a_stream_has_previews_that_differ_from_the_picture(client: TestClient) -> None:
    """Three different previews come with their indices, then the finished picture with the token usage."""
    body = {"prompt": "A fox", "model": "gpt-image-1", "stream": True, "partial_images": 3}
    blocks = client.post(PATH, json=body).text.strip().split("\n\n")
    names = [block.partition("\n")[0] for block in blocks]
    events = [json.loads(block.partition("\ndata: ")[2]) for block in blocks]
    assert names == ["event: image_generation.partial_image"] * 3 + ["event: image_generation.completed"]
    assert [event.get("partial_image_index") for event in events] == [0, 1, 2, None]
    assert len({event["b64_json"] for event in events}) == 4
    assert events[-1]["usage"]["output_tokens"] == 272 + 3 * 100
    assert {event["created_at"] for event in events} == {1_700_000_000}


def test_an_address_can_be_fetched_without_a_key(client: TestClient) -> None:
    """A dall-e answer holds an absolute address on the host that the client used; the picture is behind it."""
    response = client.post(PATH, json={"prompt": "A fox", "model": "dall-e-3"}, headers={"host": "gateway.test:81"})
    [item] = response.json()["data"]
    assert item["revised_prompt"]
    assert item["url"].startswith("http://gateway.test:81/files/")
    del client.headers["authorization"]
    fetched = client.get(item["url"])
    client.headers["authorization"] = "Bearer any"
    assert fetched.headers["content-type"] == "image/png"
    assert fetched.content.startswith(b"\x89PNG")
    assert client.get("/files/unknown.png").status_code == 404


def test_what_is_not_stated_is_accepted(client: TestClient) -> None:
    """Unlisted keys, nulls, unlisted models and previews without a stream are answered."""
    for more in ({"seed": 3}, {"n": None, "user": None}, {"model": "other"}, {"partial_images": 2}):
        response, verdict = exchange(client, {"prompt": "A fox", "model": "gpt-image-1", **more})
        assert response.status_code == 200
        assert verdict.findings == ()


REFUSED: list[tuple[dict[str, Any], str, str, str]] = [
    ({}, "prompt", "missing_required_parameter", "Missing required parameter: 'prompt'."),
    (
        {"prompt": "a", "n": "2"},
        "n",
        "invalid_type",
        "Invalid type for 'n': expected an integer, but got a string instead.",
    ),
    (
        {"prompt": "a", "n": 1.5},
        "n",
        "invalid_type",
        "Invalid type for 'n': expected an integer, but got a decimal number instead.",
    ),
    (
        {"prompt": "a", "n": 0},
        "n",
        "integer_below_min_value",
        "Invalid 'n': integer below minimum value. Expected a value >= 1, but got 0 instead.",
    ),
    (
        {"prompt": "a", "n": 11},
        "n",
        "integer_above_max_value",
        "Invalid 'n': integer above maximum value. Expected a value <= 10, but got 11 instead.",
    ),
    (
        {"prompt": "a" * 1001},
        "prompt",
        "string_above_max_length",
        (
            "Invalid 'prompt': string too long. Expected a string with maximum length 1000,"
            " but got a string with length 1001 instead."
        ),
    ),
    (
        {"prompt": "a", "model": "gpt-image-1", "quality": "hd"},
        "quality",
        "invalid_value",
        "Invalid value: 'hd'. Supported values are: 'low', 'medium', 'high', and 'auto'.",
    ),
    (
        {"prompt": "a", "model": "gpt-image-1", "moderation": 1},
        "moderation",
        "invalid_type",
        "Invalid type for 'moderation': expected one of 'low' or 'auto', but got an integer instead.",
    ),
    (
        {"prompt": "a", "model": "gpt-image-1", "response_format": "url"},
        "response_format",
        "unknown_parameter",
        "Unknown parameter: 'response_format'.",
    ),
    (
        {"prompt": "a", "background": "transparent", "output_format": "jpeg"},
        "background",
        "invalid_transparent_background_output_format",
        "Transparent background is not supported for JPEG output format",
    ),
    (
        {"prompt": "a", "model": "gpt-image-1", "output_compression": 50},
        "output_compression",
        "invalid_png_output_compression",
        "Compression less than 100 is not supported for PNG output format",
    ),
]


@pytest.mark.parametrize(("body", "parameter", "code", "message"), REFUSED)
def test_a_refusal_names_the_parameter_and_the_flaw(
    client: TestClient, body: dict[str, Any], parameter: str, code: str, message: str
) -> None:
    """Parameter, code and words of a refusal are those that the provider was seen to use; it has no finding itself."""
    response, verdict = exchange(client, body)
    assert response.status_code == 400
    error = response.json()["error"]
    assert set(error) == {"message", "type", "param", "code"}
    assert (error["param"], error["code"], error["message"]) == (parameter, code, message)
    assert verdict.findings == ()


def test_the_first_flaw_is_the_one_that_is_named(client: TestClient) -> None:
    """Of several flaws the refusal names that of the model first, then that of the prompt."""
    assert client.post(PATH, json={"n": 99, "model": 3}).json()["error"]["param"] == "model"
    assert client.post(PATH, json={"n": 99, "prompt": 3}).json()["error"]["param"] == "prompt"


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (b"", "The body is empty"),
        (b'{"prompt": ', "The body is not JSON"),
        (b"<html>", "The body is HTML"),
        (b"\xef\xbb\xbf{}", "byte order mark"),
        (b"[1]", "The body is a JSON object"),
        (b"[" * 100_000, "The body is not JSON"),
    ],
)
def test_a_body_that_is_no_json_object_is_refused(client: TestClient, raw: bytes, words: str) -> None:
    """Whatever the body is, the refusal is a 400 in the envelope, says why, and blames no parameter."""
    response = client.post(PATH, content=raw, headers={"content-type": "application/json"})
    assert response.status_code == 400
    assert words in response.json()["error"]["message"]
    assert response.json()["error"]["param"] is None


def test_a_doubled_key_is_refused_by_its_name(client: TestClient) -> None:
    """A key that stands twice is a 400 that names it."""
    raw = b'{"prompt": "a", "n": 1, "n": 2}'
    response = client.post(PATH, content=raw, headers={"content-type": "application/json"})
    assert (response.status_code, response.json()["error"]["param"]) == (400, "n")
