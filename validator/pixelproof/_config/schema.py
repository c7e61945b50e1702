"""The settings file as JSON Schema, made from the parsers: ``docs/generate.py`` writes it, a test says when it is old.

The written form is what editors read, and what the check reads: so a verb that is not installed has its keys, too.
"""

import argparse
import os
from collections.abc import Mapping
from typing import Any

from pixelproof._config.keys import Key, keys_of
from pixelproof._locate import own_schemas
from pixelproof._values import Json

FILE = os.path.join("meta", "config.json")
_VARIABLE = {
    "type": "string",
    "pattern": "^[A-Za-z_][A-Za-z0-9_]*$",
    "x-what": "the name of a variable",
    "x-hint": "write the name of an environment variable; the key itself never stands in the file",
}
_RATE = {
    "type": ["string", "number"],
    "pattern": "^(?=.*[1-9])[0-9]+([.][0-9]+)?(/(s|min|h))?$",
    "x-what": "a rate",
    "x-hint": "write a number above 0, or one with its unit like 30/min",
}


def known_schema() -> dict[str, Json]:
    """The schema as it was written."""
    import jiter

    with open(os.path.join(own_schemas(), FILE), "rb") as file:
        found: dict[str, Json] = jiter.from_json(file.read())
    return found


def schema_of(parsers: Mapping[str, argparse.ArgumentParser]) -> dict[str, Json]:
    """The schema of a file that sets the keys of these verbs."""
    verbs = {verb: keys_of(parser) for verb, parser in parsers.items()}
    definitions: dict[str, Json] = {}
    own: dict[str, dict[str, Json]] = {verb: {} for verb in verbs}
    shared: dict[str, Json] = {}
    for name in dict.fromkeys(name for keys in verbs.values() for name in keys):
        forms = {verb: _node(keys[name]) for verb, keys in verbs.items() if name in keys}
        same = all(_form(node) == _form(next(iter(forms.values()))) for node in forms.values())
        for verb, node in forms.items():
            definition = name if same else f"{verb}.{name}"
            definitions.setdefault(definition, node)
            own[verb][name] = {"$ref": f"#/$defs/{definition}"}
        if same:
            shared[name] = {"$ref": f"#/$defs/{name}"}
            definitions[name]["x-verbs"] = [*forms]
    aimed = [verb for verb, keys in verbs.items() if "target" in keys]
    target = {name: node for verb in aimed for name, node in own[verb].items() if name in shared and name != "target"}
    definitions["a-target"] = {
        "description": "An endpoint with its own values; run it as 'pixelproof run NAME'.",
        "type": "object",
        "additionalProperties": False,
        "properties": target | {"dialects": {"$ref": "#/$defs/its-dialects"}},
    }
    definitions["its-dialects"] = {
        "description": "The dialects that the target speaks, each with its own values; --dialect chooses one.",
        "type": "object",
        "additionalProperties": {
            "type": "object",
            "additionalProperties": False,
            "properties": {name: node for name, node in target.items() if name != "dialect"},
        },
    }
    targets = {
        "description": "Endpoints by name.",
        "type": "object",
        "additionalProperties": {"$ref": "#/$defs/a-target"},
    }
    tables = {
        verb: {
            "description": f"Values for 'pixelproof {verb}' alone.",
            "type": "object",
            "additionalProperties": False,
            "properties": nodes,
        }
        for verb, nodes in own.items()
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "tag:pixelproof.dev,2026:meta:config",
        "$comment": "Written by docs/generate.py from the flags of the command line. Do not edit.",
        "title": "Settings (pixelproof.toml, or [tool.pixelproof] in pyproject.toml)",
        "description": "Values for the flags of the command line, for all verbs, for one verb, or for one target.",
        "type": "object",
        "additionalProperties": False,
        "properties": shared | {"targets": targets} | tables,
        "$defs": definitions,
    }


def _node(key: Key) -> dict[str, Json]:
    node: dict[str, Json] = {"description": _described(key), "x-flag": key.flag}
    if key.shape == "switch":
        return node | {"type": "boolean"}
    if key.shape == "list":
        return node | {"type": "array", "items": _value(key)}
    if key.shape == "table":
        return node | {"type": "object", "additionalProperties": _table_value(key)}
    return node | _value(key)


def _form(node: dict[str, Json]) -> dict[str, Json]:
    """What decides whether two verbs mean the same by a key."""
    return {name: value for name, value in node.items() if name not in ("description", "x-verbs")}


def _described(key: Key) -> str:
    help_text = str(key.action.help or "").replace("(repeatable)", "").replace("%%", "%")
    return " ".join(help_text.split())


def _value(key: Key) -> dict[str, Json]:
    """The values of a flag: those that it lists, or those that its type takes when it is tried."""
    if key.name.endswith("-env"):
        return dict(_VARIABLE)
    if key.action.choices is not None:
        return {"type": "string", "enum": [*key.action.choices]}
    if _takes(key, "x"):
        return {"type": "string", "minLength": 1}
    if _takes(key, "1.5"):
        least: dict[str, Json] = {} if _takes(key, "-1.5") else {"exclusiveMinimum": 0}
        return (dict(_RATE) if _takes(key, "1.5/min") else {"type": "number"}) | least
    if not _takes(key, "1"):
        return {"type": ["string", "number"]}
    lowest = None if _takes(key, "-1") else 0 if _takes(key, "0") else 1
    return {"type": "integer"} | ({} if lowest is None else {"minimum": lowest})


def _table_value(key: Key) -> dict[str, Json]:
    if str(key.action.metavar).endswith("=true"):
        return {"type": "boolean"}
    if key.separator == "=":
        return {"type": "string", "minLength": 1}
    variable = {
        "type": "object",
        "description": "The value of an environment variable, for what must not stand in a file.",
        "required": ["env"],
        "additionalProperties": False,
        "properties": {"env": dict(_VARIABLE)},
    }
    return {"anyOf": [{"type": "string"}, variable]}


def _takes(key: Key, text: str) -> bool:
    kind: Any = key.action.type
    if kind is None:
        return True
    try:
        kind(text)
    except (ValueError, TypeError, argparse.ArgumentTypeError):
        return False
    return True
