"""Text of strangers made harmless, once for every form. What a provider sends is hostile until it went through here."""

import html
import json

from pixelproof_conformance.model import Json


def one_line(text: str, most: int = 400) -> str:
    """``text`` on one line without control characters, cut after ``most`` characters."""
    return _cut(harmless(text[: most + 1]), text, most)


def block(text: str, most: int = 8000) -> str:
    """``text`` with its lines and tabs, without other control characters, cut after ``most`` characters."""
    kept = text[: most + 1].replace("\r\n", "\n")
    return _cut(harmless(kept, "\n\t"), text, most)


def pretty(value: Json, most: int = 8000) -> str:
    """A JSON value over several lines, cut after ``most`` characters; a string stands as it is."""
    text = value if isinstance(value, str) else json.dumps(value, indent=2, ensure_ascii=False, default=str)
    return block(text, most)


def compact(value: Json, most: int = 400) -> str:
    """A JSON value on one line, cut after ``most`` characters."""
    return one_line(json.dumps(value, ensure_ascii=False, default=str), most)


def in_html(text: str) -> str:
    """``text`` as the content of an element or of a quoted attribute."""
    return html.escape(harmless(text, "\n\t"), quote=True)


def in_xml(text: str) -> str:
    """``text`` with the characters that no XML 1.0 document may hold shown as escapes; markup is left to the writer."""
    return harmless(text, "\n\t")


def harmless(text: str, kept: str = "") -> str:
    """``text`` without control characters, direction marks and the like; those in ``kept`` stay."""
    if text.isprintable():  # nearly always, and a hundred times faster to see than to do
        return text
    return "".join(char if char in kept else _printable(char) for char in text)


def _printable(char: str) -> str:
    if char.isprintable():
        return char
    if char in "\n\r\t":
        return {"\n": "\\n", "\r": "\\r", "\t": "\\t"}[char]
    code = ord(char)
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def _cut(shown: str, text: str, most: int) -> str:
    if len(text) <= most:
        return shown
    return f"{shown[:most]}… ({len(text)} characters)"
