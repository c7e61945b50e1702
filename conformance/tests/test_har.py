import json
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft6Validator
from pixelproof._meta import meta_validator
from pixelproof_conformance.har import write_har
from pixelproof_conformance.model import Record
from pixelproof_conformance.traffic.har_entry import parse_entry, read_entry
from pixelproof_conformance.traffic.har_slices import entries
from pixelproof_conformance.traffic.line_reader import of_record
from referencing import Registry, Resource

PUBLISHED = {
    path.stem: json.loads(path.read_text(encoding="utf-8"))
    for path in (Path(__file__).with_name("official") / "har-1.2").glob("*.json")
}

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
    arrived=st.lists(st.integers(0, 10**9), max_size=3).map(tuple),
    note=WORD,
)


def written(*records: Record) -> bytes:
    """The archive of these records."""
    out = BytesIO()
    assert write_har(records, out) == len(records)
    return out.getvalue()


@settings(max_examples=50)
@given(records=st.lists(RECORDS, max_size=3))
def test_an_audit_reads_the_exchanges_of_a_run(records: list[Record]) -> None:
    """What is written as an archive is the same exchange as the record, text and bytes alike."""
    content = written(*records)
    found = [read_entry(parse_entry(raw))._replace(headers=()) for raw in entries(BytesIO(content).read)]
    assert found == [of_record(record) for record in records]


@settings(max_examples=50)
@given(records=st.lists(RECORDS, max_size=3))
def test_the_archive_is_one_that_other_tools_read(records: list[Record]) -> None:
    """It is HAR 1.2 by our own description and by the schema that other programs are held to."""
    assert flaws_of(json.loads(written(*records))) == []


def flaws_of(archive: Any) -> list[str]:
    """What is wrong with an archive by our own description and by the published schema."""
    registry: Registry[Any] = Registry().with_resources(
        (schema["$id"].rstrip("#"), Resource.from_contents(schema)) for schema in PUBLISHED.values()
    )
    checker = Draft6Validator(PUBLISHED["har"], registry=registry)
    errors = [*meta_validator("har").iter_errors(archive), *checker.iter_errors(archive)]
    return [error.message for error in errors]


def test_an_entry_says_what_the_record_says() -> None:
    """Times in milliseconds; the query, the redirection, and bytes as base64."""
    record = Record(
        "a", "http://h/v1?a=b&c=", b"{}", "application/json", "2026-11-20T12:00:00+00:00", 2.0, 302,
        {"location": "/x", "content-type": "text/html"}, b"\xff", first_byte_seconds=0.5,
    )  # fmt: skip
    log = json.loads(written(record))["log"]
    entry = log["entries"][0]
    assert (log["version"], log["creator"]["name"]) == ("1.2", "pixelproof")
    assert entry["timings"] == {"send": 0, "wait": 500, "receive": 1500}
    assert entry["time"] == 2000
    assert entry["request"]["postData"] == {"mimeType": "application/json", "text": "{}"}
    assert entry["request"]["queryString"] == [{"name": "a", "value": "b"}, {"name": "c", "value": ""}]
    assert entry["response"]["content"] == {"size": 1, "mimeType": "text/html", "text": "/w==", "encoding": "base64"}
    assert entry["response"]["redirectURL"] == "/x"


def test_nothing_secret_comes_out_of_a_journal_of_others() -> None:
    """Keys in bodies, headers and addresses, though a journal of ours has none."""
    key = "sk-abcdefghijklmnop1234"
    headers = {"set-cookie": "a=b-c-d-e-f", "location": f"http://h/?api_key={key}"}
    record = Record(
        "a", f"http://h/v1?key={key}", f'{{"user":"{key}"}}'.encode(), "application/json", "2026-11-20T12:00:00Z", 1.0,
        200, headers, f'{{"echo":"Bearer {key}"}}'.encode(), failure_text=key,
    )  # fmt: skip
    text = written(record).decode()
    assert key not in text
    assert "b-c-d-e-f" not in text
    assert text.count("[redacted]") >= 5


def test_archives_are_written_as_the_records_come() -> None:
    """No more than one record is held: the first is out before the second is read."""
    out = BytesIO()
    sizes: list[int] = []

    def records() -> Iterator[Record]:
        for name in "ab":
            sizes.append(out.tell())
            yield Record(name, "http://h/", b"x" * 1000, "text/plain", "2026-11-20T12:00:00Z", 1.0)

    write_har(records(), out)
    assert sizes[1] - sizes[0] > 1000
