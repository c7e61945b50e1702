"""A line with an exchange, checked by hand as ``schemas/meta/exchange.yaml`` describes it.

By hand because reading that file would cost more than judging a thousand lines; a test holds both against each other.
"""

import re
from collections.abc import Collection
from typing import Literal, NamedTuple

from pixelproof._errors import UsageError
from pixelproof._text import shown
from pixelproof._values import File, Json, Profile

_NAME = re.compile(r"[a-z][a-z0-9-]*")
_KINDS: dict[str, tuple[tuple[type, ...], str]] = {
    "id": ((str, int, float, type(None)), "a string, a number or null"),
    "dialect": ((str,), "the name of a dialect"),
    "operation": ((str,), "generations, edits or variations"),
    "profile": ((str,), "document or observed"),
    "account": ((dict,), "an object of true and false"),
    "request": ((), "any value"),
    "body_base64": ((str,), "base64"),
    "files": ((list,), "an array of objects"),
    "status": ((int,), "a status from 100 to 599"),
    "answer": ((), "any value"),
    "answer_base64": ((str,), "base64"),
    "events": ((str, list), "a text or an array"),
    "events_base64": ((str,), "base64"),
    "content_type": ((str,), "a string"),
}
_FILE_KEYS = ("field", "filename", "content_type", "content_base64")
_REQUESTS = ("request", "body_base64")
_ANSWERS = ("answer", "answer_base64", "events", "events_base64")


class ExchangeLine(NamedTuple):
    """What a line holds. ``on`` says what is judged: the ``message``, or the ``request`` when there is no answer."""

    on: Literal["request", "answer", "events"]
    dialect: str | None
    operation: str | None
    profile: Profile | None
    account: dict[str, bool]
    request: Json
    files: tuple[File, ...]
    status: int
    message: Json
    content_type: str | None

    @property
    def says_nothing_else(self) -> bool:
        """Whether the line leaves everything but its messages to the command line."""
        said = (self.dialect, self.operation, self.profile, self.content_type)
        return said == (None, None, None, None) and not self.account and not self.files


def checked_id(value: Json) -> None:
    """Raises :class:`UsageError` for an id that is none."""
    _check_value("id", value)


def read_exchange(line: Json) -> ExchangeLine:
    """The exchange of a parsed line. Raises :class:`UsageError` that names the key and its value."""
    if not isinstance(line, dict):
        raise UsageError(f"is {shown(line)}, not an object with an exchange")
    for key, value in line.items():
        _check_value(key, value)
    asked = _only_one(line, _REQUESTS)
    answered = _only_one(line, _ANSWERS)
    if asked is None and answered is None:
        raise UsageError(f"has nothing to judge; it needs one of {', '.join((*_REQUESTS, *_ANSWERS))}")
    if "status" in line and answered is None:
        raise UsageError(f"has the status {line['status']} and no answer")
    return ExchangeLine(
        "request" if answered is None else "events" if answered.startswith("events") else "answer",
        line.get("dialect"),
        line.get("operation"),
        line.get("profile"),
        line.get("account", {}),
        _content(line, asked),
        _files(line, asked, answered),
        line.get("status", 200),
        _content(line, answered),
        line.get("content_type"),
    )


def _check_value(key: str, value: Json) -> None:
    kinds, words = _KINDS.get(key, (None, ""))
    if kinds is None:
        raise UsageError(f"has the unknown key {shown(key)}; known are {', '.join(_KINDS)}")
    right = not kinds or type(value) in kinds
    if right and key == "dialect":
        right = _NAME.fullmatch(value) is not None
    elif right and key == "operation":
        right = value in ("generations", "edits", "variations")
    elif right and key == "profile":
        right = value in ("document", "observed")
    elif right and key == "account":
        right = all(isinstance(fact, bool) for fact in value.values())
    elif right and key == "status":
        right = 100 <= value <= 599
    if not right:
        raise UsageError(f"has {shown(value)} as {key}; it has to be {words}")


def _only_one(line: dict[str, Json], keys: Collection[str]) -> str | None:
    present = [key for key in keys if key in line]
    if len(present) > 1:
        raise UsageError(f"has {' and '.join(present)}; one of them says it all")
    return present[0] if present else None


def _content(line: dict[str, Json], key: str | None) -> Json:
    if key is None:
        return None
    value = line[key]
    if key.endswith("_base64"):
        return _decoded(key, value)
    return value.encode() if key == "events" and isinstance(value, str) else value


def _decoded(key: str, text: str) -> bytes:
    from pixelproof._base64 import decode_base64

    decoded = decode_base64(text)
    if text and decoded.problem is not None:
        raise UsageError(f"has {shown(text)} as {key}, which {decoded.problem}; it has to be padded base64")
    return decoded.data


def _files(line: dict[str, Json], asked: str | None, answered: str | None) -> tuple[File, ...]:
    if "files" not in line:
        return ()
    if asked != "request" or not isinstance(line["request"], dict):
        raise UsageError("has files; they go with a request whose text fields are an object")
    if answered in ("events", "events_base64"):
        raise UsageError(f"has files beside {answered}; a stream is not judged by uploads")
    return tuple(_file(entry) for entry in line["files"])


def _file(entry: Json) -> File:
    if not isinstance(entry, dict) or not all(isinstance(value, str) for value in entry.values()):
        raise UsageError(f"has {shown(entry)} among its files; each is an object of strings")
    if unknown := [key for key in entry if key not in _FILE_KEYS]:
        raise UsageError(f"has a file with the unknown key {shown(unknown[0])}; known are {', '.join(_FILE_KEYS)}")
    for key in ("field", "content_base64"):
        if key not in entry:
            raise UsageError(f"has a file without {key}")
    content = _decoded("content_base64", entry["content_base64"])
    return File(entry["field"], content, entry.get("filename"), entry.get("content_type"))
