"""Watching what clients send: a line of JSON for each exchange in a file, a line of text for each on the console."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TextIO

from pixelproof import UsageError
from pixelproof._text import shown
from pixelproof._values import Json

from pixelproof_conformance.gateway.calls import Handled

_SECRETS = ("auth", "cookie", "key", "secret", "token")
_LONGEST_BODY = 1_000_000


class Recorder:
    """Appends one JSON line for each handled request to a file, without keys, cookies and pictures.

    A line holds ``time``, ``method``, ``path``, ``headers``, ``body`` (text; ``null`` above a million bytes, with
    ``body_bytes`` beside it), ``status``, ``answer`` (long texts cut) and, for a request that reached an operation,
    ``dialect``, ``operation`` and the validator's ``findings`` on it. Of a form there are ``fields``, with the facts of
    its files, in place of the body.
    """

    def __init__(self, path: Path, clock: Callable[[], float]) -> None:
        self._clock = clock
        try:
            self._file = path.open("a", encoding="utf-8")
        except OSError as error:
            raise UsageError(f"--record: {str(path)!r} cannot be written ({error.strerror})") from None

    def __call__(self, handled: Handled) -> None:
        """Append the line of one exchange."""
        self._file.write(json.dumps(record_of(handled, self._clock())) + "\n")
        self._file.flush()

    def close(self) -> None:
        """Close the file."""
        self._file.close()


def record_of(handled: Handled, now: float) -> Json:
    """The JSON-ready record of one exchange; ``now`` is in Unix seconds."""
    record: dict[str, Json] = {
        "time": datetime.fromtimestamp(now, UTC).isoformat(timespec="milliseconds"),
        "method": handled.method,
        "path": handled.path,
        "headers": [[name, "REDACTED" if _is_secret(name) else value] for name, value in handled.headers],
        "body": handled.raw.decode("utf-8", "replace") if len(handled.raw) <= _LONGEST_BODY else None,
        "body_bytes": len(handled.raw),
        "status": handled.reply.status,
        "answer": _answer(handled),
    }
    if handled.call is not None:
        operation = handled.call.operation
        record |= {
            "dialect": operation.dialect,
            "operation": operation.name,
            "findings": [finding._asdict() for finding in handled.call.findings],
        }
        if operation.is_form:
            record |= {"body": None, "fields": _cut(handled.call.values)}
    return record


def _is_secret(header: str) -> bool:
    return any(word in header.lower() for word in _SECRETS)


def _answer(handled: Handled) -> Json:
    reply = handled.reply
    if reply.streamed:
        return f"a stream of {len(reply.chunks)} events"
    if not reply.content_type.startswith("application/json"):
        return f"{len(reply.body)} bytes of {reply.content_type}"
    try:
        return _cut(json.loads(reply.body))
    except ValueError:
        return f"{len(reply.body)} bytes that are no JSON"


def _cut(value: Json) -> Json:
    if isinstance(value, dict):
        return {key: _cut(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_cut(item) for item in value]
    return shown(value) if isinstance(value, str) and len(value) > 500 else value


class Console:
    """Writes one line for each handled request: method, path, status, and how many findings the request has."""

    def __init__(self, out: TextIO) -> None:
        self._out = out

    def __call__(self, handled: Handled) -> None:
        """Write the line of one exchange."""
        path = "".join(char if char.isprintable() else "?" for char in handled.path[:120])
        line = f"{handled.method} {path} {handled.reply.status}"
        if handled.call is not None:
            count = len(handled.call.findings)
            line += f" {count} finding{'' if count == 1 else 's'}"
        self._out.write(f"{line}\n")
        self._out.flush()
