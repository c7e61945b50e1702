"""Where requests go: a base URL as people write it, joined with the path of an operation."""

import ipaddress
import re
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import SplitResult, urlsplit

from pixelproof import UsageError

from pixelproof_conformance.redact import redact_url

_OPERATIONS = frozenset({"generations", "edits", "variations"})
_UNSAFE = re.compile(r"[\x00-\x20\x7f-\U0010ffff]")


class Address(NamedTuple):
    """The parts of a URL that an HTTP client needs; ``userinfo`` is ``user:password`` or empty, and secret."""

    scheme: str
    host: str
    port: int
    target: str
    userinfo: str

    @property
    def authority(self) -> str:
        """The host with the port where it is not the usual one, as the Host header wants it."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.special_port is None else f"{host}:{self.port}"

    @property
    def special_port(self) -> int | None:
        """The port where it is not the usual one of the scheme."""
        return None if self.port == _usual_port(self.scheme) else self.port

    @property
    def origin(self) -> str:
        """``host:port``, always with the port."""
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"

    @property
    def is_loopback(self) -> bool:
        """Whether the host is this machine."""
        if self.host == "localhost" or self.host.endswith(".localhost"):
            return True
        try:
            return ipaddress.ip_address(self.host).is_loopback
        except ValueError:
            return False

    @property
    def url(self) -> str:
        """The whole URL without user and password."""
        return f"{self.scheme}://{self.authority}{self.target}"


def read_url(url: str) -> Address:
    """Take a URL apart.

    Raises:
        UsageError: The URL has no http or https scheme, no host, or a wrong port.
    """
    parts = _split(url)
    host = (parts.hostname or "").rstrip(".")
    shown = redact_url(url)
    if not host:
        raise UsageError(
            f"the URL {shown} names no host; write it like http://127.0.0.1:8900 or https://api.example.com"
        )
    if not host.isascii():
        try:
            host = host.encode("idna").decode()
        except UnicodeError:
            raise UsageError(f"the host of the URL {shown} is not a name that can be looked up") from None
    elif _UNSAFE.search(host):
        raise UsageError(f"the host of the URL {shown} holds a blank or a control character")
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    userinfo = parts.netloc.rpartition("@")[0]
    return Address(parts.scheme, host, parts.port or _usual_port(parts.scheme), _escaped(target), userinfo)


@lru_cache(maxsize=64)  # a run has one address for each operation, and thousands of requests
def join_url(base: str, path: str) -> Address:
    """Join a base URL with the path of an operation, for example ``/v1/images/generations``.

    The base may already end with the beginning of the path (``.../v1``), with all of it, or with the path of another
    operation (``.../v1/images/edits``). A query of the base stays. Raises ``UsageError`` like `read_url`.
    """
    parts = _split(base)
    have = parts.path.rstrip("/").split("/")
    wanted = path.strip("/").split("/")
    if have[-1] in _OPERATIONS and wanted[-1] in _OPERATIONS and have[-len(wanted) : -1] == wanted[:-1]:
        have[-1] = wanted[-1]
    shared = next((n for n in range(len(wanted), 0, -1) if have[-n:] == wanted[:n]), 0)
    joined = "/".join([*have, *wanted[shared:]])
    return read_url(parts._replace(path=joined if joined.startswith("/") else f"/{joined}", fragment="").geturl())


def _split(url: str) -> SplitResult:
    shown = redact_url(url)
    try:
        parts = urlsplit(url.strip())
        port = parts.port
    except ValueError as error:
        raise UsageError(f"the URL {shown} cannot be read: {error}") from None
    if parts.scheme not in {"http", "https"}:
        reason = f"has the scheme {parts.scheme}" if "://" in url else "has no scheme"
        raise UsageError(f"the URL {shown} {reason}; it must start with http:// or https://")
    if port == 0:
        raise UsageError(f"the URL {shown} has port 0; name the port that the server listens on")
    return parts


def _usual_port(scheme: str) -> int:
    return 443 if scheme == "https" else 80


def _escaped(target: str) -> str:
    return _UNSAFE.sub(lambda match: "".join(f"%{byte:02X}" for byte in match[0].encode("utf-8", "replace")), target)
