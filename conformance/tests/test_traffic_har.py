"""HTTP archives of other tools: cut into entries as they are read, and read as exchanges."""

import base64
import json
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pixelproof_conformance.traffic import har_slices
from pixelproof_conformance.traffic.har_entry import parse_entry, read_entry
from pixelproof_conformance.traffic.har_slices import entries
from pixelproof_conformance.traffic.recorded import UNKNOWN, RecordError, Timing

from .traffic_lines import GOOD, audited, broken, entry, line, refusal, write_archive, write_lines

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text('ab"\\{}[]:,ä😀', max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text('ab"{}[]\\', max_size=3), inner, max_size=3),
    max_leaves=12,
)
OBJECTS = st.dictionaries(st.text('ab"{}[]\\', max_size=3), JSON, max_size=3)


def cut(content: bytes, at_once: int = 1 << 20) -> list[Any]:
    """The entries of an archive that comes in small parts."""
    source = BytesIO(content)
    return [json.loads(raw) for raw in entries(lambda size: source.read(min(size, at_once)))]


@settings(max_examples=200)
@given(
    found=st.lists(OBJECTS, max_size=4),
    before=OBJECTS,
    after=JSON,
    indent=st.sampled_from([None, 1]),
    at=st.integers(1, 40),
)
def test_entries_are_cut_out_whole(
    found: list[Any], before: dict[str, Any], after: Any, indent: int | None, at: int
) -> None:
    """Whatever stands in them and around them, however the archive is laid out, in parts of any size."""
    log = {"pages": [before, {"entries": [1]}], "entries": found, "after": after}
    archive = {"_x": {"entries": [{}], "log": {"entries": [{}]}}, "log": log, "_y": after}
    for ensure_ascii in (False, True):
        content = json.dumps(archive, indent=indent, ensure_ascii=ensure_ascii).encode()
        assert cut(content, at) == found


@pytest.mark.parametrize(
    "content", [b"", b"{}", b'{"log":{"entries":{}}}', b'{"entries":[{}]}', b"[" * 9999, b'"', b'{"log":{']
)
def test_another_file_is_no_archive(content: bytes) -> None:
    """However it begins."""
    with pytest.raises(RecordError, match="so it is no HTTP archive"):
        cut(content)


@pytest.mark.parametrize("end", [b'{"a":1},{"b":"', b'{"a":1},', b'{"a":1}', b'{"a":1}, {"b":"\\'])
def test_the_entries_before_a_cut_are_kept(end: bytes) -> None:
    """A proxy that was killed leaves half an archive."""
    found = entries(BytesIO(b'{"log":{"entries":[' + end).read)
    assert next(found) == b'{"a":1}'
    with pytest.raises(RecordError, match="ends too early"):
        next(found)


def test_an_entry_without_end_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """No more of it is held than an entry may have."""
    monkeypatch.setattr(har_slices, "MAX_ENTRY_BYTES", 5000)
    monkeypatch.setattr(har_slices, "_READ", 1000)
    content = b'{"log":{"entries":[{"a":"' + b"x" * 100_000
    with pytest.raises(RecordError, match="more than 5000 bytes"):
        cut(content, 1000)


def test_an_archive_is_judged_like_a_log(tmp_path: Path) -> None:
    """The same exchanges give the same findings; the place is the number of the entry."""
    wrong, answer = {**GOOD, "size": "7x7"}, refusal("prompt")
    har = audited(write_archive(tmp_path / "a.har", entry(wrong), entry(GOOD, 400, answer)))
    log = audited(write_lines(tmp_path / "a.jsonl", line(wrong), line(GOOD, 400, answer=answer)))
    assert broken(har, "provider") == broken(log, "provider") == {"size-not-for-gpt": 1, "documented-prompt-refused": 1}
    assert har.tally.origins == {"https://api.test": 2}
    places = {har.where(group.examples[0].place) for group in har.tally.groups.values()}
    assert places == {f"{tmp_path}/a.har entry 1", f"{tmp_path}/a.har entry 2"}


def test_bodies_are_read_as_tools_write_them() -> None:
    """Text, base64, half of a surrogate pair; what was left out or cut is not known."""

    def posted(data: dict[str, Any], kind: str = "application/json") -> Any:
        return read_entry(
            {"request": {"method": "POST", "url": "/", "postData": {"mimeType": kind, **data}}, "response": {}}
        ).request

    def came(content: dict[str, Any]) -> Any:
        return read_entry(
            {"request": {"method": "POST", "url": "/"}, "response": {"status": 200, "content": content}}
        ).answer

    form = "multipart/form-data; boundary=x"
    assert posted({"text": "{}"}) == b"{}"
    assert posted({"text": ""}) == b""
    assert posted({"text": "e30=", "_encoding": "base64"}) == b"{}"
    assert posted({"text": "--x\r\n\ufffd"}, form) is UNKNOWN
    assert posted({"text": "--x\r\n"}, form) == b"--x\r\n"
    assert posted({"params": [{"name": "a", "value": "1"}, {"name": "a", "value": "2"}]}, form) == {"a": ["1", "2"]}
    assert posted({"params": [{"name": "image", "fileName": "a.png"}]}, form) is UNKNOWN
    assert posted({}) is UNKNOWN
    assert came({"text": base64.b64encode(b"\xff").decode(), "encoding": "base64", "size": 1}) == b"\xff"
    assert came({"text": "abc", "size": 4}) is UNKNOWN
    assert came({"size": 9}) is UNKNOWN
    assert came({"size": 0}) == b""
    assert read_entry(parse_entry(b'{"request":{"method":"P","url":"\\ud800"},"response":{"status":0}}')).status is None


FORM = "multipart/form-data; boundary=x"
PNG_SENT = b'--x\r\n filename="a"\r\n\r\n\x89PNG\xc3\xa4\r\n--x--'
PNG, LATIN = PNG_SENT.decode("utf-8", "surrogateescape"), PNG_SENT.decode("latin-1")
PART = '--x\r\nContent-Disposition: form-data; name="image"; filename="a.png"\r\n\r\n\r\n--x--\r\n'


@pytest.mark.parametrize(
    ("headers", "posted", "more", "read"),
    [
        pytest.param({"content-length": "9000"}, {"text": PART}, {}, UNKNOWN, id="browsers leave files out"),
        pytest.param({}, {"text": PART}, {"bodySize": len(PART)}, UNKNOWN, id="and say so nowhere"),
        pytest.param({"content-length": str(len(PART))}, {"text": PART}, {}, PART.encode(), id="a file of no bytes"),
        pytest.param({"content-length": "40"}, {"text": PNG}, {}, UNKNOWN, id="bytes that were lost"),
        pytest.param({"content-length": "99"}, {"text": PNG}, {"bodySize": 35}, UNKNOWN, id="the header knows better"),
        pytest.param({"content-length": "35"}, {"text": PNG}, {}, PNG_SENT, id="bytes as halves of pairs"),
        pytest.param({}, {"text": PNG}, {"bodySize": 35}, PNG_SENT, id="the same, without the header"),
        pytest.param({"content-length": "35"}, {"text": LATIN}, {}, PNG_SENT, id="bytes as characters"),
        pytest.param({}, {"text": LATIN}, {"bodySize": 35}, UNKNOWN, id="a size of the text"),
        pytest.param({"content-length": "8"}, {"text": "--x\r\nä€"}, {}, UNKNOWN, id="more than was sent"),
        pytest.param({"Content-Length": "2"}, {"text": "{}"}, {"bodySize": 2}, b"{}", id="whole"),
        pytest.param({"content-length": "9"}, {"text": "{}"}, {}, UNKNOWN, id="cut, by the header"),
        pytest.param({}, {"text": "{}"}, {"bodySize": 9}, UNKNOWN, id="cut, by the tool"),
        pytest.param({":path": "/v1"}, {"text": "{}"}, {"bodySize": -1}, b"{}", id="HTTP/2, size not known"),
        pytest.param({"content-length": "5"}, {"text": "{}"}, {"bodySize": "5"}, UNKNOWN, id="a size that is none"),
        pytest.param({}, {"text": "", "params": []}, {}, b"", id="empty"),
    ],
)
def test_a_body_that_a_tool_cut_is_not_blamed_on_the_client(
    headers: dict[str, str], posted: dict[str, Any], more: dict[str, Any], read: Any
) -> None:
    """What is shorter than the tool or the client says is not known, and so is an upload without its files."""
    kind = FORM if "--x" in posted["text"] else "application/json"
    pairs = [{"name": name, "value": value} for name, value in headers.items()]
    request = {"method": "POST", "url": "/", "headers": pairs, "postData": {"mimeType": kind, **posted}, **more}
    assert read_entry({"request": request, "response": {"status": 0}}).request == read


@pytest.mark.parametrize(
    ("time", "arrivals", "arrived", "timing"),
    [
        (1500, [0.5, 1.5], [10, 20], Timing(1.5, (0.5, 1.5), (10, 20))),
        (1500, [0.5], [10, 20], Timing(1.5, (0.5,))),
        (1500, [], [], None),
        (-1, [0.5], [10], None),
        ("1500", [0.5], [10], None),
        (1500, [10**400], [10], None),
        (1500, [True], [10], None),
        (1500, {"a": 1}, None, None),
    ],
)
def test_times_that_are_none_are_not_known(time: Any, arrivals: Any, arrived: Any, timing: Timing | None) -> None:
    """Archives come from anywhere."""
    found = read_entry({**entry(), "time": time, "_arrivals": arrivals, "_arrived": arrived})
    assert found.timing == timing


def test_a_stream_whose_length_was_known_was_collected(tmp_path: Path) -> None:
    """Whatever tool recorded it; a stream in chunks of which no times are known says nothing."""
    events = "".join(f"event: e{number}\ndata: {{}}\n\n" for number in range(2))
    asked = {**GOOD, "stream": True}
    found = {}
    for length in ("", str(len(events))):
        streamed = entry(asked, 200)
        pairs = [("content-type", "text/event-stream"), *([("Content-Length", length)] if length else [])]
        streamed["response"]["headers"] = [{"name": name, "value": value} for name, value in pairs]
        streamed["response"]["content"] = {"size": len(events), "mimeType": "text/event-stream", "text": events}
        found[length] = broken(audited(write_archive(tmp_path / "a.har", streamed)), "provider")
    assert "arrives-at-once" not in found[""]
    assert found[str(len(events))] == found[""] | {"arrives-at-once": 1}


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (b"{}", "it has no request"),
        (b'{"request":{"method":1,"url":""},"response":{}}', "it has no response|has the method 1"),
        (b'{"request":{"method":"a","url":""},"response":{"status":"2"}}', 'has the status "2"'),
        (
            b'{"request":{"method":"a","url":"","postData":[1]},"response":{}}',
            "its postData or its content is no object",
        ),
        (b"{" * 10, "it is not JSON"),
        (b"[" * 100_000, "it is not JSON"),
    ],
)
def test_an_entry_that_is_none_is_named(raw: bytes, words: str) -> None:
    """Nothing that a file can hold ends the reading."""
    with pytest.raises(RecordError, match=words):
        read_entry(parse_entry(raw))
