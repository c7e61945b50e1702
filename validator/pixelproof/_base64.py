"""Base64 text of pictures, decoded strictly; what is wrong with a text is told in a short phrase."""

import re
from typing import NamedTuple

import pybase64

# Compiled where they are needed, which is only for a text that is wrong: start-up has to be fast.
_OUTSIDE = r"[^A-Za-z0-9+/=]"
_OUTSIDE_SPACED = r"[^A-Za-z0-9+/= \t\r\n]"
_OUTSIDE_URLSAFE = r"[^A-Za-z0-9_= \t\r\n-]"
_DATA_URL = r"(?i)data:([^,;]*)[^,]*;base64,"
_WEB_URL = r"(?i)https?://"
_SPACES = " \t\r\n"
_LONGEST_PREFIX = 300
_LONGEST_QUOTE = 40


class Decoded(NamedTuple):
    """The bytes behind a base64 text.

    ``data`` is empty when the text cannot be decoded. ``problem`` is None or what is wrong, a phrase whose subject is
    the text. ``media_type`` is the lower-case type in a ``data:`` URL prefix, None without such a prefix.
    """

    data: bytes
    problem: str | None = None
    media_type: str | None = None


def decode_base64(text: str, *, data_url: bool = False) -> Decoded:
    """Decode standard base64 with its padding and nothing else, or say what the text is instead; never raises.

    With ``data_url`` a ``data:image/...;base64,`` prefix and whitespace are welcome too. Without it a text whose only
    fault is such a prefix is decoded all the same, so that its picture can still be judged.
    """
    data = _strict(text)
    return Decoded(data) if data else _explained(text, data_url)


def _explained(text: str, data_url: bool) -> Decoded:
    """Decode a text that is not plain base64 by itself, or say why it cannot be decoded."""
    start = len(text) - len(text.lstrip(_SPACES)) if data_url else 0
    if text[start : start + 5].lower() != "data:":
        return _body(text, start, data_url)
    prefix = re.compile(_DATA_URL).match(text, start, start + _LONGEST_PREFIX)
    if prefix is None:
        return Decoded(b"", "is a data: URL without ';base64,'" if data_url else "has a data: URL prefix")
    media_type = prefix[1].lower()
    body = _body(text, prefix.end(), data_url)
    if not data_url:
        problem: str | None = "has a data: URL prefix"
    elif not media_type.startswith("image/"):
        problem = f"is a data: URL of {media_type[:_LONGEST_QUOTE]!r}, not of an image"
    else:
        problem = body.problem
    return Decoded(body.data, problem, media_type)


def _body(text: str, start: int, spaced: bool) -> Decoded:
    body = text[start:]
    # The whole text was refused: another try is worth it only behind a prefix or without the whitespace.
    data = _strict(body) if start else None
    if data is None and spaced:
        for space in _SPACES:
            body = body.replace(space, "")
        data = _strict(body)
    if not body:
        return Decoded(b"", "is empty")
    return Decoded(b"", _fault(text, start, spaced)) if data is None else Decoded(data)


def _strict(text: str) -> bytes | None:
    try:
        return pybase64.b64decode(text, validate=True)
    except ValueError:
        return None


def _fault(text: str, start: int, spaced: bool) -> str:
    if re.compile(_WEB_URL).match(text, start):
        return "is an http(s) URL"
    outside = re.compile(_OUTSIDE_SPACED if spaced else _OUTSIDE).search(text, start)
    if outside is None:
        return "has wrong padding"
    if outside[0] in "-_" and not re.compile(_OUTSIDE_URLSAFE).search(text, start):
        return f"is urlsafe base64 ({outside[0]!r} at index {outside.start()})"
    return f"is not base64: character {outside[0]!r} at index {outside.start()}"
