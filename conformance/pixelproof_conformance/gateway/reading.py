"""From the bytes of a request to a call: parse, let the validator judge, keep what can be answered."""

import json
from collections.abc import AsyncIterator

from pixelproof import Operation
from pixelproof._form import read_form
from pixelproof._parse import parse_json
from pixelproof._values import Json

from pixelproof_conformance.gateway.calls import Call, Refusal


def read_call(
    operation: Operation, raw: bytes, content_type: str | None, origin: str, accept_encoding: str | None = None
) -> Call:
    """The call that the body ``raw`` makes; what is wrong with it stands in its findings."""
    unreadable = ""
    uploads: tuple[tuple[str, memoryview], ...] = ()
    if operation.is_form:
        form = read_form(operation.forms, raw, (), content_type)
        value: Json = form.fields
        found = form.contents.items()
        uploads = tuple((str(place[0]), content) for place, content in found if isinstance(content, memoryview))
        findings = operation.validate_request(raw, content_type=content_type).findings
    else:
        value, flaw = parse_json(raw)
        unreadable = "" if flaw is None else flaw.message
        findings = operation.validate_request(value if flaw is None else raw).findings
        value = value if flaw is None else _leniently(raw)
    values = {name: item for name, item in value.items() if item is not None} if isinstance(value, dict) else {}
    return Call(
        operation,
        values,
        findings,
        origin,
        content_type,
        unreadable="" if findings else unreadable,
        accept_encoding=accept_encoding,
        uploads=uploads,
    )


def wrong_content_type(operation: Operation, content_type: str | None) -> Refusal | None:
    """Why a body of this content type is not read; ``None`` when it is. Of a form the validator says it."""
    if operation.is_form or (content_type or "").partition(";")[0].strip().lower() == operation.content_type:
        return None
    found = f"is '{content_type}'" if content_type else "is missing"
    message = f"The Content-Type {found}; this endpoint reads {operation.content_type}."
    return Refusal(415, message[:400], code="unsupported_content_type")


async def read_body(chunks: AsyncIterator[bytes], declared: str | None, limit: int) -> bytes | None:
    """The body; ``None`` when it is longer than ``limit`` bytes, by its declared length or by what came."""
    if declared is not None and declared.isascii() and declared.isdigit() and int(declared[:20]) > limit:
        return None
    body = bytearray()
    async for chunk in chunks:
        body += chunk
        if len(body) > limit:
            return None
    return bytes(body)


def too_large(limit: int) -> Refusal:
    """The refusal of a body that is longer than ``limit`` bytes."""
    return Refusal(413, f"The body is larger than {limit} bytes. Send less.", code="request_too_large")


def _leniently(raw: bytes) -> Json:
    """What a careless reader makes of a body: of a doubled key the last value, of a broken body nothing."""
    try:
        return json.loads(raw)
    except (ValueError, RecursionError):
        return None
