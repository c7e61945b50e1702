"""The door of the gateway as HTTP sees it: faults of the wire act here, before a request is read and after a reply."""

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from pixelproof import Operation

from pixelproof_conformance.gateway.calls import Reply
from pixelproof_conformance.gateway.faults.wire.deviation import Knock, WireDeviation
from pixelproof_conformance.gateway.serving import Gateway

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Message, Receive, Send], Awaitable[None]]


class WireDoor:
    """ASGI middleware. Without a fault of the wire it hands every request on as it is."""

    def __init__(self, app: App, gateway: Gateway) -> None:
        self._app = app
        self._gateway = gateway

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Serve one request."""
        faults = [fault.wire for fault in self._gateway.faults if fault.wire is not None]
        if not faults or scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        knock = self._knock(scope, await _whole(receive))
        for fault in faults:
            knock = fault.knock(knock)
        reply = _instead(faults, knock) or await self._reply(scope, knock)
        for fault in faults:
            reply = fault.reply(knock, reply)
        await _deliver(reply, send)

    def _knock(self, scope: Message, body: bytes) -> Knock:
        path = scope["path"]
        dialect = next((name for name in self._gateway.dialects if path.startswith(f"/{name}/")), None)
        meant = self._gateway.dialects[dialect or next(iter(self._gateway.dialects))]
        authentication = meant.about["authentication"]
        key = self._gateway.key or "any-key"
        scheme = authentication.get("scheme")
        operations = [meant.operation(name) for name in meant.operations]
        found: list[Operation] = [one for one in operations if path in (one.path, f"/{meant.name}{one.path}")]
        return Knock(
            method=scope["method"],
            path=path,
            headers=tuple((name.decode("latin-1"), value.decode("latin-1")) for name, value in scope["headers"]),
            body=body,
            operation=found[0] if found and scope["method"] == "POST" else None,
            key_header=authentication["header"].lower(),
            key=f"{scheme} {key}" if scheme else key,
            refuse=lambda refusal: self._gateway.refuse(meant.name, refusal),
        )

    async def _reply(self, scope: Message, knock: Knock) -> Reply:
        """What the gateway says to the request."""
        kept: list[Message] = []
        sent = False

        async def receive() -> Message:
            nonlocal sent
            if sent:
                return {"type": "http.disconnect"}
            sent = True
            return {"type": "http.request", "body": knock.body, "more_body": False}

        async def keep(message: Message) -> None:
            kept.append(message)

        given = [(name, value) for name, value in knock.headers if name != "content-length"]
        given.append(("content-length", str(len(knock.body))))
        headers = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in given]
        await self._app({**scope, "headers": headers}, receive, keep)
        start, *rest = kept
        facts = [(name.decode("latin-1"), value.decode("latin-1")) for name, value in start["headers"]]
        kind = next((value for name, value in facts if name == "content-type"), "")
        others = tuple(pair for pair in facts if pair[0] not in ("content-type", "content-length"))
        chunks = tuple(message["body"] for message in rest if message.get("body"))
        return Reply(start["status"], kind, chunks or (b"",), others, streamed=kind.startswith("text/event-stream"))


def _instead(faults: list[WireDeviation], knock: Knock) -> Reply | None:
    return next((reply for fault in faults if (reply := fault.instead(knock)) is not None), None)


async def _whole(receive: Receive) -> bytes:
    body = bytearray()
    while True:
        message = await receive()
        body += message.get("body", b"")
        if not message.get("more_body", False):
            return bytes(body)


async def _deliver(reply: Reply, send: Send) -> None:
    headers = [("content-type", reply.content_type), *reply.headers]
    if not reply.streamed and not any(name == "content-length" for name, _ in headers):
        headers.append(("content-length", str(len(reply.body))))
    encoded = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in headers]
    await send({"type": "http.response.start", "status": reply.status, "headers": encoded})
    for chunk in reply.chunks:
        await send({"type": "http.response.body", "body": chunk, "more_body": True})
    await send({"type": "http.response.body", "body": b"", "more_body": False})
