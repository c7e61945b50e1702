"""Folding: from one schema with model conditions to one flat schema per kind of model.

A condition that only asks which model is meant (it consists of references to ``$defs`` marked ``x-family``) is decided
here, once, on a sample request of each kind of model. What remains is a schema without model conditions, in which
every constraint keyword stands beside the id of its requirement:

    {"maximum": 1, "x-requirement": {"maximum": "openai/generations/n-not-1-for-dall-e-3"}}

The folded schema accepts exactly what the declared one accepts for that kind of model; a property test holds this
against the ``jsonschema`` package.
"""

from typing import Any

from pixelproof._values import Json

ANNOTATIONS = frozenset({"title", "description", "default", "$comment", "x-order", "x-family", "x-form"})
"""Keywords that say something to readers and nothing to the engine."""

_GROUPED = ("if", "then", "else")
_TIGHTER_IS_SMALLER = frozenset({"maximum", "maxLength", "maxItems"})
_TIGHTER_IS_LARGER = frozenset({"minimum", "minLength", "minItems"})


class Folder:
    """Folds the sections of one operation for one kind of model.

    ``sample`` is the instance on which model conditions are decided: a request for the section ``request``, an exchange
    ``{"request": ...}`` (or ``{}`` when the request is unknown) for the others.
    """

    def __init__(self, definitions: dict[str, Json], sample: Json) -> None:
        self._definitions = definitions
        self._sample = sample

    def fold(self, schema: dict[str, Json]) -> dict[str, Json]:
        """``schema`` without model conditions, references and annotations."""
        if "$ref" in schema:
            rest = {key: value for key, value in schema.items() if key != "$ref"}
            return merge(self.fold(self._definitions[local_name(schema["$ref"])]), self.fold(rest))
        out: dict[str, Json] = {}
        parts: list[dict[str, Json]] = []
        for key, value in schema.items():
            if key in ANNOTATIONS or key in _GROUPED:
                continue
            if key == "properties":
                out[key] = {name: self.fold(sub) for name, sub in value.items()}
            elif key == "items" or (key == "additionalProperties" and isinstance(value, dict)):
                out[key] = self.fold(value)
            elif key == "allOf":
                parts += [self.fold(part) for part in value]
            elif key == "x-requirement":
                out[key] = dict(value)
            else:
                out[key] = value
        if "if" in schema:
            parts.append(self._fold_condition(schema))
        for part in parts:
            out = merge(out, part)
        return out

    def _fold_condition(self, schema: dict[str, Json]) -> dict[str, Json]:
        condition = schema["if"]
        if asks_only_for_the_model(condition, self._definitions):
            branch = schema.get("then" if self._holds(condition) else "else")
            return self.fold(branch) if branch else {}
        folded = {"if": self._inline(condition)}
        for key in ("then", "else"):
            if key in schema:
                folded[key] = self.fold(schema[key])
        if not any(folded.get(key) for key in ("then", "else")):
            return {}
        return {"allOf": [folded]}

    def _holds(self, condition: Json) -> bool:
        import jsonschema_rs

        return jsonschema_rs.is_valid({"$defs": self._definitions, **condition}, self._sample)

    def _inline(self, value: Json) -> Json:
        """A condition that stays, with its references replaced by what they name."""
        if isinstance(value, list):
            return [self._inline(item) for item in value]
        if not isinstance(value, dict):
            return value
        if "$ref" in value:
            target = self._inline(self._definitions[local_name(value["$ref"])])
            rest = {key: self._inline(sub) for key, sub in value.items() if key != "$ref"}
            return {"allOf": [target, rest]} if rest else target
        return {key: self._inline(sub) for key, sub in value.items() if not key.startswith("x-")}


def local_name(reference: str) -> str:
    """``gpt`` of ``#/$defs/gpt``; the loader has refused every other form."""
    return reference.removeprefix("#/$defs/")


def asks_only_for_the_model(condition: Json, definitions: dict[str, Json]) -> bool:
    """Whether ``condition`` is decided by the kind of model: ``x-family`` references, or whether a request is known."""
    if not isinstance(condition, dict) or not condition:
        return False
    for key, value in condition.items():
        if key == "$ref":
            if not definitions.get(local_name(value), {}).get("x-family"):
                return False
        elif key == "not":
            if not asks_only_for_the_model(value, definitions):
                return False
        elif key in ("anyOf", "allOf"):
            if not all(asks_only_for_the_model(item, definitions) for item in value):
                return False
        elif key == "properties":
            if set(value) != {"request"} or not asks_only_for_the_model(value["request"], definitions):
                return False
        elif key != "required" or value != ["request"]:
            return False
    return True


def merge(base: dict[str, Json], part: dict[str, Json]) -> dict[str, Json]:
    """Both schemas as one. A tighter limit of ``part`` replaces the wider one; other doubles go into ``allOf``."""
    out: dict[str, Any] = dict(base)
    if "x-requirement" in base:
        out["x-requirement"] = dict(base["x-requirement"])
    for key, value in part.items():
        if key == "x-requirement":
            continue
        requirement = part.get("x-requirement", {})
        if key == "properties":
            properties = dict(out.get("properties", {}))
            for name, sub in value.items():
                properties[name] = merge(properties[name], sub) if name in properties else sub
            out["properties"] = properties
        elif key in ("allOf", "x-rules"):
            out[key] = [*out.get(key, []), *value]
        elif key == "items" and key in out:
            out[key] = merge(out[key], value)
        elif key == "examples":
            out[key] = value
        elif key not in out or _is_tighter(key, value, out[key]):
            out[key] = value
            if requirements := {k: v for k, v in requirement.items() if k == key or k.startswith(f"{key}/")}:
                out["x-requirement"] = {**out.get("x-requirement", {}), **requirements}
        elif out[key] != value or out.get("x-requirement", {}).get(key) != requirement.get(key):
            extra = {key: value, "x-requirement": {key: requirement[key]}} if key in requirement else {key: value}
            out["allOf"] = [*out.get("allOf", []), extra]
    return out


def _is_tighter(key: str, new: Json, old: Json) -> bool:
    if key == "enum":
        return len(new) < len(old) and all(value in old for value in new)
    if key in _TIGHTER_IS_SMALLER:
        return bool(new < old)
    if key in _TIGHTER_IS_LARGER:
        return bool(new > old)
    return False
