import pytest
from pixelproof import UsageError
from pixelproof._multipart import parse_multipart
from pixelproof_conformance.client import Client
from pixelproof_conformance.model import CaseFile

from .raw_server import KEY, OK, PATH, RawServer, case, keeps_saying, says, sent, target


def test_json_is_compact_and_keeps_its_characters() -> None:
    """A JSON case goes out as SDKs send it, with the key, our name and no more headers than needed."""
    body = {"prompt": "Füchse 🦊", "n": None, "user": "ü"}
    with RawServer(says(OK)) as server, Client(target(server.url)) as client:
        record = sent(client, case(body))
        head, _, content = server.requests[0].partition(b"\r\n\r\n")
    lines = head.decode().split("\r\n")
    assert content == '{"prompt":"Füchse 🦊","n":null,"user":"ü"}'.encode()
    assert lines[0] == f"POST {PATH} HTTP/1.1"
    names = {line.partition(":")[0] for line in lines[1:]}
    assert names == {
        "Host", "User-Agent", "Accept", "Accept-Encoding", "Authorization", "Content-Length", "Content-Type"
    }  # fmt: skip
    assert f"Host: 127.0.0.1:{server.port}" in lines
    assert "User-Agent: pixelproof/0.1.0" in lines
    assert f"Authorization: Bearer {KEY}" in lines
    assert (record.sent, record.sent_content_type, record.case) == (content, "application/json", "a-case")
    assert (record.status, record.body, record.failure, record.attempts) == (200, b"{}", None, 1)
    assert record.url == f"{server.url}{PATH}"
    assert 0 < (record.first_byte_seconds or 0) <= record.seconds


def test_a_lone_surrogate_is_sent_escaped() -> None:
    """A text that UTF-8 cannot carry still goes out as valid JSON."""
    with RawServer(says(OK)) as server, Client(target(server.url)) as client:
        assert sent(client, case({"prompt": "\ud800"})).sent == b'{"prompt":"\\ud800"}'


def test_raw_bytes_go_out_as_they_are() -> None:
    """The bytes on trial are not touched, and an empty content type is not sent at all."""
    raw = b'\xff{"prompt": NaN'
    with RawServer(keeps_saying(OK)) as server, Client(target(server.url)) as client:
        sent(client, case(raw=raw, content_type="text/plain"))
        record = sent(client, case(raw=raw, content_type=""))
        first, second = server.requests
    assert first.endswith(b"Content-Type: text/plain\r\n\r\n" + raw)
    assert b"ontent-Type" not in second
    assert record.sent == raw
    assert server.connections == 1, "a connection is used again"


def test_the_alias_of_a_model_is_what_is_sent() -> None:
    """The documented model is replaced on the wire only, and only where an alias is given."""
    the_case = case({"model": "gpt-image-1", "prompt": "x"})
    with RawServer(keeps_saying(OK)) as server:
        with Client(target(server.url, aliases={"gpt-image-1": "azure/my-image"})) as client:
            assert sent(client, the_case).sent == b'{"model":"azure/my-image","prompt":"x"}'
        with Client(target(server.url, aliases={"other": "mine"})) as client:
            assert sent(client, the_case).sent == b'{"model":"gpt-image-1","prompt":"x"}'
    assert the_case.body["model"] == "gpt-image-1"


def test_a_form_looks_as_clients_send_it() -> None:
    """Text fields come first, booleans and numbers are texts, null is left out, and files have a name and a type."""
    body = {"prompt": "A fox", "n": 2, "stream": False, "user": None, "tags": ["a", "b"], "config": {"ratio": "1:1"}}
    files = (
        CaseFile("image[]"),
        CaseFile("image[]", "jpeg", filename="upload", content_type="application/octet-stream"),
        CaseFile("mask", "gif", 8, 8, bytes=2000),
        CaseFile("other", "text", bytes=50),
        CaseFile("other", "bmp", 2, 3),
    )
    with RawServer(says(OK)) as server, Client(target(server.url)) as client:
        record = sent(client, case(body, files=files), "multipart/form-data")
    body_sent = bytes(record.sent)
    form = parse_multipart(body_sent, record.sent_content_type)
    assert form.flaws == ()
    texts = [(part.name, bytes(part.content).decode()) for part in form.parts[:6]]
    assert texts == [
        ("prompt", "A fox"),
        ("n", "2"),
        ("stream", "false"),
        ("tags", "a"),
        ("tags", "b"),
        ("config", '{"ratio": "1:1"}'),
    ]
    found = [(part.name, part.filename, part.content_type, bytes(part.content[:3])) for part in form.parts[6:]]
    assert found == [
        ("image[]", "image.png", "image/png", b"\x89PN"),
        ("image[]", "upload", "application/octet-stream", b"\xff\xd8\xff"),
        ("mask", "mask.gif", "image/gif", b"GIF"),
        ("other", "other.txt", "text/plain", b"Thi"),
        ("other", "other.bmp", "image/bmp", b"BM" + body_sent[body_sent.rindex(b"BM") + 2 :][:1]),
    ]
    assert [len(part.content) for part in form.parts[8:10]] == [2000, 50]
    assert server.requests[0].endswith(body_sent)


@pytest.mark.parametrize(
    ("files", "content_type", "words"),
    [
        ((CaseFile("image"),), "application/json", "a-case has files"),
        ((), "text/plain\r\nx: y", "a-case has the content type"),
        ((CaseFile("image", "tiff"),), "multipart/form-data", "'tiff' cannot be made"),
        ((CaseFile("image", bytes=3),), "multipart/form-data", "'image' cannot be made"),
    ],
)
def test_a_case_that_cannot_be_written_is_named(files: tuple[CaseFile, ...], content_type: str, words: str) -> None:
    """A case that no request can carry is our fault and says so, instead of being sent as something else."""
    with Client(target("http://127.0.0.1:9")) as client, pytest.raises(UsageError, match=words):
        sent(client, case(files=files), content_type)
