"""An OpenAPI 3.1 document of a dialect, made from its declarations.

Request bodies are the declared schemas, conditions on the model included. An answer is described as far as that is
possible without the request it replies to: what depends on the request stands in no OpenAPI schema.
"""

from typing import Any

import yaml
from pixelproof import Dialect, __version__
from pixelproof._yaml import read_yaml

from pixelproof_conformance.model import Json


def openapi_document(dialect: Dialect) -> dict[str, Json]:
    """The document as a value; it passes openapi-spec-validator."""
    about = dialect.about
    schemas: dict[str, Json] = {}
    paths = {}
    for name in dialect.operations:
        paths[dialect.operation(name).path] = {"post": _operation(dialect, name, schemas)}
    key = about["authentication"]
    bearer = key.get("scheme") == "Bearer"
    scheme = (
        {"type": "http", "scheme": "bearer"} if bearer else {"type": "apiKey", "in": "header", "name": key["header"]}
    )
    return {
        "openapi": "3.1.0",
        "info": {
            "title": f"{about['title']} image API",
            "version": __version__,
            "description": f"Made by pixelproof from its declarations of {about['document']['title']!r}.",
        },
        "servers": [{"url": about["base-url"]}],
        "security": [{"key": []}],
        "paths": paths,
        "components": {"securitySchemes": {"key": scheme}, "schemas": schemas},
    }


def openapi_text(dialect: Dialect) -> str:
    """The document as YAML."""
    return str(yaml.safe_dump(openapi_document(dialect), sort_keys=False, allow_unicode=True, width=120))


def _operation(dialect: Dialect, name: str, schemas: dict[str, Json]) -> dict[str, Json]:
    operation = dialect.operation(name)
    path = dialect.folder / f"{name}.yaml"
    file, _ = read_yaml(path.read_text(encoding="utf-8"), str(path))
    definitions: dict[str, Json] = file["$defs"]
    for key, schema in definitions.items():
        if key not in ("answer", "stream", "refusal"):
            schemas[f"{name}.{key}"] = _renamed(schema, name)
    answers = {"application/json": {"schema": _part(definitions["answer"], "answer", name)}}
    if "stream" in operation.parameters and "stream" in definitions:
        events = _part(definitions["stream"], "events", name).get("items", {})
        schemas[f"{name}.event"] = events.get("properties", {}).get("data", {})
        text = "Server-sent events; the data of each is described by the schema."
        answers["text/event-stream"] = {"schema": {"type": "string", "description": text}}
    refusal: dict[str, Json] = {"schema": {"type": "object"}}
    if example := dialect.about.get("refusal", {}).get("example"):
        refusal["example"] = example
    return {
        "operationId": name,
        "summary": operation.title,
        "requestBody": {
            "required": True,
            "content": {operation.content_type: {"schema": {"$ref": f"#/components/schemas/{name}.request"}}},
        },
        "responses": {
            "200": {"description": "The images.", "content": answers},
            "4XX": {"description": "A refusal.", "content": {"application/json": refusal}},
        },
    }


def _part(section: dict[str, Json], key: str, name: str) -> dict[str, Json]:
    """What a section says of its message whatever the request was."""
    schema: dict[str, Json] = _renamed(section.get("properties", {}).get(key, {}), name)
    return schema


def _renamed(value: Any, name: str) -> Any:
    """``value`` with references to definitions of the file turned into references to components."""
    if isinstance(value, list):
        return [_renamed(item, name) for item in value]
    if not isinstance(value, dict):
        return value
    out: dict[str, Json] = {
        key: f"#/components/schemas/{name}.{sub.removeprefix('#/$defs/')}" if key == "$ref" else _renamed(sub, name)
        for key, sub in value.items()
    }
    if isinstance(value.get("required"), list):
        # openapi-spec-validator wants required names among the properties; an empty schema there changes nothing.
        out["properties"] = {**{key: {} for key in value["required"]}, **out.get("properties", {})}
    return out
