"""Variants in the lines of a stream of server-sent events, which say the same in other bytes."""

import json
from collections.abc import Callable, Iterator
from dataclasses import replace

from pixelproof_conformance.gateway.calls import Call, Event, Reply
from pixelproof_conformance.gateway.faults.deviation import Deviation, Served
from pixelproof_conformance.gateway.variants.variant import Variant

_GRAMMAR = "The grammar of server-sent events allows it."
_STREAMING = ("octen", "openai")


class EventsWritten(Deviation):
    """The bytes of a stream are written in another way, event by event."""

    def __init__(self, write: Callable[[tuple[bytes, ...]], Iterator[bytes]]) -> None:
        self._write = write

    def reply(self, call: Call, reply: Reply) -> Reply:
        """The stream with the other bytes."""
        return replace(reply, chunks=tuple(self._write(reply.chunks))) if reply.streamed else reply


class NamesLeftOut(Deviation):
    """Events lack the line with their name, or the type in their data, which say the same."""

    def __init__(self, *, line: bool) -> None:
        self._line = line

    def events(self, served: Served, events: list[Event]) -> list[Event]:
        """The events without one of the two."""
        if self._line:
            return [{"data": event["data"]} for event in events]
        return [
            {**event, "data": {name: value for name, value in event["data"].items() if name != "type"}}
            for event in events
        ]


def _with_comments(chunks: tuple[bytes, ...]) -> Iterator[bytes]:
    yield b": welcome\n\n"
    for chunk in chunks:
        yield b": keep-alive\n\n:\n" + chunk


def _with_ids(chunks: tuple[bytes, ...]) -> Iterator[bytes]:
    for number, chunk in enumerate(chunks):
        yield b"id: %d\nretry: 3000\n" % number + chunk


def _with_done(chunks: tuple[bytes, ...]) -> Iterator[bytes]:
    yield from chunks
    yield b"data: [DONE]\n\n"


def _with_mark(chunks: tuple[bytes, ...]) -> Iterator[bytes]:
    yield b"\xef\xbb\xbf" + chunks[0]
    yield from chunks[1:]


def _in_lines(chunks: tuple[bytes, ...]) -> Iterator[bytes]:
    for chunk in chunks:
        lines = []
        for line in chunk.split(b"\n"):
            if line.startswith(b"data: {"):
                text = json.dumps(json.loads(line[6:]), indent=1).encode()
                lines += [b"data: " + part for part in text.split(b"\n")]
            else:
                lines.append(line)
        yield b"\n".join(lines)


def _without_spaces(chunks: tuple[bytes, ...]) -> Iterator[bytes]:
    for chunk in chunks:
        yield b"\n".join(line.replace(b": ", b":", 1) if b'"' not in line[:6] else line for line in chunk.split(b"\n"))


def _data_first(chunks: tuple[bytes, ...]) -> Iterator[bytes]:
    for chunk in chunks:
        lines = chunk.rstrip(b"\n").split(b"\n")
        names = [line for line in lines if line.startswith(b"event:")]
        yield b"\n".join([*(line for line in lines if line not in names), *names]) + b"\n\n"


def _ended_by(mark: bytes) -> Callable[[tuple[bytes, ...]], Iterator[bytes]]:
    return lambda chunks: (chunk.replace(b"\n", mark) for chunk in chunks)


def _written(
    name: str, says: str, write: Callable[[tuple[bytes, ...]], Iterator[bytes]], why: str = _GRAMMAR
) -> Variant:
    return Variant(name, says, why, lambda: EventsWritten(write), dialects=_STREAMING)


VARIANTS: tuple[Variant, ...] = (
    Variant(
        "events-without-name-line",
        "Events have their type in their data and no line with their name.",
        "The document shows both, which say the same; readers of either get along.",
        lambda: NamesLeftOut(line=True),
        dialects=_STREAMING,
    ),
    Variant(
        "events-without-type",
        "Events have a line with their name and no type in their data.",
        "The document names the events and does not show their data.",
        lambda: NamesLeftOut(line=False),
        dialects=("octen",),
    ),
    _written("stream-data-in-lines", "The data of an event stands on several lines.", _in_lines),
    _written("stream-data-first", "The data of an event stand before its name.", _data_first),
    _written("stream-comments", "Comments and keep-alives stand between the events.", _with_comments),
    _written("stream-ids", "Events have an id and a time for the next try.", _with_ids),
    _written("stream-done", "A stream ends with data: [DONE].", _with_done, "Clients of OpenAI know it as the end."),
    _written("stream-without-spaces", "No space stands after the colons of a stream.", _without_spaces),
    _written("stream-byte-order-mark", "A stream begins with a byte order mark.", _with_mark),
    _written("stream-crlf", "The lines of a stream end with CR and LF.", _ended_by(b"\r\n")),
    _written("stream-cr", "The lines of a stream end with CR alone.", _ended_by(b"\r")),
)
