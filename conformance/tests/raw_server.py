"""A server without an HTTP library that does what no such library would do, and a client's side to go with it."""

import contextlib
import socket
import ssl
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from pixelproof_conformance.client import Client, Limits, Target
from pixelproof_conformance.model import Case, Record
from pixelproof_conformance.pacing import Clock

KEY = "sk-made-up-key-0123456789"
PATH = "/v1/images/generations"
OK = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}"
NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)

Script = Callable[[socket.socket], None]
Reader = Callable[[socket.socket, bytes], None]


class RawServer:
    """A server without an HTTP library: reads each request, keeps it, then lets a script write what it likes.

    The first connection gets the first script, and so on; the last one serves all that follow. A ``reader`` in place
    of scripts sees the request, too.
    """

    def __init__(self, *scripts: Script, tls: ssl.SSLContext | None = None, reader: Reader | None = None) -> None:
        self._scripts = scripts or (says_nothing,)
        self._reader = reader
        self._tls = tls
        self._listening = socket.create_server(("127.0.0.1", 0))
        self._threads: list[threading.Thread] = []
        self.requests: list[bytes] = []
        self.connections = 0
        self.finished = threading.Event()
        self.port: int = self._listening.getsockname()[1]
        self._thread = threading.Thread(target=self._accept)

    def __enter__(self) -> "RawServer":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.finished.set()
        self.leave()
        for thread in [self._thread, *self._threads]:
            thread.join()

    def leave(self) -> None:
        """Listen no more."""
        with contextlib.suppress(OSError):
            self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()

    @property
    def url(self) -> str:
        """The address without a path."""
        return f"{'https' if self._tls else 'http'}://127.0.0.1:{self.port}"

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                connection, _ = self._listening.accept()
                script = self._scripts[min(self.connections, len(self._scripts) - 1)]
                self.connections += 1
                thread = threading.Thread(target=self._serve, args=(connection, script))
                self._threads.append(thread)
                thread.start()

    def _serve(self, connection: socket.socket, script: Script) -> None:
        with connection, contextlib.suppress(OSError):
            connection.settimeout(5)
            if self._tls is None:
                self._talk(connection, script)
            else:
                with self._tls.wrap_socket(connection, server_side=True) as encrypted:
                    self._talk(encrypted, script)

    def _talk(self, connection: socket.socket, script: Script) -> None:
        while request := read_request(connection):
            self.requests.append(request)
            if self._reader is not None:
                self._reader(connection, request)
                return
            script(connection)
            if script.__name__ != "again":
                return


def read_request(connection: socket.socket) -> bytes:
    """Read one request with a Content-Length, in chunks, or without a body; chunks stay as they came.

    Of a request that the client broke off, what came of it.
    """
    data = b""
    while b"\r\n\r\n" not in data:
        piece = connection.recv(65536)
        if not piece:
            return b""
        data += piece
    head, _, body = data.partition(b"\r\n\r\n")
    length = next((int(line[15:]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:")), 0)
    rest = bytearray(body)
    chunked = b"\r\ntransfer-encoding: chunked" in head.lower()
    while len(rest) < length or (chunked and not rest.endswith(b"0\r\n\r\n")):
        piece = connection.recv(1 << 20)
        if not piece:
            break
        rest += piece
    return head + b"\r\n\r\n" + bytes(rest)


def says(*pieces: bytes) -> Script:
    """Write the pieces, then close the connection."""

    def once(connection: socket.socket) -> None:
        for piece in pieces:
            connection.sendall(piece)

    return once


def keeps_saying(answer: bytes) -> Script:
    """Write the answer to every request on the connection."""

    def again(connection: socket.socket) -> None:
        connection.sendall(answer)

    return again


def trickles(head: bytes, piece: bytes, seconds: float = 0.01) -> Script:
    """Write the head, and then a piece now and then for ever."""

    def once(connection: socket.socket) -> None:
        connection.sendall(head)
        while True:
            connection.sendall(piece)
            time.sleep(seconds)

    return once


def says_nothing(connection: socket.socket) -> None:
    """Wait until the client gives up."""
    connection.recv(1)


def resets(connection: socket.socket) -> None:
    """Write half of an answer and reset the connection."""
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n" + b"x" * 100)
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")


def answer(status: str, body: bytes = b"", **headers: str) -> bytes:
    """An answer with a Content-Length."""
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join([*lines, "", ""]).encode() + body


def case(body: Mapping[str, object] | None = None, **changes: object) -> Case:
    """A small valid request."""
    return Case("a-case", "baseline", "generations", "gpt-image-1", body or {"prompt": "A fox"}, "accepted", **changes)  # type: ignore[arg-type]


def target(url: str, **changes: object) -> Target:
    """A target with a key."""
    return Target(url, KEY, "Authorization", "Bearer", **changes)  # type: ignore[arg-type]


def sent(client: Client, a_case: Case | None = None, content_type: str = "application/json") -> Record:
    """What comes of sending a case."""
    return client.send(a_case or case(), path=PATH, content_type=content_type)


@dataclass
class Sleeper:
    """A clock for the client that notes every wait and lets no time pass on its own."""

    slept: list[float] = field(default_factory=list)
    time: float = 1000.0

    def sleep(self, seconds: float) -> None:
        """Let the time pass at once."""
        self.slept.append(seconds)
        self.time += seconds

    def clock(self) -> Clock:
        """The clock that the client takes."""
        return Clock(lambda: self.time, lambda: NOW, self.sleep)


def once_sent(script: Script, limits: Limits | None = None, **changes: object) -> Record:
    """The record of one case that a server answers with ``script``."""
    with RawServer(script) as server, Client(target(server.url, **changes), limits or Limits(retries=0)) as client:
        return sent(client)
