"""The gateway itself, without HTTP: a call comes in, a reply goes out."""

import json
import time
from collections.abc import Callable, Sequence
from hmac import compare_digest

from pixelproof import Dialect, load_dialect
from pixelproof._values import Json

from pixelproof_conformance.gateway.answers import answers_for
from pixelproof_conformance.gateway.answers.base import Answers
from pixelproof_conformance.gateway.calls import Call, Event, Refusal, Reply
from pixelproof_conformance.gateway.delivery import FileStore

JSON = "application/json"
EVENTS = "text/event-stream; charset=utf-8"


class Gateway:
    """Answers calls for its dialects.

    ``key`` is the only key that is accepted; without it every key is. ``clock`` gives Unix seconds.
    """

    def __init__(
        self, dialects: Sequence[str | Dialect], *, key: str | None = None, clock: Callable[[], float] = time.time
    ) -> None:
        loaded = [load_dialect(name) if isinstance(name, str) else name for name in dialects]
        self.dialects = {dialect.name: dialect for dialect in loaded}
        self.files = FileStore()
        self._key = key
        self._clock = clock
        self._answers = {dialect.name: answers_for(dialect, self.files, clock) for dialect in loaded}

    def answers(self, dialect: str) -> Answers:
        """How the dialect answers."""
        return self._answers[dialect]

    def reply_to(self, call: Call) -> Reply:
        """The reply to a call that was let in."""
        answers = self._answers[call.operation.dialect]
        for finding in call.findings:
            if finding.severity == "error":
                return self.refuse(call.operation.dialect, answers.refused(call, finding))
        order = answers.order(call)
        if order.streamed:
            return stream_reply(answers.events(order))
        return json_reply(200, answers.answer(order))

    def refuse(self, dialect: str, refusal: Refusal) -> Reply:
        """A refusal in the envelope of the dialect."""
        return json_reply(refusal.status, self._answers[dialect].refusal(refusal))

    def key_refusal(self, dialect: str, header: str | None) -> Refusal | None:
        """Why the caller is not let in, by the header in which the dialect expects the key; ``None`` when he is."""
        expected = self.dialects[dialect].about["authentication"]
        scheme, place = expected.get("scheme"), expected["header"]
        key = (header or "").strip()
        if scheme is not None:
            word, _, rest = key.partition(" ")
            key = rest.strip() if word.lower() == scheme.lower() else ""
        if not key:
            shape = f"{place}: {scheme} KEY" if scheme else f"{place}: KEY"
            return Refusal(401, f"No key was given. Send the header '{shape}'.")
        if self._key is not None and not compare_digest(key.encode(), self._key.encode()):
            return Refusal(401, "Incorrect API key provided.", code="invalid_api_key")
        return None

    def models(self, dialect: str) -> Json:
        """The list of models, in the shape that SDKs read."""
        names = [facts.get("sample", name) for name, facts in self.dialects[dialect].about["models"].items()]
        listed = [{"id": name, "object": "model", "created": 0, "owned_by": dialect} for name in names]
        return {"object": "list", "data": listed}


def json_reply(status: int, body: Json) -> Reply:
    """A reply of one JSON text."""
    return Reply(status, JSON, (json.dumps(body).encode(),))


def stream_reply(events: list[Event]) -> Reply:
    """A reply of server-sent events; an event without ``event`` or ``data`` lacks that line."""
    return Reply(200, EVENTS, tuple(_written(event) for event in events), streamed=True)


def _written(event: Event) -> bytes:
    lines = [f"event: {event['event']}\n"] if "event" in event else []
    if "data" in event:
        lines.append(f"data: {json.dumps(event['data'])}\n")
    return "".join([*lines, "\n"]).encode()
