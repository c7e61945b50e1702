"""What a wire check stands on: the subject, the checks that are chosen, and the exchanges of its run."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import Any, Protocol

from pixelproof._base64 import Decoded, decode_base64
from pixelproof._events import read_events
from pixelproof._parse import parse_json
from pixelproof._picture import Picture, read_picture
from pixelproof._wire_table import WireCheck

from pixelproof_conformance.judge import OUTCOME_OF_SEVERITY, Reading, is_accepted, read
from pixelproof_conformance.model import Case, Json, Observation, Outcome, Record
from pixelproof_conformance.subject import Body, Subject, baseline_body, find_subject, split_files
from pixelproof_conformance.wire_checks.presence import Presence

BREAKS = ("timeout", "endless", "dropped", "protocol")
"""Failures that a request can cause, and that a bad line can cause as well."""

SERVER_ERRORS = (500, 501, 502, 505)
"""What an endpoint answers that broke down over a request, and what any endpoint answers now and then."""

AGAIN = "/again"
AGAINS = (AGAIN, f"{AGAIN}-2", f"{AGAIN}-3")
"""The ends of the ids under which a request is sent again, for as long as the endpoint breaks down over it.

Three times: an endpoint that fails every tenth request must not be blamed for the request that it fails over.
"""


class Family(Protocol):
    """A module of this package: the requests of its checks' own, if any, and what the exchanges of a run say."""

    def cases(self, ground: "Ground") -> "Iterator[Case]":
        """Requests that no other part of the run makes."""

    def judge(self, ground: "Ground", exchanges: "list[Exchange]") -> "Iterator[Observation]":
        """What all exchanges of the subject say about the checks of the family."""


class Exchange:
    """A case with its record, parsed when a check first asks."""

    def __init__(
        self, case: Case, record: Record, again: Sequence[Record] = (), presence: Presence | None = None
    ) -> None:
        self.case = case
        self.record = record
        self._again = again
        self._presence = presence

    @property
    def status(self) -> int | None:
        """The HTTP status; ``None`` when no whole answer came."""
        return None if self.record.failure is not None else self.record.status

    @property
    def broke_down_each_time(self) -> bool:
        """Whether no answer but a server error came, or none at all, however often the request was sent.

        Where nobody got an answer meanwhile, the endpoint was not there, and this request is not to blame.
        """
        every = (self.record, *self._again)
        if len(every) <= len(AGAINS) or not all(broke_down(record) for record in every):
            return False
        silent = all(record.failure is not None for record in every)
        return not silent or self._presence is None or self._presence.between(every)

    @property
    def broke_down_once(self) -> bool:
        """Whether no answer but a server error came, or none at all, and a better one when it was sent again."""
        return broke_down(self.record) and any(not broke_down(record) for record in self._again)

    @cached_property
    def reading(self) -> Reading:
        """Accepted, refused, or nothing that can be judged."""
        return read(self.record)

    @property
    def accepted(self) -> bool:
        """Whether the answer says that it went well."""
        return is_accepted(self.record)

    @cached_property
    def kind(self) -> str:
        """The content type of the answer without its parameters, in lower case."""
        return (self.record.content_type or "").partition(";")[0].strip().lower()

    @property
    def streamed(self) -> bool:
        """Whether the answer is a stream of events."""
        return self.kind == "text/event-stream"

    @cached_property
    def answer(self) -> Json:
        """The JSON value of the answer; ``None`` for anything else."""
        return None if self.streamed else parse_json(self.record.body)[0]

    @cached_property
    def events(self) -> list[dict[str, Json]]:
        """The events of a stream, with their data parsed."""
        return read_events(self.record.body)[0] if self.streamed else []

    @property
    def is_web_page(self) -> bool:
        """Whether a web page came back."""
        start = self.record.body[:200].lstrip().lower()
        return self.kind in ("text/html", "application/xhtml+xml") or start.startswith((b"<!doctype html", b"<html"))

    @cached_property
    def images(self) -> list[dict[str, Json]]:
        """The images of an accepted answer in one piece."""
        data = self.answer.get("data") if self.accepted and isinstance(self.answer, dict) else None
        return [item for item in data if isinstance(item, dict)] if isinstance(data, list) else []

    @cached_property
    def pictures(self) -> list[tuple[int, Decoded, Picture | None]]:
        """The images that came as base64: index, decoded text, and what picture the bytes are."""
        texts = [(index, item.get("b64_json")) for index, item in enumerate(self.images)]
        decoded = [(index, decode_base64(text)) for index, text in texts if isinstance(text, str) and text]
        return [(index, found, read_picture(found.data) if found.data else None) for index, found in decoded]

    def asked(self, name: str) -> Json:
        """A parameter of the request; ``None`` when it was not sent."""
        return None if self.case.raw is not None else self.case.body.get(name)


def broke_down(record: Record) -> bool:
    """Whether the connection broke, nothing came, or a server error; none of it need be the fault of the request."""
    if record.failure is not None:
        return record.failure in BREAKS and bool(record.attempts)
    return record.status in SERVER_ERRORS


@dataclass(frozen=True, slots=True)
class Ground:
    """A subject with the wire checks that are chosen for it, by their ids.

    ``beside`` holds the exchanges of the same model at the other operation that the checks compare with: generations.
    ``followed`` names, for each ordinary request, the odd one that it was sent after.
    """

    subject: Subject
    checks: Mapping[str, WireCheck] = field(hash=False)
    beside: tuple[Exchange, ...] = ()
    followed: Mapping[str, str] = field(default_factory=dict, hash=False)

    @property
    def compared(self) -> Subject | None:
        """The same model at generations; ``None`` for generations, and where no such model is there."""
        return compared_with(self.subject)

    def wants(self, check: str) -> bool:
        """Whether a check is chosen."""
        return check in self.checks

    @property
    def is_form(self) -> bool:
        """Whether the operation reads forms."""
        form: bool = self.subject.operation.is_form
        return form

    @property
    def sound(self) -> tuple[Body, Any]:
        """The fields and the files of the simplest valid request."""
        return split_files(baseline_body(self.subject))

    @property
    def missing(self) -> str:
        """A parameter that :attr:`refused` lacks."""
        return (spoilt(self.subject) or ("", {}))[0]

    @property
    def refused(self) -> tuple[Body, Any]:
        """The fields and the files of a request that lacks what it needs: it has to be refused and costs nothing."""
        return split_files((spoilt(self.subject) or ("", {}))[1])

    def case(self, check: str, label: str, body: Body | None = None, **facts: Any) -> Case:
        """A request of a check's own, which has to be refused unless ``expect`` says otherwise."""
        subject = self.subject
        fields = self.refused[0] if body is None else body
        name = check.removeprefix("wire/")
        return Case(
            id="/".join(part for part in (subject.operation.name, subject.name, "wire", name, label) if part),
            kind="wire",
            operation=subject.operation.name,
            model=subject.name,
            body=subject.fields(fields),
            expect=facts.pop("expect", "refused"),
            targets=(check,),
            wire=check,
            why=self.checks[check].says if check in self.checks else "an ordinary request",
            **facts,
        )

    def seen(self, check: str, exchange: Exchange, message: str, **facts: Any) -> Observation:
        """What breaks a check, as grave as the table says unless ``outcome`` says otherwise."""
        outcome: Outcome = facts.pop("outcome", OUTCOME_OF_SEVERITY[self.checks[check].severity])
        return self._about(check, exchange, outcome, message, **facts)

    def kept(self, check: str, exchange: Exchange) -> Observation:
        """The check was put to the test and kept."""
        return self._about(check, exchange, "pass")

    def open(self, check: str, exchange: Exchange, message: str) -> Observation:
        """The check was put to the test, and the answer does not tell."""
        return self._about(check, exchange, "inconclusive", message)

    def _about(self, check: str, exchange: Exchange, outcome: Outcome, message: str = "", **facts: Any) -> Observation:
        return Observation(check, self.subject.name, outcome, exchange.case.id, message, **facts)


@lru_cache(maxsize=256)
def compared_with(subject: Subject) -> Subject | None:
    """The subject that the checks compare one of another operation with: the same model at generations."""
    dialect = subject.dialect
    if subject.operation.name == "generations" or "generations" not in dialect.operations:
        return None
    return find_subject(dialect, dialect.operation("generations"), subject.name, dict(subject.account))


@lru_cache(maxsize=256)
def spoilt(subject: Subject) -> tuple[str, Body] | None:
    """The simplest request without something that it needs, and what that is; ``None`` where it needs nothing."""
    base = baseline_body(subject)
    selecting = dict(subject.base)
    names = [name for name in dict.fromkeys(("prompt", *base)) if name in base]
    for gone in (*([name] for name in names if name not in selecting), names):
        body = {name: value for name, value in base.items() if name not in gone}
        if gone and subject.judge(body).verdict == "invalid":
            return gone[0], body
    return None


def own(check: str, exchanges: "list[Exchange]") -> Iterator[Exchange]:
    """The exchanges of a check's own requests."""
    of_check = (exchange for exchange in exchanges if exchange.case.kind == "wire" and exchange.case.wire == check)
    return (exchange for exchange in of_check if not exchange.case.id.endswith(AGAINS))
