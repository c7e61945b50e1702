import re
from typing import Any

import pixelproof
import pytest
from pixelproof_conformance.fixtures import Fixture, expand, load_fixtures
from pixelproof_conformance.gateway.answers.octen import nearest_size
from pixelproof_conformance.gateway.app import create_app
from pixelproof_conformance.gateway.serving import Gateway
from starlette.testclient import TestClient

from .gateway_client import Request, breaks, judged, send
from .gateway_requests import GEMINI, IMAGE, MINI, OCTEN, TEXT, VALID, WRONG

REQUESTS = [one for one in load_fixtures() if one.on == "request" and all(one.data.get("account", {}).values())]


def request_of(fixture: Fixture) -> Request:
    """The request that a fixture holds."""
    dialect, operation, *_ = fixture.path.split("/")
    expanded = expand(fixture)
    return Request(dialect, operation, expanded.message, expanded.files, fixture.data.get("content_type"))


def octen(body: dict[str, Any]) -> Any:
    """What the gateway answers to an Octen request."""
    return send(Request("octen", "generations", body)).json()


@pytest.mark.parametrize("dialect", VALID)
def test_valid_requests_are_answered_without_a_finding(dialect: str) -> None:
    """The answer to every request of the table conforms, also by what only was observed."""
    for request in VALID[dialect]:
        response = send(request)
        assert response.status_code == 200, request
        assert judged(request, response, profile="observed").findings == (), request


@pytest.mark.parametrize("dialect", WRONG)
def test_wrong_requests_are_refused_in_the_envelope_of_the_dialect(dialect: str) -> None:
    """The refusal has status 400 and no finding of its own; its message names the parameter."""
    for request in WRONG[dialect]:
        response = send(request)
        operation = pixelproof.load_dialect(dialect).operation(request.operation)
        assert response.status_code == 400, request
        assert judged(request, response, profile="observed").findings == (), request
        assert operation.blamed_parameter(response.json()) is not None, response.text


@pytest.mark.parametrize("fixture", REQUESTS, ids=lambda fixture: fixture.path)
def test_the_gateway_agrees_with_the_fixtures(fixture: Fixture) -> None:
    """It refuses the request of a fixture when the document forbids it, else only over an open question it leaves.

    Either way the answer conforms.
    """
    request = request_of(fixture)
    response = send(request)
    invalid = fixture.data["expect"]["verdict"] == "invalid" and fixture.data.get("profile") != "observed"
    if response.status_code == 200 or invalid:
        assert (response.status_code in (400, 415)) == invalid
    else:
        operation = pixelproof.load_dialect(request.dialect).operation(request.operation)
        assert "UNSTATED" in {operation.requirements[name].outcome for name in breaks(request)}
    assert [finding for finding in judged(request, response).findings if finding.severity != "info"] == []


def test_each_dialect_has_its_own_envelope() -> None:
    """Octen tells the status as code, AnyFast no parameter, orq a page, Infinity Blue its own codes."""
    bodies = {dialect: send(WRONG[dialect][0]).json() for dialect in WRONG}
    assert bodies["octen"].keys() == {"code", "msg", "data", "meta"}
    assert bodies["octen"]["code"] == 400
    assert bodies["anyfast"]["error"].keys() == {"message", "type", "code"}
    assert bodies["orq"]["error"].keys() == {"code", "message", "doc_url"}
    assert bodies["infinityblue"]["error"]["code"] == "invalid_parameter"
    assert bodies["infinityblue"]["error"]["param"] == "n"


@pytest.mark.parametrize(("dialect", "header"), [("octen", "x-api-key: KEY"), ("orq", "Authorization: Bearer KEY")])
def test_each_dialect_wants_its_key_in_its_own_header(dialect: str, header: str) -> None:
    """Without the key a 401 tells the header of the dialect, in its envelope."""
    client = TestClient(create_app(Gateway([dialect, "openai"])))
    path = pixelproof.load_dialect(dialect).operation("generations").path
    response = client.post(f"/{dialect}{path}", json={})
    assert response.status_code == 401
    assert header in response.text
    assert client.post(path, json={}).status_code == 404


def test_octen_names_what_was_applied() -> None:
    """A GPT model tells the settings, a Gemini model only its format, and text with parts where text is wanted."""
    gpt, gemini = octen({**MINI, "background": "transparent"}), octen({**GEMINI, "output_format": "webp"})
    assert re.fullmatch("img-[0-9a-f]{16}", gpt["id"])
    assert (gpt["background"], gpt["quality"], gpt["size"]) == ("transparent", "low", "1024x1024")
    assert gemini["output_format"] == "png"
    assert gemini.keys() & {"background", "quality", "size"} == set()
    assert [part["type"] for part in gemini["parts"]] == ["text", "image"]
    assert gemini["text"]
    assert "text" not in octen({**GEMINI, "response_modalities": ["image"]})


def test_octen_ignores_parameters_of_the_other_family() -> None:
    """A Gemini model makes one image in one piece, whatever number and stream are asked for."""
    assert len(octen({**GEMINI, "n": 3, "stream": True})["data"]) == 1


@pytest.mark.parametrize(
    ("more", "family"),
    [({"image": TEXT}, "image_edit"), ({"image": [TEXT]}, "image_edit"), ({"image": None}, "image_generation")],
)
def test_octen_edits_with_events_of_an_edit(more: dict[str, Any], family: str) -> None:
    """An image in the request selects the names of the events; one that is null does not."""
    response = send(Request("octen", "generations", {**OCTEN, "stream": True, **more}))
    assert response.text.startswith(f"event: {family}.completed")


@pytest.mark.parametrize(
    ("asked", "nearest"),
    [((1024, 1024), (1024, 1024)), ((3840, 2160), (1344, 768)), ((100, 150), (832, 1248)), ((9000, 10), (1536, 672))],
)
def test_gemini_takes_the_nearest_ratio(asked: tuple[int, int], nearest: tuple[int, int]) -> None:
    """The size is that of the ratio nearest to what was asked, by proportion."""
    assert nearest_size(*asked) == nearest


def test_a_size_that_cannot_be_made_is_refused() -> None:
    """Octen accepts every size; one beyond all means gets an honest refusal, never a smaller picture."""
    assert octen({**OCTEN, "size": "20000x10"})["code"] == 400
    assert octen({**OCTEN, "size": "9000x9000", "output_format": "webp"})["code"] == 400
    assert octen({**OCTEN, "size": "9000x40"})["size"] == "9000x40"


def test_the_cheaper_model_of_anyfast_returns_addresses() -> None:
    """gpt-image-2-c answers with an address, gpt-image-2 with base64."""
    keys = []
    for model in ("gpt-image-2-c", "gpt-image-2"):
        response = send(Request("anyfast", "edits", {"prompt": "A fox", "model": model}, (IMAGE,)))
        keys.append(list(response.json()["data"][0]))
    assert keys == [["url"], ["b64_json"]]


def test_a_form_that_is_none_is_refused_by_its_content_type() -> None:
    """JSON sent to a form endpoint is a 415 in the envelope of the dialect."""
    request = Request("orq", "variations", b'{"model": "openai/dall-e-2"}', content_type="application/json")
    response = send(request)
    assert response.status_code == 415
    assert "not a form" in response.json()["error"]["message"]
