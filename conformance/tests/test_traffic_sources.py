"""Files cut into pieces: plain and packed, lines and archives; every line is judged once, with its number."""

import gzip
import json
import os
import threading
from pathlib import Path

import pytest
from pixelproof import UsageError, _parse
from pixelproof_conformance.traffic import piece_reader, sources
from pixelproof_conformance.traffic.sources import check_sources, pieces

from .traffic_lines import GOOD, audited, broken, entry, line, write_archive, write_lines

WRONG = {**GOOD, "size": "7x7"}


def log(path: Path, count: int = 200) -> Path:
    """A log in which every tenth request is wrong, with empty lines and lines of very different lengths."""
    rows: list[object] = []
    for number in range(count):
        rows.append(line({**(WRONG if number % 10 == 7 else GOOD), "user": "u" * (number * 37 % 300)}))
        rows += [b""] * (number % 3 == 0)
    return write_lines(path, *rows)


def numbers(path: Path) -> list[int]:
    """The numbers of the lines that are wrong, by a reader of its own."""
    rows = path.read_bytes().split(b"\n")
    return [number for number, row in enumerate(rows, 1) if b"7x7" in row]


def test_lines_keep_their_numbers_whatever_the_pieces(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A line that crosses the end of a piece is judged once, and its number counts from the start of the file."""
    file = log(tmp_path / "a.jsonl")
    for size in (1, 7, 100, 333, 1000, 1 << 20):
        monkeypatch.setattr(sources, "PIECE_BYTES", size)
        audit = audited(file, most_examples=99)
        (group,) = [group for key, group in audit.tally.groups.items() if key.side == "client"]
        assert [example.place.number for example in group.examples] == numbers(file), size
        assert audit.tally.judged == 200, size
        assert audit.tally.lines == file.read_bytes().count(b"\n"), size


def test_a_last_line_without_its_end_is_a_line(tmp_path: Path) -> None:
    """A log that is still being written ends anywhere."""
    whole = json.dumps(line(WRONG)).encode()
    (tmp_path / "a.jsonl").write_bytes(whole + b"\n" + whole)
    (tmp_path / "b.jsonl").write_bytes(whole + b"\n" + whole[:40])
    assert broken(audited(tmp_path / "a.jsonl"), "client") == {"size-not-for-gpt": 2}
    cut = audited(tmp_path / "b.jsonl")
    assert broken(cut, "client") == {"size-not-for-gpt": 1}
    assert [cut.where(flaw.place) for flaw in cut.tally.flaws] == [f"{tmp_path}/b.jsonl:2"]


@pytest.mark.parametrize("size", [50, 1 << 20])
def test_packed_files_give_what_plain_ones_give(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, size: int) -> None:
    """Lines and archives; gzip in one part or in several."""
    monkeypatch.setattr(sources, "PIECE_BYTES", size)
    plain = log(tmp_path / "a.jsonl")
    content = plain.read_bytes()
    (tmp_path / "b.gz").write_bytes(gzip.compress(content[:5000]) + gzip.compress(content[5000:]))
    har = write_archive(tmp_path / "a.har", *[entry(WRONG if number == 3 else GOOD) for number in range(9)])
    (tmp_path / "b.har.gz").write_bytes(gzip.compress(har.read_bytes()))
    for one, other in ((plain, tmp_path / "b.gz"), (har, tmp_path / "b.har.gz")):
        tallies = [audited(file, most_examples=99).tally for file in (one, other)]
        assert tallies[0] == tallies[1]
        assert broken(audited(other), "client")


def test_a_pipe_is_read_as_it_comes(tmp_path: Path) -> None:
    """What cannot be read twice and has no length."""
    path = tmp_path / "pipe"
    os.mkfifo(path)
    content = log(tmp_path / "a.jsonl").read_bytes()
    writer = threading.Thread(target=lambda: path.write_bytes(content))
    writer.start()
    assert check_sources([str(path)]) is None
    audit = audited(path)
    writer.join()
    assert audit.tally == audited(tmp_path / "a.jsonl").tally


def test_several_files_are_one_audit(tmp_path: Path) -> None:
    """Each keeps its own numbers, and an archive among them its entries."""
    first, second = log(tmp_path / "a.jsonl", 8), write_archive(tmp_path / "b.har", entry(WRONG))
    audit = audited(first, second, most_examples=9)
    (group,) = [group for key, group in audit.tally.groups.items() if key.side == "client"]
    assert [audit.where(one.place) for one in group.examples] == [f"{first}:{numbers(first)[0]}", f"{second} entry 1"]


def test_an_archive_without_end_is_judged_as_far_as_it_goes(tmp_path: Path) -> None:
    """What is missing is told."""
    har = write_archive(tmp_path / "a.har", entry(WRONG), entry(WRONG))
    har.write_bytes(har.read_bytes()[:-400])
    audit = audited(har)
    assert broken(audit, "client") == {"size-not-for-gpt": 1}
    assert [(audit.where(flaw.place), flaw.message) for flaw in audit.tally.flaws] == [
        (str(har), "the archive ends too early")
    ]


def test_what_stands_before_damage_is_judged(tmp_path: Path) -> None:
    """Lines and entries, in a small file and in one of several pieces."""
    har = write_archive(tmp_path / "a.har", *[entry(WRONG)] * 50)
    for name, content, count in (
        ("few.gz", log(tmp_path / "few.jsonl", 8).read_bytes(), 1),
        ("many.gz", log(tmp_path / "many.jsonl", 20_000).read_bytes(), 2000),
        ("few.har.gz", har.read_bytes(), 50),
    ):
        (tmp_path / name).write_bytes(gzip.compress(content) + b"more")
        audit = audited(tmp_path / name)
        assert broken(audit, "client") == {"size-not-for-gpt": count}, name
        assert audit.tally.unreadable == (0 if name.endswith(".har.gz") else 1), name


def test_a_line_is_named_by_its_place_in_the_file(tmp_path: Path) -> None:
    """Not by line 1, which it is for the parser; a line that was cut is told from one that is wrong."""
    audit = audited(write_lines(tmp_path / "a.jsonl", line(), b"nope", b'{"request": {"prompt": "A f'))
    assert [(flaw.place.number, flaw.message) for flaw in audit.tally.flaws] == [
        (2, "The line is not JSON: expected ident at column 2."),
        (3, "The line ends too early: it was cut, or goes on in the next; write one exchange a line."),
    ]


def test_marks_and_line_ends_of_other_systems_are_read(tmp_path: Path) -> None:
    """A byte order mark before the first line, lines that end as those of Windows, and a file of the mark alone."""
    row = json.dumps(line(WRONG)).encode()
    for content, count in ((b"\xef\xbb\xbf" + (row + b"\r\n") * 3, 3), (b"\xef\xbb\xbf", 0), (b"\r\n\n  \n", 0)):
        (tmp_path / "a.jsonl").write_bytes(content)
        audit = audited(tmp_path / "a.jsonl")
        assert (sum(broken(audit, "client").values()), audit.tally.unreadable) == (count, 0)


def test_a_longer_line_than_is_read_is_told_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In a file and in a pipe; how long it is was not read."""
    for module in (sources, piece_reader, _parse):
        monkeypatch.setattr(module, "MAX_BODY_BYTES", 5000)
    monkeypatch.setattr(sources, "PIECE_BYTES", 1000)
    content = write_lines(tmp_path / "a.jsonl", b'{"request": "' + b"x" * 50_000, line(WRONG)).read_bytes()
    (tmp_path / "a.gz").write_bytes(gzip.compress(content))
    for name in ("a.jsonl", "a.gz"):
        audit = audited(tmp_path / name)
        assert broken(audit, "client") == {"size-not-for-gpt": 1}
        assert [flaw.message for flaw in audit.tally.flaws] == [
            "The line has more than 5,000 bytes, which is the most that is read."
        ]


@pytest.mark.parametrize("keep", [3, 25, -9])
def test_damaged_gzip_is_told(tmp_path: Path, keep: int) -> None:
    """What came before the damage is judged."""
    packed = gzip.compress(log(tmp_path / "a.jsonl").read_bytes())
    (tmp_path / "a.gz").write_bytes(packed[:keep])
    audit = audited(tmp_path / "a.gz")
    assert audit.tally.flaws[-1].message.startswith("the gzip data are damaged")


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"\x28\xb5\x2f\xfd...", "is packed with zstd; unpack it"),
        (b"abc\0def", "is neither JSON lines nor an HTTP archive"),
        (b' [\n{"request": {}}]', "is a JSON array; write one exchange a line"),
        (gzip.compress(b"[]"), "is a JSON array"),
        (b'{\r\n  "request": {}\r\n}', "is JSON over several lines; write one exchange a line"),
        ('{"request": {}}\n'.encode("utf-16"), "is UTF-16; write it as UTF-8"),
    ],
)
def test_files_of_other_kinds_are_refused_before_anything_is_judged(tmp_path: Path, content: bytes, words: str) -> None:
    """The message says what to do."""
    (tmp_path / "a").write_bytes(content)
    with pytest.raises(UsageError, match=words):
        check_sources([str(log(tmp_path / "good.jsonl")), str(tmp_path / "a")])
    with pytest.raises(UsageError, match=words):
        list(pieces([str(tmp_path / "a")], set()))


def test_files_that_are_not_there_are_named(tmp_path: Path) -> None:
    """A folder gets a hint, for a run is one."""
    with pytest.raises(UsageError, match="there is no such file"):
        check_sources([str(tmp_path / "a")])
    with pytest.raises(UsageError, match=r"is a folder; .* journal\.jsonl"):
        check_sources([str(tmp_path)])
    with pytest.raises(UsageError, match="can be read once"):
        check_sources(["-", "-"])


@pytest.mark.parametrize(
    "raw",
    [
        b"{" * 100_000,
        b"[" * 100_000 + b"]" * 100_000,
        b'{"request": NaN}',
        b'{"request": {"n": 1e999}}',
        b'{"request": {"prompt": "\\ud800"}}',
        b'{"request": {"prompt": "\xff"}}',
        b'{"request": {"n": 1, "n": 2}}',
        b'{"a": ' + b'{"a": ' * 190 + b"1" + b"}" * 191,
        b'"text"',
        b"7",
        b"\x1e{}",
        b'{"status": 200, "path": [], "request": {}}',
        b'{"status": true, "path": "/v1/images/generations", "request": {}}',
        b'{"path": "/v1/images/generations", "request": ' + b"9" * 5000 + b"}",
    ],
)
def test_hostile_lines_are_told_and_end_nothing(tmp_path: Path, raw: bytes) -> None:
    """They are counted with their place, and the line after them is judged."""
    audit = audited(write_lines(tmp_path / "a.jsonl", line(WRONG), raw, line(WRONG)))
    assert broken(audit, "client")["size-not-for-gpt"] == 2
    assert audit.tally.judged + sum(audit.tally.left_out.values()) + audit.tally.unreadable == 3
    assert audit.tally.faults == 0
    for flaw in audit.tally.flaws:
        assert (flaw.place.number, len(flaw.message) < 500) == (2, True)
