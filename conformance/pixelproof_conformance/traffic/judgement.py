"""What is said about one recorded exchange: what the client sent wrong and what the provider answered wrong, apart.

Recorded requests are not made to break one requirement, so less can be concluded than in a run. What is concluded:

- a request that breaks what must be refused was accepted: the provider's finding, one for each such requirement;
- a request that the document allows was refused: the provider's finding, unless the answer is unknown (it could be the
  content filter) or says something else (401, 403, 404, 429, 5xx);
- the answer, the stream, the refusal break a requirement: the provider's finding; beside a wrong request only what can
  be told without the request;
- the answer shows by itself what goes wrong on the wire (a web page, an error behind a 200): the provider's finding,
  whatever the status says of the request (:mod:`pixelproof_conformance.traffic.alone`);
- the request breaks a requirement: the client's finding.
"""

import json
from functools import cached_property
from typing import Any

from pixelproof import Finding, Operation, Verdict
from pixelproof._events import listed_events, read_events
from pixelproof._form import read_form
from pixelproof._parse import parse_json
from pixelproof._values import VALID
from pixelproof.rules.documented_request_refused import leaves_open

from pixelproof_conformance.judge import (
    FILTERED,
    NO_ACCESS,
    NO_ROUTE,
    OUTCOME_OF_SEVERITY,
    TRY_AGAIN,
)
from pixelproof_conformance.model import Json, Outcome
from pixelproof_conformance.reached import IN_PLACE_OF_A_REFUSAL
from pixelproof_conformance.redact import Secrets, redact_text
from pixelproof_conformance.traffic.evidence import evidence_of_recorded, example_of, place_of, secrets_of
from pixelproof_conformance.traffic.ledger import Ledger
from pixelproof_conformance.traffic.recorded import UNKNOWN, Recorded
from pixelproof_conformance.traffic.tally import Example, Key, Place, Side
from pixelproof_conformance.wire_checks.streams import AT_ONCE

_EVENT_STREAM = "text/event-stream"
_EVENTS = (b"event:", b"data: ", b"data:{")
_FIRST_BYTES = 20_000


class Judgement:
    """What is said about one exchange."""

    def __init__(self, ledger: Ledger, operation: Operation, one: Recorded, place: Place) -> None:
        self.ledger = ledger
        self.operation = operation
        self.one = one
        self.place = place
        self.facts: dict[str, Any] = {
            "account": {**ledger.account, **(one.account or {})},
            "profile": ledger.terms.profile,
        }
        self.sent: Json = one.request
        self.secrets: Secrets | None = None
        self.fields: Json = UNKNOWN  # the request as an object, where it can be read
        if one.request is not UNKNOWN:
            self._read_request()
        self.model = ledger.label(operation, None if self.fields is UNKNOWN else self.fields)

    def _read_request(self) -> None:
        operation, one = self.operation, self.one
        if operation.is_form:
            fields = read_form(operation.forms, one.request, one.files, one.request_type).fields
        else:
            fields, flaw = parse_json(one.request) if isinstance(one.request, bytes) else (one.request, None)
            if flaw is None:
                self.sent = fields
        renamed = self.ledger.renamed(operation, fields)
        if renamed is not fields and isinstance(self.sent, dict):
            self.sent = {**self.sent, operation.model_parameter: renamed[operation.model_parameter]}
        if isinstance(renamed, dict):
            self.fields = renamed

    def reach(self) -> None:
        """Judge both messages and count everything."""
        one = self.one
        asked = VALID
        if self.sent is not UNKNOWN:
            asked = self.operation.validate_request(
                self.sent, files=one.files, content_type=one.request_type, **self.facts
            )
            for finding in asked.findings:
                self.add("client", OUTCOME_OF_SEVERITY[finding.severity], finding)
        status = one.status
        self.ledger.exchange(self.operation, self.model, status)
        if status is not None and one.answer is not UNKNOWN:
            self.judge_alone(asked)
        if status is None:
            self.ledger.undecided("no answer was recorded")
        elif 200 <= status < 300:
            self.accepted(status, asked)
        elif status in NO_ACCESS or status in TRY_AGAIN or status in NO_ROUTE or not 400 <= status < 500:
            self.ledger.undecided(f"status {status}")
        elif one.answer is UNKNOWN:
            self.ledger.undecided(f"status {status} without the body of the answer")
        elif self.filtered():
            self.ledger.undecided(f"status {status} of the content filter")
        else:
            self.refused(status, asked)

    def judge_alone(self, asked: Verdict) -> None:
        """Count what the answer shows of itself, whatever its status is; ``asked`` is the verdict on the request."""
        alone, operation = self.ledger.alone, self.operation
        streamed, message = self.answer
        promised = self.fields is not UNKNOWN and not any(map(self.to_be_refused, asked.findings))
        kept = set()
        for seen in alone.observations(
            operation,
            self.one,
            self.fields,
            message,
            streamed=streamed,
            promised=promised and is_promised(operation, asked),
        ):
            if seen.outcome == "pass":
                kept.add(seen.requirement)
            else:
                self.add("provider", seen.outcome, alone.finding(seen))
        self.ledger.passed(operation, self.model, frozenset(kept))

    def to_be_refused(self, finding: Finding) -> bool:
        """Whether the document says that a request with this finding is not accepted."""
        facts = self.operation.requirements[finding.requirement]
        return finding.severity == "error" and (facts.severity == "error" or facts.account is not None)

    def add(self, side: Side, outcome: Outcome, finding: Finding, message: str | None = None) -> None:
        """Count a finding of one side; ``message`` replaces its own."""
        operation = self.operation
        key = Key(side, operation.name, self.model, finding.requirement, outcome, self.place_of(finding.parameter))
        request = _shown(self.one.request) if self.fields is UNKNOWN else self.fields
        whole = self.fields is not UNKNOWN and not operation.is_form

        def example() -> Example:
            shown = example_of(self.one, self.place, request, finding, message=message, whole=whole)
            if side == "client" or not self.ledger.is_first(key):
                return shown
            return shown._replace(evidence=evidence_of_recorded(self.one, operation, self.fields))

        self.ledger.tally.add(key, example)

    def place_of(self, parameter: str | None) -> str | None:
        """The place of a finding. Names that the document does not know may be anything, also secrets."""
        if parameter is None or parameter in self.operation.parameters:
            return parameter
        if self.secrets is None:
            request = None if self.fields is UNKNOWN else self.fields
            self.secrets = secrets_of(self.one, request)
        return place_of(redact_text(parameter, self.secrets))

    def accepted(self, status: int, asked: Verdict) -> None:
        """Count what an accepted request and its answer say; ``asked`` is the verdict on the request."""
        operation, one = self.operation, self.one
        wrong = [finding for finding in asked.findings if self.to_be_refused(finding)]
        for finding in {finding.requirement: finding for finding in wrong}.values():
            wanted = "status 400" if finding.outcome == "R400" else "a refusal"
            message = f"The request was accepted with status {status}, though it breaks this requirement."
            self.add("provider", "fail", finding._replace(expected=wanted, actual=status), message)
        if not wrong and isinstance(self.fields, dict) and is_promised(operation, asked):
            self.ledger.accepted(operation.name, self.model, None, self.fields)
        if one.answer is UNKNOWN:
            return
        request = None if self.fields is UNKNOWN else self.sent
        streamed, message = self.answer
        if streamed:
            self.arrived(message)
        verdict = self.judged(request if not wrong else None, streamed=streamed)
        for finding in verdict.findings:
            self.add("provider", OUTCOME_OF_SEVERITY[finding.severity], finding)
        found = {finding.requirement for finding in verdict.findings}
        if wrong:
            for finding in self.judged(request, streamed=streamed).findings:
                if operation.requirements[finding.requirement].rule in IN_PLACE_OF_A_REFUSAL:
                    self.add("provider", OUTCOME_OF_SEVERITY[finding.severity], finding)
        else:
            known = None if self.fields is UNKNOWN else self.fields
            section = "stream" if streamed else "answer"
            tested = self.ledger.put_to_test.requirements(operation, section, known, message, status, asked)
            self.ledger.passed(operation, self.model, tested - found)
        self.count_pictures(message)

    def arrived(self, events: Json) -> None:
        """Count whether the events came as they were made, where it is known when they came."""
        count = len(events) if isinstance(events, list) else 0
        tested, finding = self.ledger.arrival.finding(self.operation, count, self.one.timing)
        if finding is not None:
            self.add("provider", OUTCOME_OF_SEVERITY[finding.severity], finding)
        elif tested:
            self.ledger.passed(self.operation, self.model, frozenset({AT_ONCE}))

    def judged(self, request: Json, *, streamed: bool, asked: Verdict | None = None) -> Verdict:
        """The verdict on the answer beside ``request``, or alone; ``asked`` is the verdict on the request."""
        one, facts = self.one, {"request": request, "status": self.one.status, **self.facts}
        if streamed:
            return self.operation.validate_stream(one.answer, content_type=one.answer_type, **facts)
        files = one.files if request is not None else ()
        facts |= {"files": files, "request_verdict": asked, "content_type": one.answer_type}
        return self.operation.validate_response(one.answer, **facts)

    @cached_property
    def answer(self) -> tuple[bool, Json]:
        """Whether the answer is a stream, and its value: the object, or the events."""
        answer = self.one.answer
        streamed = self.one.kind == "events"
        if isinstance(answer, bytes) and not streamed:
            sort = (self.one.answer_type or "").partition(";")[0].strip().lower()
            asked = isinstance(self.fields, dict) and self.fields.get("stream") in (True, "true")
            streamed = sort == _EVENT_STREAM or (asked and answer.lstrip()[:6] in _EVENTS)
        if streamed:
            return True, read_events(answer)[0] if isinstance(answer, bytes) else listed_events(answer)
        return False, parse_json(answer)[0] if isinstance(answer, bytes) else answer

    def count_pictures(self, message: Json) -> None:
        """Count the pictures of an answer; a stream is for one."""
        data = message.get("data") if isinstance(message, dict) else None
        self.ledger.tally.pictures += len(data) if isinstance(data, list) else isinstance(message, list)

    def refused(self, status: int, asked: Verdict) -> None:
        """Count what a refusal says; ``asked`` is the verdict on the request."""
        operation = self.operation
        request = None if self.fields is UNKNOWN else self.sent
        findings = self.judged(request, streamed=False, asked=asked).findings
        for finding in findings:
            self.add("provider", OUTCOME_OF_SEVERITY[finding.severity], finding)
        found = {finding.requirement for finding in findings}
        known = None if self.fields is UNKNOWN else self.fields
        _, answer = self.answer
        tested = self.ledger.put_to_test.requirements(operation, "refusal", known, answer, status, asked)
        permissions = {operation.permission, *operation.permissions.values()}
        self.ledger.passed(operation, self.model, tested - found - permissions)
        wrong = {finding.requirement: finding for finding in asked.findings if self.to_be_refused(finding)}
        if len(wrong) == 1:  # of several reasons the refusal was for one, and nobody knows for which
            (name, finding), blamed = wrong.popitem(), operation.blamed_parameter(answer)
            first = (finding.parameter or "").partition("[")[0].partition(".")[0]
            if name not in found and (not blamed or not first or blamed in (first, finding.parameter)):
                self.ledger.passed(operation, self.model, frozenset({name}))

    def filtered(self) -> bool:
        """Whether the content filter refused the prompt."""
        answer = self.one.answer
        if not isinstance(answer, bytes):
            answer = json.dumps(answer, default=str).encode()
        return any(code in answer[:_FIRST_BYTES] for code in FILTERED)


def is_promised(operation: Operation, asked: Verdict) -> bool:
    """Whether the document says that a request is accepted; what it leaves open keeps no promise, and breaks none."""
    return not any(leaves_open(operation, finding) for finding in asked.findings)


def _shown(request: Any) -> Json:
    return request[:2000].decode("utf-8", "replace") if isinstance(request, bytes) else request
