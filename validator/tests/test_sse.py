import re
import tracemalloc
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pixelproof._sse import Event, EventStream, SseReader, parse_sse

FRAMES = st.sampled_from(
    [b"\n", b"\r", b"\r\n", b"\n\n", b":", b" ", b"data", b"data:", b"\xef\xbb\xbf", b"\0", b"\xff"]
)
LINES = st.sampled_from(
    [
        b"data: x",
        b"event: a",
        b"id: 7",
        b"retry: 1",
        b"data: [DONE]",
        b"[DONE]",
        b"{}",
        b": keep-alive",
        b"\xc3",
        b"\xa9",
    ]
)
STREAMS = st.lists(FRAMES | LINES | st.binary(max_size=4), max_size=30).map(b"".join)


def fed(raw: bytes, cuts: list[int], reader: SseReader) -> EventStream:
    """The stream as a client sees it that gets it in pieces."""
    places = [0, *sorted(cut % (len(raw) + 1) for cut in cuts), len(raw)]
    events: list[Event] = []
    for start, end in pairwise(places):
        events += reader.feed(raw[start:end])
    end_of_stream = reader.close()
    return end_of_stream._replace(events=(*events, *end_of_stream.events))


def blocks_by_the_standard(raw: bytes) -> list[tuple[str | None, str | None, str | None]]:
    """The events of a stream, read slowly and literally after the WHATWG text; an unfinished block is kept."""
    text = raw.decode("utf-8", "replace").removeprefix("\ufeff")
    blocks = []
    fields: dict[str, str] = {}
    for line in [*re.split("\r\n|\r|\n", text), ""]:
        name, _, value = line.partition(":")
        value = value[1:] if value[:1] == " " else value
        if line == "":
            if fields and fields.get("data", "").strip() != "[DONE]":
                blocks.append((fields.get("event"), fields.get("data"), fields.get("id")))
            fields = {}
        elif name == "data":
            fields["data"] = fields["data"] + "\n" + value if "data" in fields else value
        elif name == "event" or (name == "id" and "\0" not in value):
            fields[name] = value
    return blocks


def test_a_stream_of_pictures_is_read_field_by_field() -> None:
    """Event name, data, index and byte offset of each block come out, and a clean stream has no flaw."""
    raw = b'event: partial\ndata: {"a": 1}\n\nevent: completed\nid: 9\ndata: {"b": 2}\n\n'
    assert parse_sse(raw) == EventStream(
        (Event("partial", '{"a": 1}', None, 0, 0), Event("completed", '{"b": 2}', "9", 1, 31)), (), False
    )


@pytest.mark.parametrize("end", [b"\n", b"\r\n", b"\r"])
def test_all_three_line_ends_mean_the_same(end: bytes) -> None:
    """CR, LF and CRLF end a line, and only the offsets differ."""
    stream = parse_sse(end.join([b"event: a", b"data: 1", b"data: 2", b"", b"data: 3", b"", b""]))
    assert [(event.event, event.data) for event in stream.events] == [("a", "1\n2"), (None, "3")]
    assert stream.events[1].offset == len(b"event: adata: 1data: 2") + 4 * len(end)
    assert stream.flaws == ()


def test_a_crlf_split_across_chunks_is_one_line_end() -> None:
    """The event is given out at the CR already, and the LF that follows is not a second blank line."""
    reader = SseReader()
    assert reader.feed(b"data: 1\r") == []
    assert reader.feed(b"\n\r") == [Event(None, "1", None, 0, 0)]
    assert reader.feed(b"") == []
    assert reader.feed(b"\ndata: 2\r\n\r\n") == [Event(None, "2", None, 1, 11)]
    assert reader.close() == EventStream((), (), False)


@pytest.mark.parametrize(
    ("line", "data"),
    [
        (b"data: x", "x"),
        (b"data:x", "x"),
        (b"data:  x", " x"),
        (b"data:", ""),
        (b"data", ""),
        (b"data:a:b", "a:b"),
        (b"data:\tx", "\tx"),
    ],
)
def test_one_space_after_the_colon_is_not_data(line: bytes, data: str) -> None:
    """Exactly one space is taken off, and the colon may be missing."""
    assert parse_sse(line + b"\n\n").events == (Event(None, data, None, 0, 0),)


def test_a_block_without_data_is_an_event_with_data_none() -> None:
    """A checker sees such a block, which a browser would drop; empty fields are not absent ones."""
    assert parse_sse(b"event: ping\n\nevent:\nid:\n\n").events == (
        Event("ping", None, None, 0, 0),
        Event("", None, "", 1, 13),
    )


def test_comments_are_no_events() -> None:
    """Keep-alive lines, alone or inside a block, leave the events alone; a block starts at its comment."""
    stream = parse_sse(b": keep-alive\n\n:\ndata: 1\n\n: end")
    assert stream == EventStream((Event(None, "1", None, 0, 14),), (), False)


def test_done_is_noted_and_not_an_event() -> None:
    """The marker that ends a stream of the chat kind is no event."""
    assert parse_sse(b"data: {}\n\ndata: [DONE]\n\n") == EventStream((Event(None, "{}", None, 0, 0),), (), True)


def test_an_event_after_done_and_a_second_done_are_flaws() -> None:
    """What follows the marker still comes out, with a flaw that points at it."""
    stream = parse_sse(b"data: [DONE]\n\ndata: 1\n\ndata: [DONE]\n\n")
    assert stream.events == (Event(None, "1", None, 0, 14),)
    assert [(flaw.index, flaw.offset) for flaw in stream.flaws] == [(0, 14), (1, 23)]
    assert "follows data: [DONE]" in stream.flaws[0].message
    assert "second time" in stream.flaws[1].message


def test_the_reader_tells_that_the_stream_is_done() -> None:
    """A client can stop reading at the marker."""
    reader = SseReader()
    seen = []
    for chunk in (b"data: [DONE]\n", b"\n"):
        reader.feed(chunk)
        seen.append(reader.done)
    assert seen == [False, True]


@pytest.mark.parametrize("tail", [b"", b"\n", b"\r"])
def test_a_last_block_without_a_blank_line_is_given_out_with_a_flaw(tail: bytes) -> None:
    """The block comes out at close, so that the rest can be judged, and the flaw names it."""
    reader = SseReader()
    assert reader.feed(b"data: 1\n\nevent: a\ndata: 2" + tail) == [Event(None, "1", None, 0, 0)]
    end = reader.close()
    assert end.events == (Event("a", "2", None, 1, 9),)
    assert [(flaw.index, flaw.offset) for flaw in end.flaws] == [(1, 9)]
    assert "blank line" in end.flaws[0].message


def test_a_done_without_a_blank_line_counts_and_is_a_flaw() -> None:
    """Servers forget the last blank line most often after the marker."""
    stream = parse_sse(b"data: [DONE]\n")
    assert stream.done
    assert stream.events == ()
    assert "not ended by a blank line" in stream.flaws[0].message


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        (b'{"error": {"message": "no"}}', "{"),
        (b"<html><body>502 Bad Gateway</body></html>\n", "502 Bad Gateway"),
        (b"Data: x\n\n", "Data: x"),
        (b" data: x\n\n", " data: x"),
    ],
)
def test_a_line_without_a_known_field_is_a_flaw_that_shows_it(raw: bytes, shown: str) -> None:
    """JSON, HTML and misspelt fields in place of a stream are no events and not silent."""
    stream = parse_sse(raw)
    assert stream.events == ()
    assert len(stream.flaws) == 1
    assert shown in stream.flaws[0].message
    assert "no known field name" in stream.flaws[0].message


def test_a_byte_order_mark_may_only_start_the_stream() -> None:
    """At the start it is skipped; later it spoils the field name of its line, which is a flaw."""
    assert parse_sse(b"\xef\xbb\xbfdata: 1\n\n") == EventStream((Event(None, "1", None, 0, 3),), (), False)
    assert parse_sse(b"\xef\xbb\xbf\n\n") == EventStream((), (), False)
    stream = parse_sse(b"data: 1\n\n\xef\xbb\xbfdata: 2\n\n")
    assert len(stream.events) == 1
    assert [(flaw.index, flaw.offset) for flaw in stream.flaws] == [(1, 9)]
    assert "byte order mark" in stream.flaws[0].message


def test_invalid_utf8_is_replaced_and_named_with_its_place() -> None:
    """The text gets the replacement character, as in browsers, and the flaw points at the byte."""
    stream = parse_sse(b"data: 1\n\ndata: \xffok\n\n")
    assert stream.events[1].data == "\ufffdok"
    assert [(flaw.index, flaw.offset) for flaw in stream.flaws] == [(1, 15)]
    assert "0xff" in stream.flaws[0].message


def test_a_nul_byte_is_a_flaw_and_voids_an_id() -> None:
    """The standard ignores an id that holds a NUL; in data the byte stays."""
    stream = parse_sse(b"id: 1\nid: a\0\ndata: b\0\n\n")
    assert stream.events == (Event(None, "b\0", "1", 0, 0),)
    assert [flaw.offset for flaw in stream.flaws] == [6, 13]


@pytest.mark.parametrize(("value", "flaws"), [(b"3000", 0), (b"3s", 1), (b"", 1), ("٣".encode(), 1)])
def test_retry_is_known_and_must_be_digits(value: bytes, flaws: int) -> None:
    """A reconnection time alone is no event; anything but ASCII digits is a flaw."""
    stream = parse_sse(b"retry: " + value + b"\n\n")
    assert stream.events == ()
    assert len(stream.flaws) == flaws


def test_a_picture_of_two_megabytes_in_one_line_comes_out_whole() -> None:
    """One long data line, in small chunks, is one event."""
    picture = "iVBORw0KGgoA" * 180_000
    raw = f'event: a\ndata: {{"b64_json":"{picture}"}}\n\n'.encode()
    reader = SseReader()
    events = [event for start in range(0, len(raw), 4096) for event in reader.feed(raw[start : start + 4096])]
    assert events == [Event("a", f'{{"b64_json":"{picture}"}}', None, 0, 0)]
    assert parse_sse(raw).events == tuple(events)


def test_an_event_over_the_limit_is_dropped_and_the_next_one_is_read() -> None:
    """The dropped event keeps its index, so that the flaw and the later events name the right place."""
    reader = SseReader(max_event_bytes=20)
    stream = fed(b"data: 1\n\nevent: a\ndata: 0123456789\nid: 1\n\ndata: 2\n\n", [], reader)
    assert stream.events == (Event(None, "1", None, 0, 0), Event(None, "2", None, 2, 42))
    assert [(flaw.index, flaw.offset) for flaw in stream.flaws] == [(1, 9)]
    assert "20 bytes" in stream.flaws[0].message


def test_an_event_at_the_limit_is_read() -> None:
    """The limit counts the lines of the block, with one byte for each line end before the last."""
    assert fed(b"data: 1\ndata: 22\n\n", [], SseReader(max_event_bytes=16)).flaws == ()
    assert len(fed(b"data: 1\ndata: 333\n\n", [], SseReader(max_event_bytes=16)).flaws) == 1


def test_memory_stays_bounded_when_a_line_or_a_block_never_ends() -> None:
    """What goes over the limit is not kept, whether it is one line or many."""
    for chunk in (b"x" * 65_536, b"data:\n" * 10_000, b"data: 1\n\n" * 7_000, b"junk\n" * 10_000):
        reader = SseReader(max_event_bytes=1000, max_events=10)
        tracemalloc.start()
        for _ in range(20):
            reader.feed(chunk)
        reader.close()
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert peak < 100_000


def test_after_the_last_event_allowed_the_reader_is_full() -> None:
    """More events than allowed give one flaw, nothing more, and a sign for the client to hang up."""
    reader = SseReader(max_events=2)
    chunks = (b"data: 1\n\ndata: 2\n\n", b"data: 3\n\ndata: 4\n\ndata: 5")
    seen = [(len(reader.feed(chunk)), reader.full) for chunk in chunks]
    assert seen == [(2, False), (0, True)]
    end = reader.close()
    assert [(flaw.index, flaw.offset) for flaw in end.flaws] == [(2, 18)]
    assert "more than 2 events" in end.flaws[0].message


def test_a_long_page_of_html_does_not_make_endless_flaws() -> None:
    """The list ends with a sentence that says that there are more."""
    stream = parse_sse(b"<p>\n" * 5000)
    assert len(stream.flaws) == 101
    assert "more flaws" in stream.flaws[-1].message


@pytest.mark.parametrize("limits", [{"max_event_bytes": 0}, {"max_events": -1}])
def test_a_limit_below_one_is_refused(limits: dict[str, int]) -> None:
    """The message names the argument and its value."""
    ((name, value),) = limits.items()
    with pytest.raises(ValueError, match=f"{name} is {value}"):
        SseReader(**limits)


def test_a_closed_reader_takes_no_bytes() -> None:
    """Closing twice is harmless and gives no event twice; feeding afterwards is a mistake of the caller."""
    reader = SseReader()
    reader.feed(b"data: 1")
    assert len(reader.close().events) == 1
    assert reader.close().events == ()
    assert len(reader.close().flaws) == 1
    with pytest.raises(ValueError, match="closed"):
        reader.feed(b"\n")


@pytest.mark.parametrize("kind", [bytes, bytearray, memoryview])
def test_any_kind_of_bytes_can_be_parsed(kind: type) -> None:
    """Bytes, bytearray and memoryview give the same events."""
    assert parse_sse(kind(b"data: 1\n\n")).events == (Event(None, "1", None, 0, 0),)


@given(STREAMS, st.lists(st.integers(min_value=0, max_value=200), max_size=12))
def test_chunks_do_not_matter(raw: bytes, cuts: list[int]) -> None:
    """Any split of the bytes gives the events, flaws and counts of the whole."""
    assert fed(raw, cuts, SseReader()) == parse_sse(raw)


@given(STREAMS)
def test_single_bytes_do_not_matter_under_tight_limits(raw: bytes) -> None:
    """The limits act at the same place however the bytes arrive."""
    whole = fed(raw, [], SseReader(max_event_bytes=12, max_events=2))
    assert fed(raw, list(range(len(raw))), SseReader(max_event_bytes=12, max_events=2)) == whole


@given(STREAMS)
def test_events_are_those_of_the_standard(raw: bytes) -> None:
    """A slow reader after the letter of the standard finds the same events; places rise and lie in the stream."""
    events = parse_sse(raw).events
    assert [event[:3] for event in events] == blocks_by_the_standard(raw)
    assert [event.index for event in events] == list(range(len(events)))
    offsets = [event.offset for event in events]
    assert offsets == sorted(set(offsets))
    assert all(0 <= offset < len(raw) for offset in offsets)


@given(st.binary(max_size=300))
def test_arbitrary_bytes_never_raise(raw: bytes) -> None:
    """Whatever comes, the result is a stream whose flaws lie inside it."""
    assert all(0 <= flaw.offset < len(raw) for flaw in parse_sse(raw).flaws)


LINE = st.text(st.characters(codec="utf-8", exclude_characters="\r\n\0"), max_size=20)
DATA = st.lists(LINE, min_size=1, max_size=4).map("\n".join).filter(lambda data: data.strip() != "[DONE]")


@given(st.lists(st.tuples(st.none() | LINE, DATA, st.none() | LINE), max_size=6), st.sampled_from(["\n", "\r\n", "\r"]))
def test_what_is_written_is_read_back(blocks: list[tuple[str | None, str, str | None]], end: str) -> None:
    """Serialise, then parse: the same events, and no flaw."""
    lines = []
    for event, data, identifier in blocks:
        lines += [] if event is None else [f"event: {event}"]
        lines += [] if identifier is None else [f"id: {identifier}"]
        lines += [f"data: {line}" for line in data.split("\n")]
        lines += [""]
    stream = parse_sse("".join(line + end for line in lines).encode())
    assert [event[:3] for event in stream.events] == blocks
    assert stream.flaws == ()
