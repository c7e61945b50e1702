"""Records as an HTTP archive (HAR 1.2), so that browsers and proxies can show a run; ``pixelproof audit`` reads it.

``schemas/meta/har.yaml`` describes the archive. What HAR has no place for stands under keys with an underscore.
"""

import base64
import json
import os
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import BinaryIO
from urllib.parse import parse_qsl, urlsplit

from pixelproof import UsageError, __version__

from pixelproof_conformance.journal import stream_journal
from pixelproof_conformance.model import Json, Record
from pixelproof_conformance.redact import redact_bytes, redact_headers, redact_json, redact_text, redact_url
from pixelproof_conformance.report import words
from pixelproof_conformance.reported import Report

_UNKNOWN_TIME = "1970-01-01T00:00:00Z"
_FILE = re.compile(rb"\bfilename\*?=", re.IGNORECASE)


def write_archive(journal: Path, path: Path, report: Report | None = None) -> int:
    """Write the exchanges in ``journal`` to the file ``path``, whole or not at all; returns how many there were.

    ``report`` is that of the run, where there is one. Raises :class:`UsageError` that names the file in the way.
    """
    temporary = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        try:
            with temporary.open("wb") as file:
                count = archive(journal, file, report)
            temporary.replace(path)
        finally:
            temporary.unlink(missing_ok=True)
    except OSError as error:
        raise UsageError(f"{path}: cannot be written ({error.strerror}); make room or name another file") from None
    return count


def archive(journal: Path, out: BinaryIO, report: Report | None = None) -> int:
    """Write the exchanges in ``journal`` to ``out``, a record at a time; returns how many there were."""
    header, records = stream_journal(journal)
    return write_har(records, out, _about(header, report))


def _about(header: Mapping[str, Json], report: Report | None) -> dict[str, Json]:
    """What is known of a run: by its report, or by the head of its journal."""
    if report is not None:
        return {**dict(words.facts(report)), "configuration": report.configuration, "totals": report.totals()}
    return {name: header[name] for name in ("dialect", "started", "configuration") if name in header}


def write_har(records: Iterable[Record], out: BinaryIO, about: Mapping[str, Json] | None = None) -> int:
    """Write an archive of ``records`` to ``out``, a record at a time; returns how many there were.

    ``about`` says which run they are from. A journal holds no secret, but it may come from elsewhere: everything is
    redacted once more.
    """
    head: dict[str, Json] = {"version": "1.2", "creator": {"name": "pixelproof", "version": __version__}}
    if about:
        head["_run"] = redact_json(dict(about))
    out.write(b'{"log": ' + json.dumps(head).encode()[:-1] + b', "entries": [')
    count = 0
    for record in records:
        text = json.dumps(_entry(record), ensure_ascii=False, separators=(",", ":"))
        out.write((b",\n" if count else b"\n") + text.encode("utf-8", "replace"))
        count += 1
    out.write(b"\n]}}\n")
    return count


def _entry(record: Record) -> dict[str, Json]:
    sent = redact_bytes(bytes(record.sent))
    milliseconds = record.seconds * 1000
    wait = milliseconds if record.first_byte_seconds is None else record.first_byte_seconds * 1000
    request: dict[str, Json] = {
        "method": "POST" if record.sent or record.sent_content_type else "GET",
        "url": redact_url(record.url),
        "httpVersion": "HTTP/1.1",
        "cookies": [],
        "headers": _pairs([("content-type", record.sent_content_type)] if record.sent_content_type else []),
        "queryString": _pairs(parse_qsl(urlsplit(redact_url(record.url)).query, keep_blank_values=True)),
        "headersSize": -1,
        "bodySize": len(sent),
    }
    if record.sent or record.sent_content_type:
        request["postData"] = {
            "mimeType": record.sent_content_type,
            **_text(sent, "_encoding", record.sent_content_type),
        }
    body = redact_bytes(record.body)
    content = {
        "size": len(body),
        "mimeType": record.content_type or "",
        **_text(body, "encoding", record.content_type or ""),
    }
    return {
        "startedDateTime": record.started or _UNKNOWN_TIME,
        "time": milliseconds,
        "request": request,
        "response": {
            "status": record.status or 0,
            "statusText": "",
            "httpVersion": "HTTP/1.1",
            "cookies": [],
            "headers": _pairs(redact_headers(record.headers).items()),
            "content": content,
            "redirectURL": redact_url(record.headers.get("location", "")),
            "headersSize": -1,
            "bodySize": -1,
        },
        "cache": {},
        "timings": {"send": 0, "wait": wait, "receive": max(0.0, milliseconds - wait)},
        "_case": record.case,
        "_failure": record.failure,
        "_failureText": redact_text(record.failure_text),
        "_attempts": record.attempts,
        "_firstByteSeconds": record.first_byte_seconds,
        "_arrivals": list(record.arrivals),
        "_arrived": list(record.arrived),
        "_note": record.note,
    }


def _pairs(pairs: Iterable[tuple[str, str]]) -> list[Json]:
    return [{"name": name, "value": value} for name, value in pairs]


def _text(data: bytes, encoding: str, content_type: str) -> dict[str, str]:
    """A body as text. An upload is text only where that cannot be mistaken: readers take other text for damaged."""
    is_form = content_type.lower().startswith("multipart/")
    try:
        text = None if is_form and _FILE.search(data) else data.decode("ascii" if is_form else "utf-8")
    except UnicodeDecodeError:
        text = None
    return {"text": base64.b64encode(data).decode(), encoding: "base64"} if text is None else {"text": text}
