import errno
import socket
import ssl

import httpcore
import pytest
from pixelproof_conformance.endpoint import read_url
from pixelproof_conformance.exchange import Bounds
from pixelproof_conformance.trouble import explain

WHERE = read_url("https://api.test/v1")
NO_TLS = "api.test:443 and pixelproof agree on no encryption"
LIMITS = Bounds(10, 90, 120, 300, max_answer_bytes=1, max_arrivals=1)


def tls_error(reason: str) -> ssl.SSLError:
    """An error of the TLS library with a reason."""
    error = ssl.SSLError(1, f"[SSL: {reason}] something (_ssl.c:1000)")
    error.reason = reason
    return error


@pytest.mark.parametrize(
    ("error", "first", "kind", "text"),
    [
        (httpcore.ConnectTimeout(), b"", "connection", "api.test:443 did not accept the connection within 10 s"),
        (
            httpcore.ConnectError(OSError(errno.EHOSTUNREACH, "No route to host")),
            b"",
            "connection",
            "api.test:443 cannot be reached: no route to host",
        ),
        (httpcore.ConnectError(), b"", "connection", "api.test:443 cannot be reached: no connection"),
        (
            httpcore.ConnectError(socket.gaierror(-2, "Name or service not known")),
            b"",
            "connection",
            "the host api.test is not known: Name or service not known",
        ),
        (
            httpcore.ConnectError(tls_error("SSLV3_ALERT_HANDSHAKE_FAILURE")),
            b"",
            "tls",
            f"{NO_TLS}: SSLV3_ALERT_HANDSHAKE_FAILURE",
        ),
        (
            httpcore.ConnectError(tls_error("WRONG_VERSION_NUMBER")),
            b"",
            "tls",
            f"{NO_TLS}: WRONG_VERSION_NUMBER; does it speak plain HTTP? then write http://",
        ),
        (
            httpcore.ProxyError("407 Proxy Authentication Required"),
            b"",
            "connection",
            "the proxy does not lead to api.test:443: 407 Proxy Authentication Required",
        ),
        (httpcore.ReadTimeout(), b"", "timeout", "api.test:443 gave no answer within 90 s"),
        (httpcore.ReadTimeout(), b"HTTP", "timeout", "api.test:443 fell silent for 120 s after 1,234 bytes"),
        (
            httpcore.LocalProtocolError("Illegal header value"),
            b"",
            "protocol",
            "the request could not be written: Illegal header value",
        ),
        (
            httpcore.ReadError(ConnectionResetError(errno.ECONNRESET, "Connection reset by peer")),
            b"",
            "connection",
            "api.test:443: connection reset by peer before an answer came",
        ),
    ],
)
def test_a_failure_is_told_in_a_line(error: Exception, first: bytes, kind: str, text: str) -> None:
    """Each way to fail has its word and a line with the host and what to do."""
    assert explain(error, WHERE, LIMITS, 1234, first, over=False) == (kind, text)


@pytest.mark.parametrize(
    ("first", "kind", "text"),
    [
        (b"", "timeout", "api.test:443 gave no answer within 300 s"),
        (b"HTTP", "endless", "the answer had no end after 300 s; 1,234 bytes came"),
    ],
)
def test_the_end_of_the_whole_time_is_told_apart(first: bytes, kind: str, text: str) -> None:
    """When all time has passed, an answer that began is endless and one that did not is late."""
    assert explain(httpcore.ReadTimeout(), WHERE, LIMITS, 1234, first, over=True) == (kind, text)
