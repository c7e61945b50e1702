"""An entry of an HTTP archive (HAR 1.2) as a recorded exchange; what a tool left out or cut is not known."""

import base64
import binascii
import json
import re
from contextlib import suppress
from typing import Any

from jiter import from_json
from pixelproof._text import shown

from pixelproof_conformance.model import Json
from pixelproof_conformance.traffic.recorded import (
    UNKNOWN,
    Recorded,
    RecordError,
    Timing,
    header_of,
    pairs_of,
    timing_of,
)

_MOST_NUMBER = 1e12
_FILE = re.compile(r"\bfilename\*?=", re.IGNORECASE)
_ESCAPED = re.compile("[\udc80-\udcff]")


def parse_entry(raw: bytes) -> Json:
    """The value of an entry. Tools write halves of surrogate pairs and NaN, which decide nothing here.

    Raises :class:`RecordError` for what is no JSON.
    """
    try:
        return from_json(raw)
    except ValueError:
        pass
    try:
        return json.loads(raw)
    except (ValueError, RecursionError) as error:
        raise RecordError(f"it is not JSON: {error}") from None


def read_entry(entry: Json) -> Recorded:
    """The exchange of an entry. Raises :class:`RecordError` that names what is wrong with it."""
    request, response = _object(entry, "request"), _object(entry, "response")
    method, url = request.get("method"), request.get("url")
    if not isinstance(method, str) or not isinstance(url, str):
        raise RecordError(f"its request has the method {shown(method)} and the url {shown(url)}; both are strings")
    status = response.get("status", 0)
    if type(status) is not int or not (100 <= status <= 999 or status <= 0):
        raise RecordError(f"its response has the status {shown(status)}; it is a number from 100 to 999, or 0")
    sent, came = pairs_of(request.get("headers")), pairs_of(response.get("headers"))
    posted, content = request.get("postData") or {}, response.get("content") or {}
    if not isinstance(posted, dict) or not isinstance(content, dict):
        raise RecordError("its postData or its content is no object")
    request_type = header_of(sent, "content-type") or _text(posted.get("mimeType")) or None
    answered = status > 0 and not entry.get("_failure")
    return Recorded(
        method=method,
        address=url,
        request=_posted(posted, request_type, _length(sent), request.get("bodySize")),
        request_type=request_type,
        status=status if answered else None,
        answer=_answer(content) if answered else UNKNOWN,
        answer_type=header_of(came, "content-type") or _text(content.get("mimeType")) or None,
        headers=(*sent, *came),
        timing=_timing(entry, came),
    )


def _object(entry: Json, name: str) -> dict[str, Json]:
    found = entry.get(name) if isinstance(entry, dict) else None
    if not isinstance(found, dict):
        raise RecordError(f"it has no {name}; an entry of HAR 1.2 has a request and a response")
    return found


def _timing(entry: dict[str, Json], answer_headers: tuple[tuple[str, str], ...]) -> Timing | None:
    """When the answer came. Only archives of runs say when each chunk did, under keys of their own."""
    took = _numbers([entry.get("time")])
    if not took:
        return timing_of(answer_headers)
    sizes = tuple(int(size) for size in _numbers(entry.get("_arrived")))
    return timing_of(answer_headers, took[0] / 1000, _numbers(entry.get("_arrivals")), sizes)


def _numbers(value: Json) -> tuple[float, ...]:
    """The numbers of an array; none when something else stands in it."""
    items = value if isinstance(value, list) else []
    fits = all(type(item) in (int, float) and 0 <= item <= _MOST_NUMBER for item in items)
    return tuple(items) if fits else ()


def _text(value: Json) -> str:
    return value if isinstance(value, str) else ""


def _posted(posted: dict[str, Json], content_type: str | None, length: int | None, size: Json) -> Any:
    """The body as it was sent. ``length`` is its Content-Length, ``size`` what the tool says of it.

    Tools leave the files out of an upload or write their bytes as text, and cut long bodies.
    """
    size = size if type(size) is int else None
    text = posted.get("text")
    is_form = (content_type or "").lower().startswith("multipart/")
    if posted.get("_encoding", posted.get("encoding")) == "base64":
        return _decoded(text)
    if isinstance(text, str) and (text or not posted.get("params")):
        if is_form and (not text.isascii() or _FILE.search(text)):
            return _upload(text, length, size)
        data = text.encode("utf-8", "surrogatepass")
        return data if len(data) >= max(length or 0, size or 0) else UNKNOWN
    return _fields(posted.get("params")) if is_form else UNKNOWN


def _upload(text: str, length: int | None, size: int | None) -> Any:
    """The bytes that a tool wrote as text, where their number shows that none is lost.

    Proxies write a byte that is no UTF-8 as half of a surrogate pair, others write each byte as one character. The size
    that a tool names may be that of its text, so it counts only beside such halves.
    """
    wanted = size if length is None and _ESCAPED.search(text) else length
    for encoding, errors in (("utf-8", "surrogateescape"), ("latin-1", "strict")):
        with suppress(UnicodeEncodeError):
            data = text.encode(encoding, errors)
            if len(data) == wanted:
                return data
    return UNKNOWN


def _length(headers: tuple[tuple[str, str], ...]) -> int | None:
    text = header_of(headers, "content-length") or ""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else None


def _fields(params: Json) -> Any:
    """The fields of a form without files as an object; a form with files is known only as its bytes."""
    fields: dict[str, Json] = {}
    for param in params if isinstance(params, list) else ():
        if not isinstance(param, dict) or "fileName" in param or not isinstance(param.get("name"), str):
            return UNKNOWN
        name, value = param["name"], _text(param.get("value"))
        before = fields.get(name)
        fields[name] = value if before is None else [*before, value] if isinstance(before, list) else [before, value]
    return fields or UNKNOWN


def _answer(content: dict[str, Json]) -> Any:
    text, size = content.get("text"), content.get("size")
    if not isinstance(text, str):
        return b"" if size == 0 else UNKNOWN
    data = _decoded(text) if content.get("encoding") == "base64" else text.encode("utf-8", "surrogatepass")
    if isinstance(data, bytes) and type(size) is int and size > len(data):
        return UNKNOWN  # the tool kept the beginning only
    return data


def _decoded(text: Json) -> Any:
    try:
        return base64.b64decode("".join(_text(text).split()), validate=True)
    except (binascii.Error, ValueError):
        return UNKNOWN
