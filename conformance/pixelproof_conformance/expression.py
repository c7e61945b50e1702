"""Values as Python expressions that are short enough to copy: long runs are multiplied, packed bytes are unpacked."""

import base64
import bz2
import re
import zlib
from typing import NamedTuple

from pixelproof_conformance.model import Json

_RUN = re.compile(r"(.{1,48}?)\1{24,}", re.DOTALL)
_LONGEST_PLAIN = 2000
_LONGEST_PACKED = 8000
_LONGEST_SEARCHED = 400_000


class Expression(NamedTuple):
    """Python code of one line, and the modules that it needs."""

    code: str
    modules: frozenset[str] = frozenset()


def text_expression(text: str) -> str:
    """A text as a string literal; a run of the same characters becomes a multiplication."""
    if len(text) <= 200 or len(text) > _LONGEST_SEARCHED:
        return repr(text)
    terms: list[str] = []
    end = 0
    for run in _RUN.finditer(text):
        terms += [repr(text[end : run.start()])] if run.start() > end else []
        terms.append(f"{run[1]!r} * {len(run[0]) // len(run[1])}")
        end = run.end()
    terms += [repr(text[end:])] if end < len(text) else []
    return " + ".join(terms)


def bytes_expression(data: bytes) -> Expression | None:
    """Bytes as an expression, or None when no short one exists."""
    plain = _plain_bytes(data)
    if plain is not None and len(plain) <= _LONGEST_PLAIN:
        return Expression(plain)
    ways = (("", data), ("zlib", zlib.compress(data, 9)), ("bz2", bz2.compress(data)))
    module, content = min(ways, key=lambda way: len(way[1]))
    code = f'base64.b64decode("{base64.b64encode(content).decode()}")'
    if len(code) > _LONGEST_PACKED:
        return None
    if module:
        return Expression(f"{module}.decompress({code})", frozenset({"base64", module}))
    return Expression(code, frozenset({"base64"}))


def value_expression(value: Json) -> str:
    """A JSON value as a Python expression."""
    if isinstance(value, str):
        return text_expression(value)
    if isinstance(value, dict):
        return "{" + ", ".join(f"{name!r}: {value_expression(item)}" for name, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(value_expression(item) for item in value) + "]"
    return repr(value)


def _plain_bytes(data: bytes) -> str | None:
    try:
        text = data.decode()
    except UnicodeDecodeError:
        return repr(data) if len(data) <= 64 else None
    code = text_expression(text)
    return repr(data) if text.isascii() and code == repr(text) else f"({code}).encode()"
