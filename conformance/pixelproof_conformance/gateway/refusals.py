"""From a finding on a request to a refusal: which code and which words the flaw of a value gets.

The words and codes are those that the OpenAI API was seen to use; other dialects take the words and have codes of
their own. A flaw without words of its own is refused with the sentence of its requirement.
"""

from collections.abc import Sequence

from pixelproof import Finding
from pixelproof._values import Json

from pixelproof_conformance.gateway.calls import Call, Refusal

_KINDS = {
    "string": "a string",
    "integer": "an integer",
    "number": "a decimal number",
    "boolean": "a boolean",
    "array": "an array",
    "object": "an object",
    "null": "null",
}

_WRITERS = ("gpt-4", "gpt-3.5", "o1", "o3", "whisper-", "tts-", "text-embedding-")
"""How the names of models begin that make no pictures; a document need not name them to have them refused."""


def refusal_of(call: Call, finding: Finding) -> Refusal:
    """The refusal for one finding of error severity."""
    place = finding.pointer[1:].partition("/")[0].replace("~1", "/").replace("~0", "~")
    requirement = call.operation.requirements[finding.requirement]
    if requirement.rule == "duplicate-key":
        return Refusal(400, f"Duplicate parameter: '{place}'.", place, "duplicate_parameter")
    if not place:
        if call.operation.is_form and not is_form(call.content_type):
            return Refusal(415, finding.message, code="unsupported_content_type")
        return Refusal(400, f"The request cannot be read. {finding.message}")
    properties = call.model_class.section("request").schema.get("properties", {})
    if place not in call.values:
        return Refusal(400, f"Missing required parameter: '{place}'.", place, "missing_required_parameter")
    told = _told(place, call.values[place], properties.get(place, {}))
    if told is not None:
        code, message = told
        return Refusal(400, message, place, code)
    return Refusal(400, f"Invalid value for '{place}': {finding.message}", place, "invalid_value")


def makes_no_pictures(call: Call) -> Refusal | None:
    """The refusal of a model that only writes or listens; ``None`` for any other, known or not."""
    parameter = call.operation.model_parameter
    model = call.values.get(parameter)
    if not isinstance(model, str) or not model.rpartition("/")[2].startswith(_WRITERS):
        return None
    return Refusal(400, f"The model {_quoted(model)} makes no pictures.", parameter, "invalid_value")


def _told(name: str, value: Json, node: dict[str, Json]) -> tuple[str, str] | None:
    """Code and message when the flaw is one of the value alone; ``None`` when it lies in a combination."""
    if _is_forbidden(node):
        return "unknown_parameter", f"Unknown parameter: '{name}'."
    values: list[Json] = node.get("enum", [])
    kind = node.get("type", "string" if values and all(isinstance(item, str) for item in values) else None)
    if isinstance(kind, str) and not is_of(kind, value):
        wanted = f"one of {listed(values, 'or')}" if values else _KINDS[kind]
        return "invalid_type", f"Invalid type for '{name}': expected {wanted}, but got {_kind(value)} instead."
    if values and value not in values:
        return "invalid_value", f"Invalid value: {_quoted(value)}. Supported values are: {listed(values, 'and')}."
    if isinstance(value, str):
        return _of_length(name, len(value), node)
    if isinstance(value, int | float) and not isinstance(value, bool):
        return _of_range(name, value, node)
    return None


def _of_length(name: str, length: int, node: dict[str, Json]) -> tuple[str, str] | None:
    if length > node.get("maxLength", length):
        wanted = f"Expected a string with maximum length {node['maxLength']}"
        found = f"but got a string with length {length} instead."
        return "string_above_max_length", f"Invalid '{name}': string too long. {wanted}, {found}"
    if length < node.get("minLength", 0):
        wanted = f"Expected a string with minimum length {node['minLength']}, but got an empty string instead."
        return "empty_string", f"Invalid '{name}': empty string. {wanted}"
    return None


def _of_range(name: str, value: float, node: dict[str, Json]) -> tuple[str, str] | None:
    low, high = node.get("minimum", value), node.get("maximum", value)
    if value < low:
        wanted = f"Expected a value >= {low}, but got {value} instead."
        return "integer_below_min_value", f"Invalid '{name}': integer below minimum value. {wanted}"
    if value > high:
        wanted = f"Expected a value <= {high}, but got {value} instead."
        return "integer_above_max_value", f"Invalid '{name}': integer above maximum value. {wanted}"
    return None


def listed(values: Sequence[Json], word: str) -> str:
    """Values as the API lists them: ``'low', 'medium', and 'high'``; two have no comma."""
    quoted = [_quoted(value) for value in values]
    if len(quoted) < 3:
        return f" {word} ".join(quoted)
    return f"{', '.join(quoted[:-1])}, {word} {quoted[-1]}"


def is_form(content_type: str | None) -> bool:
    """Whether a content type is that of a form."""
    return (content_type or "").partition(";")[0].strip().lower() == "multipart/form-data"


def is_of(kind: str, value: Json) -> bool:
    """Whether a value is of the JSON Schema type ``kind``; 1.0 is an integer there, ``true`` is none."""
    if isinstance(value, bool):
        return kind == "boolean"
    if kind == "integer":
        return isinstance(value, int) or (isinstance(value, float) and value.is_integer())
    kinds = {"string": str, "number": int | float, "array": list, "object": dict}
    return kind in kinds and isinstance(value, kinds[kind])


def _is_forbidden(node: dict[str, Json]) -> bool:
    return node.get("not") == {} or any(part.get("not") == {} for part in node.get("allOf", ()))


def _kind(value: Json) -> str:
    return next((words for kind, words in _KINDS.items() if is_of(kind, value)), "null")


def _quoted(value: Json) -> str:
    text = str(value)
    return f"'{text if len(text) <= 64 else text[:64] + '…'}'"
