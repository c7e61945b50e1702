"""The network under the client: every connection keeps the deadline of the exchange that uses it.

A time-out of one read does not stop a server that sends a byte now and then, not even in its header lines. So each
read and write gets the time that is left of the whole exchange.
"""

import contextlib
import socket
import ssl
import threading
import weakref
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import httpcore

_FIRST = 24
_MOST_HEAD_BYTES = 256 * 1024


class EndlessHeadError(httpcore.RemoteProtocolError):
    """Interim answers or headers that go on and on, before anything that could be content."""


@dataclass(slots=True)
class Line:
    """What the network knows about the exchange of one thread.

    ``deadline`` is when it must end, ``first_byte_seconds`` how long the server may take until the first byte.
    ``connected`` says whether it made a new connection, ``bytes_left`` whether any byte of the request went out.
    ``first_bytes`` are those that the answer began with; ``head_bytes`` counts what came before ``head_complete``.
    """

    deadline: float
    first_byte_seconds: float | None = None
    connected: bool = False
    bytes_left: bool = False
    first_bytes: bytes = b""
    head_bytes: int = 0
    head_complete: bool = False


class Network(httpcore.NetworkBackend):
    """Makes connections that keep the deadline of the calling thread's exchange; `abort` cuts all of them."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._backend = httpcore.SyncBackend()
        self._threads = threading.local()
        self._connections: weakref.WeakSet[_Connection] = weakref.WeakSet()
        self._lock = threading.Lock()

    def begin(self, seconds: float, first_byte_seconds: float | None = None) -> Line:
        """Start an exchange of the calling thread that may take ``seconds``."""
        line = Line(self._clock() + seconds, first_byte_seconds)
        self._threads.line = line
        return line

    def abort(self) -> None:
        """Cut every connection, so that a thread that waits for bytes gets an error at once."""
        with self._lock:
            connections = list(self._connections)
        for connection in connections:
            connection.cut()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        """Connect within the time that is left."""
        left = self.time_left(timeout, httpcore.ConnectTimeout)
        self.line.connected = True
        return self.adopt(self._backend.connect_tcp(host, port, left, local_address, socket_options))

    def adopt(self, stream: httpcore.NetworkStream) -> httpcore.NetworkStream:
        """Wrap a stream so that it keeps deadlines and can be cut."""
        connection = _Connection(self, stream)
        with self._lock:
            self._connections.add(connection)
        return connection

    def time_left(self, timeout: float | None, error: type[httpcore.TimeoutException]) -> float:
        """The seconds that the next step may take; raises ``error`` when none are left."""
        left = self.line.deadline - self._clock()
        if left <= 0:
            raise error("the time for the whole exchange is over")
        return left if timeout is None else min(timeout, left)

    @property
    def line(self) -> Line:
        """The exchange of the calling thread."""
        line: Line = self._threads.line
        return line


class _Connection(httpcore.NetworkStream):
    def __init__(self, network: Network, stream: httpcore.NetworkStream) -> None:
        self._network = network
        self._stream = stream

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        line = self._network.line
        if not line.first_bytes and line.first_byte_seconds is not None:
            timeout = line.first_byte_seconds
        data = self._stream.read(max_bytes, self._network.time_left(timeout, httpcore.ReadTimeout))
        line.first_bytes = line.first_bytes or data[:_FIRST]
        if not line.head_complete:
            line.head_bytes += len(data)
            if line.head_bytes > _MOST_HEAD_BYTES:
                raise EndlessHeadError(f"more than {_MOST_HEAD_BYTES // 1024} KiB came before its content")
        return data

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        left = self._network.time_left(timeout, httpcore.WriteTimeout)
        # Set before: after an error nobody knows how much of it left.
        self._network.line.bytes_left = True
        self._stream.write(buffer, left)

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        left = self._network.time_left(timeout, httpcore.ConnectTimeout)
        encrypted = self._network.adopt(self._stream.start_tls(ssl_context, server_hostname, left))
        # What went to a proxy before, and what it said, is not the request and not the answer.
        self._network.line.bytes_left = False
        self._network.line.first_bytes = b""
        return encrypted

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)

    def cut(self) -> None:
        connected = self._stream.get_extra_info("socket")
        # Not the method of a TLS socket: that one takes away what a reading thread still uses.
        with contextlib.suppress(OSError):
            socket.socket.shutdown(connected, socket.SHUT_RDWR)
