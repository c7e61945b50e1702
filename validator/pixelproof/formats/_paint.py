"""Colours of a terminal."""

from collections.abc import Callable
from typing import TypeAlias

Paint: TypeAlias = Callable[[str, str], str]
"""Called with a text and one of the styles below."""

_STYLES = {
    "error": "1;31",
    "invalid": "1;31",
    "warning": "33",
    "warn": "33",
    "info": "36",
    "valid": "32",
    "strong": "1",
    "faint": "2",
}


def painter(colours: bool) -> Paint:
    """A function that colours a text, or leaves it alone when there are no ``colours``."""
    return _painted if colours else lambda text, _style: text


def _painted(text: str, style: str) -> str:
    return f"\x1b[{_STYLES[style]}m{text}\x1b[0m"
