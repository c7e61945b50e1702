"""The reference of the settings file, made from the flags: its JSON Schema, and a page of all keys."""

import json

from pixelproof._config import VERBS
from pixelproof._config.keys import ONE_CALL, verb_parser
from pixelproof._config.schema import schema_of
from pixelproof._values import Json
from pixelproof.cli._parser import parser_for

from pixelproof_conformance.reference.markdown import code, page, prose, table

_OPENING = """\
Every key of [`pixelproof.toml`](configuration.md), made from the flags of the command line. The same as JSON Schema,
for editors: [`schemas/meta/config.json`](../schemas/meta/config.json).

A key stands at the top of the file, in the table of one verb (`[run]`), or in a target (`[targets.NAME]`), unless its
row says otherwise. The environment variable of a key is `PIXELPROOF_` and its name in capitals, with `_` for `-`.
"""
_TYPES = {"string": "text", "integer": "whole number", "boolean": "true or false", "number": "number"}


def config_schema() -> dict[str, Json]:
    """The schema of the settings file, from the parsers as they are now."""
    return schema_of({verb: verb_parser(parser_for(verb), verb) for verb in VERBS})


def config_schema_text() -> str:
    """The text of ``schemas/meta/config.json``."""
    return json.dumps(config_schema(), indent=1, ensure_ascii=False) + "\n"


def config_page() -> str:
    """The page of all keys as Markdown."""
    schema = config_schema()
    definitions = schema["$defs"]
    rows = []
    for name, node in definitions.items():
        if "x-flag" not in node:
            continue
        verb, dot, key = name.rpartition(".")
        places = f"only in {code(f'[{verb}]')}" if dot else ", ".join(node["x-verbs"])
        aimed = key in definitions["a-target"]["properties"]
        where = places if dot or aimed or len(node["x-verbs"]) > 1 else f"{places}; not in a target"
        rows.append((code(key), code(node["x-flag"]), _holds(node), where, prose(node["description"])))
    lines = ["# Keys of the settings file", "", _OPENING]
    lines += table(("Key", "Flag", "Holds", "Verbs", "Meaning"), rows)
    lines += ["", "Flags that are given on the command line only:", ""]
    lines += table(("Flag", "Why"), [(code(f"--{name}"), why) for name, why in ONE_CALL.items()])
    return page(lines)


def _holds(node: dict[str, Json]) -> str:
    if "anyOf" in node:
        return " or ".join(_holds(part) for part in node["anyOf"])
    if "enum" in node:
        return ", ".join(code(value) for value in node["enum"])
    kind = node["type"]
    if isinstance(kind, list):
        return " or ".join(_holds({**node, "type": name}) for name in kind)
    if kind == "array":
        return f"list: {_holds(node['items'])}"
    if kind == "object":
        return code('{env = "NAME"}') if "required" in node else f"table: {_holds(node['additionalProperties'])}"
    above = kind != "string" and "exclusiveMinimum" in node
    least = f" from {node['minimum']}" if "minimum" in node else " above 0" if above else ""
    return _TYPES[kind] + least
