import errno
import json
import threading
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from pixelproof import UsageError
from pixelproof_conformance.journal import (
    FORMAT,
    Journal,
    JournalError,
    journal_header,
    read_journal,
    stream_journal,
)
from pixelproof_conformance.model import Record
from pixelproof_conformance.record_json import bytes_from_json, bytes_to_json, record_from_json, record_to_json

CONFIGURATION: dict[str, Any] = {"url": "http://me:secret-pass@h/v1", "models": ["gpt-image-1"], "seed": 7, "rate": 2}
HEADER = journal_header("openai", CONFIGURATION, "2026-11-20T12:00:00+00:00")
SCHEMA = yaml.safe_load((Path(__file__).parents[2] / "schemas/meta/journal.yaml").read_text(encoding="utf-8"))

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
SECONDS = st.floats(0, 1e6)
RECORDS = st.builds(
    Record,
    case=TEXT,
    url=TEXT,
    sent=st.binary(max_size=60) | TEXT.map(str.encode),
    sent_content_type=TEXT,
    started=st.just("2026-11-20T12:00:00.000+00:00"),
    seconds=SECONDS,
    status=st.none() | st.integers(100, 999),
    headers=st.dictionaries(TEXT, TEXT, max_size=3),
    body=st.binary(max_size=60) | TEXT.map(str.encode),
    failure=st.sampled_from([None, "timeout", "endless", "interrupted"]),
    failure_text=TEXT,
    attempts=st.integers(0, 9),
    first_byte_seconds=st.none() | SECONDS,
    arrivals=st.lists(SECONDS, max_size=4).map(tuple),
    arrived=st.lists(st.integers(0, 10**9), max_size=4).map(tuple),
    note=TEXT,
)


def record(number: int = 1, **changes: Any) -> Record:
    """A record that differs by its number."""
    given_values: dict[str, Any] = {
        "case": f"case-{number}",
        "url": "http://h/v1/images/generations",
        "sent": b'{"prompt":"x"}',
        "sent_content_type": "application/json",
        "started": "2026-11-20T12:00:00.000+00:00",
        "seconds": 0.5,
        "status": 200,
        "headers": {"content-type": "application/json"},
        "body": b"{}",
    }
    return Record(**given_values | changes)


def written(path: Path, *records: Record) -> Path:
    """A journal with these records."""
    with Journal.create(path, HEADER) as journal:
        for one in records:
            journal.append(one)
    return path


@settings(max_examples=50)
@given(records=st.lists(RECORDS, max_size=4))
def test_every_record_comes_back_as_it_was(tmp_path_factory: pytest.TempPathFactory, records: list[Record]) -> None:
    """Text, bytes, line separators and empty values survive, one line for each record, as the schema describes."""
    path = written(tmp_path_factory.mktemp("run") / "journal.jsonl", *records)
    assert read_journal(path) == (HEADER, records)
    lines = path.read_bytes().split(b"\n")
    assert len(lines) == len(records) + 2
    validator = Draft202012Validator(SCHEMA)
    for line in lines[:-1]:
        assert list(validator.iter_errors(json.loads(line))) == []


def test_the_schema_is_a_schema_and_refuses_other_lines() -> None:
    """The description of a line is valid itself, and a line with a field too many or too few is not a journal's."""
    Draft202012Validator.check_schema(SCHEMA)
    validator = Draft202012Validator(SCHEMA)
    line = record_to_json(record())
    assert validator.is_valid(line)
    assert validator.is_valid(HEADER)
    assert not validator.is_valid(line | {"more": 1})
    assert not validator.is_valid({name: value for name, value in line.items() if name != "note"})
    assert not validator.is_valid(line | {"sent": {"text": "a", "base64": "YQ=="}})
    assert not validator.is_valid(HEADER | {"format": "pixelproof-journal/2"})


def test_lines_of_older_journals_are_read() -> None:
    """A line without the sizes of the chunks, as it was written before, is a record without them."""
    line = record_to_json(record())
    del line["arrived"]
    assert Draft202012Validator(SCHEMA).is_valid(line)
    assert record_from_json(line).arrived == ()


def test_the_header_says_what_the_run_is_without_its_secrets() -> None:
    """Tool, version, dialect and options stand in the first line; the password of the URL does not."""
    assert HEADER["format"] == FORMAT
    assert (HEADER["tool"], HEADER["version"], HEADER["dialect"]) == ("pixelproof", "0.1.0", "openai")
    assert HEADER["configuration"] == CONFIGURATION | {"url": "http://[redacted]@h/v1"}


@pytest.mark.parametrize(
    ("data", "form"),
    [
        (b"", {"text": ""}),
        ("ä\n\0".encode(), {"text": "ä\n\0"}),
        (b"\xff\xfe", {"base64": "//4="}),
    ],
)
def test_bytes_are_text_where_they_can_be(data: bytes, form: dict[str, str]) -> None:
    """UTF-8 is kept readable, anything else is base64."""
    assert bytes_to_json(data) == form
    assert bytes_from_json(form) == data


def test_a_large_empty_file_is_kept_small() -> None:
    """A padded upload of many megabytes does not fill the journal."""
    data = b"\x89PNG" + bytes(5_000_000)
    form = bytes_to_json(data)
    assert list(form) == ["deflate"]
    assert len(form["deflate"]) < 50_000
    assert bytes_from_json(form) == data


def test_many_control_characters_are_packed() -> None:
    """JSON would write each of them as six characters."""
    for data in (bytes(200_000), b"{" + b"\n" * 100_000 + b"}"):
        form = bytes_to_json(data)
        assert list(form) == ["deflate"]
        assert len(form["deflate"]) < 2000
        assert bytes_from_json(form) == data
    lines = b'{"n": 1,\n "prompt": "A fox"}\n' * 10_000
    assert list(bytes_to_json(lines)) == ["text"]


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ({}, "none of text, base64 and deflate"),
        ({"text": 1}, "none of text, base64 and deflate"),
        ({"base64": "!!"}, "base64 is damaged"),
        ({"base64": "QQ"}, "base64 is damaged"),
        ({"deflate": "QUFB"}, "deflated bytes are damaged"),
        ({"deflate": "eJw="}, "deflated bytes are cut"),
        ("text", "none of text, base64 and deflate"),
    ],
)
def test_damaged_bytes_are_named(form: object, words: str) -> None:
    """What cannot be bytes is an error that says why."""
    with pytest.raises(ValueError, match=words):
        bytes_from_json(form)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"status": "200"}, "'status' is of the wrong type"),
        ({"status": True}, "'status' is of the wrong type"),
        ({"case": None}, "'case' is of the wrong type"),
        ({"headers": {"a": 1}}, "'headers' hold something other than text"),
        ({"arrivals": ["1"]}, "'arrivals' hold something other than numbers"),
        ({"arrived": [1.5]}, "'arrived' hold something other than whole numbers"),
    ],
)
def test_a_record_of_wrong_types_is_named(changes: dict[str, object], words: str) -> None:
    """A field of the wrong type does not become a record that crashes later."""
    with pytest.raises(ValueError, match=words):
        record_from_json(record_to_json(record()) | changes)


def test_a_journal_is_not_overwritten(tmp_path: Path) -> None:
    """A second run in the same folder is refused, and the first journal stays as it was."""
    path = written(tmp_path / "new" / "journal.jsonl", record())
    with pytest.raises(UsageError, match=r"journal\.jsonl exists already; resume that run"):
        Journal.create(path, HEADER)
    assert len(read_journal(path)[1]) == 1


def test_a_run_is_resumed(tmp_path: Path) -> None:
    """New records follow those of before, and other options than the deciding ones may differ."""
    path = written(tmp_path / "journal.jsonl", record(1))
    with Journal.resume(path, journal_header("openai", CONFIGURATION | {"rate": 9}, "later")) as journal:
        journal.append(record(2))
    assert [one.case for one in read_journal(path)[1]] == ["case-1", "case-2"]
    assert read_journal(path)[0]["started"] == HEADER["started"]


@given(st.integers(1, 400))
@settings(max_examples=40)
def test_a_line_that_a_kill_cut_is_left_out_and_written_over(
    tmp_path_factory: pytest.TempPathFactory, lost: int
) -> None:
    """Wherever the last line was cut, the records before it are read, and a resumed run continues cleanly."""
    path = written(tmp_path_factory.mktemp("run") / "journal.jsonl", record(1), record(2, body=b'{"a":"\xc3\xa4"}'))
    whole = path.read_bytes()
    last_line = len(whole) - whole.rindex(b"\n", 0, -1) - 1
    path.write_bytes(whole[: -min(lost, last_line)])
    complete = 2 if lost == 1 else 1
    assert len(read_journal(path)[1]) == complete, "a record that lacks its line end only is whole"
    with Journal.resume(path, HEADER) as journal:
        journal.append(record(3))
    assert [one.case for one in read_journal(path)[1]] == [*["case-1", "case-2"][:complete], "case-3"]
    assert path.read_bytes().count(b"\n") == complete + 2


@pytest.mark.parametrize(
    ("dialect", "changes", "words"),
    [
        ("orq", {}, 'dialect is "openai" there and "orq" now'),
        ("openai", {"url": "http://other/v1"}, r'url is "http://\[redacted\]@h/v1" there and "http://other/v1" now'),
        ("openai", {"models": ["dall-e-2", "dall-e-3"]}, "models is gpt-image-1 there and dall-e-2, dall-e-3 now"),
        ("openai", {"seed": 8}, "seed is 7 there and 8 now"),
        ("openai", {"seed": None, "models": []}, "models is gpt-image-1 there and none now; seed is 7 there and null"),
    ],
)
def test_another_run_does_not_continue_a_journal(
    tmp_path: Path, dialect: str, changes: dict[str, Any], words: str
) -> None:
    """The error names what differs, so that the user sees which option to change."""
    path = written(tmp_path / "journal.jsonl", record())
    before = path.read_bytes()
    with pytest.raises(UsageError, match=words):
        Journal.resume(path, journal_header(dialect, CONFIGURATION | changes, "later"))
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "is no journal"),
        (b"hello\n", "is no journal"),
        (b"[1]\n", "is no journal"),
        (b"[" * 5000, "is no journal"),
        (b'{"format":"har"}\n', "is no journal"),
        (b'{"format":"pixelproof-journal/9"}\n', "has the format pixelproof-journal/9; this version reads"),
    ],
)
def test_another_file_is_no_journal(tmp_path: Path, content: bytes, words: str) -> None:
    """A file of another kind or of a newer version is named for what it is."""
    path = tmp_path / "journal.jsonl"
    path.write_bytes(content)
    with pytest.raises(UsageError, match=words):
        read_journal(path)
    with pytest.raises(UsageError, match=words):
        Journal.resume(path, HEADER)


def test_a_damaged_line_in_the_middle_is_named(tmp_path: Path) -> None:
    """Only the last line may be cut: damage before it is an error with its line, after the records before it."""
    path = written(tmp_path / "journal.jsonl", record(1), record(2), record(3))
    lines = path.read_bytes().split(b"\n")
    path.write_bytes(b"\n".join([*lines[:2], lines[2][:50], *lines[3:]]))
    _, records = stream_journal(path)
    assert next(records).case == "case-1"
    with pytest.raises(UsageError, match=r"line 3 of .*journal\.jsonl is damaged: it is no JSON object"):
        next(records)


def test_a_missing_journal_is_named(tmp_path: Path) -> None:
    """No file, no traceback."""
    with pytest.raises(UsageError, match="there is no journal"):
        read_journal(tmp_path / "journal.jsonl")
    with pytest.raises(JournalError, match="cannot be read: is a directory"):
        read_journal(tmp_path)


def test_a_place_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    """A folder that cannot be made stops the run before anything is paid for."""
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(JournalError, match=r"cannot be created: (not a directory|file exists)") as refused:
        Journal.create(tmp_path / "file" / "journal.jsonl", HEADER)
    assert refused.value.exit_status == 3


def test_a_journal_that_may_not_be_changed_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A read-only journal cannot be resumed, and says so before anything is sent."""
    path = written(tmp_path / "journal.jsonl", record())
    opened = Path.open

    def read_only(self: Path, mode: str = "r", **options: Any) -> Any:
        if "+" in mode:
            raise PermissionError(errno.EACCES, "Permission denied")
        return opened(self, mode, **options)

    monkeypatch.setattr(Path, "open", read_only)
    with pytest.raises(JournalError, match="cannot be appended to: permission denied"):
        Journal.resume(path, HEADER)


def test_threads_do_not_mix_their_lines(tmp_path: Path) -> None:
    """Eight threads append at once, and every record is whole."""
    path = tmp_path / "journal.jsonl"
    with Journal.create(path, HEADER) as journal:

        def append(number: int) -> None:
            for step in range(25):
                journal.append(record(number * 100 + step, body=b"x" * 5000))

        threads = [threading.Thread(target=append, args=(number,)) for number in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    records = read_journal(path)[1]
    assert {one.case for one in records} == {f"case-{number * 100 + step}" for number in range(8) for step in range(25)}
    assert len(records) == 200
