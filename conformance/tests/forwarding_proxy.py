"""A proxy that really forwards: whole addresses and tunnels; every host it is asked for is one server."""

import contextlib
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from .raw_server import RawServer


@contextmanager
def forwarding_proxy(port: int) -> Iterator[RawServer]:
    """A proxy whose every way leads to ``port`` of this machine; its ``requests`` are what it was asked."""

    def once(connection: socket.socket) -> None:
        asked = proxy.requests[-1]
        with socket.create_connection(("127.0.0.1", port)) as other:
            if asked.startswith(b"CONNECT "):
                connection.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
            else:
                method, address, rest = asked.split(b" ", 2)
                path = b"/" + address.split(b"/", 3)[3]
                other.sendall(b" ".join([method, path, rest.replace(b"\r\n", b"\r\nConnection: close\r\n", 1)]))
            there = threading.Thread(target=_copy, args=(connection, other))
            there.start()
            _copy(other, connection)
            there.join()

    with RawServer(once) as proxy:
        yield proxy


def _copy(source: socket.socket, sink: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while data := source.recv(65536):
            sink.sendall(data)
    for end in (source, sink):
        with contextlib.suppress(OSError):
            end.shutdown(socket.SHUT_RDWR)
