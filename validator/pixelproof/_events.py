"""The events of a stream as the rules see them: from raw bytes, or from a list that somebody else has made."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from pixelproof._errors import UsageError
from pixelproof._foreign import flaw_of_value, kind_shown
from pixelproof._parse import parse_json
from pixelproof._values import Json

if TYPE_CHECKING:
    from pixelproof._sse import Flaw as FramingFlaw


def listed_events(events: Json) -> list[dict[str, Json]]:
    """Events that are parsed already, each ``{"event": name, "data": value}``.

    In place of an event that cannot be judged stands one whose data is the reason. Raises :class:`UsageError` when
    ``events`` is no list.
    """
    if isinstance(events, str | dict) or not isinstance(events, Iterable):
        raise UsageError(f"{kind_shown(events)} is no stream; give raw bytes, or a list of events")
    found = []
    for event in events:
        flaw = flaw_of_value(event)
        if flaw is not None:
            found.append({"data": flaw.message})
        else:
            found.append(event if isinstance(event, dict) else {"data": event})
    return found


def read_events(
    raw: bytes | bytearray | memoryview,
) -> "tuple[list[dict[str, Json]], tuple[FramingFlaw, ...]]":
    """Server-sent events with their data parsed; data that is not JSON stays the text that it is."""
    from pixelproof._sse import parse_sse

    stream = parse_sse(raw)
    messages: list[dict[str, Json]] = []
    for event in stream.events:
        message: dict[str, Json] = {} if event.event is None else {"event": event.event}
        if event.data is not None:
            value, flaw = parse_json(event.data)
            message["data"] = event.data if flaw else value
        messages.append(message)
    return messages, stream.flaws
