"""The gateway on a port: in the foreground for the command, in a thread for tests and demonstrations."""

import socket
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Thread

import anyio
import uvicorn
from pixelproof import Dialect, UsageError
from starlette.applications import Starlette

from pixelproof_conformance.gateway.app import Observer, Sleep, create_app
from pixelproof_conformance.gateway.faults import Fault
from pixelproof_conformance.gateway.serving import Gateway

_SECONDS_TO_FINISH = 2


@dataclass(frozen=True, slots=True)
class RunningGateway:
    """A gateway that serves: its address without a slash at the end, and the gateway itself."""

    url: str
    gateway: Gateway


@contextmanager
def running_gateway(
    dialects: Sequence[str | Dialect] = ("openai",),
    faults: Sequence[str | Fault] = (),
    *,
    key: str | None = None,
    delay: float = 0.0,
    observers: Sequence[Observer] = (),
    variants: Sequence[str] = (),
    sleep: Sleep = anyio.sleep,
) -> Iterator[RunningGateway]:
    """Serve ``dialects`` with ``faults`` and ``variants`` on a free port of 127.0.0.1, until the block ends.

    It serves in a thread. ``sleep`` is how it waits.
    """
    gateway = Gateway(dialects, faults=faults, variants=variants, key=key)
    listening = listen("127.0.0.1", 0)
    port = listening.getsockname()[1]
    server = server_of(create_app(gateway, observers=observers, delay=delay, sleep=sleep))
    thread = Thread(target=server.run, args=([listening],), name=f"gateway-{port}", daemon=True)
    thread.start()
    try:
        # The socket listens already: a client that comes before the server waits in its queue.
        yield RunningGateway(f"http://127.0.0.1:{port}", gateway)
    finally:
        server.should_exit = True
        thread.join()


def listen(host: str, port: int) -> socket.socket:
    """A listening socket. Raises :class:`UsageError` for an address that is taken or not ours."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # With the protocol named, asyncio sets TCP_NODELAY; without, each answer waits 40 ms for an acknowledgement.
    listening = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((host, port))
        listening.listen(128)
    except (OSError, OverflowError) as error:
        listening.close()
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise UsageError(f"cannot serve on {host} port {port}: {reason}; choose another --port or --host") from None
    return listening


def server_of(app: Starlette) -> uvicorn.Server:
    """A server that writes no log of its own and finishes what it began before it stops."""
    return uvicorn.Server(
        uvicorn.Config(
            app,
            log_config=None,
            access_log=False,
            lifespan="off",
            ws="none",
            loop="asyncio",
            http="h11",
            timeout_graceful_shutdown=_SECONDS_TO_FINISH,
        )
    )
