"""Large uploads: streamed to the endpoint, packed in records, never held as a whole."""

import hashlib
import json
import socket
import threading
import tracemalloc
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pixelproof_conformance.client import Client
from pixelproof_conformance.journal import Journal, journal_header, read_journal
from pixelproof_conformance.large_body import LARGE, FileBody, PackedBody, inflated_size
from pixelproof_conformance.model import Case, CaseFile, Record
from pixelproof_conformance.record_json import record_from_json, record_to_json
from pixelproof_conformance.request import encode_case, pieces
from pixelproof_conformance.resumption import same_request
from pixelproof_conformance.upload import large_upload, make_upload

from .raw_server import KEY, OK, sent, target
from .scripted import subject

FORM = "multipart/form-data"
MASK = CaseFile("mask", alpha=True, bytes=52_428_799)
CASE = Case(
    "a-large-mask",
    "accept",
    "edits",
    "gpt-image-1",
    {"model": "gpt-image-1", "prompt": f"A fox with {KEY}"},
    "accepted",
    files=(CaseFile("image"), MASK, CaseFile("image", "webp")),
)


class Drain:
    """A server that keeps of a request its length and its hash, and takes it through a small buffer."""

    def __init__(self) -> None:
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listening.getsockname()[1]}"
        self.length = 0
        self.hash = ""

    def serve(self) -> None:
        """Takes one request."""
        connection, _ = self._listening.accept()
        with connection:
            head = b""
            while b"\r\n\r\n" not in head:
                head += connection.recv(1)
            announced = next(line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:"))
            buffer, digest = bytearray(65536), hashlib.sha256()
            while self.length < int(announced[15:]):
                count = connection.recv_into(buffer)
                digest.update(memoryview(buffer)[:count])
                self.length += count
            self.hash = digest.hexdigest()
            connection.sendall(OK)

    @contextmanager
    def running(self) -> Iterator[None]:
        """Serves while the block runs."""
        thread = threading.Thread(target=self.serve)
        thread.start()
        try:
            yield
        finally:
            thread.join()
            self._listening.close()


def test_a_case_of_50_megabytes_needs_less_than_10_more(tmp_path: Path) -> None:
    """Made, judged, sent, kept and written to the journal, the case is never in memory as a whole."""
    drain = Drain()
    header = journal_header("openai", {}, "")
    editing = subject("gpt-image-1", "orq", "edits")
    tracemalloc.start()
    try:
        editing.files(CASE.files)
        with drain.running(), Client(target(drain.url)) as client, Journal.create(tmp_path / "j", header) as journal:
            record = sent(client, CASE, FORM)
            journal.append(record)
        again = read_journal(tmp_path / "j")[1][0]
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert record.status == 200
    assert drain.length > len(record.sent) == len(again.sent) > 52_428_799  # the key is longer than "[redacted]"
    assert peak < 10_000_000


def test_what_arrives_is_what_is_kept(tmp_path: Path) -> None:
    """Byte for byte, apart from the key; also after the journal."""
    drain = Drain()
    with drain.running(), Client(target(drain.url)) as client:
        record = sent(client, CASE, FORM)
    message = encode_case(CASE, FORM, {})
    whole = b"".join(pieces(message.body))
    assert drain.hash == hashlib.sha256(whole).hexdigest()
    assert bytes(record.sent) == whole.replace(KEY.encode(), b"[redacted]")
    again = record_from_json(json.loads(json.dumps(record_to_json(record))))
    assert isinstance(again.sent, PackedBody)
    assert bytes(again.sent) == bytes(record.sent)
    assert same_request(CASE, again, FORM, {}, secrets=(KEY,))


def test_a_large_form_is_the_form_that_a_small_one_would_be() -> None:
    """Cutting the form where large files belong changes none of its bytes."""
    from pixelproof._multipart import build_multipart

    message = encode_case(CASE, FORM, {})
    boundary = message.content_type.partition("boundary=")[2]
    whole = build_multipart(
        [("model", "gpt-image-1"), ("prompt", f"A fox with {KEY}")],
        [make_upload(file) for file in CASE.files],
        boundary=boundary,
    )
    assert b"".join(pieces(message.body)) == whole
    assert len(message.body) == len(whole)


@pytest.mark.parametrize(
    "file",
    [
        CaseFile("a", "png", bytes=LARGE),
        CaseFile("a", "jpeg", bytes=LARGE + 5),
        CaseFile("a", "webp", alpha=True, bytes=LARGE),
        CaseFile("a", "gif", bytes=LARGE),
        CaseFile("a", alpha=True, opaque=True, bytes=LARGE),
    ],
    ids=lambda file: file.format,
)
def test_a_file_on_disk_is_the_file_in_memory(file: CaseFile) -> None:
    """The same bytes, and few blocks of the disk; a second request for it makes no second file."""
    path = large_upload(file)
    assert path is not None
    assert path.read_bytes() == make_upload(file).content
    assert path.stat().st_blocks * 512 < LARGE // 2
    assert large_upload(file) == path


@pytest.mark.parametrize(
    "file",
    [
        CaseFile("a"),
        CaseFile("a", bytes=LARGE - 1),
        CaseFile("a", bytes=LARGE, cut=True),
        CaseFile("a", "text", bytes=LARGE),
    ],
)
def test_other_files_are_made_in_memory(file: CaseFile) -> None:
    """Small ones, halves, and texts, which have no run of zeros."""
    assert large_upload(file) is None


def test_the_judge_sees_the_same_file_on_disk_and_in_memory() -> None:
    """A requirement on size, format or pixels is judged as it always was."""
    from pixelproof import File

    operation = subject("gpt-image-1", "orq", "edits").operation
    body = {"model": "openai/gpt-image-1", "prompt": "A fox"}
    file = CaseFile("image", bytes=52_428_800)
    path, made = large_upload(file), make_upload(file)
    assert path is not None
    found = [
        operation.validate_request(body, files=[File("image", content, made.filename, made.content_type)]).findings
        for content in (path, made.content)
    ]
    assert found[0] == found[1] != ()


def test_a_body_without_files_is_empty() -> None:
    """Nothing is something with the length 0."""
    assert (len(FileBody([])), list(FileBody([]).pieces())) == (0, [])
    packed = PackedBody.of(iter(()))
    assert (len(packed), bytes(packed)) == (0, b"")


PIECES = st.binary(max_size=200) | st.integers(0, 300_000).map(bytes) | st.integers(0, 70_000).map(b"\xff".__mul__)


@given(st.lists(st.tuples(PIECES, st.booleans()), max_size=5))
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
def test_packed_pieces_are_one_stream_whatever_stands_in_files(
    tmp_path_factory: pytest.TempPathFactory, pieces: list[tuple[bytes, bool]]
) -> None:
    """Files are packed once and for all, and joined to the rest; any reader of zlib unpacks it, checksum included."""
    folder = tmp_path_factory.mktemp("pieces")
    segments: list[bytes | Path] = []
    for number, (data, in_a_file) in enumerate(pieces):
        path = folder / str(number)
        path.write_bytes(data)
        segments.append(path if in_a_file else data)
    whole = b"".join(data for data, _ in pieces)
    packed = FileBody(segments).packed(lambda part: part)
    assert (zlib.decompress(packed.deflated), len(packed)) == (whole, len(whole))
    assert inflated_size(packed.deflated, len(whole)) == len(whole)


@pytest.mark.parametrize("size", [0, 1, 262_144, 262_145, 1_000_000])
def test_the_size_of_packed_bytes_is_counted(size: int) -> None:
    """Without keeping them."""
    assert inflated_size(zlib.compress(bytes(size)), 1_000_000) == size


@pytest.mark.parametrize(
    ("deflated", "told"),
    [
        (zlib.compress(bytes(1_000_001)), "more than 1000000"),
        (zlib.compress(bytes(1000))[:-3], "are cut"),
        (b"garbage", "are damaged"),
        (b"", "are cut"),
    ],
)
def test_packed_bytes_that_are_none_are_refused(deflated: bytes, told: str) -> None:
    """A journal is a file that anybody may have written."""
    with pytest.raises(ValueError, match=told):
        inflated_size(deflated, 1_000_000)


def test_a_small_body_of_a_journal_is_unpacked() -> None:
    """Only what is large stays packed."""
    record = Record("a", "http://a", b"\x80" * 200_000, FORM, "", 0.0, status=200)
    again = record_from_json(record_to_json(record))
    assert again.sent == record.sent
