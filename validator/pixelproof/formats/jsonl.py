"""Verdicts as JSON lines, for programs in other languages that use the validator as a filter."""

import json
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from pixelproof._values import VALID, Json, Verdict

_encode = json.JSONEncoder(separators=(",", ":")).encode


class JudgedLine(NamedTuple):
    """An exchange that was read from a line: its verdict, or why it could not be judged.

    ``number`` counts lines from 1. ``label`` is ``{"id": ...}`` as the line gave it, or empty.
    """

    number: int
    label: dict[str, Json]
    verdict: Verdict | None
    error: str | None = None


def render(lines: Iterable[JudgedLine], colours: bool) -> Iterator[str]:
    """One line for each: ``{"line", "id"?, "verdict", "findings"}`` or ``{"line", "id"?, "error"}``."""
    for one in lines:
        if one.verdict is VALID:  # the same text for each but for its label
            label = f"{_encode(one.label)[1:-1]}," if one.label else ""
            yield f'{{"line":{one.number},{label}"verdict":"valid","findings":[]}}\n'
            continue
        said = {"error": one.error} if one.verdict is None else one.verdict.as_dict()
        yield _encode({"line": one.number, **one.label, **said}) + "\n"
