"""Records as an HTTP archive (HAR 1.2) and back, so that browsers and proxies can show and provide traffic."""

import base64
import binascii
import json
from pathlib import Path
from urllib.parse import urlsplit

from pixelproof import UsageError, __version__

from pixelproof_conformance.model import Json, Record
from pixelproof_conformance.redact import redact_bytes, redact_headers, redact_text, redact_url

_MOST_BYTES = 2_000_000_000


def write_har(records: list[Record], path: Path) -> None:
    """Write an archive of ``records``. Raises ``UsageError`` when the file cannot be written."""
    creator = {"name": "pixelproof", "version": __version__}
    archive = {"log": {"version": "1.2", "creator": creator, "entries": [_entry(record) for record in records]}}
    try:
        path.write_text(json.dumps(archive, ensure_ascii=False, indent=1), encoding="utf-8")
    except OSError as error:
        raise UsageError(f"{path} cannot be written: {(error.strerror or str(error)).lower()}") from None


def read_har(path: Path) -> list[Record]:
    """The records of an archive, of pixelproof or of any other tool, without the keys that it may hold.

    A foreign entry gets ``har-1``, ``har-2``, ... as its case. Raises ``UsageError`` when the file is no archive.
    """
    try:
        if path.stat().st_size > _MOST_BYTES:
            raise UsageError(f"{path} has more than {_MOST_BYTES:,} bytes; export fewer entries")
        archive = json.loads(path.read_bytes())
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {(error.strerror or str(error)).lower()}") from None
    except (ValueError, RecursionError) as error:
        raise UsageError(f"{path} is no HTTP archive: {error}") from None
    try:
        entries = archive["log"]["entries"]
        return [_record(entry, number) for number, entry in enumerate(entries, 1)]
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise UsageError(f"{path} is no HTTP archive (HAR 1.2): {type(error).__name__} {error}") from None


def _entry(record: Record) -> dict[str, Json]:
    milliseconds = record.seconds * 1000
    wait = milliseconds if record.first_byte_seconds is None else record.first_byte_seconds * 1000
    request: dict[str, Json] = {
        "method": "POST" if record.sent or record.sent_content_type else "GET",
        "url": record.url,
        "httpVersion": "HTTP/1.1",
        "cookies": [],
        "headers": _pairs({"content-type": record.sent_content_type} if record.sent_content_type else {}),
        "queryString": [],
        "headersSize": -1,
        "bodySize": len(record.sent),
    }
    if record.sent or record.sent_content_type:
        request["postData"] = {"mimeType": record.sent_content_type, **_text(bytes(record.sent), "_encoding")}
    content = {"size": len(record.body), "mimeType": record.content_type or "", **_text(record.body, "encoding")}
    return {
        "startedDateTime": record.started,
        "time": milliseconds,
        "request": request,
        "response": {
            "status": record.status or 0,
            "statusText": "",
            "httpVersion": "HTTP/1.1",
            "cookies": [],
            "headers": _pairs(record.headers),
            "content": content,
            "redirectURL": record.headers.get("location", ""),
            "headersSize": -1,
            "bodySize": -1,
        },
        "cache": {},
        "timings": {"send": 0, "wait": wait, "receive": max(0.0, milliseconds - wait)},
        "_case": record.case,
        "_failure": record.failure,
        "_failureText": record.failure_text,
        "_attempts": record.attempts,
        "_firstByteSeconds": record.first_byte_seconds,
        "_arrivals": list(record.arrivals),
        "_note": record.note,
    }


def _record(entry: Json, number: int) -> Record:
    request, response = entry["request"], entry["response"]
    posted = request.get("postData") or {}
    sent_headers = _mapping(request.get("headers", ()))
    headers = redact_headers(_mapping(response.get("headers", ())))
    content = response.get("content") or {}
    if content.get("mimeType"):
        headers.setdefault("content-type", str(content["mimeType"]))
    secrets = tuple(part for part in (urlsplit(str(request["url"])).password,) if part)
    first = entry.get("_firstByteSeconds")
    return Record(
        case=str(entry.get("_case") or f"har-{number}"),
        url=redact_url(str(request["url"])),
        sent=redact_bytes(_bytes(posted, "_encoding"), secrets),
        sent_content_type=str(sent_headers.get("content-type") or posted.get("mimeType") or ""),
        started=str(entry.get("startedDateTime", "")),
        seconds=float(entry.get("time") or 0) / 1000,
        status=int(response.get("status") or 0) or None,
        headers=headers,
        body=redact_bytes(_bytes(content, "encoding"), secrets),
        failure=entry.get("_failure"),
        failure_text=redact_text(str(entry.get("_failureText") or ""), secrets),
        attempts=int(entry.get("_attempts", 1)),
        first_byte_seconds=None if first is None else float(first),
        arrivals=tuple(float(time) for time in entry.get("_arrivals", ())),
        note=str(entry.get("_note") or ""),
    )


def _pairs(headers: dict[str, str]) -> list[Json]:
    return [{"name": name, "value": value} for name, value in headers.items()]


def _mapping(pairs: Json) -> dict[str, str]:
    out: dict[str, str] = {}
    for pair in pairs:
        name, value = str(pair["name"]).lower(), str(pair["value"])
        out[name] = f"{out[name]}, {value}" if name in out else value
    return out


def _text(data: bytes, encoding: str) -> dict[str, str]:
    try:
        return {"text": data.decode()}
    except UnicodeDecodeError:
        return {"text": base64.b64encode(data).decode(), encoding: "base64"}


def _bytes(holder: Json, encoding: str) -> bytes:
    text = str(holder.get("text") or "")
    if holder.get(encoding) != "base64":
        return text.encode("utf-8", "surrogatepass")
    try:
        return base64.b64decode("".join(text.split()), validate=True)
    except binascii.Error as error:
        raise ValueError(f"damaged base64: {error}") from None
