"""Variants in how JSON is written: the same values in other bytes."""

import json
from collections.abc import Callable
from dataclasses import replace

from pixelproof_conformance.gateway.calls import Call, Reply
from pixelproof_conformance.gateway.faults.deviation import Deviation
from pixelproof_conformance.gateway.variants.variant import Variant

_LEGAL = "JSON may be written so (RFC 8259)."
_TYPES = "The names and types of media have no case, and may have parameters (RFC 9110)."


class JsonWritten(Deviation):
    """The body of every answer and refusal is written in another way."""

    def __init__(self, write: Callable[[bytes], bytes]) -> None:
        self._write = write

    def reply(self, call: Call, reply: Reply) -> Reply:
        """The reply with the other bytes; streams and web pages stay as they are."""
        if reply.streamed or "json" not in reply.content_type.lower():
            return reply
        return replace(reply, chunks=(self._write(reply.body),))


class TypeWritten(Deviation):
    """The content type is written in another way."""

    def __init__(self, write: Callable[[str], str]) -> None:
        self._write = write

    def reply(self, call: Call, reply: Reply) -> Reply:
        """The reply with the other content type."""
        return replace(reply, content_type=self._write(reply.content_type))


def _pretty(raw: bytes) -> bytes:
    return json.dumps(json.loads(raw), indent=2, ensure_ascii=raw.isascii()).encode()


def _compact(raw: bytes) -> bytes:
    return json.dumps(json.loads(raw), separators=(",", ":"), ensure_ascii=raw.isascii()).encode()


def _unescaped(raw: bytes) -> bytes:
    indent = 2 if b"\n" in raw.strip() else None
    return json.dumps(json.loads(raw), indent=indent, ensure_ascii=False).encode()


def _escaped_slashes(raw: bytes) -> bytes:
    return raw.replace(b"/", rb"\/")


def _escaped_letters(raw: bytes) -> bytes:
    return (
        raw.replace(b'"data"', rb'"d\u0061ta"').replace(b'"error"', rb'"err\u006fr"').replace(b'"msg"', rb'"m\u0073g"')
    )


VARIANTS: tuple[Variant, ...] = (
    Variant("json-indented", "JSON is indented.", _LEGAL, lambda: JsonWritten(_pretty)),
    Variant("json-compact", "JSON has no spaces.", _LEGAL, lambda: JsonWritten(_compact)),
    Variant("json-unescaped", "JSON has letters beyond ASCII as they are.", _LEGAL, lambda: JsonWritten(_unescaped)),
    Variant("json-escaped-slashes", "JSON has its slashes escaped.", _LEGAL, lambda: JsonWritten(_escaped_slashes)),
    Variant("json-escaped-keys", "JSON has escapes in its keys.", _LEGAL, lambda: JsonWritten(_escaped_letters)),
    Variant("json-newline-after", "JSON ends with a line end.", _LEGAL, lambda: JsonWritten(lambda raw: raw + b"\r\n")),
    Variant(
        "json-spaces-before",
        "Spaces and line ends come before JSON, as some proxies send them to keep a connection.",
        _LEGAL,
        lambda: JsonWritten(lambda raw: b" \n" * 40 + raw),
    ),
    Variant(
        "charset-named",
        "The content type of JSON names its charset.",
        _TYPES,
        lambda: TypeWritten(lambda kind: kind if ";" in kind or "json" not in kind else f"{kind}; charset=utf-8"),
    ),
    Variant(
        "charset-unnamed",
        "The content type of a stream names no charset.",
        _TYPES,
        lambda: TypeWritten(lambda kind: kind.partition(";")[0] if kind.startswith("text/event-stream") else kind),
        dialects=("octen", "openai"),
    ),
    Variant(
        "content-type-upper-case",
        "Content types are written in upper case, with a space before the parameter.",
        _TYPES,
        lambda: TypeWritten(lambda kind: kind.upper().replace(";", " ;")),
    ),
)
