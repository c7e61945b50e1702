"""A form (multipart/form-data) as a JSON-like value, so that a schema can describe it and any validator can check it.

Text fields become what their parameter is declared as, files become objects, and a field that is sent several times
becomes an array. What cannot be converted stays text, which the type of the parameter then does not allow.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from os import PathLike
from pathlib import Path as FilePath
from typing import NamedTuple, TypeAlias

from pixelproof._errors import UsageError
from pixelproof._multipart import FormFlaw, Part, parse_multipart, text_of
from pixelproof._parse import parse_json
from pixelproof._picture import Picture, read_picture, read_picture_file
from pixelproof._text import kind_of, shown
from pixelproof._values import File, Json, Path

Content: TypeAlias = bytes | bytearray | memoryview | str | PathLike[str]
"""The bytes of an uploaded file, or the path of a file that holds them."""

FILES = ("file", "files")
"""The kinds of parameters that are uploaded; ``files`` is an array even when one file comes."""

_BYTES = (bytes, bytearray, memoryview)
_MOST_BYTES = 1 << 30
_MOST_DIGITS = 300
_INTEGER = re.compile(r"-?[0-9]+")
_NUMBER = re.compile(r"-?[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?")
_SNIFFED = re.compile(rb"--([^\r\n]{1,70})\r?\n")


class ReadForm(NamedTuple):
    """What was read of a form.

    ``fields`` is the value that a schema describes; ``None`` when nothing can be read. ``problem`` says why the body
    is no form at all, ``flaws`` where a form breaks its grammar; both are sentences without their full stop.
    ``contents`` holds the uploaded files by their place in ``fields``.
    """

    fields: dict[str, Json] | None
    problem: str | None = None
    flaws: tuple[str, ...] = ()
    contents: Mapping[Path, Content] = {}


class _Sent(NamedTuple):
    """One part: a text (or a value that no text can carry), or a file."""

    name: str
    value: Json
    content: Content | None = None


def read_form(
    kinds: Mapping[str, str], body: Json, files: Sequence[File] = (), content_type: str | None = None
) -> ReadForm:
    """The form that ``body`` and ``files`` are.

    ``kinds`` says, by parameter, how a text becomes a value: ``integer``, ``number``, ``boolean``, ``json``, or that a
    ``file`` or ``files`` are uploaded. ``body`` is a dict of text fields beside ``files``, or the raw bytes of the form
    with its ``content_type``; when that is not known, the boundary is read from the first line. A file becomes
    ``{"filename"?, "content_type"?, "bytes", "format", "width"?, "height"?, "alpha"?, "damage"?}``, where ``format`` is
    told by the content and is ``unknown`` for what is no picture. A JSON object in place of a form has a problem and is
    read all the same.

    Raises :class:`UsageError` when ``files`` come with raw bytes, or when the path of a file cannot be read.
    """
    if not isinstance(body, _BYTES):
        if not isinstance(body, dict):
            return ReadForm(None, f"The body is {kind_of(body)}; a form has named fields")
        problem = None if content_type is None or _is_form(content_type) else _other_type(content_type)
        return _gathered(kinds, [*_sent_fields(kinds, body), *_sent_files(files)], problem)
    if files:
        raise UsageError("a raw body holds its files already; give either the raw body, or fields and files")
    if content_type is None and (found := _SNIFFED.match(body)):
        content_type = f'multipart/form-data; boundary="{found[1].decode("latin-1")}"'
    if content_type is None or not _is_form(content_type):
        return _read_other(kinds, bytes(body), content_type)
    form = parse_multipart(bytes(body) if isinstance(body, bytearray) else body, content_type)
    flaws = [*form.flaws]
    sent = [_sent_part(kinds, part, flaws) for part in form.parts if part.name]
    sentences = tuple(_sentence(flaw) for flaw in flaws)
    if not form.parts and sentences:
        return ReadForm(None, sentences[0])
    return _gathered(kinds, sent, None, sentences)


def _is_form(content_type: str) -> bool:
    return content_type.partition(";")[0].strip().lower() == "multipart/form-data"


def _other_type(content_type: str) -> str:
    return f"The content type is {shown(content_type)}, not multipart/form-data"


def _read_other(kinds: Mapping[str, str], body: bytes, content_type: str | None) -> ReadForm:
    """A body that is no form: of a JSON object the fields can still be judged."""
    value, flaw = parse_json(body)
    readable = flaw is None and isinstance(value, dict)
    problem = "The body is JSON, not a form" if readable else "The body is no form"
    if content_type is not None and not readable:
        problem = _other_type(content_type)
    return _gathered(kinds, [*_sent_fields(kinds, value)], problem) if readable else ReadForm(None, problem)


def _sentence(flaw: FormFlaw) -> str:
    text = flaw.message[0].upper() + flaw.message[1:]
    return text if flaw.index is None else f"Part {flaw.index + 1}: {flaw.message}"


def _sent_fields(kinds: Mapping[str, str], body: dict[str, Json]) -> Iterator[_Sent]:
    for name, value in body.items():
        repeated = isinstance(value, list) and kinds.get(name) != "json"
        for item in value if repeated else (value,):
            yield _Sent(str(name), _as_text(item))


def _as_text(value: Json) -> Json:
    """A number or boolean as the text that it is in a form; objects, arrays and null are left as they are."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, int | float) else value


def _sent_files(files: Iterable[File]) -> Iterator[_Sent]:
    for file in files:
        yield _Sent(file.field, _file_object(file.content, file.filename, file.content_type), file.content)


def _sent_part(kinds: Mapping[str, str], part: Part, flaws: list[FormFlaw]) -> _Sent:
    if part.filename is not None:
        return _Sent(part.name, _file_object(part.content, part.filename, part.content_type), part.content)
    try:
        return _Sent(part.name, text_of(part))
    except ValueError as error:
        if kinds.get(part.name) not in FILES:  # else it is enough to say that there is no file
            flaws.append(FormFlaw(str(error), part.index))
        return _Sent(part.name, bytes(part.content[:80]).decode("utf-8", "replace"))


def _gathered(
    kinds: Mapping[str, str], sent: Iterable[_Sent], problem: str | None, flaws: tuple[str, ...] = ()
) -> ReadForm:
    by_name: dict[str, list[_Sent]] = {}
    for one in sent:
        by_name.setdefault(one.name, []).append(one)
    fields: dict[str, Json] = {}
    contents: dict[Path, Content] = {}
    for name, group in by_name.items():
        kind = kinds.get(name)
        values = [one.value if one.content is not None else _converted(one.value, kind) for one in group]
        several = len(values) > 1 or (kind == "files" and values[0] is not None)
        fields[name] = values if several else values[0]
        for index, one in enumerate(group):
            if one.content is not None:
                contents[(name, index) if several else (name,)] = one.content
    return ReadForm(fields, problem, flaws, contents)


def _converted(value: Json, kind: str | None) -> Json:
    """The value that a text stands for, or the text itself when it stands for none."""
    if not isinstance(value, str):
        return value
    if kind == "integer" and len(value) <= _MOST_DIGITS and _INTEGER.fullmatch(value):
        return int(value)
    if kind == "number" and len(value) <= _MOST_DIGITS and _NUMBER.fullmatch(value):
        return int(value) if _INTEGER.fullmatch(value) else float(value)
    if kind == "boolean" and value in ("true", "false"):
        return value == "true"
    if kind == "json":
        parsed, flaw = parse_json(value)
        return value if flaw else parsed
    return value


def _file_object(content: Content, filename: str | None, content_type: str | None) -> dict[str, Json]:
    if isinstance(content, _BYTES):
        size, picture = memoryview(content).nbytes, read_picture(content)
    else:
        place = FilePath(content)
        filename = filename or place.name
        size, picture = _file_on_disk(place)
    found: dict[str, Json] = {"bytes": size, "format": "unknown" if picture is None else picture.format}
    if filename is not None:
        found["filename"] = filename
    if content_type is not None:
        found["content_type"] = content_type
    if picture is not None:
        found["alpha"] = picture.alpha
        if picture.width and picture.height:
            found |= {"width": picture.width, "height": picture.height}
        if picture.problem and not picture.trailing:
            found["damage"] = picture.problem
    return found


def _file_on_disk(place: FilePath) -> tuple[int, Picture | None]:
    try:
        return place.stat().st_size, read_picture_file(place, _MOST_BYTES)
    except OSError as error:
        raise UsageError(f"the file {str(place)!r} cannot be read: {error.strerror}; check its path") from None
