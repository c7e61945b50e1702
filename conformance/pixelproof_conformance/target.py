"""An endpoint under test, how a caller proves who he is, and the limits that a run sets itself."""

import base64
import re
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, unquote, unquote_to_bytes, urlsplit

import httpcore
from pixelproof import UsageError, __version__

from pixelproof_conformance.decoding import ACCEPTED
from pixelproof_conformance.endpoint import Address, read_url
from pixelproof_conformance.redact import is_secret_name, redact_url

_MOST_CONCURRENT = 8
_ABOVE_0 = (
    "connect_seconds",
    "first_byte_seconds",
    "read_seconds",
    "total_seconds",
    "max_answer_bytes",
    "rate",
    "longest_wait",
)
_HEADER_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_HEADER_VALUE = re.compile(r"[\t\x20-\x7e\x80-\xff]*")
_OURS = frozenset({"content-length", "transfer-encoding", "connection"})


@dataclass(frozen=True, slots=True, repr=False)
class Target:
    """An endpoint under test and how a caller proves who he is.

    ``url`` is the base URL as the user gave it; ``key_header`` and ``key_scheme`` come from the dialect's
    ``authentication``. ``aliases`` maps documented names of models to the names to send. Pictures are fetched from the
    target itself and from ``fetch_hosts`` (host or ``host:port``) only.
    """

    url: str
    key: str | None
    key_header: str
    key_scheme: str | None
    headers: tuple[tuple[str, str], ...] = ()
    aliases: Mapping[str, str] = field(default_factory=dict)
    model_parameter: str = "model"
    fetch_hosts: tuple[str, ...] = ()

    def __repr__(self) -> str:
        return f"Target({redact_url(self.url)!r})"

    @property
    def secrets(self) -> tuple[str, ...]:
        """Every value that must not be written anywhere."""
        address = read_url(self.url)
        given = [*self.headers, *parse_qsl(urlsplit(address.target).query)]
        named = [value for name, value in given if is_secret_name(name)]
        userinfo = (address.userinfo, unquote(address.userinfo))
        passwords = [text.partition(":")[2] for text in userinfo]
        return tuple(dict.fromkeys(word for word in (self.key or "", *named, *userinfo, *passwords) if word))


@dataclass(frozen=True, slots=True)
class Limits:
    """How much time, size and haste a run allows itself.

    ``read_seconds`` is the longest silence in the middle of an answer, and before it unless ``first_byte_seconds`` says
    otherwise. ``rate`` is requests a second. ``retries`` counts the tries after the first one; ``longest_wait`` is the
    longest time in seconds that an endpoint can make the run wait between them. ``retry_unanswered`` also repeats
    requests that went out and got no answer: those may have been done and paid for already.
    """

    connect_seconds: float = 10.0
    first_byte_seconds: float | None = None
    read_seconds: float = 180.0
    total_seconds: float = 300.0
    max_answer_bytes: int = 100_000_000
    max_arrivals: int = 10_000
    concurrency: int = 4
    rate: float | None = None
    retries: int = 3
    longest_wait: float = 60.0
    retry_unanswered: bool = False

    def __post_init__(self) -> None:
        """Refuse what cannot work. Raises ``UsageError``."""
        if not 1 <= self.concurrency <= _MOST_CONCURRENT:
            raise UsageError(
                f"a concurrency of {self.concurrency} is not possible; use 1 to {_MOST_CONCURRENT}: more requests at "
                "once make a run no faster and answers are then measured wrongly"
            )
        for name in _ABOVE_0:
            value = getattr(self, name)
            if value is not None and not value > 0:
                raise UsageError(f"{name.replace('_', ' ')} is {value}; it must be more than 0")
        if self.retries < 0:
            raise UsageError(f"retries is {self.retries}; use 0 for none")


def plain_headers(address: Address) -> dict[str, str]:
    """The headers of every request, without anything secret."""
    return {
        "Host": address.authority,
        "User-Agent": f"pixelproof/{__version__}",
        "Accept": "*/*",
        "Accept-Encoding": ACCEPTED,
    }


def common_headers(target: Target, address: Address) -> list[tuple[str, str]]:
    """The headers of every case: the key and what the user adds; the user's own come last and replace ours.

    Raises ``UsageError`` for a key or a header that cannot be sent.
    """
    headers = plain_headers(address)
    if address.userinfo:
        headers["Authorization"] = f"Basic {base64.b64encode(unquote_to_bytes(address.userinfo)).decode()}"
    if target.key is not None:
        if not target.key.strip() or not _HEADER_VALUE.fullmatch(target.key):
            raise UsageError("the key is empty or holds a line break or another character that no header can carry")
        headers[target.key_header] = f"{target.key_scheme} {target.key}" if target.key_scheme else target.key
    for name, value in target.headers:
        if not _HEADER_NAME.fullmatch(name) or not _HEADER_VALUE.fullmatch(value):
            raise UsageError(f"the header {name!r} cannot be sent; write it as NAME: VALUE on one line")
        if name.lower() in _OURS:
            raise UsageError(f"the header {name!r} cannot be given: it belongs to how each request is sent")
        for other in [other for other in headers if other.lower() == name.lower()]:
            del headers[other]
        headers[name] = value
    return list(headers.items())


def proxy_for(address: Address) -> httpcore.Proxy | None:
    """The proxy that the environment names for this address; never one for this machine itself."""
    if address.is_loopback or urllib.request.proxy_bypass(address.host):
        return None
    proxies = urllib.request.getproxies()
    url = proxies.get(address.scheme) or proxies.get("all")
    if not url:
        return None
    parts = read_url(url if "://" in url else f"http://{url}")
    user, _, password = parts.userinfo.partition(":")
    auth = (unquote_to_bytes(user), unquote_to_bytes(password)) if parts.userinfo else None
    return httpcore.Proxy(f"{parts.scheme}://{parts.authority}", auth=auth)
