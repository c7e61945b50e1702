"""Messages in files and on standard input."""

import os
import sys
from typing import BinaryIO

from pixelproof._errors import UsageError
from pixelproof._parse import MAX_BODY_BYTES, parse_json
from pixelproof._text import shown
from pixelproof._values import Json

STDIN = "-"


def check_readable(name: str) -> None:
    """Raises :class:`UsageError` for a file that is missing or a folder, before anything is judged."""
    if name == STDIN:
        return
    if os.path.isdir(name):
        raise UsageError(f"{name}: is a folder; name a file")
    if not os.path.exists(name):
        raise UsageError(f"{name}: there is no such file")


def open_input(name: str) -> BinaryIO:
    """The file ``name``, or standard input for ``-``."""
    if name != STDIN:
        try:
            return open(name, "rb")
        except OSError as error:
            raise UsageError(f"{name}: cannot be read ({error.strerror})") from None
    if getattr(sys, "stdin", None) is None:
        raise UsageError("standard input is closed; name a file")
    return sys.stdin.buffer


def read_message(name: str) -> bytes:
    """The content of the file ``name``; when it is too long, a byte more than the limit."""
    try:
        with open_input(name) as file:
            return file.read(MAX_BODY_BYTES + 1)
    except OSError as error:
        raise UsageError(f"{name}: cannot be read ({error.strerror})") from None


def read_object(content: bytes, name: str, purpose: str) -> dict[str, Json]:
    """The JSON object in a file that is not under judgement itself. Raises :class:`UsageError` for anything else."""
    value, flaw = parse_json(content)
    if flaw is not None:
        raise UsageError(f"{name}: {flaw.message} {purpose}")
    if not isinstance(value, dict):
        raise UsageError(f"{name}: holds {shown(value)}, not an object. {purpose}")
    return value
