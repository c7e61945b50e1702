"""The files of form requests, made from their descriptions when they are sent."""

import atexit
import os
import threading
from dataclasses import replace
from functools import cache, lru_cache
from io import SEEK_CUR, BytesIO
from pathlib import Path
from shutil import rmtree
from tempfile import mkdtemp, mkstemp
from typing import NamedTuple

from PIL import Image
from pixelproof import UsageError

from pixelproof_conformance.gateway.pictures import make_picture, make_text_file, pad_picture, padding_for
from pixelproof_conformance.large_body import LARGE
from pixelproof_conformance.model import CaseFile

_TYPES = {
    "png": "image/png",
    "jpeg": "image/jpeg",
    "webp": "image/webp",
    "gif": "image/gif",
    "bmp": "image/bmp",
    "text": "text/plain",
}
_ENDINGS = {"jpeg": "jpg", "text": "txt"}
_KEPT_BYTES = 1 << 20
_making = threading.Lock()


class Upload(NamedTuple):
    """A file as a part of a form carries it."""

    field: str
    filename: str
    content_type: str
    content: bytes


def make_upload(file: CaseFile) -> Upload:
    """Make a described file with the name and type that a client gives it when the description has none.

    Raises:
        UsageError: The format is unknown, or the file cannot be made in this size.
    """
    if file.format not in _TYPES:
        raise UsageError(f"a file of the format {file.format!r} cannot be made; use one of {', '.join(_TYPES)}")
    try:
        content = _kept(file) if (file.bytes or 0) <= _KEPT_BYTES else _made(file)
    except ValueError as error:
        raise UsageError(f"the file of the field {file.field!r} cannot be made: {error}") from None
    return Upload(file.field, file_name(file), file_type(file), content)


def file_name(file: CaseFile) -> str:
    """The name that a file is sent under."""
    if file.filename is not None:
        return file.filename
    return f"{file.field.partition('[')[0]}.{_ENDINGS.get(file.format, file.format)}"


def file_type(file: CaseFile) -> str:
    """The content type that a file is sent with."""
    return _TYPES[file.format] if file.content_type is None else file.content_type


def large_upload(file: CaseFile) -> Path | None:
    """The place of a described file that is too large to be held in memory; ``None`` for any other.

    It is a sparse temporary file, made once and removed when the process ends. Raises :class:`UsageError`.
    """
    if (file.bytes or 0) < LARGE or file.cut or file.format == "text":
        return None
    with _making:
        return _on_disk(replace(file, field="", filename=None, content_type=None))


@cache
def blanks(count: int) -> Path:
    """A temporary file of ``count`` blanks, made once and removed when the process ends. Raises :class:`UsageError`."""
    try:
        handle, name = mkstemp(dir=_folder(), suffix=".txt")
        with os.fdopen(handle, "wb") as made:
            for start in range(0, count, _KEPT_BYTES):
                made.write(b" " * min(_KEPT_BYTES, count - start))
    except OSError as error:
        raise UsageError(f"a file of {count} bytes cannot be made: {error.strerror}") from None
    return Path(name)


@lru_cache(maxsize=64)
def _kept(file: CaseFile) -> bytes:
    return _made(file)


def _made(file: CaseFile) -> bytes:
    if file.format == "text":
        text = make_text_file()
        return text if file.bytes is None else (text * (file.bytes // len(text) + 1))[: file.bytes]
    data = _picture(file)
    if file.cut:
        return data[: len(data) // 2]
    return data if file.bytes is None else pad_picture(data, file.bytes)


def _picture(file: CaseFile) -> bytes:
    if file.format in {"gif", "bmp"} or file.opaque or file.black or file.colour is not None:
        return _other_picture(file)
    return make_picture(file.width, file.height, format=file.format, alpha=file.alpha)


@cache
def _on_disk(file: CaseFile) -> Path:
    try:
        before, zeros, after = padding_for(_picture(file), file.bytes or 0)
        handle, name = mkstemp(dir=_folder(), suffix=f".{file.format}")
        with os.fdopen(handle, "wb") as made:
            made.write(before)
            made.seek(zeros, SEEK_CUR)
            made.write(after)
            made.truncate(file.bytes)
    except (OSError, ValueError) as error:
        raise UsageError(f"a {file.format} file of {file.bytes} bytes cannot be made: {error}") from None
    return Path(name)


@cache
def _folder() -> str:
    folder = mkdtemp(prefix="pixelproof-uploads-")
    atexit.register(rmtree, folder, ignore_errors=True)
    return folder


def _other_picture(file: CaseFile) -> bytes:
    out = BytesIO()
    if file.colour is not None:
        Image.new("RGB", (file.width, file.height), file.colour).save(out, file.format.upper())
        return out.getvalue()
    png = make_picture(file.width, file.height, alpha=file.alpha)
    with Image.open(BytesIO(png)) as opened:
        image: Image.Image = opened
        if file.opaque:
            image.putalpha(255)
        if file.black:
            image = _black_below(image)
        image.save(out, file.format.upper())
    return out.getvalue()


def _black_below(image: Image.Image) -> Image.Image:
    """The picture with black under every transparent pixel."""
    alpha = image.convert("RGBA").getchannel("A")
    black = Image.new("RGBA", image.size, (0, 0, 0, 0))
    black.paste(image, mask=alpha)
    black.putalpha(alpha)
    return black
