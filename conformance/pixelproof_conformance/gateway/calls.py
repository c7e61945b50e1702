"""The values that travel through the gateway: call → order → answer or events → reply, or call → refusal → reply."""

import json
from dataclasses import dataclass
from typing import TypeAlias

from pixelproof import Finding, Operation
from pixelproof._model_class import ModelClass
from pixelproof._values import Json

Colour: TypeAlias = tuple[int, int, int]
"""Red, green and blue, each from 0 to 255."""

Event: TypeAlias = dict[str, Json]
"""One event of a stream before it is written: ``{"event": name, "data": {...}}``."""


@dataclass(frozen=True, slots=True)
class Call:
    """One request to an operation, read as far as it can be read.

    ``values`` holds the parameters that are not null; it is empty when the body is no object. ``findings`` is what the
    validator has on the request. ``origin`` is the address that the client used, for example ``http://127.0.0.1:8900``.
    ``content_type`` and ``accept_encoding`` are headers of the request.
    ``unreadable`` says why a body cannot be read where the document says nothing about such bodies. ``uploads`` holds
    the bytes of the files of a form, each with its field.
    """

    operation: Operation
    values: dict[str, Json]
    findings: tuple[Finding, ...]
    origin: str
    content_type: str | None = None
    unreadable: str = ""
    accept_encoding: str | None = None
    uploads: tuple[tuple[str, memoryview], ...] = ()

    @property
    def model_class(self) -> ModelClass:
        """The kind of model that the call means."""
        return self.operation.model_class(self.values)


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be made for a call, every setting decided.

    ``model`` is the name in the request, ``family`` the dialect's own word for how the model answers. ``width`` and
    ``height`` are pixels, ``delivery`` is ``b64_json`` or ``url``. ``sources`` counts the pictures that came in, and
    ``references`` holds the mean colours (red, green, blue) of those that could be looked at.
    """

    model: str | None
    family: str
    prompt: str
    origin: str
    count: int = 1
    width: int = 1024
    height: int = 1024
    format: str = "png"
    background: str = "opaque"
    quality: str = "low"
    compression: int | None = None
    delivery: str = "b64_json"
    streamed: bool = False
    partial_images: int = 0
    sources: int = 0
    references: tuple[Colour, ...] = ()
    edit: bool = False

    @property
    def size(self) -> str:
        """The size as it is written in requests and answers."""
        return f"{self.width}x{self.height}"


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a request is not served, in words that each dialect puts into its own envelope; ``headers`` go beside it."""

    status: int
    message: str
    parameter: str | None = None
    code: str | None = None
    kind: str = "invalid_request_error"
    headers: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Reply:
    """What goes back over the wire. The chunks of a stream are its events, which are sent one by one.

    With ``in_pieces`` the chunks of an answer in one piece are sent one by one too, without a length. ``wait`` is the
    time in seconds before anything is sent. With ``title_case`` names of headers are written ``Content-Type``.
    """

    status: int
    content_type: str
    chunks: tuple[bytes, ...]
    headers: tuple[tuple[str, str], ...] = ()
    streamed: bool = False
    in_pieces: bool = False
    wait: float = 0.0
    title_case: bool = False

    @property
    def body(self) -> bytes:
        """All chunks together."""
        return self.chunks[0] if len(self.chunks) == 1 else b"".join(self.chunks)


@dataclass(frozen=True, slots=True)
class Handled:
    """One request and its reply, as the observers see them; ``call`` is ``None`` when no operation was reached."""

    method: str
    path: str
    headers: tuple[tuple[str, str], ...]
    raw: bytes
    call: Call | None
    reply: Reply


def json_reply(status: int, body: Json, headers: tuple[tuple[str, str], ...] = ()) -> Reply:
    """A reply of one JSON text."""
    return Reply(status, "application/json", (json.dumps(body).encode(),), headers)


def stream_reply(events: list[Event]) -> Reply:
    """A reply of server-sent events; an event without ``event`` or ``data`` lacks that line."""
    return Reply(200, "text/event-stream; charset=utf-8", tuple(_written(event) for event in events), streamed=True)


def _written(event: Event) -> bytes:
    lines = [f"event: {event['event']}\n"] if "event" in event else []
    if "data" in event:
        lines.append(f"data: {json.dumps(event['data'])}\n")
    return "".join([*lines, "\n"]).encode()
