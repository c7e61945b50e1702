"""Forms (multipart/form-data, RFC 7578) from raw bytes and back; file contents are never copied.

The reader takes what clients really send and says as a `FormFlaw` what a strict receiver would not take.
"""

import re
from collections.abc import Iterable
from typing import NamedTuple

from pixelproof._header_parameters import parameters_of, quoted
from pixelproof._text import shown

_BOUNDARY = re.compile(r"[0-9A-Za-z'()+_,\-./:=? ]{0,69}[0-9A-Za-z'()+_,\-./:=?]")  # RFC 2046, section 5.1.1
_ALLOWED = "1 to 70 letters, digits or '()+_,-./:=?"
_MAX_FLAWS = 100
_MAX_HEADER_LINES = 100
_HEADER = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]++:[^\0\r]*+")
_REST_OF_LINE = re.compile(rb"[ \t]*+(?:\r?\n|\Z)")
_REST_OF_DELIMITER = re.compile(rb"--|[ \t]*+(?:\r?\n|\Z)")


class Part(NamedTuple):
    """One part of a form.

    Attributes:
        name: The field name as sent, `image[]` included; empty when the part has none.
        filename: The file name, from `filename*` when there is one; None for a text field.
        content_type: The part's Content-Type as sent, or None.
        content: The bytes, a view into the body.
        headers: All headers, names as sent, in their order.
        index: The position in the body, from 0; parts whose headers cannot be read count too.
    """

    name: str
    filename: str | None
    content_type: str | None
    content: memoryview
    headers: tuple[tuple[str, str], ...]
    index: int  # type: ignore[assignment]  # the position is worth more than the method of tuple


class FormFlaw(NamedTuple):
    """What is wrong with a form, and the index of the part that has it, or None for the form as a whole."""

    message: str
    index: int | None  # type: ignore[assignment]  # the position is worth more than the method of tuple


class Form(NamedTuple):
    """The parts of a form in the order of the body, and its flaws."""

    parts: tuple[Part, ...]
    flaws: tuple[FormFlaw, ...]


class _Flaws:
    def __init__(self) -> None:
        self.listed: list[FormFlaw] = []

    def add(self, message: str, index: int | None = None) -> None:
        if len(self.listed) < _MAX_FLAWS:
            self.listed.append(FormFlaw(message, index))
        elif len(self.listed) == _MAX_FLAWS:
            self.listed.append(FormFlaw("there are more flaws from here on; they are not listed", index))


class _Delimiter(NamedTuple):
    """Where a delimiter begins (its line end included), where the next line begins, and whether it is the final one."""

    start: int
    end: int
    final: bool


class _Head(NamedTuple):
    """The header lines of a part, and where its content begins."""

    lines: tuple[bytes, ...]
    end: int
    problem: str | None


def text_of(part: Part) -> str:
    """The content of a text field.

    Raises:
        ValueError: The content is not valid UTF-8; the message names the part, the byte and its place.
    """
    try:
        return str(part.content, "utf-8")
    except UnicodeDecodeError as error:
        wrong = f"byte 0x{part.content[error.start]:02x} at {error.start}"
        raise ValueError(f"the part {shown(part.name)} is not valid UTF-8: {wrong}; send text as UTF-8") from None


def parse_multipart(
    body: bytes | memoryview, content_type: str, *, max_parts: int = 1000, max_header_bytes: int = 16_384
) -> Form:
    """Parse a form; never raises for what the body or the Content-Type holds.

    A wrong Content-Type or boundary gives no parts. Without the final delimiter the last part reaches to the end.
    """
    flaws = _Flaws()
    boundary = _checked_boundary(content_type, flaws)
    if boundary is None:
        return Form((), tuple(flaws.listed))
    view = memoryview(body)
    if view.format != "B" or not view.c_contiguous:
        view = memoryview(bytes(view))
    data = _searchable(view)
    dash_boundary = b"--" + boundary.encode()
    # A delimiter needs no line end before it when nothing stands before it.
    delimiter = _delimiter_at(data, dash_boundary, 0, 0) or _find_delimiter(data, dash_boundary, b"\n", 0)
    if delimiter is None:
        flaws.add(_no_delimiter(data, boundary))
        return Form((), tuple(flaws.listed))
    parts: list[Part] = []
    index = 0
    line_feeds_alone = False
    while not delimiter.final:
        if delimiter.end == len(data):
            flaws.add(f"the final delimiter {shown(f'--{boundary}--')} is missing; end the form with it")
            break
        if index == max_parts:
            flaws.add(f"the form has more than {max_parts} parts; the rest is not read")
            break
        head = _read_head(data, delimiter.end, max_header_bytes, dash_boundary)
        lines = data[delimiter.end - 2 : head.end]
        if not line_feeds_alone and lines.count(b"\n") != lines.count(b"\r\n"):
            line_feeds_alone = True
            flaws.add("lines end with LF alone; end them with CRLF", index)
        line_end = b"\r\n" if data.startswith(b"\r\n", head.end - 2) else b"\n"
        # The line end before the content may belong to the next delimiter already: then the part is empty.
        following = _find_delimiter(data, dash_boundary, line_end, head.end - len(line_end))
        if following is not None and head.problem is None and following.start < head.end:
            flaws.add("no line end of its own stands before the delimiter; end every content with CRLF", index)
        if head.problem is None:
            content = view[head.end : len(data) if following is None else max(head.end, following.start)]
            parts.append(_part(head.lines, content, index, flaws))
        else:
            flaws.add(head.problem, index)
        index += 1
        delimiter = following or _Delimiter(len(data), len(data), final=False)
    if delimiter.final:
        _check_epilogue(data, delimiter.end, dash_boundary, flaws)
    return Form(tuple(parts), tuple(flaws.listed))


def build_multipart(
    fields: Iterable[tuple[str, str]], files: Iterable[tuple[str, str, str, bytes]], *, boundary: str
) -> bytes:
    """Write a form: first the text fields (name, value), then the files (name, filename, content type, content).

    Names are quoted as HTTP libraries do: a quote becomes `%22`, a line end `%0D` and `%0A`, a backslash is doubled.
    So a name that holds the text `%22` itself is read back as a quote. An empty content type is left out.

    Raises:
        ValueError: The boundary is not allowed or occurs in a content, or a content type holds a line end.
    """
    if not _BOUNDARY.fullmatch(boundary):
        raise ValueError(f"the boundary {shown(boundary)} is not allowed; use {_ALLOWED}")
    dash_boundary = f"--{boundary}".encode()
    pieces: list[bytes] = []

    def write(head: str, content: bytes) -> None:
        if dash_boundary in content:
            raise ValueError(f"the boundary {shown(boundary)} occurs in a content; choose another one")
        lines = f"\r\nContent-Disposition: form-data; {head}\r\n\r\n"
        pieces.extend((dash_boundary, lines.encode(), content, b"\r\n"))

    for name, value in fields:
        write(f"name={quoted(name)}", value.encode())
    for name, filename, content_type, content in files:
        if "\r" in content_type or "\n" in content_type:
            raise ValueError(f"the content type {shown(content_type)} holds a line end; leave it out")
        head = f"name={quoted(name)}; filename={quoted(filename)}"
        write(f"{head}\r\nContent-Type: {content_type}" if content_type else head, content)
    return b"".join((*pieces, dash_boundary, b"--\r\n"))


def _searchable(view: memoryview) -> bytes | bytearray:
    # A view cannot be searched. Mostly it covers its whole object, which can; a part of one is copied for the search.
    whole = view.obj
    return whole if isinstance(whole, bytes | bytearray) and len(whole) == len(view) else bytes(view)


def _checked_boundary(content_type: str, flaws: _Flaws) -> str | None:
    value = parameters_of(content_type)
    if value.main.lower() != "multipart/form-data":
        flaws.add(f"the Content-Type is {shown(content_type)}; a form is multipart/form-data")
        return None
    if value.problem is not None:
        flaws.add(f"the Content-Type {value.problem}")
    boundary = value.parameters.get("boundary")
    if boundary is None:
        flaws.add("the Content-Type has no boundary; the HTTP library adds it when it builds the form")
        return None
    if not _BOUNDARY.fullmatch(boundary):
        flaws.add(f"the boundary {shown(boundary)} of {len(boundary)} characters is not allowed; use {_ALLOWED}")
        # Receivers mostly take any visible character, so such a form can still be read.
        if not (1 <= len(boundary) <= 70 and boundary.isascii() and boundary.isprintable()):
            return None
    return boundary


def _no_delimiter(data: bytes | bytearray, boundary: str) -> str:
    if not data:
        return "the body is empty"
    start = bytes(data[:80]).split(b"\n")[0].strip().decode(errors="replace")
    return f"the body has no delimiter {shown(f'--{boundary}')} from the Content-Type; it starts with {shown(start)}"


def _delimiter_at(data: bytes | bytearray, dash_boundary: bytes, start: int, dashes: int) -> _Delimiter | None:
    if not data.startswith(dash_boundary, dashes):
        return None
    rest = _REST_OF_DELIMITER.match(data, dashes + len(dash_boundary))
    return None if rest is None else _Delimiter(start, rest.end(), rest[0] == b"--")


def _find_delimiter(data: bytes | bytearray, dash_boundary: bytes, line_end: bytes, position: int) -> _Delimiter | None:
    mark = line_end + dash_boundary
    while (start := data.find(mark, position)) >= 0:
        delimiter = _delimiter_at(data, dash_boundary, start, start + len(line_end))
        if delimiter is not None:
            return delimiter
        position = start + len(mark)
    return None


def _check_epilogue(data: bytes | bytearray, end: int, dash_boundary: bytes, flaws: _Flaws) -> None:
    if _REST_OF_LINE.match(data, end) is None:
        flaws.add("other bytes stand in the line of the final delimiter; end the line after its dashes")
    if _find_delimiter(data, dash_boundary, b"\n", end) is not None:
        flaws.add("a delimiter follows the final delimiter; what stands there is not read")


def _read_head(data: bytes | bytearray, start: int, max_header_bytes: int, dash_boundary: bytes) -> _Head:
    lines: list[bytes] = []
    at = start
    for _ in range(_MAX_HEADER_LINES + 1):
        end = data.find(b"\n", at, start + max_header_bytes)
        if end < 0:
            break
        if _delimiter_at(data, dash_boundary, at, at) is not None:
            problem = "a delimiter follows the headers; end them with a blank line"
            return _Head((), at, problem)
        line = bytes(data[at:end]).removesuffix(b"\r")
        at = end + 1
        if not line:
            return _Head(tuple(lines), at, None)
        if line[:1] in {b" ", b"\t"} and lines:
            lines[-1] += b" " + line.strip()
        else:
            lines.append(line)
    problem = f"no blank line ends the headers within {_MAX_HEADER_LINES} lines and {max_header_bytes} bytes"
    return _Head((), start, problem)


def _part(lines: tuple[bytes, ...], content: memoryview, index: int, flaws: _Flaws) -> Part:
    headers: list[tuple[str, str]] = []
    first: dict[str, str] = {}
    for line in lines:
        try:
            text = line.decode()
        except UnicodeDecodeError:
            text = line.decode(errors="replace")
            flaws.add(f"the header {shown(text)} is not valid UTF-8; send names as UTF-8", index)
        if not _HEADER.fullmatch(text):
            flaws.add(f"the line {shown(text)} is not a header; a header is a name, a colon and a value", index)
        name, colon, value = text.partition(":")
        if not colon:
            continue
        value = value.strip(" \t")
        headers.append((name, value))
        key = name.strip(" \t").lower()
        if key in first and key in {"content-disposition", "content-type"}:
            flaws.add(f"the part has {shown(name)} twice; the first one counts", index)
        first.setdefault(key, value)
    name, filename = _names(first.get("content-disposition"), index, flaws)
    return Part(name, filename, first.get("content-type"), content, tuple(headers), index)


def _names(disposition: str | None, index: int, flaws: _Flaws) -> tuple[str, str | None]:
    if disposition is None:
        flaws.add("the part has no Content-Disposition, so it has no name", index)
        return "", None
    value = parameters_of(disposition)
    if value.problem is not None:
        flaws.add(f"the Content-Disposition {value.problem}", index)
    if value.main.lower() != "form-data":
        flaws.add(f"the Content-Disposition is {shown(value.main)}; a part of a form is form-data", index)
    name = value.parameters.get("name")
    if name is None:
        flaws.add(f"the part has no name; its Content-Disposition is {shown(disposition)}", index)
    return name or "", value.parameters.get("filename")
