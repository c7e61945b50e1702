"""The one place that knows what is secret. All that is written (journal, reports, messages) goes through it."""

import base64
import json
import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any, TypeAlias
from urllib.parse import quote, quote_plus

REDACTED = "[redacted]"

Secrets: TypeAlias = tuple[str, ...]

_SHORTEST = 8
"""A shorter key is no secret, and taking "test" or "none" out of every answer would destroy the evidence."""

_SECRET_NAME = re.compile(
    r"auth|cookie|token|secret|key|password|passwd|credential|session|signature|^sig$", re.IGNORECASE
)
# How many tokens a minute are left is no secret, and no scheme or list of names is.
_PLAIN_NAME = re.compile(
    r"ratelimit|rate-limit|^www-authenticate$|^proxy-authenticate$|^access-control-|[_-](variable|header|scheme)$",
    re.IGNORECASE,
)
# What keys of known providers look like, wherever they stand. The lengths keep words of prose out.
_PATTERNS = (
    r"(?<![A-Za-z0-9_-])sk-[A-Za-z0-9_-]{16,}",
    r"(?<=bearer )[A-Za-z0-9._~+/=-]{8,}",
    r"(?<=basic )[A-Za-z0-9+/=]{12,}",
)

_URL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://\S+")


def is_secret_name(name: str) -> bool:
    """Whether the value of a header, a query parameter or an option of this name is secret."""
    return bool(_SECRET_NAME.search(name)) and not _PLAIN_NAME.search(name)


def redact_headers(headers: Mapping[str, str], secrets: Secrets = ()) -> dict[str, str]:
    """The headers with secret values replaced, by name or because a known secret occurs in them."""
    return {name: REDACTED if is_secret_name(name) else redact_text(value, secrets) for name, value in headers.items()}


def redact_text(text: str, secrets: Iterable[str] = ()) -> str:
    """The text without the secrets, in plain and in escaped spellings, and without all that looks like a key."""
    return _text_pattern(tuple(secrets)).sub(REDACTED, text)


def redact_bytes(data: bytes, secrets: Iterable[str] = ()) -> bytes:
    """Like `redact_text`, for a body; bytes that hold no secret come back as the same object."""
    pattern = _bytes_pattern(tuple(secrets))
    return pattern.sub(REDACTED.encode(), data) if pattern.search(data) else data


def redact_url(url: str, secrets: Iterable[str] = ()) -> str:
    """The URL without user and password, and without the values of query parameters with a secret name."""
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


@lru_cache(maxsize=16)
def _text_pattern(secrets: Secrets) -> re.Pattern[str]:
    spellings = {spelling for secret in secrets if len(secret) >= _SHORTEST for spelling in _spellings(secret)}
    # The longest first: an escaped spelling may begin with the plain one.
    known = [re.escape(spelling) for spelling in sorted(spellings, key=len, reverse=True)]
    return re.compile("|".join([*known, *(f"(?i:{pattern})" for pattern in _PATTERNS)]))


@lru_cache(maxsize=16)
def _bytes_pattern(secrets: Secrets) -> re.Pattern[bytes]:
    return re.compile(_text_pattern(secrets).pattern.encode())


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
