"""The addresses of pictures: whether a caller can use them."""

import ipaddress
from collections.abc import Iterator
from itertools import islice
from urllib.parse import urlsplit

from pixelproof_conformance.model import Case, Observation, Transport
from pixelproof_conformance.wire_checks.ground import Exchange, Ground, own
from pixelproof_conformance.wire_checks.references import NOT_ALL

UNUSABLE = "wire/addresses/unusable"
NOT_FETCHED = "wire/addresses/not-fetched"
OTHER_HOST = "wire/addresses/other-host"
MOST_FETCHED = 2
"""Pictures that are got back in one run over a model."""


def cases(ground: Ground) -> Iterator[Case]:
    """None: what is fetched is known only when answers have come; see :func:`fetches`."""
    return iter(())


def fetches(ground: Ground, exchanges: list[Exchange]) -> Iterator[Case]:
    """The pictures to fetch, without a key. The client asks only hosts that the user has named."""
    if not ground.wants(NOT_FETCHED):
        return
    # A picture in which something is looked for comes first.
    looked_at = sorted(exchanges, key=lambda exchange: NOT_ALL not in exchange.case.targets)
    usable = (
        url
        for exchange in looked_at
        if not _by_other_name(exchange)
        for _, url in _addresses(exchange)
        if _flaw(url, exchange) is None
    )
    for number, url in enumerate(islice(dict.fromkeys(usable), MOST_FETCHED), 1):
        transport = Transport(method="GET", fetch=url)
        facts = {"raw": b"", "content_type": "", "expect": "either", "images": 0, "transport": transport}
        yield ground.case(NOT_FETCHED, str(number), {}, **facts)


def judge(ground: Ground, exchanges: list[Exchange]) -> Iterator[Observation]:
    """What the addresses of the run say, and what came when they were fetched."""
    for exchange in exchanges:
        for index, url in _addresses(exchange):
            check = OTHER_HOST if _by_other_name(exchange) else UNUSABLE
            if not ground.wants(check):
                continue
            if check == OTHER_HOST and not _is_loopback(urlsplit(exchange.record.url).hostname or ""):
                yield ground.open(check, exchange, "only of this machine another name is known")
                continue
            flaw = _flaw(url, exchange)
            place = f"data[{index}].url"
            grave = {"outcome": "warn"} if flaw and not flaw.startswith("is no absolute") else {}
            facts = {
                "parameter": place,
                "expected": "an absolute http(s) URL that the caller can reach",
                "actual": url[:80],
            }
            yield (
                ground.kept(check, exchange)
                if flaw is None
                else ground.seen(check, exchange, f"{place} {flaw}: {url[:80]}", **facts, **grave)
            )
    for exchange in own(NOT_FETCHED, exchanges) if ground.wants(NOT_FETCHED) else ():
        yield _of_fetch(ground, exchange)


def _of_fetch(ground: Ground, exchange: Exchange) -> Observation:
    if not exchange.record.attempts:
        return ground.open(NOT_FETCHED, exchange, f"{exchange.record.failure_text} (--fetch-host)")
    if exchange.status is None or exchange.status >= 500 or exchange.status == 429:
        return ground.open(NOT_FETCHED, exchange, exchange.reading.reason)
    if exchange.status != 200:
        message = (
            f"The address of a picture was answered with status {exchange.status} when it was fetched without a key."
        )
        return ground.seen(NOT_FETCHED, exchange, message, expected="status 200", actual=exchange.status)
    if not exchange.kind.startswith("image/"):
        message = f"The address of a picture gives the content type {exchange.kind[:40]!r}."
        return ground.seen(NOT_FETCHED, exchange, message, expected="image/...", actual=exchange.kind[:40])
    return ground.kept(NOT_FETCHED, exchange)


def _addresses(exchange: Exchange) -> list[tuple[int, str]]:
    if exchange.case.expect != "accepted":
        return []
    return [(index, url) for index, item in enumerate(exchange.images) if isinstance(url := item.get("url"), str)]


def _by_other_name(exchange: Exchange) -> bool:
    return exchange.case.transport is not None and exchange.case.transport.other_host


def _flaw(url: str, exchange: Exchange) -> str | None:
    """Why nobody can use the address; a caller on this machine reaches what is on this machine."""
    if url[:5].lower() == "data:":
        return "is a data: URL"
    try:
        parts = urlsplit(url)
        host = parts.hostname
    except ValueError:
        return "is no absolute http(s) URL"
    if parts.scheme not in ("http", "https") or not host:
        return "is no absolute http(s) URL"
    called = urlsplit(exchange.record.url).hostname or ""
    if host == called or (_is_inner(called) and not _by_other_name(exchange)):
        return None
    if _by_other_name(exchange):
        return (
            None if _is_loopback(host) and _is_loopback(called) else "is on another host than the one that was called"
        )
    return "is on a host that only the gateway can reach" if _is_inner(host) else None


def _is_inner(host: str) -> bool:
    """Whether a host is known on one machine or in one network only."""
    try:
        return not ipaddress.ip_address(host).is_global
    except ValueError:
        return "." not in host or host.endswith((".local", ".internal", ".localhost"))


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")
