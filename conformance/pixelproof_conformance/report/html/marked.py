"""A JSON value line by line, with the line marked that holds a place in it."""

import json
import re
from collections.abc import Iterator
from typing import NamedTuple

from pixelproof_conformance.model import Json

MOST_LINES = 400
_STEP = re.compile(r"\[(\d+)\]|([^.\[\]]+)")

Path = tuple[str | int, ...]


class Line(NamedTuple):
    """One line of a text, and whether it holds the place that is looked for."""

    text: str
    marked: bool = False


def marked_lines(value: Json, place: str | None) -> list[Line]:
    """``value`` over several lines; text stands as it is. ``place`` is written as in ``data[0].b64_json``.

    Where the value lacks the place, the line is marked in which the nearest thing around it begins.
    """
    if isinstance(value, str):
        return [Line(text) for text in value.splitlines()[:MOST_LINES]]
    target = _found(value, place) if place else None
    lines: list[Line] = []
    for path, text in _written(value, (), "", "", ""):
        if len(lines) == MOST_LINES:
            lines.append(Line("…"))
            break
        lines.append(Line(text, marked=path is not None and path == target))
    return lines


def _found(value: Json, place: str) -> Path | None:
    """The path of ``place`` as far as it exists in ``value``; ``None`` when not even its first step does."""
    if isinstance(value, dict) and place in value:
        return (place,)
    path: list[str | int] = []
    for number, name in _STEP.findall(place):
        step: str | int = int(number) if number else name
        if isinstance(value, list) and step == "events" and not path:
            continue  # a stream is shown as the list of its events
        if not _has(value, step):
            break
        value = value[step]
        path.append(step)
    return tuple(path) or None


def _has(value: Json, step: str | int) -> bool:
    if isinstance(value, list):
        return isinstance(step, int) and step < len(value)
    return isinstance(value, dict) and step in value


def _written(value: Json, path: Path, indent: str, before: str, after: str) -> Iterator[tuple[Path | None, str]]:
    """Each line with the path of what begins there, and without one where something ends."""
    if not isinstance(value, dict | list) or not value:
        yield path, f"{indent}{before}{json.dumps(value, ensure_ascii=False, default=str)}{after}"
        return
    opening, closing = "{}" if isinstance(value, dict) else "[]"
    yield path, f"{indent}{before}{opening}"
    last = len(value) - 1
    for index, (key, item) in enumerate(value.items() if isinstance(value, dict) else enumerate(value)):
        name = f"{json.dumps(key, ensure_ascii=False)}: " if isinstance(value, dict) else ""
        yield from _written(item, (*path, key), f"{indent}  ", name, "" if index == last else ",")
    yield None, f"{indent}{closing}{after}"
