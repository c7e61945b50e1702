"""Server-sent events from raw bytes: the grammar of the WHATWG "event stream", plus the trouble that it forgives.

A browser drops a wrong line without a word. A checker wants to know, so each such place becomes a `Flaw`.
"""

from typing import NamedTuple

from pixelproof._text import shown

_BOM = "\ufeff"
_DONE = "[DONE]"
_MAX_FLAWS = 100


class Event(NamedTuple):
    """One block of the stream; a field is None when the block does not have it, and its last value when it has several.

    Attributes:
        event: The `event:` field.
        data: The `data:` lines, joined with a line feed.
        id: The `id:` field.
        index: The position among the events, from 0.
        offset: The byte offset of the block's first line, comments included.
    """

    event: str | None
    data: str | None
    id: str | None
    index: int  # type: ignore[assignment]  # the position is worth more than the method of tuple
    offset: int


class Flaw(NamedTuple):
    """Framing trouble: what is wrong, the index of the event in or before which it stands, and its byte offset."""

    message: str
    index: int  # type: ignore[assignment]  # the position is worth more than the method of tuple
    offset: int


class EventStream(NamedTuple):
    """What a stream held; `done` says that `data: [DONE]` was seen, which is not among the events."""

    events: tuple[Event, ...]
    flaws: tuple[Flaw, ...]
    done: bool


def parse_sse(raw: bytes | bytearray | memoryview) -> EventStream:
    """Parse a whole stream; never raises for what the bytes hold, and has the default limits of `SseReader`."""
    reader = SseReader()
    events = reader.feed(bytes(raw))
    end = reader.close()
    return end._replace(events=(*events, *end.events))


class SseReader:
    """Parse a stream while its bytes arrive, in chunks of any size, with bounded memory.

    Args:
        max_event_bytes: A block whose fields hold more bytes is dropped, with a flaw.
        max_events: After that many events the reader reads no further, with a flaw, and `full` is true.

    Raises:
        ValueError: A limit is below 1.
    """

    def __init__(self, *, max_event_bytes: int = 64 * 1024 * 1024, max_events: int = 10_000) -> None:
        for name, limit in (("max_event_bytes", max_event_bytes), ("max_events", max_events)):
            if limit < 1:
                raise ValueError(f"{name} is {limit}; give a number from 1 up")
        self._max_event_bytes = max_event_bytes
        self._max_events = max_events
        self._flaws: list[Flaw] = []
        self._index = 0
        self._done = False
        self._full = False
        self._closed = False
        self._offset = 0
        self._after_cr = False
        self._start_line(0)
        self._start_block()

    @property
    def done(self) -> bool:
        """`data: [DONE]` was seen."""
        return self._done

    @property
    def full(self) -> bool:
        """The limit of events is reached; whatever is fed from here on is ignored."""
        return self._full

    def feed(self, chunk: bytes) -> list[Event]:
        """Take the next bytes and return the events that they complete.

        Raises:
            ValueError: The reader is closed.
        """
        if self._closed:
            raise ValueError("the reader is closed; make a new SseReader for another stream")
        events: list[Event] = []
        size = len(chunk)
        start = 0
        if self._after_cr and size:
            # The CR at the end of the last chunk has ended the line already; its LF ends nothing.
            self._after_cr = False
            if chunk.startswith(b"\n"):
                start = 1
                self._line_offset += 1
        feed_offset = self._offset
        self._offset += size
        line_feed = carriage_return = -1
        while start < size and not self._full:
            # Each mark is looked for again only once it is passed, so that the search stays linear.
            if line_feed < start:
                line_feed = _find(chunk, b"\n", start)
            if carriage_return < start:
                carriage_return = _find(chunk, b"\r", start)
            end = min(line_feed, carriage_return)
            self._extend_line(chunk, start, end)
            if end == size:
                break
            event = self._end_line()
            if event is not None:
                events.append(event)
            self._after_cr = carriage_return == end == size - 1
            start = end + (2 if carriage_return == end == line_feed - 1 and line_feed < size else 1)
            self._start_line(feed_offset + start)
        return events

    def close(self) -> EventStream:
        """End the stream: its flaws, and as `events` at most one, which no blank line had ended."""
        events: list[Event] = []
        if not self._closed and not self._full:
            if not self._line_empty:
                self._end_line()
            if self._has_fields():
                self._flaw(
                    "the last block is not ended by a blank line, so clients drop it; send one after each event",
                    self._block_offset,
                )
            event = self._end_block()
            if event is not None:
                events.append(event)
        self._closed = True
        return EventStream(tuple(events), tuple(self._flaws), self._done)

    def _start_line(self, offset: int) -> None:
        self._line = bytearray()
        self._line_empty = True
        self._line_offset = offset

    def _start_block(self) -> None:
        self._event: str | None = None
        self._id: str | None = None
        self._data: list[str] | None = None
        self._block_offset = -1
        self._kept = 0
        self._oversize = False

    def _has_fields(self) -> bool:
        return self._event is not None or self._id is not None or self._data is not None

    def _extend_line(self, chunk: bytes, start: int, end: int) -> None:
        if start == end:
            return
        self._line_empty = False
        if self._block_offset < 0:
            self._block_offset = self._line_offset
        if self._oversize:
            return
        if self._kept + len(self._line) + end - start > self._max_event_bytes:
            self._flaw(f"the event is larger than {self._max_event_bytes} bytes and is not read", self._block_offset)
            self._oversize = True
            self._line = bytearray()
            self._event = self._id = self._data = None
            return
        self._line += memoryview(chunk)[start:end]

    def _end_line(self) -> Event | None:
        if self._line_empty:
            return self._end_block()
        if self._oversize:
            return None
        line = self._decode()
        if self._line_offset == 0 and line.startswith(_BOM):
            line = line[1:]
            self._block_offset = len(_BOM.encode())
            if not line:
                self._start_block()
                return None
        if "\0" in line:
            self._flaw("the line holds a NUL byte; send text only", self._line_offset)
        self._take_field(line)
        return None

    def _decode(self) -> str:
        try:
            return self._line.decode()
        except UnicodeDecodeError as error:
            wrong = self._line[error.start]
            self._flaw(
                f"byte 0x{wrong:02x} is not valid UTF-8; a stream is always UTF-8", self._line_offset + error.start
            )
            return self._line.decode(errors="replace")

    def _take_field(self, line: str) -> None:
        # One slice and not a partition, because a value may be a picture of many megabytes.
        colon = line.find(":")
        name = line if colon < 0 else line[:colon]
        value = "" if colon < 0 else line[colon + (2 if line.startswith(" ", colon + 1) else 1) :]
        if name == "":
            return
        if name == "data":
            if self._data is None:
                self._data = []
            self._data.append(value)
        elif name == "event":
            self._event = value
        elif name == "id":
            # The standard ignores an id with a NUL; the byte itself is a flaw already.
            if "\0" not in value:
                self._id = value
        elif name == "retry":
            if not (value.isascii() and value.isdigit()):
                self._flaw(f"retry is {shown(value)}; it must be digits only", self._line_offset)
        elif name.startswith(_BOM):
            self._flaw(
                f"the line {shown(line)} starts with a byte order mark, which may only start the whole stream",
                self._line_offset,
            )
        else:
            self._flaw(
                f"the line {shown(line)} has no known field name; a line starts with data:, event:, id:, retry: or :",
                self._line_offset,
            )
        # The line end counts too, so that a block of many empty lines is bounded as well.
        self._kept += len(self._line) + 1

    def _end_block(self) -> Event | None:
        event, data, identifier, offset = self._event, self._data, self._id, self._block_offset
        seen = self._has_fields()
        if self._oversize:
            self._index += 1
        self._start_block()
        if not seen:
            return None
        text = None if data is None else "\n".join(data)
        if text is not None and text.strip() == _DONE:
            if self._done:
                self._flaw("data: [DONE] is sent a second time", offset)
            self._done = True
            return None
        if self._index >= self._max_events:
            self._flaw(f"the stream has more than {self._max_events} events; the rest is not read", offset)
            self._full = True
            return None
        if self._done:
            self._flaw("an event follows data: [DONE], where clients stop reading", offset)
        self._index += 1
        return Event(event, text, identifier, self._index - 1, offset)

    def _flaw(self, message: str, offset: int) -> None:
        if len(self._flaws) < _MAX_FLAWS:
            self._flaws.append(Flaw(message, self._index, offset))
        elif len(self._flaws) == _MAX_FLAWS:
            self._flaws.append(Flaw("there are more flaws from here on; they are not listed", self._index, offset))


def _find(chunk: bytes, mark: bytes, start: int) -> int:
    found = chunk.find(mark, start)
    return len(chunk) if found < 0 else found
