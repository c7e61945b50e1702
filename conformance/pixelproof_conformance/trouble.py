"""Why an exchange failed, in a word for programs and a line for people."""

import socket
import ssl
from typing import NamedTuple, Protocol

import httpcore

from pixelproof_conformance.endpoint import Address
from pixelproof_conformance.wire import EndlessHeadError

_MOST_HEADERS = "100 KiB"  # what h11 takes of one block
_TLS_ALERT = b"\x15\x03"


class Trouble(NamedTuple):
    """``kind`` is a word of `Record.failure`; ``text`` is for people."""

    kind: str
    text: str


class Times(Protocol):
    """The times that an exchange may take, in seconds."""

    @property
    def connect_seconds(self) -> float:
        """Until the connection stands."""

    @property
    def first_byte_seconds(self) -> float:
        """Until the first byte of the answer."""

    @property
    def read_seconds(self) -> float:
        """Until the next byte."""

    @property
    def total_seconds(self) -> float:
        """Until the last byte."""


def explain(error: Exception, address: Address, times: Times, size: int, first: bytes, *, over: bool) -> Trouble:
    """What ``error`` means for the exchange with ``address``.

    ``size`` counts the bytes of content that were read, ``first`` are the bytes that the answer began with, if one
    came, and ``over`` says whether the time for the whole exchange has passed.
    """
    where = address.origin
    if isinstance(error, httpcore.ConnectTimeout):
        return Trouble("connection", f"{where} did not accept the connection within {times.connect_seconds:g} s")
    if isinstance(error, httpcore.ConnectError):
        return _no_connection(error, address)
    if isinstance(error, httpcore.ProxyError):
        return Trouble("connection", f"the proxy does not lead to {where}: {error}")
    if isinstance(error, httpcore.TimeoutException):
        return _too_slow(error, where, times, size, came=bool(first), over=over)
    if isinstance(error, httpcore.LocalProtocolError):
        return Trouble("protocol", f"the request could not be written: {error}")
    if isinstance(error, EndlessHeadError):
        return Trouble("endless", f"the answer of {where} does not get to its content: {error}")
    if isinstance(error, httpcore.RemoteProtocolError):
        return _no_http(str(error), where, size, first)
    reason = _reason(error) or "the connection broke"
    after = f" after {size:,} bytes of the answer" if first else " before an answer came"
    return Trouble("connection", f"{where}: {reason}{after}")


def _too_slow(error: Exception, where: str, times: Times, size: int, *, came: bool, over: bool) -> Trouble:
    if over and came:
        return Trouble("endless", f"the answer had no end after {times.total_seconds:g} s; {size:,} bytes came")
    if over:
        return Trouble("timeout", f"{where} gave no answer within {times.total_seconds:g} s")
    if isinstance(error, httpcore.WriteTimeout):
        return Trouble("timeout", f"{where} did not take the request within {times.read_seconds:g} s")
    if came:
        return Trouble("timeout", f"{where} fell silent for {times.read_seconds:g} s after {size:,} bytes")
    return Trouble("timeout", f"{where} gave no answer within {times.first_byte_seconds:g} s")


def _no_connection(error: Exception, address: Address) -> Trouble:
    where = address.origin
    cause = _cause(error)
    if isinstance(cause, ssl.SSLCertVerificationError):
        why = cause.verify_message or str(cause)
        return Trouble("tls", f"the certificate of {where} is not trusted: {why}")
    if isinstance(cause, ssl.SSLError):
        hint = "; does it speak plain HTTP? then write http://" if "WRONG_VERSION" in (cause.reason or "") else ""
        return Trouble("tls", f"{where} and pixelproof agree on no encryption: {cause.reason or cause}{hint}")
    if isinstance(cause, ConnectionRefusedError):
        return Trouble("connection", f"{where} refused the connection; nothing listens there")
    if isinstance(cause, socket.gaierror):
        return Trouble("connection", f"the host {address.host} is not known: {cause.strerror}")
    return Trouble("connection", f"{where} cannot be reached: {_reason(error) or 'no connection'}")


def _no_http(text: str, where: str, size: int, first: bytes) -> Trouble:
    if "peer closed connection" in text:
        return Trouble("connection", f"{where} closed the connection in the middle of the answer, after {size:,} bytes")
    if not first:
        return Trouble("connection", f"{where} closed the connection without an answer")
    if first.startswith(_TLS_ALERT):
        return Trouble("protocol", f"{where} does not speak plain HTTP; if it speaks TLS, write https://")
    if not first.startswith(b"HTTP/"):
        return Trouble("protocol", f"{where} does not speak HTTP; its answer begins with {first.decode('latin-1')!r}")
    if "disconnected without sending" in text:
        return Trouble("protocol", f"{where} closed the connection before the headers of its answer were complete")
    if "Receive buffer too long" in text:
        return Trouble("protocol", f"the headers of the answer of {where} are longer than {_MOST_HEADERS}")
    return Trouble("protocol", f"the answer of {where} is not valid HTTP: {text[:200]}")


def _reason(error: Exception) -> str:
    cause = _cause(error)
    if isinstance(cause, OSError) and cause.strerror:
        return cause.strerror[0].lower() + cause.strerror[1:]
    return str(error)


def _cause(error: Exception) -> object:
    # httpcore drops `__cause__` on its way out, but makes each of its errors from the one that it stands for.
    return error.args[0] if error.args else None
