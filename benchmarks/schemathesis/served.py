"""A fresh gateway for each run of a tool, which itself counts what it is asked and what it makes."""

from collections.abc import Awaitable, Callable, Iterator, MutableMapping
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Thread
from typing import Any

from pixelproof import Dialect
from pixelproof_conformance.gateway.app import create_app
from pixelproof_conformance.gateway.calls import Handled
from pixelproof_conformance.gateway.running import listen, server_of
from pixelproof_conformance.gateway.serving import Gateway

from benchmarks.schemathesis.trials import Trial

KEY = "sk-comparison"

_Message = MutableMapping[str, Any]
_Receive = Callable[[], Awaitable[_Message]]
_Send = Callable[[_Message], Awaitable[None]]
_App = Callable[[_Message, _Receive, _Send], Awaitable[None]]


@dataclass(slots=True)
class Tally:
    """What came to a gateway at ``url``: requests of any kind, and the pictures that the accepted ones asked for."""

    url: str
    gateway: Gateway
    requests: int = 0
    pictures: int = 0

    def __call__(self, handled: Handled) -> None:
        """Count the pictures of one request. Previews in a stream are not counted."""
        if handled.call is not None and handled.reply.status == 200:
            self.pictures += self.gateway.answers(handled.call.operation.dialect).order(handled.call).count


class _Counting:
    """ASGI middleware in front of everything, so that also what a fault of the wire answers is counted."""

    def __init__(self, app: _App, tally: Tally) -> None:
        self._app = app
        self._tally = tally

    async def __call__(self, scope: _Message, receive: _Receive, send: _Send) -> None:
        if scope["type"] == "http":
            self._tally.requests += 1
        await self._app(scope, receive, send)


@contextmanager
def counted_gateway(dialect: Dialect, trial: Trial) -> Iterator[Tally]:
    """Serves the gateway in the state of ``trial`` on a free port of 127.0.0.1, in a thread, until the block ends."""
    faults = (trial.name,) if trial.kind == "fault" else ()
    variants = (trial.name,) if trial.kind == "variant" else ()
    gateway = Gateway((dialect,), faults=faults, variants=variants, key=KEY)
    listening = listen("127.0.0.1", 0)
    tally = Tally(f"http://127.0.0.1:{listening.getsockname()[1]}", gateway)
    app = create_app(gateway, observers=[tally])
    app.add_middleware(_Counting, tally=tally)
    server = server_of(app)
    thread = Thread(target=server.run, args=([listening],), daemon=True)
    thread.start()
    try:
        yield tally
    finally:
        server.should_exit = True
        thread.join()
