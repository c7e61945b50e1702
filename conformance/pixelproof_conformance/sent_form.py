"""The form that a record sent, taken apart again, so that it can be written for another tool."""

import re
from typing import NamedTuple

from pixelproof._multipart import parse_multipart, text_of
from pixelproof._picture import read_picture

from pixelproof_conformance.expression import Expression, bytes_expression
from pixelproof_conformance.model import Record

_SAFE_NAME = re.compile(r"[\w.\[\]-]+", re.ASCII)
_SAFE_FILENAME = re.compile(r"[\w.+-]+(?: [\w.+-]+)*", re.ASCII)
_SAFE_TYPE = re.compile(r"[\w.+-]+/[\w.+-]+", re.ASCII)
_PLAIN_HEADERS = {"content-disposition", "content-type"}


class SentFile(NamedTuple):
    """A file of a form. ``place`` is a name for it in the working folder, ``hint`` says in words what it is."""

    field: str
    filename: str
    content_type: str
    place: str
    hint: str
    content: Expression | None


class SentForm(NamedTuple):
    """The parts in their order: a pair of name and text, or a file."""

    parts: tuple[tuple[str, str] | SentFile, ...]


def form_of(record: Record) -> SentForm | None:
    """The form of a record, or None when it is none that curl or an HTTP library would write in the same way."""
    if not record.sent_content_type.startswith("multipart/form-data"):
        return None
    form = parse_multipart(bytes(record.sent), record.sent_content_type)
    if form.flaws or not form.parts:
        return None
    parts: list[tuple[str, str] | SentFile] = []
    for part in form.parts:
        if not _SAFE_NAME.fullmatch(part.name) or {name.lower() for name, _ in part.headers} - _PLAIN_HEADERS:
            return None
        if part.filename is not None:
            if not (_SAFE_FILENAME.fullmatch(part.filename) and _SAFE_TYPE.fullmatch(part.content_type or "")):
                return None
            content = bytes(part.content)
            number = sum(isinstance(one, SentFile) for one in parts) + 1
            ending = re.sub(r"[^A-Za-z0-9]", "", part.filename.rpartition(".")[2])[:8] or "bin"
            place = f"file-{number}.{ending}"
            parts.append(
                SentFile(
                    part.name,
                    part.filename,
                    part.content_type or "",
                    place,
                    f"{place} is {_in_words(content)}",
                    bytes_expression(content),
                )
            )
            continue
        try:
            text = text_of(part)
        except ValueError:
            return None
        if part.content_type is not None or "\0" in text:
            return None
        parts.append((part.name, text))
    return SentForm(tuple(parts))


def _in_words(content: bytes) -> str:
    picture = read_picture(content)
    if picture is None:
        return f"no picture, {len(content):,} bytes"
    alpha = " with an alpha channel" if picture.alpha else ""
    return f"a {picture.format} picture of {picture.width} x {picture.height} pixels{alpha}, {len(content):,} bytes"
