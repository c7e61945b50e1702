"""The lines on which the places of a message stand, so that a finding can be shown in its file."""

import re
from collections.abc import Collection, Iterator

from pixelproof._parse import parse_json

_TOKEN = re.compile(r'"[^"\\]*+(?:\\.[^"\\]*+)*+"|[{}\[\],:]|[^\s{}\[\],:"]++')
_REASON_LINE = re.compile(r" at line (\d+) column \d+")
_LINE_END = re.compile(rb"\r\n|\r|\n")


def lines_of(content: bytes, pointers: Collection[str]) -> dict[str, int]:
    """The line, counted from 1, of each JSON Pointer into ``content``: JSON, or server-sent events.

    A place that does not exist, such as a missing key, has the line of its nearest parent. What is not JSON has the
    line at which reading failed. Of anything else, such as a form, no lines are known.
    """
    if not pointers or not content:
        return {}
    if content.lstrip()[:1] not in (b"{", b"["):
        return _lines_of_events(content, pointers)
    _, flaw = parse_json(content)
    if flaw is not None:
        reason = _REASON_LINE.search(flaw.message)
        return dict.fromkeys(pointers, int(reason[1]) if reason else 1)
    wanted = {parent for pointer in pointers for parent in _with_parents(pointer)}
    text = content.decode()
    found: dict[str, int] = {}
    line, read = 1, 0
    for pointer, position in _places(text):
        if pointer in wanted and pointer not in found:
            line += text.count("\n", read, position)
            read = position
            found[pointer] = line
            if len(found) == len(wanted):
                break
    return {pointer: max(found.get(parent, 1) for parent in _with_parents(pointer)) for pointer in pointers}


def _with_parents(pointer: str) -> Iterator[str]:
    while pointer:
        yield pointer
        pointer = pointer.rpartition("/")[0]
    yield ""


def _places(text: str) -> Iterator[tuple[str, int]]:
    """Every place of a valid JSON text in order, with the position of its key or, without one, of its value."""
    from jiter import from_json

    holders: list[str] = []  # the places of the open objects and arrays
    indices: list[int | None] = []  # the current index in each, None in an object
    place = ""
    key_follows = False
    for match in _TOKEN.finditer(text):
        piece = match[0]
        if piece in ("}", "]"):
            holders.pop()
            indices.pop()
            key_follows = False
        elif piece == ":":
            key_follows = False
        elif piece == ",":
            index = indices[-1]
            key_follows = index is None
            if index is not None:
                indices[-1] = index + 1
                place = f"{holders[-1]}/{index + 1}"
        elif key_follows:
            key = str(from_json(piece.encode())).replace("~", "~0").replace("/", "~1")
            place = f"{holders[-1]}/{key}"
            yield place, match.start()
        else:
            if not holders or indices[-1] is not None:
                yield place, match.start()
            if piece in ("{", "["):
                holders.append(place)
                indices.append(0 if piece == "[" else None)
                key_follows = piece == "{"
                place = f"{place}/0" if piece == "[" else place


def _lines_of_events(content: bytes, pointers: Collection[str]) -> dict[str, int]:
    """In a stream a place has the first line of its event."""
    from pixelproof._sse import parse_sse

    events = parse_sse(content).events
    found = {}
    for pointer in pointers:
        index = pointer[1:].partition("/")[0]
        if index.isdecimal() and int(index) < len(events):
            before = content[: events[int(index)].offset]
            found[pointer] = 1 + len(_LINE_END.findall(before))
    return found
