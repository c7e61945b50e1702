"""The HTTP side of the gateway: routes, keys, methods, content types and body limits, all answered in JSON."""

import re
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from functools import partial
from typing import TypeAlias

import anyio
from pixelproof import Dialect, Operation, __version__
from pixelproof._values import Json
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from pixelproof_conformance.gateway.calls import Call, Handled, Refusal, Reply, json_reply
from pixelproof_conformance.gateway.reading import read_body, read_call, too_large, wrong_content_type
from pixelproof_conformance.gateway.serving import Gateway
from pixelproof_conformance.gateway.wire_door import WireDoor

MAX_BODY_BYTES = 128 * 1024 * 1024
_HOST = re.compile(r"[A-Za-z0-9._\-\[\]:]{1,255}")
_FILES = "/files"

Observer: TypeAlias = Callable[[Handled], None]
Endpoint: TypeAlias = Callable[[Request], Awaitable[Response]]
Sleep: TypeAlias = Callable[[float], Awaitable[None]]


def create_app(
    gateway: Gateway,
    *,
    observers: Sequence[Observer] = (),
    delay: float = 0.0,
    max_body_bytes: int = MAX_BODY_BYTES,
    sleep: Sleep = anyio.sleep,
) -> Starlette:
    """The gateway as an ASGI application.

    Each dialect is served under ``/<dialect>`` and its documented path, and a dialect that is alone also without the
    prefix. ``observers`` are told of every request that was handled. ``delay`` is the time in seconds before an answer
    and between the events of a stream; ``sleep`` is how it is waited.
    """
    door = _Door(gateway, tuple(observers), delay, max_body_bytes, sleep)
    app = Starlette(
        routes=door.routes(),
        exception_handlers={HTTPException: door.no_route, 500: door.broken},
        middleware=[Middleware(WireDoor, gateway=gateway)],
    )
    app.router.redirect_slashes = False
    return app


class _Door:
    def __init__(
        self, gateway: Gateway, observers: tuple[Observer, ...], delay: float, max_body_bytes: int, sleep: Sleep
    ) -> None:
        self.gateway = gateway
        self.observers = observers
        self.delay = delay
        self.max_body_bytes = max_body_bytes
        self.sleep = sleep

    def routes(self) -> list[Route]:
        """All routes, those of the operations first."""
        routes: list[Route] = []
        for name, dialect in self.gateway.dialects.items():
            for prefix in self.prefixes(name):
                routes += [
                    Route(prefix + operation.path, partial(self.serve, operation), methods=[operation.method])
                    for operation in map(dialect.operation, dialect.operations)
                ]
                routes.append(Route(prefix + _models_path(dialect), partial(self.list_models, name), methods=["GET"]))
        routes.append(Route(f"{_FILES}/{{name}}", self.send_file, methods=["GET"]))
        routes.append(Route("/", self.describe, methods=["GET"]))
        return routes

    def prefixes(self, dialect: str) -> list[str]:
        """Where a dialect is served."""
        return [f"/{dialect}", ""] if len(self.gateway.dialects) == 1 else [f"/{dialect}"]

    async def serve(self, operation: Operation, request: Request) -> Response:
        """One request to an operation."""
        content_type, encoding = request.headers.get("content-type"), request.headers.get("accept-encoding")
        refusal = self.key_refusal(operation.dialect, request) or wrong_content_type(operation, content_type)
        raw: bytes | None = b""
        if refusal is None:
            try:
                raw = await read_body(request.stream(), request.headers.get("content-length"), self.max_body_bytes)
            except ClientDisconnect:
                return Response(status_code=400)
            if raw is None:
                refusal = too_large(self.max_body_bytes)
        if refusal is not None:
            unread = Call(operation, {}, (), origin_of(request), content_type, accept_encoding=encoding)
            return await self.send(request, self.gateway.reply_to(unread, refusal))
        call = read_call(operation, raw or b"", content_type, origin_of(request), encoding)
        return await self.send(request, self.gateway.reply_to(call), raw or b"", call)

    def key_refusal(self, dialect: str, request: Request) -> Refusal | None:
        """Why the caller is not let in."""
        header = self.gateway.dialects[dialect].about["authentication"]["header"]
        return self.gateway.key_refusal(dialect, request.headers.get(header))

    async def list_models(self, dialect: str, request: Request) -> Response:
        """The models of a dialect."""
        refusal = self.key_refusal(dialect, request)
        if refusal is not None:
            return await self.send(request, self.gateway.refuse(dialect, refusal))
        return await self.send(request, json_reply(200, self.gateway.models(dialect)))

    async def send_file(self, request: Request) -> Response:
        """A picture that was delivered by its address; no key is needed."""
        name = request.path_params["name"]
        content = self.gateway.files.get(name)
        if content is None:
            return await self.no_route(request, HTTPException(404))
        return await self.send(request, Reply(200, f"image/{name.rpartition('.')[2]}", (content,)))

    async def describe(self, request: Request) -> Response:
        """What is served, and where."""
        return await self.send(request, json_reply(200, self.description()))

    def description(self) -> Json:
        """The dialects with their operations and models, and the faults and variants that are switched on."""
        return {
            "gateway": f"pixelproof {__version__}",
            "dialects": {
                name: {
                    "title": dialect.title,
                    "operations": {
                        operation.name: {
                            "method": operation.method,
                            "paths": [prefix + operation.path for prefix in self.prefixes(name)],
                            "content_type": operation.content_type,
                            "models": list(operation.models),
                        }
                        for operation in map(dialect.operation, dialect.operations)
                    },
                    "models": f"{self.prefixes(name)[-1]}{_models_path(dialect)}",
                }
                for name, dialect in self.gateway.dialects.items()
            },
            "faults": [fault.name for fault in self.gateway.faults],
            "variants": [variant.name for variant in self.gateway.variants],
        }

    async def no_route(self, request: Request, error: Exception) -> Response:
        """A route or a method that does not exist, in the envelope of the dialect that was meant."""
        status = error.status_code if isinstance(error, HTTPException) else 500
        where = f"{request.method} {request.url.path}"[:200]
        message = f"Invalid URL ({where})." if status == 404 else f"The method is not allowed here ({where})."
        headers = tuple((error.headers or {}).items()) if isinstance(error, HTTPException) else ()
        reply = self.gateway.refuse(self.meant(request), Refusal(status, message))
        return await self.send(request, Reply(reply.status, reply.content_type, reply.chunks, headers))

    def broken(self, request: Request, error: Exception) -> Response:
        """A fault of our own, which no client is to be blamed for."""
        refusal = Refusal(500, f"The gateway failed ({type(error).__name__}).", kind="server_error")
        return self.response(self.gateway.refuse(self.meant(request), refusal))

    def meant(self, request: Request) -> str:
        """The dialect that a path belongs to, else the first one."""
        first = request.url.path.lstrip("/").partition("/")[0]
        return first if first in self.gateway.dialects else next(iter(self.gateway.dialects))

    async def send(self, request: Request, reply: Reply, raw: bytes = b"", call: Call | None = None) -> Response:
        """Tell the observers, wait, and send."""
        for observe in self.observers:
            observe(Handled(request.method, request.url.path, tuple(request.headers.items()), raw, call, reply))
        wait = reply.wait + (self.delay if call is not None else 0.0)
        if wait:
            await self.sleep(wait)
        return self.response(reply)

    def response(self, reply: Reply) -> Response:
        """A reply as HTTP."""
        headers = dict(reply.headers) | {"content-type": reply.content_type}
        response: Response
        if reply.streamed:
            headers["cache-control"] = "no-cache"
            response = StreamingResponse(self.one_by_one(reply.chunks, self.delay), reply.status, headers)
        elif reply.in_pieces:
            response = StreamingResponse(self.one_by_one(reply.chunks, 0.0), reply.status, headers)
        else:
            response = Response(reply.body, reply.status, headers)
        if reply.title_case:
            response.raw_headers = [(name.title(), value) for name, value in response.raw_headers]
        return response

    async def one_by_one(self, chunks: tuple[bytes, ...], delay: float) -> AsyncIterator[bytes]:
        """The chunks, with ``delay`` seconds between them."""
        for index, chunk in enumerate(chunks):
            if delay and index:
                await self.sleep(delay)
            yield chunk


def origin_of(request: Request) -> str:
    """The address that the client used, by its Host header, without a path."""
    host = request.headers.get("host", "")
    if not _HOST.fullmatch(host):
        server = request.scope.get("server") or ("127.0.0.1", None)
        host = server[0] if server[1] is None else f"{server[0]}:{server[1]}"
    return f"{request.url.scheme}://{host}"


def _models_path(dialect: Dialect) -> str:
    # A client has one base address, so it looks for the models beside the operations.
    base, found, _ = dialect.operation(dialect.operations[0]).path.rpartition("/images/")
    return f"{base if found else '/v1'}/models"
