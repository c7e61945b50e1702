"""Faults in what goes back: refusals in other shapes, answers that lose or gain something, collected streams."""

import json
from base64 import b64decode, b64encode
from collections.abc import Callable
from copy import deepcopy
from dataclasses import replace
from io import BytesIO
from typing import Any

from PIL import Image
from pixelproof import Dialect
from pixelproof._values import Json

from pixelproof_conformance.gateway.calls import Reply
from pixelproof_conformance.gateway.faults.wire.deviation import Knock, WireDeviation

Answer = dict[str, Any]


class Rewritten(WireDeviation):
    """Every refusal is written anew; ``write`` gets the JSON body and the status."""

    def __init__(self, write: Callable[[Json, int], Reply]) -> None:
        self._write = write

    def reply(self, knock: Knock, reply: Reply) -> Reply:
        """The refusal in its new form."""
        return self._write(json.loads(reply.body), reply.status) if 400 <= reply.status < 500 else reply


class AnswerChanged(WireDeviation):
    """Every answer of an operation is changed by a function that gets a copy of its own."""

    def __init__(self, change: Callable[[Answer], None], operations: tuple[str, ...] = ()) -> None:
        self._change = change
        self._operations = operations

    def reply(self, knock: Knock, reply: Reply) -> Reply:
        """The changed answer; streams and refusals stay."""
        if knock.operation is None or reply.status != 200 or reply.content_type != "application/json":
            return reply
        if self._operations and knock.operation.name not in self._operations:
            return reply
        answer = json.loads(reply.body)
        self._change(answer)
        return replace(reply, chunks=(json.dumps(answer).encode(),))


class StreamChanged(WireDeviation):
    """Usage in a stream has other names than in an answer in one piece."""

    def reply(self, knock: Knock, reply: Reply) -> Reply:
        """The stream with the names of chat completions."""
        if not reply.content_type.startswith("text/event-stream"):
            return reply
        chunks = (chunk.replace(b'"input_tokens"', b'"prompt_tokens"') for chunk in reply.chunks)
        return replace(reply, chunks=tuple(chunks))


class Collected(WireDeviation):
    """A stream is collected and sent when it is complete."""

    def reply(self, knock: Knock, reply: Reply) -> Reply:
        """The stream in one piece, with its length."""
        if not reply.content_type.startswith("text/event-stream"):
            return reply
        length = (("content-length", str(len(reply.body))),)
        return replace(reply, chunks=(reply.body,), headers=(*reply.headers, *length), streamed=False)


class FilesLocked(WireDeviation):
    """Pictures behind addresses need a key."""

    def reply(self, knock: Knock, reply: Reply) -> Reply:
        """A refusal in place of the picture."""
        locked = b'{"error": {"message": "No key was given."}}'
        return Reply(401, "application/json", (locked,)) if reply.content_type.startswith("image/") else reply


class InnerHost(WireDeviation):
    """Addresses name the host that the gateway knows itself by, whatever the caller called it."""

    def reply(self, knock: Knock, reply: Reply) -> Reply:
        """The answer with that name in place of the caller's."""
        called = knock.header("host").encode()
        if not called.startswith(b"localhost") or reply.content_type != "application/json":
            return reply
        return replace(reply, chunks=(reply.body.replace(b"//" + called, b"//images-gateway:8000"),))


class SuccessWithError(WireDeviation):
    """Refusals come with status 200 and an error in the body."""

    def reply(self, knock: Knock, reply: Reply) -> Reply:
        """The refusal under the status of success."""
        if not 400 <= reply.status < 500:
            return reply
        return Reply(200, "application/json", (json.dumps({"error": {"message": "Bad request."}}).encode(),))


class Crashed(WireDeviation):
    """What is refused with status 400 ends in a server error instead."""

    def reply(self, knock: Knock, reply: Reply) -> Reply:
        """The refusal under the status of a server error."""
        return replace(reply, status=500) if reply.status == 400 else reply


def page(body: Json, status: int) -> Reply:
    """The page of a proxy."""
    return Reply(status, "text/html", (f"<html><body><h1>{status}</h1><hr>nginx</body></html>".encode(),))


def plain_text(body: Json, status: int) -> Reply:
    """A line of text."""
    return Reply(status, "text/plain", (b"Bad Request",))


def framework_detail(body: Json, status: int) -> Reply:
    """What FastAPI writes when nobody tells it otherwise."""
    detail = [{"type": "missing", "loc": ["body", "prompt"], "msg": "Field required"}]
    return Reply(status, "application/json", (json.dumps({"detail": detail}).encode(),))


def without_a_key(dialect: Dialect) -> Callable[[Json, int], Reply]:
    """Writes refusals that lack the last of the keys that the document's error object has."""
    shape = dialect.about.get("refusal", {})
    place = shape.get("code") or shape.get("parameter") or shape.get("message", "/error/message")

    def write(body: Json, status: int) -> Reply:
        out = deepcopy(body)
        *above, last = place[1:].split("/")
        holder = out
        for step in above:
            holder = holder.get(step, {})
        holder.pop(last, None)
        return Reply(status, "application/json", (json.dumps(out).encode(),))

    return write


def each_image(change: Callable[[dict[str, Any]], None]) -> Callable[[Answer], None]:
    """A change of every image of an answer."""

    def whole(answer: Answer) -> None:
        for item in answer.get("data", []):
            change(item)

    return whole


def each_picture(change: Callable[[bytes], bytes]) -> Callable[[Answer], None]:
    """A change of the bytes of every picture that comes as base64."""

    def of_item(item: dict[str, Any]) -> None:
        if "b64_json" in item:
            item["b64_json"] = b64encode(change(b64decode(item["b64_json"]))).decode()

    return each_image(of_item)


def as_data_address(item: dict[str, Any]) -> None:
    """Puts the prefix of a data: URL before the base64."""
    if "b64_json" in item:
        item["b64_json"] = f"data:image/png;base64,{item['b64_json']}"


def with_both(item: dict[str, Any]) -> None:
    """Gives an image both ways of delivery."""
    item.setdefault("url", "https://images.example/picture.png")
    item.setdefault("b64_json", "iVBORw0KGgo=")


def with_null(item: dict[str, Any]) -> None:
    """Gives an image a key without a value."""
    item.setdefault("revised_prompt", None)
    item["caption"] = None


def with_path(item: dict[str, Any]) -> None:
    """Takes the host off an address."""
    if "url" in item:
        item["url"] = "/srv/files/" + str(item["url"]).rpartition("/")[2]


def smaller(content: bytes) -> bytes:
    """The picture at half its width."""
    return _again(content, lambda image: image.resize((max(1, image.width // 2), image.height)))


def opaque(content: bytes) -> bytes:
    """The picture without its alpha channel."""
    return _again(content, lambda image: image.convert("RGB"))


def other_format(content: bytes) -> bytes:
    """A PNG as WebP, any other picture as PNG."""
    with Image.open(BytesIO(content)) as image:
        form = "WEBP" if image.format == "PNG" else "PNG"
    return _again(content, lambda image: image.convert("RGB"), form)


def _again(content: bytes, change: Callable[[Image.Image], Image.Image], form: str = "") -> bytes:
    out = BytesIO()
    with Image.open(BytesIO(content)) as image:
        kind = form or image.format or "PNG"
        change(image).save(out, kind)
    return out.getvalue()


def one_more(answer: Answer) -> None:
    """One image more than was asked for."""
    answer["data"] = [*answer["data"], answer["data"][-1]]


def created_as_text(answer: Answer) -> None:
    """The time as text."""
    answer["created"] = str(answer.get("created", ""))


def other_size_named(answer: Answer) -> None:
    """A size that no picture has."""
    answer["size"] = "7x7"


def usage_of_nothing(answer: Answer) -> None:
    """All counts are 0."""
    answer["usage"] = {"input_tokens": 0, "output_tokens": 0, "total_tokens": 0}


def settings_lost(answer: Answer) -> None:
    """Only the images are left."""
    for name in [name for name in answer if name != "data"]:
        del answer[name]
