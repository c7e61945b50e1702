"""Values and places as text for people: short, on one line, safe to print."""

from typing import Any

from pixelproof._values import Path

_LONGEST = 72
_INFINITE = (float("inf"), float("-inf"))
_KIND = {str: "a string", bool: "a boolean", int: "an integer", float: "a number", list: "an array", dict: "an object"}


def shown(value: Any) -> str:
    """``value`` as JSON on one line, cut after 72 characters; control characters are escaped."""
    kind = type(value)
    if kind is str:
        if len(value) <= _LONGEST and value.isprintable() and '"' not in value:
            return f'"{value}"'
        if len(value) > _LONGEST:
            return f'"{_printable(value[:48])}…" ({len(value)} characters)'
        return f'"{_printable(value)}"'
    if kind is int:
        return str(value) if -(10**30) < value < 10**30 else f"an integer of {value.bit_length()} bits"
    if kind is bool or value is None:
        return {True: "true", False: "false"}.get(value, "null")
    if kind is list:
        return f"[{shown(value[0])}]" if len(value) == 1 else f"an array of {len(value)}"
    if kind is dict:
        keys = ", ".join(f'"{_printable(str(key)[:24])}"' for key in list(value)[:4])
        return f"{{{keys}{', …' if len(value) > 4 else ''}}}"
    return _printable(str(value)[:_LONGEST])


def kind_of(value: Any) -> str:
    """The JSON type of ``value`` with its article: "a string", "an integer", "null"."""
    return _KIND.get(type(value), "null")


def shortened(value: Any) -> Any:
    """``value`` fit for a report: long strings are cut, large containers described, others copied."""
    kind = type(value)
    if kind is int:
        return value
    if kind is str:
        return value if len(value) <= 200 else f"{value[:80]}… ({len(value)} characters)"
    if kind is dict or kind is list:
        return _copied(value) if len(repr(value)) <= 400 else shown(value)
    if kind is float and value in _INFINITE:
        return shown(value)  # 1e999 in a body; JSON has no word for what it becomes
    if kind is bytes or kind is bytearray or kind is memoryview:
        return f"{len(value)} bytes"
    return value


def _copied(value: Any) -> Any:
    """A container that stays what it is when the message that it comes from is changed."""
    if isinstance(value, dict):
        return {key: _copied(item) for key, item in value.items()}
    return [_copied(item) for item in value] if isinstance(value, list | tuple) else value


def dotted(path: Path) -> str:
    """A place as people write it: ``data[0].b64_json``, and ``image[]`` for each file of the form field ``image[]``."""
    if len(path) == 1 and type(path[0]) is str:
        return path[0]
    out = ""
    for step in path:
        if type(step) is int and out[-2:] == "[]":
            continue
        out += f"[{step}]" if type(step) is int else f".{step}" if out else str(step)
    return out


def pointer(path: Path) -> str:
    """A place as a JSON Pointer (RFC 6901): ``/data/0/b64_json``."""
    text = "/".join([str(step) for step in path])
    if not path or "~" in text or text.count("/") >= len(path):
        return "".join([f"/{str(step).replace('~', '~0').replace('/', '~1')}" for step in path])
    return f"/{text}"


def printable(text: str) -> str:
    r"""``text`` with everything that a terminal would act upon, line ends included, as ``\uXXXX``."""
    if text.isprintable():
        return text
    return "".join([char if char.isprintable() else f"\\u{ord(char):04x}" for char in text])


def _printable(text: str) -> str:
    return printable(text).replace('"', '\\"')
