"""openai-node drives the gateway: all calls are made in one run of the client, each test looks at its own."""

import json
from typing import Any

import pytest

from .gateway_requests import CHEAPER, GPT, GPT_2, OCTEN, ORQ, ORQ_2, PICTURE, TEXT, VARIED
from .node_client import Calls, Driven, drive, installed
from .recording_gateway import BASES, findings_of

STREAM = {"file": "fox.png", "as": "stream"}
BUFFER = {"file": "fox.png", "as": "buffer"}
TYPED = {"file": "fox.png", "as": "buffer", "name": "a.png", "type": "image/png"}
READ = {"file": "fox.png", "as": "read"}
FETCHED = {"file": "fox.png", "as": "response", "type": "image/png"}
MASK_STREAM = {"file": "mask.png", "as": "stream"}

# The order of the parameters is that of the parts of a form.
CALLS: Calls = {
    "stream": ("anyfast", "edit", {"image": STREAM, **GPT_2}),
    "buffer": ("anyfast", "edit", {"image": BUFFER, **GPT_2}),
    "typed": ("anyfast", "edit", {"image": TYPED, **GPT_2}),
    "read": ("anyfast", "edit", {"image": READ, **GPT_2}),
    "fetched": ("anyfast", "edit", {"image": FETCHED, **GPT_2}),
    "list of one": ("anyfast", "edit", {"image": [BUFFER], **GPT_2}),
    "list of one stream": ("anyfast", "edit", {"image": [STREAM], **GPT_2}),
    "list of three": ("anyfast", "edit", {"image": [STREAM, BUFFER, TYPED], **GPT_2}),
    "mask": (
        "anyfast",
        "edit",
        {
            "image": BUFFER,
            "mask": MASK_STREAM,
            "n": 2,
            "size": "1536x1024",
            "output_format": "jpeg",
            "output_compression": 80,
            **GPT_2,
        },
    ),
    "extras": ("anyfast", "edit", {"image": BUFFER, "stream": False, "upscale": True, "tags": ["a", "b"], **GPT_2}),
    "edit by address": ("anyfast", "edit", {"image": STREAM, "response_format": "url", **CHEAPER}),
    "wrong form": ("anyfast", "edit", {"image": STREAM, "n": 11, **GPT_2}),
    "null in a form": ("anyfast", "edit", {"image": STREAM, "n": None, **GPT_2}),
    "anyfast": ("anyfast", "generate", {**GPT_2, "size": "1536x1024"}),
    "orq": ("orq", "generate", {**ORQ, "n": 2, "fallbacks": [{"model": "openai/dall-e-3"}], "retry": {"count": 2}}),
    "orq by address": ("orq", "generate", {"model": "openai/dall-e-3", "prompt": "A fox", "response_format": "url"}),
    "orq edit": ("orq", "edit", {**ORQ, "image": STREAM, "size": "1536x1024", "quality": "high"}),
    "orq edit of several": (
        "orq",
        "edit",
        {"image": [STREAM, TYPED], "fallbacks": '[{"model": "openai/dall-e-2"}]', "retry": '{"count": 2}', **ORQ},
    ),
    "orq edit with mask": ("orq", "edit", {"image": BUFFER, "mask": MASK_STREAM, **ORQ}),
    "orq variations": ("orq", "createVariation", {"image": STREAM, **VARIED, "n": 2, "size": "512x512"}),
    "orq in base64": ("orq", "generate", {**ORQ_2, "response_format": "b64_json"}),
    "infinityblue": ("infinityblue", "generate", {**GPT_2, "size": "1536x1024"}),
    "infinityblue by address": ("infinityblue", "generate", {**GPT_2, "response_format": "url"}),
    "null": ("infinityblue", "generate", {**GPT_2, "n": None}),
    "wrong": ("infinityblue", "generate", {**GPT_2, "n": 2}),
    "octen": ("octen", "generate", {**OCTEN, "n": 2, "size": "640x480"}),
    "octen edit": ("octen", "generate", {**OCTEN, "image": [TEXT, TEXT]}),
    "octen stream": ("octen", "generate", {**OCTEN, "stream": True, "partial_images": 2}),
    "octen stream of an edit": ("octen", "generate", {**OCTEN, "stream": True, "partial_images": 1, "image": TEXT}),
    "openai": ("openai", "generate", {**GPT, "output_format": "webp"}),
    "openai stream": ("openai", "generate", {**GPT, "stream": True, "partial_images": 2}),
}

PNG = {"bytes": len(PICTURE), "format": "png", "alpha": False, "width": 64, "height": 64}
UNTYPED = {**PNG, "content_type": "application/octet-stream"}
STREAMED = {**UNTYPED, "filename": "fox.png"}
NAMELESS = {**UNTYPED, "filename": "unknown_file"}
NAMED = {**PNG, "content_type": "image/png", "filename": "a.png"}


@pytest.fixture(scope="module")
def driven(pytestconfig: pytest.Config, tmp_path_factory: pytest.TempPathFactory) -> Driven:
    """All calls, made in one run of the driver."""
    return drive(installed(pytestconfig, tmp_path_factory), CALLS, tmp_path_factory.mktemp("pictures"))


NOTICED = {
    "mask": {
        ("warning", "anyfast/edits/mask-without-direct-group"),
        ("warning", "anyfast/edits/several-images-without-direct-group"),
    },
    "extras": {("warning", "anyfast/edits/parameter-not-listed")},
    "orq edit with mask": {("info", "orq/edits/mask-not-in-the-schema")},
    "null": {("info", "infinityblue/generations/parameter-null")},
    "wrong": {("error", "infinityblue/generations/n-not-1")},
    "wrong form": {("error", "anyfast/edits/n-outside-1-to-10")},
}
"""The findings on calls that have some."""


@pytest.mark.parametrize("call", [call for call in CALLS if call != "null in a form"])
def test_nothing_else_is_wrong_with_a_call(driven: Driven, call: str) -> None:
    """What the client sends has no finding but those that its values deserve, and it is answered accordingly."""
    found = findings_of(driven.records[call])
    assert found == NOTICED.get(call, set())
    refused = any(severity == "error" for severity, _ in found)
    assert driven.records[call]["status"] == (400 if refused else 200)
    assert ("error" in driven.results[call]) == refused


def test_every_dialect_is_driven() -> None:
    """No dialect is left out."""
    assert {dialect for dialect, _, _ in CALLS.values()} == set(BASES)


@pytest.mark.parametrize(
    ("call", "field", "arrives"),
    [
        ("stream", "image", STREAMED),
        ("buffer", "image", NAMELESS),
        ("typed", "image", NAMED),
        ("read", "image", STREAMED),
        ("fetched", "image", NAMELESS),
        ("list of one", "image[]", [NAMELESS]),
        ("list of one stream", "image[]", [STREAMED]),
        ("list of three", "image[]", [STREAMED, NAMELESS, NAMED]),
        ("orq edit", "image", STREAMED),
        ("orq edit of several", "image[]", [STREAMED, NAMED]),
        ("orq variations", "image", STREAMED),
    ],
)
def test_each_way_to_give_an_image_arrives(
    driven: Driven, call: str, field: str, arrives: dict[str, Any] | list[dict[str, Any]]
) -> None:
    """The picture arrives whole, in its field, with the name and the type that the client gives it."""
    assert driven.records[call]["fields"][field] == arrives


@pytest.mark.parametrize(("call", "chunked"), [("stream", True), ("list of three", True), ("buffer", False)])
def test_a_stream_is_sent_in_chunks(driven: Driven, call: str, chunked: bool) -> None:
    """A form with a stream comes in chunks and without its length; the gateway reads both kinds."""
    headers = driven.headers(call)
    assert ("content-length" not in headers) == chunked
    assert headers.get("transfer-encoding") == ("chunked" if chunked else None)


def test_files_may_come_before_fields(driven: Driven) -> None:
    """The parts come in the order of the caller's object, here with the files first."""
    assert list(driven.records["stream"]["fields"]) == ["image", "prompt", "model"]
    assert list(driven.records["mask"]["fields"])[:3] == ["image", "mask", "n"]
    assert list(driven.records["orq edit"]["fields"])[-3:] == ["image", "size", "quality"]


def test_numbers_in_a_form_count(driven: Driven) -> None:
    """Numbers that are written as text decide about the pictures, and the mask arrives with its alpha channel."""
    fields = driven.records["mask"]["fields"]
    assert (fields["n"], fields["output_compression"], fields["mask"]["alpha"]) == (2, 80, True)
    assert driven.pictures("mask") == [("jpeg", 1536, 1024)] * 2


def test_other_values_arrive_as_text(driven: Driven) -> None:
    """Booleans and lists that no document lists arrive as text."""
    fields = driven.records["extras"]["fields"]
    assert (fields["stream"], fields["upscale"], fields["tags[]"]) == ("false", "true", ["a", "b"])


def test_settings_of_a_router_arrive(driven: Driven) -> None:
    """Settings of the router arrive as JSON in a body, and as JSON text in a form."""
    body = json.loads(driven.records["orq"]["body"])
    assert (body["fallbacks"], body["retry"]) == ([{"model": "openai/dall-e-3"}], {"count": 2})
    fields = driven.records["orq edit of several"]["fields"]
    assert (fields["fallbacks"], fields["retry"]) == ([{"model": "openai/dall-e-2"}], {"count": 2})


@pytest.mark.parametrize(
    ("call", "expected"),
    [
        ("stream", [("png", 1024, 1024)]),
        ("list of three", [("png", 1024, 1024)]),
        ("anyfast", [("png", 1536, 1024)]),
        ("orq", [("png", 1024, 1024)] * 2),
        ("orq in base64", [("png", 1024, 1024)]),
        ("orq edit", [("png", 1536, 1024)]),
        ("infinityblue", [("png", 1536, 1024)]),
        ("octen", [("png", 640, 480)] * 2),
        ("octen edit", [("png", 1024, 1024)]),
        ("openai", [("webp", 1024, 1024)]),
    ],
)
def test_the_pictures_are_those_that_were_asked_for(
    driven: Driven, call: str, expected: list[tuple[str, int, int]]
) -> None:
    """The client gets pictures of the asked number, format and size."""
    assert driven.pictures(call) == expected


@pytest.mark.parametrize(
    ("call", "count"),
    [("edit by address", 1), ("orq by address", 1), ("infinityblue by address", 1), ("orq variations", 2)],
)
def test_it_gets_addresses(driven: Driven, call: str, count: int) -> None:
    """The client gets the address of each picture."""
    images = driven.results[call]["answer"]["data"]
    assert [image["url"].startswith(f"{driven.url}/files/") for image in images] == [True] * count


@pytest.mark.parametrize(
    ("call", "partial_images", "kind"),
    [
        ("openai stream", 2, "image_generation"),
        ("octen stream", 2, "image_generation"),
        ("octen stream of an edit", 1, "image_edit"),
    ],
)
def test_it_reads_a_stream(driven: Driven, call: str, partial_images: int, kind: str) -> None:
    """The client reads every event of a stream, in order."""
    assert driven.event_types(call) == [f"{kind}.partial_image"] * partial_images + [f"{kind}.completed"]


def test_it_understands_refusals(driven: Driven) -> None:
    """A refusal is the client's own error, for a body and for a form in chunks."""
    wrong, form = driven.results["wrong"]["error"], driven.results["wrong form"]["error"]
    assert (wrong["name"], wrong["status"], wrong["param"]) == ("BadRequestError", 400, "n")
    assert (form["name"], form["status"]) == ("BadRequestError", 400)
    assert "'n'" in form["message"]


def test_a_form_that_the_client_breaks_off_harms_nobody(driven: Driven) -> None:
    """The client cannot write null into a form and hangs up in the middle; the gateway serves the next call."""
    assert driven.results["null in a form"]["error"]["name"] == "APIConnectionError"
    assert "null in a form" not in driven.records
    assert driven.records["anyfast"]["status"] == 200
