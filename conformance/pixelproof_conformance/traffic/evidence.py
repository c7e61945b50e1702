"""What is shown of an exchange: shortened and without secrets, those of this exchange included."""

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from urllib.parse import unquote_plus

from pixelproof import Finding, Operation
from pixelproof._events import read_events
from pixelproof._parse import parse_json

from pixelproof_conformance.evidence import evidence_of
from pixelproof_conformance.model import Case, Json, Record
from pixelproof_conformance.redact import (
    REDACTED,
    Secrets,
    is_secret_name,
    redact_bytes,
    redact_json,
    redact_text,
    redact_url,
)
from pixelproof_conformance.reported import Evidence
from pixelproof_conformance.traffic.recorded import UNKNOWN, Recorded, Timing
from pixelproof_conformance.traffic.tally import Example, Place

_LONGEST_TEXT = 400
_LONGEST_REQUEST = 8_000
_LONGEST_ANSWER = 160
_READ_OF_ANSWER = 64 * 1024
_MOST_NODES = 10_000
_LEAST_COOKIE = 6
"""Shorter values of cookies are words such as ``true``, which would be taken out of everything."""
_CUTS = (48, 80)
"""Where messages cut long values (see ``pixelproof._text``); the beginning of a secret is secret, too."""


def secrets_of(one: Recorded, *bodies: Json) -> Secrets:
    """Everything in an exchange that its name calls secret: values of headers, and texts in the bodies."""
    found: list[str] = []
    for name, value in one.headers:
        if is_secret_name(name):
            found += [value, *value.split(" ")[1:2]]
        if name.lower() in ("cookie", "set-cookie"):
            found += [text for pair in value.split(";") if len(text := pair.partition("=")[2].strip()) >= _LEAST_COOKIE]
    found += _secrets_in(one.address or "")
    for body in bodies:
        found += _secret_texts(body)
    return tuple(dict.fromkeys(part for text in found for part in (text, *(text[:cut] for cut in _CUTS))))


def _secrets_in(address: str) -> Iterator[str]:
    """The password of a URL and the values of its secret parameters, as they stand there and as they are meant."""
    bare, _, query = address.partition("?")
    _, _, password = bare.partition("://")[2].partition("/")[0].rpartition("@")[0].partition(":")
    values = [password]
    for pair in query.partition("#")[0].split("&"):
        name, _, value = pair.partition("=")
        if is_secret_name(name):
            values.append(value)
    for value in filter(None, values):
        yield value
        yield unquote_plus(value)


def _secret_texts(body: Json) -> Iterator[str]:
    waiting: list[Json] = [body]
    for _ in range(_MOST_NODES):
        if not waiting:
            return
        value = waiting.pop()
        if isinstance(value, dict):
            for name, item in value.items():
                if isinstance(item, str) and is_secret_name(str(name)):
                    yield item
                else:
                    waiting.append(item)
        elif isinstance(value, list):
            waiting += value


def example_of(
    one: Recorded, place: Place, request: Json, finding: Finding, *, message: str | None = None, whole: bool
) -> Example:
    """The exchange as the example of a finding; ``message`` replaces that of the finding.

    ``whole`` says that ``request`` is all of the body and can be sent again as JSON.
    """
    answer = _parsed(one.answer)
    secrets = secrets_of(one, request, answer)
    actual: Json = finding.actual
    said = finding.message if message is None else message
    if isinstance(actual, str) and _names_secret(finding.parameter):
        actual, said = REDACTED, f"{finding.parameter} is {REDACTED}."
    clean = None if request is UNKNOWN else redact_json(request, secrets)
    text = None if clean is None else json.dumps(clean, ensure_ascii=False, separators=(",", ":"), default=str)
    return Example(
        place,
        redact_text(said, secrets),
        finding.expected,
        redact_json(actual, secrets),
        finding.hint,
        redact_url(one.address or "", secrets),
        _shown(clean),
        text if text is not None and whole and len(text) <= _LONGEST_REQUEST else None,
        one.status,
        _excerpt(one.answer, answer, secrets),
    )


def evidence_of_recorded(one: Recorded, operation: Operation, request: Json) -> Evidence | None:
    """The answer as the report of a run shows it, with pictures and times of events; ``None`` for one not recorded."""
    if one.answer is UNKNOWN:
        return None
    fields = request if isinstance(request, dict) else {}
    body = one.answer if isinstance(one.answer, bytes) else json.dumps(one.answer, default=str).encode()
    secrets = secrets_of(one, fields, parse_json(body)[0] or read_events(body)[0])
    timing = one.timing or Timing()
    case = Case("", "accept", operation.name, "", redact_json(fields, secrets), "either")
    shown = evidence_of(
        case,
        Record(
            case="",
            url=redact_url(one.address or "", secrets),
            sent=b"",
            sent_content_type=redact_text(one.request_type or "", secrets),
            started="",
            seconds=timing.seconds,
            status=one.status,
            headers={} if one.answer_type is None else {"content-type": redact_text(one.answer_type, secrets)},
            body=redact_bytes(body, secrets),
            arrivals=timing.arrivals,
            arrived=timing.arrived,
        ),
    )
    return replace(shown, seconds=timing.seconds or None, body_bytes=len(body))


def _names_secret(parameter: str | None) -> bool:
    return parameter is not None and is_secret_name(parameter.rpartition(".")[2])


def _parsed(answer: Any) -> Json:
    if isinstance(answer, bytes):
        return parse_json(answer)[0] if len(answer) <= _READ_OF_ANSWER else None
    return None if answer is UNKNOWN else answer


def _shown(request: Json) -> Json:
    if not isinstance(request, dict):
        return _cut(request)
    return {name[:200]: _cut(value) for name, value in list(request.items())[:100]}


def _cut(value: Json) -> Json:
    if isinstance(value, str) and len(value) > _LONGEST_TEXT:
        return f"{value[:60]}… ({len(value)} characters)"
    if isinstance(value, dict | list):
        text = json.dumps(value, ensure_ascii=False, default=str)
        return value if len(text) <= _LONGEST_REQUEST else f"{text[:60]}… ({len(text)} characters)"
    return value


def _excerpt(answer: Any, parsed: Json, secrets: Secrets) -> str:
    """The start of an answer on one line, without control characters."""
    if answer is UNKNOWN:
        return "the answer was not recorded"
    if parsed is not None:
        text = json.dumps(_brief(redact_json(parsed, secrets)), ensure_ascii=False, default=str)
    else:
        text = redact_text(answer[:_READ_OF_ANSWER].decode("utf-8", "replace"), secrets) if answer else ""
    text = "".join(char if char.isprintable() else " " for char in text[:1000])
    return " ".join(text.split())[:_LONGEST_ANSWER] or "an empty body"


def _brief(value: Json) -> Json:
    """The value with its long texts cut, so that something else of it is seen."""
    if isinstance(value, str):
        return value if len(value) <= 100 else f"{value[:20]}… ({len(value)} characters)"
    if isinstance(value, dict):
        return {name: _brief(item) for name, item in value.items()}
    return [_brief(item) for item in value] if isinstance(value, list) else value


def place_of(parameter: str) -> str:
    """A place without the numbers of items, so that findings at many items are one."""
    if "[" in parameter:
        parameter = "".join("[]" if part.isdigit() else part for part in parameter.replace("]", "[").split("["))
    return parameter[:80]
