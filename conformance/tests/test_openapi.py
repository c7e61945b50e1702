"""OpenAPI documents made from the declarations."""

import jsonschema
import yaml
from openapi_spec_validator import validate
from pixelproof import known_dialects, load_dialect
from pixelproof_conformance.openapi import openapi_document, openapi_text


def test_every_document_is_valid_openapi() -> None:
    """openapi-spec-validator accepts the document of every dialect, as a value and as the text that is written."""
    for name in known_dialects():
        validate(openapi_document(load_dialect(name)))
        assert yaml.safe_load(openapi_text(load_dialect(name))) == openapi_document(load_dialect(name))


def test_the_request_schema_keeps_the_conditions_on_the_model() -> None:
    """A value that only one model has is refused for another one by the schema in the document."""
    document = openapi_document(load_dialect("openai"))
    schema = {"$ref": "#/components/schemas/generations.request", "components": document["components"]}
    validator = jsonschema.Draft202012Validator(schema)
    assert validator.is_valid({"prompt": "A fox", "model": "dall-e-3", "style": "vivid"})
    assert not validator.is_valid({"prompt": "A fox", "model": "gpt-image-1", "style": "vivid"})


def test_a_key_in_a_header_of_its_own_is_described_as_such() -> None:
    """A dialect without a Bearer scheme names its header."""
    for name in known_dialects():
        dialect = load_dialect(name)
        scheme = openapi_document(dialect)["components"]["securitySchemes"]["key"]
        if "scheme" not in dialect.about["authentication"]:
            assert scheme["name"] == dialect.about["authentication"]["header"]
        else:
            assert scheme["scheme"] == "bearer"
