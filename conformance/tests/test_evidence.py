"""The exchange behind a failure, as it is kept for a report."""

import dataclasses
import json
from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pixelproof_conformance.evidence import MOST_EVENTS, MOST_PICTURES, MOST_VALUES, evidence_of, timeline
from pixelproof_conformance.model import Case, Record

from .scripted import picture, record

CASE = Case("a", "baseline", "generations", "m", {"model": "m", "size": "64x64", "moderation": "low"}, "accepted")


def stream(*events: Mapping[str, object], done: bool = False) -> bytes:
    """Events as they come over the wire, each named by its type."""
    blocks = [f"event: {event['type']}\ndata: {json.dumps(event)}\n\n" for event in events]
    return ("".join(blocks) + ("data: [DONE]\n\n" if done else "")).encode()


def answered(body: object, **facts: object) -> Record:
    """A record of an answer."""
    return dataclasses.replace(record(CASE, 200, body), **facts)  # type: ignore[arg-type]


def test_long_texts_are_cut_and_pictures_are_shown() -> None:
    """The base64 of a picture becomes its start and its length; the picture itself is kept small beside it."""
    text = picture(64, 32)
    kept = evidence_of(CASE, answered({"created": 1, "data": [{"b64_json": text}]}))
    assert kept.body == {"created": 1, "data": [{"b64_json": f"{text[:32]}… ({len(text):,} characters)"}]}
    assert [(one.place, one.width, one.height) for one in kept.pictures] == [("data[0].b64_json", 64, 32)]
    assert kept.body_bytes > len(text)


def test_only_what_is_asked_of_the_picture_is_kept_beside_it() -> None:
    """Size and format are what a picture can be compared with, and not all that has such letters in its name."""
    body = {"size": "1x1", "output_format": "png", "background": "auto", "n": 2, "moderation": "low", "prompt": "x"}
    kept = evidence_of(dataclasses.replace(CASE, body=body), answered({}))
    assert kept.asked == {"size": "1x1", "output_format": "png", "background": "auto", "n": "2"}


def test_only_the_first_pictures_are_kept() -> None:
    """An answer of many pictures does not fill the report."""
    body = {"data": [{"b64_json": picture(8 + index, 8)} for index in range(MOST_PICTURES + 2)]}
    assert len(evidence_of(CASE, answered(body)).pictures) == MOST_PICTURES


def test_a_stream_is_kept_as_its_events() -> None:
    """The body of a stream is the list of its events, and its pictures have places in them."""
    body = stream({"type": "a", "b64_json": picture(8, 8)}, {"type": "b"})
    kept = evidence_of(CASE, answered(body, headers={"content-type": "text/event-stream; charset=utf-8"}))
    assert [event["event"] for event in kept.body] == ["a", "b"]
    assert [one.place for one in kept.pictures] == ["events[0].data.b64_json"]


def test_an_event_came_with_its_last_byte() -> None:
    """The time of an event is that of the first chunk with which all of its bytes were there."""
    body = stream({"type": "first"}, {"type": "second"}, {"type": "last"}, done=True)
    middle, end = body.index(b"event: second"), body.index(b"event: last")
    times, sizes = (0.1, 0.2, 0.3, 0.9), (middle - 5, middle, end + 3, len(body))
    found = timeline(answered(body, arrivals=times, arrived=sizes))
    assert [(one.type, one.seconds) for one in found] == [("first", 0.2), ("second", 0.3), ("last", 0.9)]
    assert sum(one.bytes for one in found) == len(body)


def test_without_sizes_only_equal_numbers_tell_the_times() -> None:
    """Of older journals the times are known where each event was a chunk of its own, and are not guessed elsewhere."""
    body = stream({"type": "a"}, {"type": "b"})
    assert [one.seconds for one in timeline(answered(body, arrivals=(0.5, 1.5)))] == [0.5, 1.5]
    assert timeline(answered(body, arrivals=(0.5, 1.0, 1.5))) == ()


def test_events_after_the_last_known_chunk_have_no_time() -> None:
    """The times of a very long stream are kept for its first chunks only."""
    body = stream({"type": "a"}, {"type": "b"})
    found = timeline(answered(body, arrivals=(0.5,), arrived=(body.index(b"event: b"),)))
    assert [one.type for one in found] == ["a"]


def test_a_time_line_is_not_endless() -> None:
    """A stream of very many events is cut."""
    body = stream(*({"type": "a"} for _ in range(MOST_EVENTS + 20)))
    arrived = (*tuple(range(1, len(body) + 1, 7)), len(body))
    found = timeline(answered(body, arrivals=tuple(float(size) for size in arrived), arrived=arrived))
    assert len(found) == MOST_EVENTS


def values(value: object) -> int:
    """How many values there are in a value."""
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return 1 + sum(map(values, inner))


@pytest.mark.parametrize("body", [list(range(100_000)), {str(key): key for key in range(100_000)}])
def test_large_answers_are_cut(body: object) -> None:
    """An answer of very many members keeps the first ones, and says how many more there were."""
    kept = evidence_of(CASE, answered(body)).body
    assert values(kept) <= MOST_VALUES + 1
    last = kept[-1] if isinstance(kept, list) else kept["…"]
    assert last == f"… ({100_000 - len(kept) + 1} more)"


def test_deep_answers_are_cut() -> None:
    """An answer of very many levels is cut at a depth that can be read."""
    body = b'{"a":' * 60 + b"1" + b"}" * 60
    assert "… (nested deeper)" in json.dumps(evidence_of(CASE, answered(body)).body, ensure_ascii=False)


@given(st.binary(max_size=300), st.sampled_from(["text/event-stream", "application/json", "image/png", ""]))
def test_no_answer_is_reason_to_fail(body: bytes, kind: str) -> None:
    """Whatever a target sends can be kept, and be written as JSON."""
    kept = evidence_of(CASE, answered(body, headers={"content-type": kind}, arrivals=(0.1,), arrived=(len(body),)))
    json.dumps(dataclasses.asdict(kept))
