"""Generated exchanges: a valid request with the answer or stream to it, right ones and ones with one thing wrong."""

from dataclasses import dataclass
from functools import cache
from typing import Any

from hypothesis import assume
from hypothesis import strategies as st
from pixelproof import Dialect, Operation, UsageError, Verdict, load_dialect

from pixelproof_conformance.gateway.faults import Fault, faults_of
from pixelproof_conformance.gateway.reading import read_call
from pixelproof_conformance.gateway.serving import Gateway
from pixelproof_conformance.strategies.requests import GeneratedRequest, valid_requests

_ORIGIN = "http://127.0.0.1:8900"
_SECONDS = 1_780_000_000.0


@dataclass(frozen=True, slots=True)
class GeneratedExchange:
    """A request, and what came back: status, content type and body, which is the raw stream for a streamed answer.

    ``requirement`` is the requirement that the answer breaks, ``None`` for an answer that keeps to the document.
    """

    request: GeneratedRequest
    status: int
    content_type: str
    answer: bytes
    requirement: str | None = None

    @property
    def is_stream(self) -> bool:
        """Whether the answer is a stream of events."""
        return self.content_type.startswith("text/event-stream")

    def judge(self) -> Verdict:
        """What the validator says about the answer."""
        operation = self.request.subject.operation
        if self.is_stream:
            return operation.validate_stream(
                self.answer, request=self.request.body, status=self.status, content_type=self.content_type
            )
        return operation.validate_response(
            self.answer,
            request=self.request.body,
            files=self.request.files,
            status=self.status,
            content_type=self.content_type,
        )

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        """How Hypothesis shows an example: as ``repr`` does, and not field by field."""
        printer.text(repr(self))

    def __repr__(self) -> str:
        wrong = f", breaks {self.requirement}" if self.requirement else ""
        return f"<exchange {self.request!r}, {self.status} {self.content_type}, {self.answer[:200]!r}{wrong}>"


def valid_exchanges(
    dialect: str | Dialect = "openai", operation: str = "generations", *, model: str | None = None
) -> st.SearchStrategy[GeneratedExchange]:
    """Valid requests with an answer or stream that keeps to the document, pictures included.

    Raises :class:`UsageError` for a dialect, operation or model that is not known.
    """
    return _right(valid_requests(dialect, operation, model=model))


def one_fault_exchanges(
    dialect: str | Dialect = "openai",
    operation: str = "generations",
    *,
    model: str | None = None,
    requirement: str | None = None,
) -> st.SearchStrategy[GeneratedExchange]:
    """Valid requests with an answer or stream that breaks a requirement, drawn from all of them or the one named.

    A wrong answer may break more than this requirement, as a picture that is cut short has no size, either. Raises
    :class:`UsageError` for names that are not known and for a requirement that no seeded fault breaks.
    """
    loaded = load_dialect(dialect) if isinstance(dialect, str) else dialect
    chosen = loaded.operation(operation)
    faults = [fault for fault in _answer_faults(loaded) if _is_on_answers(chosen, fault)]
    if requirement is not None:
        faults = [fault for fault in faults if requirement in (fault.name, fault.name.rpartition("/")[2])]
    if not faults:
        raise UsageError(f"requirement={requirement!r}: no answer of {loaded.name}/{operation} is known to break it")
    return _wrong(valid_requests(loaded, operation, model=model), st.sampled_from(faults))


@st.composite
def _right(draw: st.DrawFn, requests: st.SearchStrategy[GeneratedRequest]) -> GeneratedExchange:
    exchange = _answered(draw(requests), None)
    assume(exchange.status == 200 and not _errors(exchange))
    return exchange


@st.composite
def _wrong(
    draw: st.DrawFn, requests: st.SearchStrategy[GeneratedRequest], faults: st.SearchStrategy[Fault]
) -> GeneratedExchange:
    fault = draw(faults)
    exchange = _answered(draw(requests), fault)
    assume(exchange.requirement in {finding.requirement for finding in exchange.judge().findings})
    return exchange


def _answered(request: GeneratedRequest, fault: Fault | None) -> GeneratedExchange:
    subject = request.subject
    raw, content_type = request.encoded()
    reply = _gateway(subject.dialect, fault).reply_to(read_call(subject.operation, raw, content_type, _ORIGIN))
    requirement = fault.requirements[0] if fault else None
    return GeneratedExchange(request, reply.status, reply.content_type, reply.body, requirement)


@cache
def _gateway(dialect: Dialect, fault: Fault | None) -> Gateway:
    return Gateway([dialect], faults=() if fault is None else (fault,), clock=lambda: _SECONDS)


@cache
def _answer_faults(dialect: Dialect) -> tuple[Fault, ...]:
    return tuple(fault for fault in faults_of(dialect) if fault.kind == "not-kept")


def _is_on_answers(operation: Operation, fault: Fault) -> bool:
    facts = operation.requirements.get(fault.requirements[0])
    return facts is not None and facts.on in ("answer", "stream")


def _errors(exchange: GeneratedExchange) -> bool:
    return any(finding.severity == "error" for finding in exchange.judge().findings)
