"""YAML as plain values with the line of every place, through the safe loader only."""

import re
from collections.abc import Iterable
from typing import Any

from pixelproof._errors import DialectError
from pixelproof._text import shown
from pixelproof._values import Path

MAX_YAML_BYTES = 4 * 1024 * 1024
_NUMBER = re.compile(r"[+-]?(0|[1-9][0-9]*)(\.[0-9]*)?([eE][+-]?[0-9]+)?")
_DEEPEST = 100


class Lines(dict[Path, int]):
    """The line, counted from 1, at which each place of a YAML file starts."""

    def of(self, path: Path) -> int:
        """The line of ``path``, or of its nearest known parent."""
        while path and path not in self:
            path = path[:-1]
        return self.get(path, 1)


def read_yaml(text: str, name: str, *, dates: bool = False) -> tuple[Any, Lines]:
    """The value of a YAML document and the lines of its places. With ``dates`` an unquoted date is read as its text.

    Anchors and aliases are refused: a dialect is read by people and by other languages, and aliases make bombs.
    Raises :class:`DialectError` with file, line and column for anything that is not one plain YAML document.
    """
    import yaml

    loader_class = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    if len(text) > MAX_YAML_BYTES:
        raise DialectError(f"{name}: has {len(text)} characters; more than {MAX_YAML_BYTES} are not read")
    loader = loader_class(text)
    if dates:
        loader.yaml_implicit_resolvers = _without_dates(loader.yaml_implicit_resolvers)
    lines = Lines()
    try:
        _refuse_depth(yaml.parse(text, Loader=loader_class), name)
        node = loader.get_single_node()
        if node is None:
            raise DialectError(f"{name}: is empty; it has to hold one YAML mapping")
        value = _construct(loader, node, (), lines, name, set())
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = f":{mark.line + 1}:{mark.column + 1}" if mark else ""
        raise DialectError(f"{name}{place}: is not valid YAML: {error.problem or error.context}") from None
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        first = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise DialectError(f"{name}: is not valid YAML: {first}") from None
    finally:
        loader.dispose()
    return value, lines


def _without_dates(resolvers: dict[str, list[tuple[str, Any]]]) -> dict[str, list[tuple[str, Any]]]:
    return {char: [kind for kind in kinds if not kind[0].endswith(":timestamp")] for char, kinds in resolvers.items()}


def _refuse_depth(events: Iterable[Any], name: str) -> None:
    """Refuses deep nesting: libyaml builds its nodes by recursion, so that a deep document would end the process."""
    import yaml

    depth = 0
    for event in events:
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > _DEEPEST:
            place = f"{name}:{event.start_mark.line + 1}"
            raise DialectError(f"{place}: is nested deeper than {_DEEPEST} levels; a dialect needs fewer")


def _construct(loader: Any, node: Any, path: Path, lines: Lines, name: str, seen: set[int]) -> Any:
    import yaml

    line = node.start_mark.line + 1
    lines[path] = line
    if id(node) in seen:
        raise DialectError(f"{name}:{line}: uses a YAML alias (*name); write the value out instead")
    seen.add(id(node))
    if isinstance(node, yaml.MappingNode):
        result: dict[str, Any] = {}
        for key_node, value_node in node.value:
            key = loader.construct_object(key_node)
            place = f"{name}:{key_node.start_mark.line + 1}"
            if not isinstance(key, str):
                raise DialectError(f"{place}: the key {key!r} is not a string; put it in quotes")
            if key in result:
                raise DialectError(f"{place}: the key {key!r} stands twice in one mapping")
            result[key] = _construct(loader, value_node, (*path, key), lines, name, seen)
            lines[(*path, key)] = key_node.start_mark.line + 1
        return result
    if isinstance(node, yaml.SequenceNode):
        return [_construct(loader, item, (*path, index), lines, name, seen) for index, item in enumerate(node.value)]
    value = loader.construct_object(node)
    if _means_something_else(value, node.value):
        raise DialectError(f"{name}:{line}: the value {node.value!r} is read as {shown(value)}; put it in quotes")
    if value is None or isinstance(value, str | int | float | bool):
        return value
    raise DialectError(f"{name}:{line}: the value {node.value!r} is read as {type(value).__name__}; put it in quotes")


def _means_something_else(value: Any, text: str) -> bool:
    """Whether YAML reads a word such as ``on`` as a boolean, or a ratio such as ``16:9`` as a number of base 60."""
    if isinstance(value, bool):
        return text.lower() not in ("true", "false")
    return isinstance(value, int | float) and not _NUMBER.fullmatch(text)
