"""Variants in how a reply travels: headers, encodings, pieces and connections."""

import gzip
import zlib
from collections.abc import Callable, Iterator
from dataclasses import replace

from pixelproof_conformance.gateway.calls import Call, Reply
from pixelproof_conformance.gateway.faults.deviation import Deviation
from pixelproof_conformance.gateway.variants.variant import Variant

_LEGAL = "HTTP leaves it to the server (RFC 9110, RFC 9112)."
_PIECES = (1, 2, 3, 997, 4099)
_MANY = (
    ("x-request-id", "req-1"),
    ("x-ratelimit-remaining-requests", "59"),
    ("set-cookie", "lane=3; Path=/; HttpOnly"),
    ("server-timing", 'gpu;dur=12.5;desc="pictures, drawn"'),
    ("x-empty", ""),
)


class Sent(Deviation):
    """Every reply is sent in another way."""

    def __init__(self, change: Callable[[Call, Reply], Reply]) -> None:
        self._change = change

    def reply(self, call: Call, reply: Reply) -> Reply:
        """The reply as it is sent."""
        return self._change(call, reply)


def _encoded(name: str, encode: Callable[[bytes], bytes]) -> Callable[[Call, Reply], Reply]:
    def sent(call: Call, reply: Reply) -> Reply:
        offered = {part.partition(";")[0].strip().lower() for part in (call.accept_encoding or "").split(",")}
        if name not in offered:
            return reply
        headers = (*reply.headers, ("content-encoding", name), ("vary", "accept-encoding"))
        return replace(reply, chunks=(encode(reply.body),), headers=headers)

    return sent


def _created(call: Call, reply: Reply) -> Reply:
    return replace(reply, status=201) if reply.status == 200 else reply


def _with_headers(*headers: tuple[str, str]) -> Callable[[Call, Reply], Reply]:
    return lambda call, reply: replace(reply, headers=(*reply.headers, *headers))


def _in_pieces(call: Call, reply: Reply) -> Reply:
    return replace(reply, chunks=tuple(_pieces(reply.body)), in_pieces=not reply.streamed)


def _pieces(body: bytes) -> Iterator[bytes]:
    """Short pieces first, so that every mark near the start is cut somewhere, then longer ones."""
    at = 0
    for turn in range(len(body)):
        size = _PIECES[turn % 3] if turn < 30 else max(_PIECES[3 + turn % 2], len(body) // 200)
        if at >= len(body):
            return
        yield body[at : at + size]
        at += size


VARIANTS: tuple[Variant, ...] = (
    Variant("status-created", "Success has the status 201.", "The document gives no status.", lambda: Sent(_created)),
    Variant(
        "gzip",
        "Replies are compressed with gzip where the client takes it.",
        _LEGAL,
        lambda: Sent(_encoded("gzip", lambda body: gzip.compress(body, 1, mtime=0))),
    ),
    Variant(
        "deflate",
        "Replies are compressed with deflate where the client takes it.",
        _LEGAL,
        lambda: Sent(_encoded("deflate", lambda body: zlib.compress(body, 1))),
    ),
    Variant(
        "in-pieces", "Replies come in pieces that end anywhere, without a length.", _LEGAL, lambda: Sent(_in_pieces)
    ),
    Variant(
        "connection-closed",
        "The connection is closed after each reply.",
        _LEGAL,
        lambda: Sent(_with_headers(("connection", "close"))),
    ),
    Variant(
        "more-headers", "Replies have headers that no document lists.", _LEGAL, lambda: Sent(_with_headers(*_MANY))
    ),
    Variant(
        "headers-title-case",
        "Names of headers are written with capitals.",
        _LEGAL,
        lambda: Sent(lambda call, reply: replace(reply, title_case=True)),
    ),
)
