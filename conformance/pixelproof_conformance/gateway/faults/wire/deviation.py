"""What passes the door of the gateway as HTTP, and the moments at which a fault of the wire does something else."""

import json
from collections.abc import Callable
from dataclasses import dataclass, replace

from pixelproof import Operation
from pixelproof._multipart import Part, parse_multipart
from pixelproof._parse import parse_json
from pixelproof._values import Json

from pixelproof_conformance.gateway.calls import Refusal, Reply


@dataclass(frozen=True, slots=True)
class Knock:
    """A request as it came: names of headers are in lower case. ``operation`` is ``None`` on any other route.

    ``key`` is the value that the key's header ``key_header`` has to have. ``refuse`` writes a refusal as the dialect
    does.
    """

    method: str
    path: str
    headers: tuple[tuple[str, str], ...]
    body: bytes
    operation: Operation | None
    key_header: str
    key: str
    refuse: Callable[[Refusal], Reply]

    def header(self, name: str) -> str:
        """The value of a header; empty when it did not come."""
        return next((value for known, value in self.headers if known == name), "")

    def with_header(self, name: str, value: str) -> "Knock":
        """The same request with one header set."""
        others = tuple(pair for pair in self.headers if pair[0] != name)
        return replace(self, headers=(*others, (name, value)))

    @property
    def content_type(self) -> str:
        """The content type without its parameters, in lower case."""
        return self.header("content-type").partition(";")[0].strip().lower()

    @property
    def reads_json(self) -> bool:
        """Whether it goes to an operation that reads JSON."""
        return self.operation is not None and not self.operation.is_form

    @property
    def value(self) -> dict[str, Json]:
        """The JSON object of the body, with its keys in order; empty for anything else."""
        if not self.reads_json:
            return {}
        try:
            value = json.loads(self.body)
        except (ValueError, RecursionError):
            return {}
        return value if isinstance(value, dict) else {}

    @property
    def parts(self) -> tuple[Part, ...]:
        """The parts of a form; none for anything else."""
        if self.content_type != "multipart/form-data":
            return ()
        return tuple(parse_multipart(self.body, self.header("content-type")).parts)

    @property
    def is_broken(self) -> bool:
        """Whether the body cannot be read as what the operation reads."""
        if self.operation is None or self.method != "POST":
            return False
        if not self.operation.is_form:
            return self.content_type != "application/json" or parse_json(self.body)[1] is not None
        if self.content_type != "multipart/form-data":
            return True
        return bool(parse_multipart(self.body, self.header("content-type")).flaws)


def server_error() -> Reply:
    """What a crash looks like behind a careful framework."""
    body = {"error": {"message": "Internal server error", "type": "server_error", "param": None, "code": None}}
    return Reply(500, "application/json", (json.dumps(body).encode(),))


class WireDeviation:
    """What a fault of the wire does otherwise; here none of the moments changes anything.

    ``knock`` changes a request before the gateway sees it, ``instead`` answers in its place, ``reply`` changes what
    goes back. No method changes its arguments.
    """

    def knock(self, knock: Knock) -> Knock:
        """The request that the gateway gets to see."""
        return knock

    def instead(self, knock: Knock) -> Reply | None:
        """A reply in place of the gateway's."""
        return None

    def reply(self, knock: Knock, reply: Reply) -> Reply:
        """What goes back."""
        return reply
