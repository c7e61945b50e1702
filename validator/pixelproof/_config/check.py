"""What is wrong in a settings file: every flaw with its line, its value, and what to do."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from pixelproof._config.file import SettingsFile
from pixelproof._config.keys import ONE_CALL
from pixelproof._config.schema import known_schema
from pixelproof._errors import UsageError
from pixelproof._secrets import is_secret_name, looks_secret
from pixelproof._text import shown
from pixelproof._values import Json, Path

_INSTEAD = 'keys never stand in the file: export it as an environment variable, and write key-env = "ITS_NAME"'
_IN_A_HEADER = 'write {env = "NAME"} for a value that comes from an environment variable'
_TYPES: dict[str, tuple[type, ...]] = {
    "string": (str,),
    "integer": (int,),
    "number": (int, float),
    "boolean": (bool,),
    "array": (list,),
    "object": (dict,),
}
_WANTED = {
    "string": "a text in quotes",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
    "array": "a list, for example [...]",
    "object": "a table",
}


class Flaw(NamedTuple):
    """One flaw: ``place`` is ``FILE:LINE``."""

    place: str
    text: str


def checked(file: SettingsFile) -> SettingsFile:
    """``file``. Raises :class:`UsageError` with the first flaw, and how many more there are."""
    flaws = flaws_of(file)
    if flaws:
        more = f" ({len(flaws) - 1} more: pixelproof config check {file.path})" if len(flaws) > 1 else ""
        raise UsageError(f"{flaws[0].place}: {flaws[0].text}{more}")
    return file


def flaws_of(file: SettingsFile) -> list[Flaw]:
    """Every flaw in the file, in the order of its lines."""
    schema = known_schema()
    found = [*_Check(schema).value(file.values, schema, ()), *_targets(file.values)]
    ordered = sorted(found, key=lambda flaw: file.lines.of((*file.prefix, *flaw[0])))
    return [Flaw(file.place(path), text) for path, text in ordered]


_Found = Iterator[tuple[Path, str]]


class _Check:
    """Holds values against the schema. It reads the keywords that the schema uses, and a test holds it to them."""

    def __init__(self, schema: dict[str, Json]) -> None:
        self.schema = schema
        self.definitions: dict[str, Json] = schema["$defs"]

    def value(self, value: Any, node: dict[str, Json], path: Path) -> _Found:
        if "$ref" in node:
            node = self.definitions[node["$ref"].rpartition("/")[2]]
        name = dotted_key(path)
        if isinstance(value, str) and looks_secret(value):
            yield path, f"{name} holds what looks like a key or a password; {_instead(path)}"
        elif "anyOf" in node:
            yield from self.alternatives(value, node["anyOf"], path)
        elif not _fits(value, node["type"]):
            kinds = node["type"] if isinstance(node["type"], list) else [node["type"]]
            wanted = " or ".join(_WANTED[kind] for kind in kinds)
            yield path, f"{name} is {_seen(value, path)}; write {wanted}"
        elif isinstance(value, dict):
            yield from self.table(value, node, path)
        elif isinstance(value, list):
            for index, item in enumerate(value):
                yield from self.value(item, node["items"], (*path, index))
        else:
            yield from _limits(value, node, path)

    def alternatives(self, value: Any, nodes: list[dict[str, Json]], path: Path) -> _Found:
        kinds = [node for node in nodes if _fits(value, node["type"])]
        if kinds and isinstance(value, str) and is_secret_name(str(path[-1])):
            yield path, f"the header {path[-1]} is secret and never stands in the file; {_IN_A_HEADER}"
        elif kinds:
            yield from self.value(value, kinds[0], path)
        else:
            yield path, f"{dotted_key(path)} is {_seen(value, path)}; write a text in quotes, or {_IN_A_HEADER[6:]}"

    def table(self, value: dict[str, Any], node: dict[str, Json], path: Path) -> _Found:
        known, extra = node.get("properties", {}), node.get("additionalProperties", True)
        for key in node.get("required", ()):
            if key not in value:
                yield path, f"{dotted_key(path)} lacks {key}"
        for key, item in value.items():
            if key in known:
                yield from self.value(item, known[key], (*path, key))
            elif isinstance(extra, dict):
                yield from self.value(item, extra, (*path, key))
            else:
                yield (*path, key), self.unknown(key, item, known, path)

    def unknown(self, key: str, value: Any, known: dict[str, Json], path: Path) -> str:
        """What to say about a key that has no place here."""
        from difflib import get_close_matches

        where = f" in [{dotted_key(path)}]" if path else ""
        if key in ONE_CALL:
            return f"--{key} is given on the command line only: {ONE_CALL[key]}"
        verbs = [verb for verb, node in self.schema["properties"].items() if key in node.get("properties", {})]
        if key in self.schema["properties"] or verbs:
            places = ["at the top of the file"] if key in self.schema["properties"] else []
            return f"{key} has no place{where or ' at the top of the file'}; it stands {_either(places, verbs)}"
        if isinstance(value, str) and is_secret_name(key):
            return f"{key} is not known{where}, and {_INSTEAD}"
        close = get_close_matches(key.replace("_", "-").lower(), known, 1)
        hint = f"did you mean {close[0]}?" if close else f"known are {', '.join(known)}"
        return f"{printable_key(key)} is not known{where}; {hint}"


def dotted_key(path: Path) -> str:
    """A place in the file as TOML writes it: ``targets.staging.models[0]``."""
    out = ""
    for step in path:
        out += f"[{step}]" if isinstance(step, int) else f"{'.' if out else ''}{printable_key(step)}"
    return out


def printable_key(key: str) -> str:
    """A key as TOML writes it."""
    bare = key.replace("-", "").replace("_", "")
    return key if bare.isascii() and bare.isalnum() else shown(key)


def _targets(values: dict[str, Any]) -> _Found:
    targets = values.get("targets")
    if not isinstance(targets, dict):
        return
    for name in targets:
        if not name or "://" in name or name.startswith("-"):
            yield ("targets", name), f"{shown(name)} is no name for a target: it could be a URL or a flag; use a word"
    for path in (("target",), ("run", "target"), ("plan", "target")):
        chosen: Any = values
        for step in path:
            chosen = chosen.get(step) if isinstance(chosen, dict) else None
        if isinstance(chosen, str) and chosen not in targets:
            yield path, f"{dotted_key(path)} is {shown(chosen)}, which is no target; {known_targets(chosen, targets)}"


def known_targets(name: str, targets: dict[str, Any]) -> str:
    """Which targets there are, or the one that was meant."""
    from difflib import get_close_matches

    close = get_close_matches(name, targets, 1)
    if close:
        return f"did you mean {close[0]}?"
    return f"there are {', '.join(targets)}" if targets else "there is none: a table [targets.NAME] makes one"


def _limits(value: Any, node: dict[str, Json], path: Path) -> _Found:
    import re

    name = dotted_key(path)
    if "enum" in node and value not in node["enum"]:
        yield path, f"{name} is {shown(value)}; it is one of {', '.join(node['enum'])}"
    elif "minimum" in node and value < node["minimum"]:
        yield path, f"{name} is {shown(value)}; it is at least {node['minimum']}"
    elif "exclusiveMinimum" in node and not isinstance(value, str) and not value > node["exclusiveMinimum"]:
        yield path, f"{name} is {shown(value)}; it is more than {node['exclusiveMinimum']}"
    elif not isinstance(value, str):
        return
    elif "minLength" in node and len(value) < node["minLength"]:
        yield path, f"{name} is empty; write a value, or leave the key out"
    elif "pattern" in node and not re.search(node["pattern"], value):
        yield path, f"{name} is not {node['x-what']}; {node['x-hint']}"


def _fits(value: Any, kinds: str | list[str]) -> bool:
    for kind in kinds if isinstance(kinds, list) else [kinds]:
        if isinstance(value, _TYPES[kind]) and (kind == "boolean" or not isinstance(value, bool)):
            return True
    return False


def _seen(value: Any, path: Path) -> str:
    """The value, unless it could be secret by the name of its key."""
    named = [step for step in path if isinstance(step, str)]
    return "something else" if named and is_secret_name(named[-1]) else shown(value)


def _instead(path: Path) -> str:
    return _IN_A_HEADER if "headers" in path else _INSTEAD


def _either(places: list[str], verbs: list[str]) -> str:
    return " or ".join([*places, *([f"in {', '.join(f'[{verb}]' for verb in verbs)}"] if verbs else [])])
