"""Values that somebody else has parsed: whether they are JSON that can be judged.

What :func:`~pixelproof._parse.parse_json` reads always is. The JSON reader of Python lets more through (half a pair of
surrogates, deeper nesting), and an application may hand over anything.
"""

from pixelproof._errors import UsageError
from pixelproof._parse import Flaw
from pixelproof._text import shown
from pixelproof._values import Json

_DEEPEST = 201  # as deep as the reader of raw bodies goes
_MOST_DIGITS = 4300
_BEYOND = 10**_MOST_DIGITS
_CONTAINERS = (dict, list, tuple)
_PLAIN = (int, float, type(None))


def flaw_of_value(value: Json) -> Flaw | None:
    """Why ``value`` cannot be judged although it was parsed; ``None`` when it can.

    Raises :class:`UsageError` for what no JSON reader makes, such as a set or a key that is no string.
    """
    waiting: list[tuple[Json, int]] = [(value, 0)]
    while waiting:
        item, depth = waiting.pop()
        if isinstance(item, str):
            if not item.isascii() and _has_half_a_pair(item):
                return Flaw("The body has half a pair of surrogates in a string, which is no character.")
        elif isinstance(item, _CONTAINERS):
            if depth == _DEEPEST:
                return Flaw(f"The body is nested deeper than {_DEEPEST} levels.")
            if isinstance(item, dict):
                waiting += [(_checked(key), depth) for key in item]
                waiting += [(inner, depth + 1) for inner in item.values()]
            else:
                waiting += [(inner, depth + 1) for inner in item]
        elif isinstance(item, int) and not -_BEYOND < item < _BEYOND:
            return Flaw(f"The body has an integer of more than {_MOST_DIGITS} digits.")
        elif not isinstance(item, _PLAIN):
            raise UsageError(f"{kind_shown(item)} is no JSON value; give what a JSON reader returns, or the raw bytes")
    return None


def _checked(key: object) -> str:
    if not isinstance(key, str):
        raise UsageError(f"the key {shown(key)} is no string; the keys of a JSON object are strings")
    return key


def kind_shown(value: object) -> str:
    return f"a value of the type {type(value).__name__}"


def _has_half_a_pair(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return True
    return False
