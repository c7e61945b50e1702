"""Cases that go over the wire in another way: what the server really gets."""

from dataclasses import replace
from typing import Any

import pytest
from pixelproof_conformance.client import Client
from pixelproof_conformance.model import Case, CaseFile, Record, Transport
from pixelproof_conformance.reproduce import curl_line, python_snippet

from .raw_server import KEY, OK, RawServer, case, keeps_saying, sent, target

FORM = "multipart/form-data"


def got(a_case: Case, *, content_type: str = "application/json", **changes: Any) -> tuple[bytes, Record]:
    """The bytes that a server gets for a case, and the record of it."""
    with RawServer(keeps_saying(OK)) as server, Client(replace(target(server.url), **changes)) as client:
        record = sent(client, a_case, content_type)
    return (server.requests[0] if server.requests else b""), record


def of(**transport: Any) -> Case:
    """A case that goes over the wire like this."""
    return replace(case({"model": "m", "prompt": "p"}), transport=Transport(**transport))


def test_a_chunked_body_has_no_length() -> None:
    """One chunk with the whole JSON, as Node sends a read stream."""
    request, record = got(of(chunked=True))
    head, _, body = request.partition(b"\r\n\r\n")
    assert b"\r\nTransfer-Encoding: chunked" in head
    assert b"content-length" not in head.lower()
    assert body == b'1a\r\n{"model":"m","prompt":"p"}\r\n0\r\n\r\n'
    assert record.sent == b'{"model":"m","prompt":"p"}'


@pytest.mark.parametrize(
    ("key", "line"),
    [
        ("none", None),
        ("wrong", b"Authorization: Bearer pixelproof-wrong-key"),
        ("other-scheme", b"Authorization: PixelproofBearer"),
    ],
)
def test_another_key_takes_the_place_of_the_right_one(key: str, line: bytes | None) -> None:
    """The right one never leaves the machine with it."""
    request, _ = got(of(key=key))
    lines = [one for one in request.split(b"\r\n") if one.lower().startswith(b"authorization")]
    assert lines == ([] if line is None else [line])
    assert KEY.encode() not in request


def test_a_run_without_a_key_can_leave_none_out() -> None:
    """Nothing is sent, and the record says why."""
    request, record = got(of(key="none"), key=None)
    assert (request, record.attempts, record.failure) == (b"", 0, "connection")
    assert "no key" in record.failure_text


def test_another_path_stands_below_the_same_base() -> None:
    """The path of the operation is replaced, and what the user wrote before it stays."""
    with RawServer(keeps_saying(OK)) as server, Client(target(f"{server.url}/team/v1")) as client:
        client.send(of(path="/v1/images/none"), path="/v1/images/generations", content_type="application/json")
    assert server.requests[0].startswith(b"POST /team/v1/images/none HTTP/1.1\r\n")


def test_get_has_neither_body_nor_content_type() -> None:
    """As a browser asks."""
    a_case = replace(of(method="GET"), raw=b"", content_type="")
    request, _ = got(a_case)
    assert request.startswith(b"GET ")
    assert b"content-" not in request.lower()


def test_files_go_before_fields() -> None:
    """The model comes after the picture, under one boundary."""
    a_case = replace(of(files_first=True), files=(CaseFile("image", width=8, height=8),))
    request, record = got(a_case, content_type=FORM)
    names = [part.partition(b'"')[2].partition(b'"')[0] for part in request.split(b"form-data; name=")[1:]]
    assert names == [b"image", b"model", b"prompt"]
    assert bytes(record.sent).count(b"--\r\n") == 1


def test_padding_keeps_the_body_the_same_json() -> None:
    """Blanks before the last brace, from a file and not from memory."""
    _, record = got(of(padding=1_000_000))
    body = bytes(record.sent)
    assert len(body) == 1_000_000 + len(b'{"model":"m","prompt":"p"}')
    assert body.startswith(b'{"model":"m","prompt":"p" ')
    assert body.endswith(b" }")


def test_this_machine_is_called_by_another_of_its_names() -> None:
    """Only the Host header changes."""
    request, record = got(of(other_host=True))
    assert b"\r\nHost: localhost:" in request
    assert record.url.startswith("http://127.0.0.1:")


def test_the_commands_that_repeat_a_case_do_the_same() -> None:
    """Without the key where there was none, and with the framing that was on trial."""
    where = target("http://127.0.0.1:9")
    _, record = got(of())
    for transport, there, gone in (
        (Transport(key="none"), "prompt", "Authorization"),
        (Transport(key="wrong"), "Bearer pixelproof-wrong-key", "$OPENAI_API_KEY"),
        (Transport(chunked=True), "Transfer-Encoding", "nothing"),
        (Transport(other_host=True), "localhost:", "nothing"),
    ):
        for text in (curl_line(record, where, transport=transport), python_snippet(record, where, transport=transport)):
            assert there in text
            assert gone not in text
