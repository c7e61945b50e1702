"""The one place that knows what is secret. All that is written (journal, reports, messages) goes through it."""

import base64
import json
import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any, NamedTuple, TypeAlias
from urllib.parse import quote, quote_plus

from pixelproof._secrets import is_secret_name

REDACTED = "[redacted]"

__all__ = [
    "REDACTED",
    "Secrets",
    "is_secret_name",
    "redact_bytes",
    "redact_headers",
    "redact_json",
    "redact_text",
    "redact_url",
]

Secrets: TypeAlias = tuple[str, ...]

_SHORTEST = 8
"""A shorter key is no secret, and taking "test" or "none" out of every answer would destroy the evidence."""

# What keys of known providers look like, wherever they stand; the lengths keep words of prose out. Before each pattern
# stand the texts that it needs: to look for them is a hundred times faster than to match, and bodies have megabytes.
_PATTERNS = (
    (("sk-",), r"(?<![A-Za-z0-9_-])sk-[A-Za-z0-9_-]{16,}"),
    (("Bearer ", "bearer "), r"(?<=[Bb]earer )[A-Za-z0-9._~+/=-]{8,}"),
    (("Basic ", "basic "), r"(?<=[Bb]asic )[A-Za-z0-9+/=]{12,}"),
)
_NEEDED = tuple(part for parts, _ in _PATTERNS for part in parts)
_NEEDED_BYTES = tuple(part.encode() for part in _NEEDED)
# What is secret in a URL that stands in a text: user and password, and parameters with the name of a key. The first
# characters of each are literal, so that nothing is tried at the other places of a body of megabytes.
_KEY_NAMES = ("key", "api_key", "api-key", "apikey", "access_key")
_TOKEN_NAMES = ("token", "access_token")
_VALUE = r"[^&#\s\"'\\<>]+"
_USER = r"[^/?#\s@\"'<>\\]{1,200}(?=@)"
_IN_URLS = tuple(
    (part, re.compile(pattern), part.encode(), re.compile(pattern.encode()))
    for part, pattern in (
        ("://", f"(://){_USER}"),
        (":\\/\\/", rf"(:\\/\\/){_USER}"),
        ("key=", f"(key=(?:{'|'.join(f'(?<=[?&;]{name}=)' for name in _KEY_NAMES)})){_VALUE}"),
        ("Key=", f"(Key=(?<=[?&;]apiKey=)){_VALUE}"),
        ("token=", f"(token=(?:{'|'.join(f'(?<=[?&;]{name}=)' for name in _TOKEN_NAMES)})){_VALUE}"),
    )
)
# One of these characters stands in all that looks like a secret, and none of them in base64 but at its end.
_MARKS = (b"-", b" ", b":", b"=")
_LONG = 4096
_MOST_TEXTS = 256
_URL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://\S+")


def redact_headers(headers: Mapping[str, str], secrets: Secrets = ()) -> dict[str, str]:
    """The headers with secret values replaced, by name or because a known secret occurs in them."""
    plain = _is_plain("\n".join(headers.values()), secrets)
    return {
        name: REDACTED if is_secret_name(name) else value if plain else redact_text(value, secrets)
        for name, value in headers.items()
    }


def redact_text(text: str, secrets: Iterable[str] = ()) -> str:
    """The text without the secrets, in plain and in escaped spellings, and without all that looks like a key."""
    known, pattern, _, _ = _search(tuple(secrets))
    for part, secret_part, _, _ in _IN_URLS:
        if part in text:
            text = secret_part.sub(rf"\1{REDACTED}", text)
    return pattern.sub(REDACTED, text) if any(part in text for part in (*known, *_NEEDED)) else text


def redact_bytes(data: bytes, secrets: Iterable[str] = ()) -> bytes:
    """Like `redact_text`, for a body; bytes that hold no secret come back as the same object."""
    _, _, known, pattern = _search(tuple(secrets))
    looked_at = _without_pictures(data)
    for _, _, part, secret_part in _IN_URLS:
        if part in looked_at:
            data = secret_part.sub(rb"\1" + REDACTED.encode(), data)
    found = any(part in data for part in known) or any(part in looked_at for part in _NEEDED_BYTES)
    return pattern.sub(REDACTED.encode(), data) if found else data


def _without_pictures(data: bytes) -> bytes:
    """A body without its long base64 texts, in which nothing looks like a key; one that is known may stand in them."""
    if len(data) < _LONG:
        return data
    texts = data.split(b'"', _MOST_TEXTS)
    return b'"'.join(text for text in texts if len(text) < _LONG or any(text.find(mark, 0, -2) >= 0 for mark in _MARKS))


def _is_plain(text: str, secrets: Secrets) -> bool:
    """Whether nothing in ``text`` can be the beginning of a secret."""
    parts = (*_search(secrets).known, *_NEEDED, *(part for part, _, _, _ in _IN_URLS))
    return not any(part in text for part in parts)


def redact_url(url: str, secrets: Iterable[str] = ()) -> str:
    """The URL without user and password, and without the values of query parameters with a secret name."""
    return _redacted_url(url, tuple(secrets))


@lru_cache(maxsize=64)  # a run has one URL for each operation, and thousands of requests
def _redacted_url(url: str, secrets: Secrets) -> str:
    head, mark, rest = url.partition("://")
    if mark:
        end = next((place for place, char in enumerate(rest) if char in "/?#"), len(rest))
        authority = rest[:end]
        user, at, host = authority.rpartition("@")
        rest = f"{REDACTED}@{host}{rest[end:]}" if at and user else rest
    bare, question, query = f"{head}{mark}{rest}".partition("?")
    pieces = []
    for piece in re.split(r"([&;#])", query):
        name, equals, _ = piece.partition("=")
        pieces.append(f"{name}={REDACTED}" if equals and is_secret_name(name) else piece)
    return redact_text(bare + question + "".join(pieces), secrets)


def redact_json(value: Any, secrets: Iterable[str] = ()) -> Any:
    """A JSON value with every string and URL redacted, and with the texts of secret names replaced."""
    known = tuple(secrets)
    if isinstance(value, str):
        return redact_url(value, known) if _URL.fullmatch(value) else redact_text(value, known)
    if isinstance(value, Mapping):
        return {
            redact_text(str(name), known): REDACTED
            if isinstance(item, str) and is_secret_name(str(name))
            else redact_json(item, known)
            for name, item in value.items()
        }
    if isinstance(value, list | tuple):
        return [redact_json(item, known) for item in value]
    return value


class _Search(NamedTuple):
    """What is looked for: the spellings of known secrets, and the pattern of all that is secret; and both for bytes."""

    known: tuple[str, ...]
    pattern: re.Pattern[str]
    known_bytes: tuple[bytes, ...]
    pattern_bytes: re.Pattern[bytes]


@lru_cache(maxsize=16)
def _search(secrets: Secrets) -> _Search:
    spellings = {spelling for secret in secrets if len(secret) >= _SHORTEST for spelling in _spellings(secret)}
    # The longest first: an escaped spelling may begin with the plain one.
    known = tuple(sorted(spellings, key=len, reverse=True))
    pattern = "|".join([*map(re.escape, known), *(pattern for _, pattern in _PATTERNS)])
    return _Search(known, re.compile(pattern), tuple(part.encode() for part in known), re.compile(pattern.encode()))


def _spellings(secret: str) -> set[str]:
    escaped = json.dumps(secret)[1:-1]
    return {
        secret,
        escaped,
        escaped.replace("/", "\\/"),
        json.dumps(secret, ensure_ascii=False)[1:-1],
        quote(secret, safe=""),
        quote(secret),
        quote_plus(secret),
        base64.b64encode(secret.encode()).decode(),
    }
