import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pixelproof import UsageError
from pixelproof_conformance.har import read_har, write_har
from pixelproof_conformance.model import Record

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
WORD = st.text("abcdefghij-", min_size=1, max_size=10)
BYTES = st.binary(max_size=60) | TEXT.map(str.encode)
SECONDS = st.integers(0, 4000).map(lambda number: number / 8)
RECORDS = st.builds(
    Record,
    case=WORD,
    url=WORD.map(lambda word: f"http://h/{word}"),
    sent=BYTES,
    sent_content_type=st.sampled_from(["application/json", "multipart/form-data; boundary=x"]),
    started=st.just("2026-11-20T12:00:00.000+00:00"),
    seconds=SECONDS,
    status=st.none() | st.integers(100, 999),
    headers=st.just({"content-type": "image/png"}),
    body=BYTES,
    failure=st.sampled_from([None, "timeout"]),
    failure_text=WORD,
    attempts=st.integers(0, 9),
    first_byte_seconds=st.none() | SECONDS,
    arrivals=st.lists(SECONDS, max_size=3).map(tuple),
    note=WORD,
)

FOREIGN: dict[str, Any] = {
    "startedDateTime": "2026-11-20T12:00:00.000Z",
    "time": 1500,
    "request": {
        "method": "POST",
        "url": "https://me:pass-word-1@api.test/v1/images/generations?api-key=abc",
        "headers": [
            {"name": "Authorization", "value": "Bearer sk-abcdefghijklmnop1234"},
            {"name": "Content-Type", "value": "application/json; charset=utf-8"},
        ],
        "postData": {"mimeType": "application/json", "text": '{"prompt":"ä","user":"pass-word-1"}'},
    },
    "response": {
        "status": 200,
        "headers": [
            {"name": "Set-Cookie", "value": "a=b"},
            {"name": "X-A", "value": "1"},
            {"name": "x-a", "value": "2"},
        ],
        "content": {"size": 4, "mimeType": "image/png", "text": "iVBORw==", "encoding": "base64"},
    },
}


def archive(path: Path, *entries: object) -> Path:
    """An archive as another tool writes it."""
    file = path / "traffic.har"
    file.write_text(json.dumps({"log": {"version": "1.2", "entries": entries}}), encoding="utf-8")
    return file


@settings(max_examples=50)
@given(records=st.lists(RECORDS, max_size=3))
def test_records_come_back_as_they_were(tmp_path_factory: pytest.TempPathFactory, records: list[Record]) -> None:
    """What is written as an archive is read again, text and bytes alike."""
    path = tmp_path_factory.mktemp("har") / "run.har"
    write_har(records, path)
    assert read_har(path) == records


def test_the_archive_is_one_that_other_tools_read(tmp_path: Path) -> None:
    """The fields that HAR 1.2 requires are there, times in milliseconds."""
    path = tmp_path / "run.har"
    record = Record(
        "a", "http://h/v1", b"{}", "application/json", "2026-11-20T12:00:00+00:00", 2.0, 302,
        {"location": "/x", "content-type": "text/html"}, b"\xff", first_byte_seconds=0.5,
    )  # fmt: skip
    write_har([record], path)
    log = json.loads(path.read_text(encoding="utf-8"))["log"]
    entry = log["entries"][0]
    assert (log["version"], log["creator"]["name"]) == ("1.2", "pixelproof")
    assert entry["timings"] == {"send": 0, "wait": 500, "receive": 1500}
    assert entry["time"] == 2000
    assert entry["request"]["postData"] == {"mimeType": "application/json", "text": "{}"}
    assert entry["response"]["content"] == {"size": 1, "mimeType": "text/html", "text": "/w==", "encoding": "base64"}
    assert entry["response"]["redirectURL"] == "/x"
    required = {"method", "url", "httpVersion", "cookies", "headers", "queryString", "headersSize", "bodySize"}
    assert required < set(entry["request"])


def test_an_archive_of_a_browser_is_read_without_its_secrets(tmp_path: Path) -> None:
    """A foreign entry gets a name; keys, cookies and passwords do not come in."""
    (record,) = read_har(archive(tmp_path, FOREIGN))
    assert record == Record(
        case="har-1",
        url="https://[redacted]@api.test/v1/images/generations?api-key=[redacted]",
        sent='{"prompt":"ä","user":"[redacted]"}'.encode(),
        sent_content_type="application/json; charset=utf-8",
        started="2026-11-20T12:00:00.000Z",
        seconds=1.5,
        status=200,
        headers={"set-cookie": "[redacted]", "x-a": "1, 2", "content-type": "image/png"},
        body=b"\x89PNG",
    )


def test_an_entry_without_an_answer_has_no_status(tmp_path: Path) -> None:
    """Browsers write 0 for a request that was blocked or failed."""
    entry = {"request": {"url": "http://h/"}, "response": {"status": 0}}
    (record,) = read_har(archive(tmp_path, entry))
    assert (record.status, record.sent, record.body) == (None, b"", b"")


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("", "is no HTTP archive"),
        ("[]", "is no HTTP archive"),
        ('{"log":{}}', "is no HTTP archive .* KeyError 'entries'"),
        ('{"log":{"entries":[{}]}}', "KeyError 'request'"),
        (
            '{"log":{"entries":[{"request":{"url":""},"response":{"content":{"text":"*","encoding":"base64"}}}]}}',
            "base64",
        ),
        ("[" * 100_000, "is no HTTP archive"),
    ],
)
def test_another_file_is_no_archive(tmp_path: Path, content: str, words: str) -> None:
    """A file of another kind is an error for the user, whatever it holds."""
    path = tmp_path / "a.har"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(UsageError, match=words):
        read_har(path)


def test_files_that_cannot_be_used_are_named(tmp_path: Path) -> None:
    """A missing file and a folder in place of a file are errors with the reason."""
    with pytest.raises(UsageError, match="cannot be read: no such file"):
        read_har(tmp_path / "a.har")
    with pytest.raises(UsageError, match="cannot be written: is a directory"):
        write_har([], tmp_path)
