"""Settings read from the values of a request, whatever stands there: a value that makes no sense counts as absent.

A request that reaches an answer is valid, unless a fault lets it through; then it is answered as well as possible.
"""

import re
from collections.abc import Sequence

from pixelproof._values import Json

_SIZE = re.compile(r"([1-9]\d{0,8})x([1-9]\d{0,8})")


def whole(value: Json, default: int, low: int, high: int) -> int:
    """A whole number between ``low`` and ``high``; a number beyond them is moved to the nearest of them."""
    if isinstance(value, str) and value.strip().isascii() and value.strip().isdigit():
        value = value.strip()[:9]
    elif isinstance(value, bool) or not isinstance(value, int | float) or value != value:  # noqa: PLR0124 - NaN
        return default
    return int(min(max(float(value), low), high))


def one_of(value: Json, listed: Sequence[str], default: str) -> str:
    """A listed value, else the default."""
    return value if isinstance(value, str) and value in listed else default


def text(value: Json) -> str:
    """A text, empty when there is none."""
    return value if isinstance(value, str) else ""


def switched_on(value: Json) -> bool:
    """Whether a switch is on."""
    return value is True or value == "true"


def sides(value: Json, default: tuple[int, int] = (1024, 1024), longest: int = 3840) -> tuple[int, int]:
    """Width and height of a size like ``1536x1024``, neither above ``longest`` pixels."""
    found = _SIZE.fullmatch(value) if isinstance(value, str) else None
    return (min(int(found[1]), longest), min(int(found[2]), longest)) if found else default


def pictures_in(value: Json) -> int:
    """How many pictures a parameter brings: a list as many as it has items, anything else that is not empty one."""
    return len(value) if isinstance(value, list) else int(bool(value))
