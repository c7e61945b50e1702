import io
import json
from pathlib import Path
from typing import Any

import pixelproof
import pytest
from pixelproof_conformance.gateway.app import create_app
from pixelproof_conformance.gateway.pictures import make_picture
from pixelproof_conformance.gateway.record import Console, Recorder
from pixelproof_conformance.gateway.serving import Gateway
from starlette.testclient import TestClient

PATH = "/v1/images/generations"


def recorded(path: Path, *requests: dict[str, Any]) -> list[dict[str, Any]]:
    """The lines that requests to a gateway leave in a record."""
    recorder = Recorder(path, lambda: 1_700_000_000.25)
    client = TestClient(create_app(Gateway(["openai"]), observers=[recorder]))
    for request in requests:
        client.request(**{"method": "POST", "url": PATH, **request})
    recorder.close()
    return [json.loads(line) for line in path.read_text(encoding="utf-8").rstrip("\n").split("\n")]


def test_a_record_holds_what_the_client_sent_and_what_is_wrong_with_it(tmp_path: Path) -> None:
    """Body, status and the findings on the request stand in one line; a second run appends."""
    path = tmp_path / "record.jsonl"
    headers = {"authorization": "Bearer k"}
    recorded(path, {"json": {"prompt": "A fox", "n": 11}, "headers": headers})
    first, second = recorded(path, {"json": {"prompt": "A fox", "seed": 1}, "headers": headers})
    assert first["time"] == "2023-11-14T22:13:20.250+00:00"
    assert (first["dialect"], first["operation"], first["status"]) == ("openai", "generations", 400)
    assert json.loads(first["body"]) == {"prompt": "A fox", "n": 11}
    assert first["answer"]["error"]["param"] == "n"
    assert [finding["requirement"] for finding in first["findings"]] == ["openai/generations/n-outside-1-to-10"]
    assert (second["status"], [finding["severity"] for finding in second["findings"]]) == (200, ["warning"])


def test_a_record_holds_no_secret_and_no_picture(tmp_path: Path) -> None:
    """Keys, tokens and cookies are redacted, and the long texts of an answer are cut."""
    secrets = {
        "authorization": "Bearer sk-1",
        "x-api-key": "sk-2",
        "cookie": "session=sk-3",
        "x-portkey-api-key": "sk-4",
        "x-auth-token": "sk-5",
    }
    body = {"prompt": "A fox", "model": "gpt-image-1"}
    path = tmp_path / "record.jsonl"
    plain, streamed = recorded(
        path, {"json": body, "headers": secrets}, {"json": {**body, "stream": True}, "headers": secrets}
    )
    assert "sk-" not in path.read_text(encoding="utf-8")
    assert dict(plain["headers"])["authorization"] == "REDACTED"
    assert dict(plain["headers"])["content-type"] == "application/json"
    assert len(plain["answer"]["data"][0]["b64_json"]) < 100
    assert streamed["answer"] == "a stream of 1 events"


def test_requests_that_reach_no_operation_are_recorded_too(tmp_path: Path) -> None:
    """A wrong path, a wrong method and a missing key leave a line without findings."""
    path = tmp_path / "record.jsonl"
    lines = recorded(path, {"url": "/nothing"}, {"method": "GET"}, {"json": {}})
    assert [line["status"] for line in lines] == [404, 405, 401]
    assert all("findings" not in line for line in lines)


def test_a_record_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    """A path in a folder that does not exist is a wrong use, not a crash."""
    with pytest.raises(pixelproof.UsageError, match=r"--record: .*cannot be written"):
        Recorder(tmp_path / "nowhere" / "record.jsonl", lambda: 0.0)


def test_the_console_has_one_line_for_each_request() -> None:
    """Method, path, status and the number of findings; control characters of a path are not printed."""
    out = io.StringIO()
    client = TestClient(
        create_app(Gateway(["openai"]), observers=[Console(out)]), headers={"authorization": "Bearer k"}
    )
    client.post(PATH, json={"prompt": "A fox"})
    client.post(PATH, json={"n": 0})
    client.get("/v1/%1b[31mred")
    assert out.getvalue().splitlines() == [
        f"POST {PATH} 200 0 findings",
        f"POST {PATH} 400 2 findings",
        "GET /v1/?[31mred 404",
    ]


def test_a_form_is_recorded_by_its_fields_and_the_facts_of_its_files(tmp_path: Path) -> None:
    """In place of the bytes of a form there are its values, and of each file its name, size and picture."""
    recorder = Recorder(tmp_path / "record.jsonl", lambda: 0.0)
    client = TestClient(create_app(Gateway(["anyfast"]), observers=[recorder]))
    picture = make_picture(32, 16)
    client.post(
        "/v1/images/edits",
        data={"model": "gpt-image-2", "prompt": "A fox", "n": "2"},
        files={"image": ("a.png", picture, "image/png")},
        headers={"authorization": "Bearer k"},
    )
    recorder.close()
    record = json.loads((tmp_path / "record.jsonl").read_text(encoding="utf-8"))
    assert (record["operation"], record["status"], record["body"]) == ("edits", 200, None)
    image = record["fields"].pop("image")
    assert record["fields"] == {"model": "gpt-image-2", "prompt": "A fox", "n": 2}
    assert (image["filename"], image["bytes"], image["format"]) == ("a.png", len(picture), "png")
