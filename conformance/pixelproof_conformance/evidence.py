"""The exchange that shows a failure, cut down to what people read: answer, pictures, times of events."""

import re
from collections.abc import Iterator

from pixelproof._events import read_events
from pixelproof._parse import parse_json
from pixelproof._sse import parse_sse
from pixelproof._text import dotted

from pixelproof_conformance.model import Case, Json, Record
from pixelproof_conformance.picture_preview import picture_of
from pixelproof_conformance.reported import Arrival, Evidence, Picture

LONGEST_TEXT = 400
"""Longer texts of an answer are cut, and what looks like base64 after 160 characters."""

MOST_VALUES = 400
MOST_DEPTH = 24
MOST_PICTURES = 4
MOST_EVENTS = 60
MOST_PLAIN = 4000
_EVENT_STARTS = (b"event:", b"data:", b"id:", b"retry:", b":")
_BASE64 = re.compile(r"(?:data:[\w/+.-]+;base64,)?[A-Za-z0-9+/_-]{120}")
_PICTURE = re.compile(r"(?:data:image/[\w+.-]+;base64,)?(?:iVBORw0KGgo|/9j/|UklGR|R0lGOD|Qk)[A-Za-z0-9+/]")
_ABOUT_PICTURES = re.compile(
    r"n|num_images|partial_images"
    r"|(.+_)?(size|width|height|ratio|resolution|format|background|quality|compression)(_.+)?"
)


def evidence_of(case: Case, record: Record) -> Evidence:
    """What ``record`` holds, short; never raises for what a provider sent."""
    streams = _is_stream(record)
    body: Json
    if streams:
        body, _ = read_events(record.body)
    else:
        body, flaw = parse_json(record.body)
        if flaw is not None:
            body = record.body[:MOST_PLAIN].decode("utf-8", "replace")
    return Evidence(
        url=record.url,
        content_type=record.sent_content_type,
        started=record.started,
        seconds=round(record.seconds, 4),
        first_byte_seconds=None if record.first_byte_seconds is None else round(record.first_byte_seconds, 4),
        headers=dict(record.headers),
        body=_Shortener().shortened(body) if not isinstance(body, str) else body,
        body_bytes=len(record.body),
        asked={name: str(value)[:60] for name, value in case.body.items() if _is_about_pictures(name, value)},
        pictures=tuple(_pictures(body, "events" if streams else "")),
        timeline=timeline(record) if streams else (),
    )


def timeline(record: Record) -> tuple[Arrival, ...]:
    """When each event of a stream was complete; empty where the times of the events cannot be told from the chunks."""
    events = parse_sse(record.body).events
    ends = [event.offset for event in events[1:]] + [len(record.body)]
    if record.arrivals and len(record.arrived) == len(record.arrivals):
        # A long stream keeps the times of its first chunks only: what came after them has no time.
        known = [end for end in ends if end <= record.arrived[-1]]
        times = [_time_of(end, record) for end in known]
    elif len(record.arrivals) == len(events):
        times = list(record.arrivals)
    else:
        return ()
    starts = [0, *ends]
    found = []
    for event, start, end, seconds in zip(events, starts, ends, times, strict=False):
        data, _ = parse_json(event.data or "")
        kind = event.event or (data.get("type") if isinstance(data, dict) else None) or "message"
        found.append(Arrival(seconds=round(seconds, 4), type=str(kind)[:80], bytes=end - start))
    return tuple(found[:MOST_EVENTS])


def _time_of(end: int, record: Record) -> float:
    return next(time for time, size in zip(record.arrivals, record.arrived, strict=True) if size >= end)


def _is_stream(record: Record) -> bool:
    kind = (record.content_type or "").partition(";")[0].strip().lower()
    return kind == "text/event-stream" or record.body.lstrip().startswith(_EVENT_STARTS)


def _is_about_pictures(name: str, value: Json) -> bool:
    return isinstance(value, str | int | float) and bool(_ABOUT_PICTURES.fullmatch(name))


def _pictures(body: Json, place: str) -> Iterator[Picture]:
    found = 0
    for path, text in _texts(body, ()):
        where = f"{place}{dotted(path)}"
        if _PICTURE.match(text) and (picture := picture_of(where, text)) is not None:
            yield picture
            found += 1
            if found == MOST_PICTURES:
                return


def _texts(value: Json, path: tuple[str | int, ...]) -> Iterator[tuple[tuple[str | int, ...], str]]:
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, dict | list) and len(path) < MOST_DEPTH:
        for key, item in value.items() if isinstance(value, dict) else enumerate(value):
            yield from _texts(item, (*path, key))


class _Shortener:
    """Cuts one value down; texts, members and depth have limits, and what is left out is said in its place."""

    def __init__(self) -> None:
        self._left = MOST_VALUES

    def shortened(self, value: Json, depth: int = 0) -> Json:
        self._left -= 1
        if isinstance(value, str):
            return _cut(value)
        if not isinstance(value, dict | list):
            return value
        if depth >= MOST_DEPTH:
            return "… (nested deeper)"
        pairs: list[tuple[Json, Json]] = []
        for key, item in value.items() if isinstance(value, dict) else enumerate(value):
            if self._left <= 0:
                pairs.append(("…", f"… ({len(value) - len(pairs)} more)"))
                break
            pairs.append((key, self.shortened(item, depth + 1)))
        if isinstance(value, list):
            return [item for _, item in pairs]
        return {_cut(str(key)): item for key, item in pairs}


def _cut(text: str) -> str:
    most = 160 if _BASE64.match(text) else LONGEST_TEXT
    if len(text) <= most:
        return text
    return f"{text[: 32 if most == 160 else most]}… ({len(text):,} characters)"
