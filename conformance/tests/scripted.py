"""A sender for tests: answers each case by a function, without a network. Each answer is a second after the last."""

import base64
import itertools
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from pixelproof import load_dialect
from pixelproof_conformance.gateway.pictures import make_picture
from pixelproof_conformance.model import Case, Record
from pixelproof_conformance.subject import Subject, subjects_of

Answer = tuple[int, Any]
EPOCH = datetime(2026, 1, 1, tzinfo=UTC)


def subject(model: str = "gpt-image-1", dialect: str = "openai", operation: str = "generations") -> Subject:
    """The subject for one model."""
    loaded = load_dialect(dialect)
    return subjects_of(loaded, loaded.operation(operation), (model,))[0]


def picture(width: int = 1024, height: int = 1024, *, kind: str = "png", alpha: bool = False) -> str:
    """A real picture as base64."""
    return base64.b64encode(make_picture(width, height, format=kind, alpha=alpha)).decode()


_seconds = itertools.count()


def record(case: Case, status: int | None, body: Any = b"", **facts: Any) -> Record:
    """What came back for ``case``; ``body`` is bytes or a JSON value."""
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    headers = {"content-type": facts.pop("content_type", "application/json")}
    sent = case.raw if case.raw is not None else json.dumps(case.body).encode()
    return Record(
        case=case.id,
        url="http://127.0.0.1/v1/images/generations",
        sent=sent,
        sent_content_type="application/json",
        started=(EPOCH + timedelta(seconds=next(_seconds))).isoformat(),
        seconds=0.1,
        status=status,
        headers=headers,
        body=content,
        **facts,
    )


def refusal(parameter: str | None = None, message: str = "no") -> dict[str, Any]:
    """A refusal in OpenAI's envelope."""
    error = {"message": message, "type": "invalid_request_error", "param": parameter, "code": "invalid_value"}
    return {"error": error}


def good_answer(case: Case) -> dict[str, Any]:
    """An answer of a GPT image model that keeps every promise to a plain request."""
    body = case.body
    size = body.get("size") or "auto"
    width, height = (1024, 1024) if size == "auto" else map(int, size.split("x"))
    alpha = body.get("background") == "transparent"
    kind = body.get("output_format", "png")
    return {
        "created": 1_780_000_000,
        "data": [{"b64_json": picture(width, height, kind=kind, alpha=alpha)}] * (body.get("n") or 1),
    }


class ScriptedSender:
    """Answers by ``script`` and remembers what was sent."""

    def __init__(self, script: Callable[[Case], Answer | Record]) -> None:
        self.script = script
        self.cases: list[Case] = []

    def send(self, case: Case, *, path: str, content_type: str) -> Record:
        """Answers one case."""
        self.cases.append(case)
        reply = self.script(case)
        return reply if isinstance(reply, Record) else record(case, *reply)
