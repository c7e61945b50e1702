"""Corrections: what a wrong value was probably meant to be, as a sentence for the hint of a finding."""

from collections.abc import Callable
from functools import lru_cache
from typing import TypeAlias

from pixelproof._text import shown
from pixelproof._values import Json

Correct: TypeAlias = Callable[[Json], str | None]

_LONGEST = 40
_ALIASES = {"jpg": "jpeg", "b64": "b64_json", "base64": "b64_json"}


def correction_for(node: dict[str, Json], keyword: str) -> Correct | None:
    """How to correct a value that breaks ``keyword`` of ``node``; ``None`` when nothing can be said."""
    if keyword in ("minimum", "maximum"):
        sentence = f"The nearest allowed value is {node[keyword]}."
        return lambda value: sentence
    if keyword == "enum":
        words = {value.lower(): value for value in node["enum"] if isinstance(value, str)}
        return lambda value: _word_meant(value, words)
    if keyword == "type" and node["type"] in ("integer", "number", "boolean"):
        return lambda value: _unquoted(value, node["type"])
    return None


def _word_meant(value: Json, words: dict[str, str]) -> str | None:
    if not isinstance(value, str) or len(value) > _LONGEST:
        return None
    lowered = value.strip().lower()
    meant = words.get(lowered) or words.get(_ALIASES.get(lowered, ""))
    return f"Write {shown(meant)}." if meant else None


def _unquoted(value: Json, kind: str) -> str | None:
    """A number or a truth value in quotes."""
    if not isinstance(value, str) or len(value) > _LONGEST:
        return None
    if kind == "boolean":
        lowered = value.lower()
        return f"Write {lowered}, without quotes." if lowered in ("true", "false") else None
    return f"Write {value}, without quotes." if value.isascii() and value.isdigit() else None


@lru_cache(maxsize=256)
def name_meant(name: str, names: tuple[str, ...]) -> str | None:
    """Which of ``names`` a key that is none of them was probably meant to be."""
    if len(name) > _LONGEST:
        return None
    from difflib import get_close_matches

    close = get_close_matches(name, names, n=1, cutoff=0.75)
    return f"Did you mean {shown(close[0])}?" if close else None
