"""A case as the bytes that go over the wire: JSON, a form, or the raw bytes on trial."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from pixelproof import UsageError
from pixelproof._multipart import build_multipart

from pixelproof_conformance.large_body import FileBody
from pixelproof_conformance.model import Case, Json
from pixelproof_conformance.upload import blanks, file_name, file_type, large_upload, make_upload

FORM = "multipart/form-data"
_PIECE = 256 * 1024
_COMPACT = json.JSONEncoder(separators=(",", ":"), ensure_ascii=False)


class Message(NamedTuple):
    """The body of a request and its content type; an empty content type is not sent.

    A form with a file of 8 MB or more is a :class:`FileBody`.
    """

    content_type: str
    body: bytes | FileBody


def encode_case(
    case: Case, content_type: str, aliases: Mapping[str, str], *, model_parameter: str = "model"
) -> Message:
    """The request of a case. ``content_type`` is that of the operation, ``aliases`` maps documented names of models.

    JSON is compact and keeps every character, as SDKs send it. A form has its text fields first and its files last
    unless its transport says otherwise, under a boundary that is the same in every run. Raises ``UsageError`` when the
    case cannot be written so.
    """
    sent_as = content_type if case.content_type is None else case.content_type
    if not (sent_as.isascii() and sent_as.isprintable()):
        raise UsageError(f"the case {case.id} has the content type {sent_as!r}, which no header can carry")
    if case.raw is not None:
        return Message(sent_as, case.raw)
    if sent_as.partition(";")[0].strip().lower() == FORM:
        return _form(case, form_fields(case, aliases, model_parameter))
    if case.files:
        raise UsageError(f"the case {case.id} has files, and {sent_as!r} carries none; send it as {FORM}")
    body = _json(_renamed(case.body, aliases, model_parameter))
    padding = case.transport.padding if case.transport is not None else 0
    if padding:
        return Message(sent_as, FileBody([body[:-1], blanks(padding), body[-1:]]))
    return Message(sent_as, body)


def form_fields(case: Case, aliases: Mapping[str, str], model_parameter: str) -> list[tuple[str, str]]:
    """The text fields of a form, in order."""
    body = _renamed(case.body, aliases, model_parameter)
    return [(name, text) for name, value in body.items() for text in _texts(value)]


def pieces(body: bytes | FileBody) -> Iterator[bytes]:
    """The body in pieces, so that a large one is not copied as a whole on its way out."""
    if isinstance(body, FileBody):
        yield from body.pieces()
        return
    for start in range(0, len(body), _PIECE):
        yield body[start : start + _PIECE]


def _renamed(body: dict[str, Json], aliases: Mapping[str, str], model_parameter: str) -> dict[str, Json]:
    model = body.get(model_parameter)
    return {**body, model_parameter: aliases[model]} if isinstance(model, str) and model in aliases else body


def _json(body: Json) -> bytes:
    try:
        return _COMPACT.encode(body).encode()
    except UnicodeEncodeError:  # a lone surrogate can only be sent escaped
        return json.dumps(body, separators=(",", ":")).encode()


def _form(case: Case, fields: list[tuple[str, str]]) -> Message:
    boundary = f"pixelproof-{hashlib.sha256(case.first.encode()).hexdigest()[:32]}"
    large = [large_upload(file) for file in case.files]
    try:
        if any(large):
            segments = _segments(case, fields, large, boundary)
            return Message(f"{FORM}; boundary={boundary}", FileBody(segments))
        uploads = [make_upload(file) for file in case.files]
        if case.transport is not None and case.transport.files_first:
            end = f"--{boundary}--\r\n".encode()
            content = build_multipart([], uploads, boundary=boundary).removesuffix(end)
            content += build_multipart(fields, [], boundary=boundary)
        else:
            content = build_multipart(fields, uploads, boundary=boundary)
    except ValueError as error:
        raise UsageError(f"the case {case.id} cannot be written as a form: {error}") from None
    return Message(f"{FORM}; boundary={boundary}", content)


def _segments(
    case: Case, fields: list[tuple[str, str]], large: list[Path | None], boundary: str
) -> Iterator[bytes | Path]:
    """The form cut where the content of a large file belongs."""
    end = f"\r\n--{boundary}--\r\n".encode()
    files: list[tuple[str, str, str, bytes]] = []
    for file, place in zip(case.files, large, strict=True):
        if place is None:
            files.append(make_upload(file))
            continue
        without = (file.field, file_name(file), file_type(file), b"")
        yield build_multipart(fields, [*files, without], boundary=boundary).removesuffix(end)
        yield place
        yield b"\r\n"
        fields, files = [], []
    yield build_multipart(fields, files, boundary=boundary)


def _texts(value: Json) -> list[str]:
    """A value as the texts of its fields: an array of simple values repeats the field, null leaves it out."""
    if value is None:
        return []
    if isinstance(value, str):
        return [value]
    if isinstance(value, list) and not any(isinstance(item, dict | list) for item in value):
        return [text for item in value for text in _texts(item)]
    return [json.dumps(value, ensure_ascii=False)]
