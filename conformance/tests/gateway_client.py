"""Sending requests to a gateway in the same process, and judging what comes back."""

import json
from dataclasses import dataclass
from functools import cache
from typing import Any

import pixelproof
from pixelproof._multipart import build_multipart
from pixelproof_conformance.gateway.app import create_app
from pixelproof_conformance.gateway.faults import Fault
from pixelproof_conformance.gateway.serving import Gateway
from starlette.testclient import TestClient

BOUNDARY = "pixelproof-4f1a"
FORM = f"multipart/form-data; boundary={BOUNDARY}"


@dataclass(frozen=True)
class Request:
    """A request to one operation: a JSON body, the fields and files of a form, or raw bytes with their content type."""

    dialect: str
    operation: str
    body: Any
    files: tuple[pixelproof.File, ...] = ()
    content_type: str | None = None


@cache
def client(dialect: str, faults: tuple[str | Fault, ...] = ()) -> TestClient:
    """A client with a key for a gateway of one dialect with these faults."""
    authentication = pixelproof.load_dialect(dialect).about["authentication"]
    key = f"{authentication['scheme']} any" if "scheme" in authentication else "any"
    return TestClient(create_app(Gateway([dialect], faults=faults)), headers={authentication["header"]: key})


def send(request: Request, *faults: str | Fault) -> Any:
    """The HTTP response of a gateway with these faults."""
    operation = pixelproof.load_dialect(request.dialect).operation(request.operation)
    raw, content_type = written(request, operation)
    return client(request.dialect, faults).post(
        operation.path, content=raw, headers={"content-type": request.content_type or content_type}
    )


def written(request: Request, operation: pixelproof.Operation) -> tuple[bytes, str]:
    """The bytes of a request and their content type."""
    if isinstance(request.body, bytes):
        return request.body, FORM if operation.is_form else "application/json"
    if not operation.is_form:
        return json.dumps(request.body).encode(), "application/json"
    fields = [
        (name, item if isinstance(item, str) else json.dumps(item))
        for name, value in request.body.items()
        if value is not None  # no form can say null; clients leave the field out
        for item in (value if isinstance(value, list) and operation.forms.get(name) != "json" else [value])
    ]
    files = [(one.field, one.filename or "file", one.content_type or "", content_of(one)) for one in request.files]
    return build_multipart(fields, files, boundary=BOUNDARY), FORM


def breaks(request: Request) -> set[str]:
    """The requirements that the validator finds broken in a request as it is sent."""
    operation = pixelproof.load_dialect(request.dialect).operation(request.operation)
    raw, content_type = written(request, operation)
    verdict = operation.validate_request(raw, content_type=request.content_type or content_type)
    return {finding.requirement for finding in verdict.findings}


def content_of(file: pixelproof.File) -> bytes:
    """The bytes of a file that holds them."""
    assert isinstance(file.content, bytes)
    return file.content


def judged(request: Request, response: Any, *, profile: Any = "document", known: bool = True) -> pixelproof.Verdict:
    """The verdict on a response for an account that may do everything; with ``known`` false, the request is unknown."""
    operation = pixelproof.load_dialect(request.dialect).operation(request.operation)
    raw, content_type = written(request, operation)
    kind = response.headers["content-type"]
    account = dict.fromkeys(pixelproof.load_dialect(request.dialect).about.get("account", {}), True)
    facts: dict[str, Any] = {"content_type": kind, "profile": profile, "account": account}
    facts["request"] = raw if known and request.content_type in (None, content_type) else None
    if kind.startswith("text/event-stream") or response.content.startswith((b"event:", b"data:")):
        return operation.validate_stream(response.content, **facts)
    return operation.validate_response(response.content, status=response.status_code, **facts)


def broken(request: Request, *faults: str | Fault, known: bool = True) -> set[str]:
    """The requirements that the answer of a gateway with these faults breaks, by the strict profile."""
    verdict = judged(request, send(request, *faults), profile="observed", known=known)
    return {finding.requirement for finding in verdict.findings}
