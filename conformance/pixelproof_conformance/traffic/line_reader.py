"""A line of a log as a recorded exchange, as ``schemas/meta/traffic.yaml`` describes it.

Three kinds of lines are read: what a gateway's log has (method, path, status, bodies), the exchanges of ``validate
--format jsonl``, and the records of our own journals. Keys that are not known are left alone, for logs have many.
"""

import base64
import binascii
from typing import Any

from pixelproof import File
from pixelproof._text import shown

from pixelproof_conformance.model import Json, Record
from pixelproof_conformance.record_json import record_from_json
from pixelproof_conformance.traffic.recorded import UNKNOWN, Kind, Recorded, RecordError, header_of, pairs_of, timing_of

_TEXT = (str, type(None))
_KINDS: dict[str, tuple[tuple[type, ...], str]] = {
    "method": (_TEXT, "a string"),
    "url": (_TEXT, "a string"),
    "path": (_TEXT, "a string"),
    "operation": (_TEXT, "a string"),
    "dialect": (_TEXT, "a string"),
    "content_type": (_TEXT, "a string"),
    "request_content_type": (_TEXT, "a string"),
    "status": ((int, str, type(None)), "a status from 100 to 999, or null when no answer came"),
    "account": ((dict,), "an object of true and false"),
    "files": ((list,), "an array of objects"),
    "body_base64": ((str,), "base64"),
    "answer_base64": ((str,), "base64"),
    "events": ((str, list), "a text or an array"),
    "events_base64": ((str,), "base64"),
}
REQUESTS = ("request", "body", "body_base64")
ANSWERS = ("answer", "answer_body", "answer_base64", "events", "events_base64")
MORE = frozenset(
    {*ANSWERS, "body", "body_base64", "files", "operation", "dialect", "account", "content_type", "format", "sent"}
    | {"request_content_type"}
)
"""With none of these keys a line is a request with at most its status, which can be judged by a shorter way."""

JOURNAL_FORMAT = "pixelproof-journal/"


def is_journal_header(value: Json) -> bool:
    """Whether this is the first line of a journal of ours."""
    return isinstance(value, dict) and str(value.get("format")).startswith(JOURNAL_FORMAT)


def read_line(value: Json) -> Recorded:
    """The exchange of a parsed line. Raises :class:`RecordError` that names the key and its value."""
    if not isinstance(value, dict):
        raise RecordError(f"it is {shown(value)}, not an object with an exchange")
    if "sent" in value and "case" in value:
        return of_record(_record(value))
    for key, (kinds, words) in _KINDS.items():
        if key in value and type(value[key]) not in kinds:
            raise RecordError(f"its {key} is {shown(value[key])}; it has to be {words}")
    status = _status(value.get("status"))
    if status is not None and not 100 <= status <= 999:
        raise RecordError(f"its status is {status}; it has to be {_KINDS['status'][1]}")
    if any(type(fact) is not bool for fact in value.get("account", {}).values()):
        raise RecordError(f"its account is {shown(value['account'])}; it has to be {_KINDS['account'][1]}")
    for key, place in (("request", "body"), ("answer", "answer_body")):
        if isinstance(value.get(key), str) and value[key].lstrip()[:1] == "{":
            raise RecordError(
                f"its {key} is text; write it as an object, or as {place}, which is the text that was sent"
            )
    asked, answered = _only_one(value, REQUESTS), _only_one(value, ANSWERS)
    if asked is None and answered is None:
        raise RecordError(f"it has nothing to judge; it needs one of {', '.join((*REQUESTS, *ANSWERS))}")
    if value.get("files") and asked in ("body", "body_base64"):
        raise RecordError(f"it has {asked} and files; a body that was kept as it was sent holds its files")
    came = pairs_of(value.get("answer_headers"))
    headers = (*pairs_of(value.get("request_headers") or value.get("headers")), *came)
    sole = value.get("content_type")
    return Recorded(
        value.get("method"),
        value.get("url") or value.get("path"),
        value.get("operation"),
        value.get("dialect"),
        _content(value, asked),
        _files(value),
        value.get("request_content_type") or (sole if answered is None else None) or header_of(headers, "content-type"),
        200 if answered is not None and "status" not in value else status,
        _content(value, answered),
        _kind(answered),
        sole if answered is not None else None,
        value.get("account"),
        headers,
        timing_of(came),
    )


def of_record(record: Record) -> Recorded:
    """A record of a run as an exchange like any other. A wrong request on purpose is a wrong request."""
    answered = record.failure is None and record.status is not None
    fetched = not record.sent and not record.sent_content_type
    return Recorded(
        method="GET" if fetched else "POST",
        address=record.url,
        request=bytes(record.sent),
        request_type=record.sent_content_type,
        status=record.status if answered else None,
        answer=record.body if answered else UNKNOWN,
        answer_type=record.content_type,
        timing=timing_of(tuple(record.headers.items()), record.seconds, record.arrivals, record.arrived),
    )


def _status(value: Json) -> int | None:
    """The status; many logs write it as text."""
    if isinstance(value, int | None):
        return value
    if not (len(value) == 3 and value.isascii() and value.isdigit()):
        raise RecordError(f"its status is {shown(value)}; it has to be {_KINDS['status'][1]}")
    return int(value)


def _record(value: dict[str, Json]) -> Record:
    try:
        return record_from_json(value)
    except ValueError as error:
        raise RecordError(f"it is a damaged record of a journal: {error}") from None


def _only_one(line: dict[str, Json], keys: tuple[str, ...]) -> str | None:
    present = [key for key in keys if key in line]
    if len(present) > 1:
        raise RecordError(f"it has {' and '.join(present)}; one of them says it all")
    return present[0] if present else None


def _kind(answered: str | None) -> Kind:
    return "events" if answered is not None and answered.startswith("events") else "answer"


def _content(line: dict[str, Json], key: str | None) -> Any:
    if key is None:
        return UNKNOWN
    value = line[key]
    if key.endswith("_base64"):
        return _decoded(key, value)
    if isinstance(value, str) and key in ("body", "answer_body", "events"):
        return value.encode("utf-8", "surrogatepass")
    return value


def _decoded(key: str, text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise RecordError(f"its {key} is {shown(text)}, which is no padded base64") from None


def _files(line: dict[str, Json]) -> tuple[File, ...]:
    found = []
    for entry in line.get("files", ()):
        if not isinstance(entry, dict) or not all(
            isinstance(entry.get(key), str) for key in ("field", "content_base64")
        ):
            raise RecordError(f"it has {shown(entry)} among its files; each needs field and content_base64")
        content = _decoded("content_base64", entry["content_base64"])
        names = (entry.get("filename"), entry.get("content_type"))
        if not all(isinstance(name, str | None) for name in names):
            raise RecordError("it has a file whose filename or content_type is no string")
        found.append(File(entry["field"], content, *names))
    return tuple(found)
