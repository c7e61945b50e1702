"""The contenders: ours, and other validators set up with the schema that ours uses, folded for each kind of model."""

import json
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import jsonschema
import orjson
from openapi_core import OpenAPI
from openapi_core.testing import MockRequest
from pixelproof import Dialect, Operation, Verdict
from pixelproof._yaml import read_yaml

from benchmarks.contest import Contender

_HOST = "https://example.com"


def pixelproof(judge: Callable[[bytes], Verdict], items: Sequence[bytes]) -> Contender:
    """Ours: ``judge`` is a method of an operation that is loaded already."""
    return Contender("pixelproof", judge, items, lambda verdict: sum(f.severity == "error" for f in verdict.findings))


def orjson_loads(items: Sequence[bytes]) -> Contender:
    """Only reads the JSON, with the fastest parser there is for Python objects."""
    return Contender("orjson.loads", orjson.loads, items)


def jsonschema_declared(dialect: Dialect, operation: Operation, bodies: Sequence[bytes]) -> Contender:
    """Parses with ``json`` and asks ``jsonschema`` with the schema file as it stands, model conditions included."""
    path = dialect.folder / f"{operation.name}.yaml"
    declared, _ = read_yaml(path.read_text(encoding="utf-8"), str(path))
    schema = {"$ref": "#/$defs/request", "$defs": _plain(declared["$defs"])}
    accepts = jsonschema.Draft202012Validator(schema).is_valid
    return Contender(
        "json + jsonschema is_valid, schema file",
        lambda body: accepts(json.loads(body)),
        bodies,
        errors=lambda accepted: int(not accepted),
    )


def jsonschema_verdict(operation: Operation, bodies: Iterable[bytes]) -> Contender:
    """Parses with ``json`` and asks ``jsonschema`` for yes or no; which schema to use is decided beforehand."""
    return Contender(
        "json + jsonschema is_valid, folded schema",
        lambda item: item[0](json.loads(item[1])),
        _with_schema(operation, bodies, lambda schema: jsonschema.Draft202012Validator(schema).is_valid),
        errors=lambda accepted: int(not accepted),
    )


def jsonschema_errors(operation: Operation, bodies: Iterable[bytes]) -> Contender:
    """Parses with ``json`` and asks ``jsonschema`` for all errors; which schema to use is decided beforehand."""
    return Contender(
        "json + jsonschema iter_errors",
        lambda item: list(item[0](json.loads(item[1]))),
        _with_schema(operation, bodies, lambda schema: jsonschema.Draft202012Validator(schema).iter_errors),
        errors=len,
    )


def openapi_verdict(operation: Operation, bodies: Iterable[bytes]) -> Contender:
    """Asks ``openapi-core`` whether the request is valid; document and request object are made beforehand."""
    items = _with_schema(operation, bodies, lambda schema: OpenAPI.from_dict(_document(operation, schema)))
    return Contender(
        "openapi-core iter_request_errors",
        lambda item: list(item[0].iter_request_errors(item[1])),
        [(api, _request(operation, body)) for api, body in items],
        errors=len,
    )


def _with_schema(
    operation: Operation, bodies: Iterable[bytes], compiled: Callable[[dict[str, Any]], Any]
) -> list[tuple[Any, bytes]]:
    engines = {found.name: compiled(_plain(found.section("request").schema)) for found in operation.classes}
    return [(engines[operation.model_class(orjson.loads(body)).name], body) for body in bodies]


def _plain(schema: Any) -> Any:
    """``schema`` without our own keywords, which the others would only skip."""
    if isinstance(schema, dict):
        return {key: _plain(value) for key, value in schema.items() if not key.startswith("x-")}
    return [_plain(item) for item in schema] if isinstance(schema, list) else schema


def _document(operation: Operation, schema: dict[str, Any]) -> dict[str, Any]:
    content = {operation.content_type: {"schema": schema}}
    call = {"requestBody": {"required": True, "content": content}, "responses": {"200": {"description": "An answer."}}}
    return {
        "openapi": "3.1.0",
        "info": {"title": operation.title, "version": "1"},
        "servers": [{"url": _HOST}],
        "paths": {operation.path: {operation.method.lower(): call}},
    }


def _request(operation: Operation, body: bytes) -> MockRequest:
    return MockRequest(_HOST, operation.method.lower(), operation.path, data=body, content_type=operation.content_type)
