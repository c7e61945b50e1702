import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pixelproof
import pytest
from pixelproof_conformance.gateway.app import create_app
from pixelproof_conformance.gateway.running import listen, running_gateway
from pixelproof_conformance.gateway.serving import Gateway
from starlette.testclient import TestClient

PATH = "/v1/images/generations"
KEY = {"authorization": "Bearer any"}
BODY = {"prompt": "A fox", "model": "gpt-image-1"}


def client_of(*, key: str | None = None, **facts: Any) -> TestClient:
    """A client of a gateway for openai."""
    return TestClient(create_app(Gateway(["openai"], key=key), **facts), headers=KEY)


@pytest.mark.parametrize("header", [None, "", "Bearer", "Bearer   ", "Basic any", "any"])
def test_a_caller_without_a_key_is_not_let_in(header: str | None) -> None:
    """Without a bearer key the answer is a 401 in the envelope that tells the header to send."""
    client = TestClient(create_app(Gateway(["openai"])), headers={} if header is None else {"authorization": header})
    for response in (client.post(PATH, json=BODY), client.get("/v1/models")):
        assert response.status_code == 401
        assert response.json()["error"]["param"] is None
        assert "Authorization: Bearer KEY" in response.json()["error"]["message"]


def test_only_the_given_key_is_accepted_when_there_is_one() -> None:
    """Another key is a 401 that does not repeat it; the scheme is not case-sensitive."""
    client = client_of(key="sk-secret")
    refused = client.post(PATH, json=BODY, headers={"authorization": "Bearer sk-wrong"})
    assert (refused.status_code, refused.json()["error"]["code"]) == (401, "invalid_api_key")
    assert "sk-" not in refused.text
    assert client.post(PATH, json=BODY, headers={"authorization": "bearer sk-secret"}).status_code == 200


def test_routes_and_methods_that_do_not_exist_are_told_in_json() -> None:
    """A wrong method is a 405 with what is allowed, a wrong path a 404, both with the error object."""
    client = client_of()
    wrong_method = client.get(PATH)
    assert (wrong_method.status_code, wrong_method.headers["allow"]) == (405, "POST")
    for response in (wrong_method, client.post("/v1/images/nothing", json=BODY), client.post(f"{PATH}/", json=BODY)):
        assert set(response.json()["error"]) == {"message", "type", "param", "code"}
    assert client.post(f"{PATH}/", json=BODY).status_code == 404


@pytest.mark.parametrize(
    "kind", ["text/plain", "multipart/form-data; boundary=x", "application/x-www-form-urlencoded", ""]
)
def test_another_content_type_is_refused(kind: str) -> None:
    """A body that is not declared as JSON is a 415; a charset beside it changes nothing."""
    client = client_of()
    refused = client.post(PATH, content=b'{"prompt": "a"}', headers={"content-type": kind})
    assert refused.status_code == 415
    assert "application/json" in refused.json()["error"]["message"]
    kind = "Application/JSON; charset=utf-8"
    assert client.post(PATH, content=b'{"prompt": "a"}', headers={"content-type": kind}).status_code == 200


def test_a_body_beyond_the_limit_is_refused() -> None:
    """The limit holds for a declared length and for a body in pieces without one; a body of just that size passes."""
    client = client_of(max_body_bytes=100)
    fitting = b'{"prompt": "a"}'.ljust(100)

    def pieces() -> Iterator[bytes]:
        yield fitting
        yield b" "

    kind = {"content-type": "application/json"}
    assert client.post(PATH, content=fitting, headers=kind).status_code == 200
    for content in (fitting + b" ", pieces()):
        response = client.post(PATH, content=content, headers=kind)
        assert response.status_code == 413
        assert "100 bytes" in response.json()["error"]["message"]


def test_the_front_page_says_what_is_served() -> None:
    """Dialects, operations, paths, models and faults are listed; a dialect alone is served at the root too."""
    gateway = Gateway(["openai"], faults=["created-missing"])
    page = TestClient(create_app(gateway)).get("/").json()
    generations = page["dialects"]["openai"]["operations"]["generations"]
    assert generations["paths"] == [f"/openai{PATH}", PATH]
    assert "gpt-image-1.5" in generations["models"]
    assert page["faults"] == ["openai/generations/created-missing"]


def test_the_models_are_listed_as_sdks_read_them() -> None:
    """The list of models has the shape of the OpenAI API."""
    listed = client_of().get("/openai/v1/models").json()
    assert listed["object"] == "list"
    assert [model["id"] for model in listed["data"]] == list(
        pixelproof.load_dialect("openai").operation("generations").models
    )


@pytest.mark.parametrize(("dialect", "path"), [("octen", "/v1/models"), ("orq", "/v2/router/models")])
def test_the_models_stand_beside_the_operations(dialect: str, path: str) -> None:
    """A client with the base address of the operations finds the models, and the front page says where."""
    client = TestClient(create_app(Gateway([dialect])))
    assert client.get("/").json()["dialects"][dialect]["models"] == path
    listed = client.get(path, headers={"authorization": "Bearer any", "x-api-key": "any"}).json()
    assert next(model["id"] for model in listed["data"]).startswith("openai/")


@pytest.mark.parametrize("host", ["evil.test/path", 'a"b', "a b", "x" * 300])
def test_a_strange_host_is_not_repeated(host: str) -> None:
    """An address is built from a Host header only when it is one."""
    answer = client_of().post(PATH, json={"prompt": "a"}, headers={"host": host}).json()
    assert re.match(r"http://testserver(:80)?/files/", answer["data"][0]["url"])


def test_the_runner_is_not_imported() -> None:
    """The gateway is a second reading of the documents: it takes nothing from the code that judges."""
    folder = Path(__file__).parents[1] / "pixelproof_conformance" / "gateway"
    for file in folder.rglob("*.py"):
        imported = re.findall(r"^\s*(?:from|import) (pixelproof_conformance[\w.]*)", file.read_text(), re.MULTILINE)
        assert all(name.startswith("pixelproof_conformance.gateway") for name in imported), file


def test_a_real_server_serves_and_stops() -> None:
    """Over a real port: a plain answer, a stream, a picture by its address; then the port is free again."""
    with running_gateway(faults=["drops-quality"]) as gateway:
        with httpx.Client(base_url=gateway.url, headers=KEY) as client:
            assert client.post(PATH, json={**BODY, "quality": "high"}).json()["quality"] == "low"
            stream = {**BODY, "stream": True, "partial_images": 2}
            with client.stream("POST", PATH, json=stream) as response:
                assert response.headers["content-type"].startswith("text/event-stream")
                assert sum(line.startswith("event: ") for line in response.iter_lines()) == 3
            url = client.post(PATH, json={"prompt": "a"}).json()["data"][0]["url"]
            assert url.startswith(f"{gateway.url}/files/")
            assert httpx.get(url).content.startswith(b"\x89PNG")
        port = int(gateway.url.rpartition(":")[2])
    listen("127.0.0.1", port).close()


def test_a_port_in_use_is_told_in_one_line() -> None:
    """The message names host, port and what to do; a host that is not ours is told the same way."""
    with running_gateway() as gateway:
        port = int(gateway.url.rpartition(":")[2])
        with pytest.raises(
            pixelproof.UsageError, match=rf"cannot serve on 127.0.0.1 port {port}: .*choose another --port"
        ):
            listen("127.0.0.1", port)
    with pytest.raises(pixelproof.UsageError, match=r"cannot serve on 192\.0\.2\.1 port 8900"):
        listen("192.0.2.1", 8900)
    with pytest.raises(pixelproof.UsageError, match=r"port 99999"):
        listen("127.0.0.1", 99_999)
