"""Strict parsing of JSON bodies: what a careful server would refuse is a flaw here, never a crash.

Duplicate keys, NaN, invalid UTF-8, lone surrogates, a byte order mark, trailing content, nesting beyond 201 levels and
bodies beyond the size limit are all refused, with line and column.
"""

from typing import Any, NamedTuple

from jiter import from_json

MAX_BODY_BYTES = 256 * 1024 * 1024
"""Largest body that is parsed, in bytes. Ten pictures of 8 megapixels as base64 stay well below it."""


class Flaw(NamedTuple):
    """Why a body cannot be read: one sentence and, where there is one, the duplicated key."""

    message: str
    key: str | None = None


def parse_json(raw: bytes | bytearray | memoryview | str) -> tuple[Any, Flaw | None]:
    """The value of a JSON body, and ``None`` or the flaw that makes it unreadable."""
    data = raw if type(raw) is bytes else _as_bytes(raw)
    if len(data) > MAX_BODY_BYTES:
        return None, Flaw(f"The body has {len(data)} bytes; more than {MAX_BODY_BYTES} are not read.")
    try:
        return from_json(data, catch_duplicate_keys=True, allow_inf_nan=False), None
    except ValueError as error:
        return None, _flaw(data, str(error))


def _as_bytes(raw: bytes | bytearray | memoryview | str) -> bytes:
    return raw.encode("utf-8", "surrogatepass") if isinstance(raw, str) else bytes(raw)


def _flaw(data: bytes, reason: str) -> Flaw:
    if not data.strip():
        return Flaw("The body is empty; it has to be a JSON object.")
    if data.startswith(b"\xef\xbb\xbf"):
        return Flaw("The body starts with a byte order mark; JSON is sent without one (RFC 8259, section 8.1).")
    if reason.startswith("Detected duplicate key"):
        key = reason.split('"', 2)[1]
        return Flaw(f"The body names a key twice: {reason[len('Detected ') :]}.", key)
    if data.lstrip()[:1] == b"<":
        return Flaw("The body is HTML or XML, not JSON.")
    return Flaw(f"The body is not JSON: {reason}.")
