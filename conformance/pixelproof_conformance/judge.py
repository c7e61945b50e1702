"""Judging: what one record says about each requirement. No network; a journal can be judged again at any time.

429, 5xx, time-outs and content filters say nothing about a requirement (inconclusive); a missing route or model is
unsupported; only a definite answer passes or fails anything.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from pixelproof import Finding, Operation, Verdict
from pixelproof._events import read_events
from pixelproof._parse import parse_json
from pixelproof._values import VALID
from pixelproof.rules.documented_request_refused import leaves_open

from pixelproof_conformance.model import Case, Json, Observation, Outcome, Record
from pixelproof_conformance.reached import IN_PLACE_OF_A_REFUSAL, reached
from pixelproof_conformance.subject import Subject, whole_body

OUTCOME_OF_SEVERITY: dict[str, Outcome] = {"error": "fail", "warning": "warn", "info": "warn"}
NO_ACCESS = (401, 402, 403, 407)
NO_ROUTE = (404, 405, 501)
TRY_AGAIN = (408, 409, 425, 429)
WIRE = "wire/"
ABOUT_AN_ECHO = ("echo-differs-from-request",)
"""Rules on settings that an answer repeats."""

FILTERED = (b"moderation_blocked", b"content_policy_violation")


@dataclass(frozen=True, slots=True)
class Reading:
    """How a record is to be read: ``accepted``, ``refused``, or an outcome that decides nothing, with the reason."""

    answer: str
    reason: str = ""


def read(record: Record) -> Reading:
    """Whether a record holds an acceptance, a refusal, or nothing that can be judged."""
    status = record.status
    if record.failure is not None or status is None:
        return Reading("inconclusive", record.failure_text or record.failure or "no answer came")
    if 200 <= status < 300:
        return Reading("accepted")
    if status in NO_ACCESS:
        return Reading("inconclusive", f"status {status}: the key or the account has no access")
    if status in NO_ROUTE:
        return Reading("unsupported", f"status {status}: there is no such route or model")
    if status in TRY_AGAIN or status >= 500:
        return Reading("inconclusive", f"status {status} after {record.attempts} attempts: {excerpt(record)}")
    if status < 400:
        return Reading("inconclusive", f"status {status}: a redirection is not followed")
    start = record.body[:20_000]
    if any(code in start for code in FILTERED):
        return Reading("inconclusive", f"status {status}: the content filter refused the prompt")
    return Reading("refused", excerpt(record))


def is_accepted(record: Record) -> bool:
    """Whether :func:`read` finds an acceptance; it is asked more often than for the reason."""
    return record.failure is None and record.status is not None and 200 <= record.status < 300


def observe(subject: Subject, case: Case, record: Record, *, profile: Any = "document") -> tuple[Observation, ...]:
    """Everything that ``record`` says about the requirements of ``subject``."""
    reading = read(record)
    if case.kind == "wire" or (case.wire and reading.answer != "accepted"):
        return ()  # a wire check judges it; what an odd form did not get, the usual form may get
    judging = _Judging(subject, case, record, profile)
    if reading.answer == "accepted":
        return tuple(judging.accepted())
    if reading.answer == "refused":
        return tuple(judging.refused(reading.reason))
    outcome: Outcome = "unsupported" if reading.answer == "unsupported" else "inconclusive"
    return tuple(judging.about(target, outcome, reading.reason) for target in case.targets)


class _Judging:
    def __init__(self, subject: Subject, case: Case, record: Record, profile: Any) -> None:
        self.subject = subject
        self.operation: Operation = subject.operation
        self.case = case
        self.record = record
        self.profile = profile
        self.request: dict[str, Json] | None = None if case.raw is not None else subject.fields(case.body)
        self.files = subject.files(case.files)

    def about(self, requirement: str, outcome: Outcome, message: str = "", **facts: Any) -> Observation:
        return Observation(requirement, self.case.model, outcome, self.case.id, message, **facts)

    def of_finding(self, finding: Finding) -> Observation:
        return self.about(
            finding.requirement,
            OUTCOME_OF_SEVERITY[finding.severity],
            finding.message,
            parameter=finding.parameter,
            expected=finding.expected,
            actual=finding.actual,
            hint=finding.hint,
        )

    def severity_outcome(self, requirement: str) -> Outcome:
        facts = self.operation.requirements[requirement]
        return OUTCOME_OF_SEVERITY[facts.severity if self.profile == "document" else facts.observed_severity]

    # The endpoint accepted the request

    def accepted(self) -> Iterator[Observation]:
        case = self.case
        if case.expect == "refused":
            yield from self.accepted_though_wrong()
            return
        section, verdict, message = self.judge_answer()
        errors = [finding for finding in verdict.findings if finding.severity == "error"]
        if case.kind == "open":
            # What an unlisted value becomes is not said, so a setting that repeats another one contradicts nothing.
            errors = [one for one in errors if one.parameter != case.parameter or not self.is_of(one, ABOUT_AN_ECHO)]
            for target in case.targets:
                if errors:
                    message = f"The request was accepted, but its answer is wrong: {errors[0].message}"
                    yield self.about(target, self.severity_outcome(target), message, parameter=case.parameter)
                else:
                    yield self.about(target, "pass")
            return
        for target in case.targets:
            if not target.startswith(WIRE):
                yield self.about(target, "pass")
        found = {finding.requirement for finding in verdict.findings}
        for finding in verdict.findings:
            yield self.of_finding(finding)
        for name in sorted(self.put_to_the_test(section, message) - found):
            yield self.about(name, "pass")

    def accepted_though_wrong(self) -> Iterator[Observation]:
        case = self.case
        for target in case.targets:
            yield self.about(
                target,
                self.severity_outcome(target),
                f"The request was accepted with status {self.record.status}, though it breaks this requirement.",
                parameter=case.parameter,
                expected=f"status {case.status}" if case.status else "a refusal",
                actual=self.record.status,
            )
        if case.status is not None:  # where a status is promised, a picture in its place breaks a promise as well
            _, verdict, _ = self.judge_answer()
            rules = self.operation.requirements
            for finding in verdict.findings:
                if rules[finding.requirement].rule in IN_PLACE_OF_A_REFUSAL:
                    yield self.of_finding(finding)

    def put_to_the_test(self, section: str, message: Json) -> set[str]:
        """The requirements that this answer, or the events of a stream, could have broken."""
        known = self.operation.known_request(self.request, self.files)
        names = reached(self.operation, section, message, known, self.record.status or 0, self.asked)
        return {
            name for name in names if self.profile == "observed" or not self.operation.requirements[name].observed_only
        }

    def judge_answer(self) -> tuple[str, Verdict, Json]:
        """The section that applies, the verdict, and the answer or the events of the stream."""
        record = self.record
        facts: dict[str, Any] = {
            "request": self.request if self.case.raw is None else _as_most_read(self.case.raw),
            "status": record.status,
            "content_type": record.content_type,
            "account": dict(self.subject.account),
            "profile": self.profile,
        }
        if (record.content_type or "").partition(";")[0].strip().lower() == "text/event-stream" or (
            self.case.streams and record.body.lstrip()[:6] in (b"event:", b"data: ", b"data:{")
        ):
            events, _ = read_events(record.body)
            verdict = self.operation.validate_stream(record.body, **facts)
            return "stream", verdict, events
        answer, _ = parse_json(record.body)
        verdict = self.operation.validate_response(record.body, files=self.files, **facts)
        return "answer", verdict, answer

    def is_of(self, finding: Finding, rules: tuple[str, ...]) -> bool:
        return self.operation.requirements[finding.requirement].rule in rules

    @property
    def asked(self) -> Verdict:
        """The verdict on the request; valid for raw bytes, which no document describes."""
        return VALID if self.request is None else self.subject.judge(whole_body(self.case))

    def leaves_open(self) -> bool:
        """Whether the request itself is one about which the document says nothing, for example an unlisted model."""
        return any(leaves_open(self.operation, finding) for finding in self.asked.findings)

    # The endpoint refused the request

    def refused(self, reason: str) -> Iterator[Observation]:
        case, record = self.case, self.record
        verdict = self.operation.validate_response(
            record.body,
            request=self.request,
            files=self.files,
            request_verdict=self.asked,
            status=record.status or 400,
            content_type=record.content_type,
            account=dict(self.subject.account),
            profile=self.profile,
        )
        for finding in verdict.findings:
            yield self.of_finding(finding)
        found = {finding.requirement for finding in verdict.findings}
        permissions = {self.operation.permission, *self.operation.permissions.values()}
        for name in sorted(self.put_to_the_test("refusal", parse_json(record.body)[0]) - found - permissions):
            yield self.about(name, "pass")
        for target in case.targets:
            if target in found:
                continue
            if case.expect == "accepted":
                yield from self.refused_though_documented(target, found, reason)
            elif case.status is not None and record.status != case.status:
                message = f"The status of the refusal is {record.status}."
                yield self.about(target, "fail", message, expected=str(case.status), actual=record.status)
            elif case.expect == "either" and self.without_reason(verdict):
                message = f"The request was neither accepted nor refused with a reason: {reason}"
                yield self.about(target, self.severity_outcome(target), message, parameter=case.parameter)
            else:
                yield self.of_refusal(target)

    def refused_though_documented(self, target: str, found: set[str], reason: str) -> Iterator[Observation]:
        facts = self.operation.requirements[target]
        if facts.outcome != "ACCEPT":
            message = f"The request was refused, though the document lets it pass: {reason}"
            yield self.about(target, self.severity_outcome(target), message, parameter=self.case.parameter)
        elif self.leaves_open():
            yield self.about(target, "unsupported", f"the document does not promise this request: {reason}")
        elif self.case.kind != "baseline" and found & set(self.operation.permissions.values()):
            return  # it names another parameter of the request, and is a finding on that one
        elif self.case.kind == "baseline" or len(self.single_permissions()) == 1:
            message = f"A documented request was refused with status {self.record.status}: {reason}"
            yield self.about(target, "fail", message, parameter=facts.parameter, actual=self.record.status)
        else:
            yield self.about(target, "inconclusive", f"the combined request was refused as a whole: {reason}")

    def single_permissions(self) -> list[str]:
        permissions = set(self.operation.permissions.values())
        return [name for name in self.case.targets if name in permissions]

    def of_refusal(self, target: str) -> Observation:
        """A refusal that came as it should; one that blames another parameter was not for this reason."""
        blamed = self.operation.blamed_parameter(parse_json(self.record.body)[0])
        wanted = self.case.parameter
        if blamed and wanted and self.case.raw is None and not self.is_fair(target, blamed):
            message = f"The request was refused, but for {blamed[:60]!r} and not for {wanted!r}."
            return self.about(target, "warn", message, parameter=wanted, expected=wanted, actual=blamed[:60])
        return self.about(target, "pass")

    def is_fair(self, target: str, blamed: str) -> bool:
        """Whether the fault lies there; of two values that exclude each other a refusal may blame either."""
        if _is_named(blamed, self.case.parameter):
            return True
        findings = self.asked.findings
        return any(found.requirement == target and _is_named(blamed, found.parameter) for found in findings)

    def without_reason(self, verdict: Verdict) -> bool:
        return any(
            finding.requirement.endswith(("refusal-not-json", "refusal-without-message"))
            for finding in verdict.findings
        )


def _is_named(blamed: str, place: str | None) -> bool:
    return place is not None and blamed in (place, place.partition("[")[0].partition(".")[0])


def _as_most_read(raw: bytes) -> dict[str, Json] | None:
    """What most readers make of a body that an endpoint accepted: of a repeated key the last value."""
    try:
        body = json.loads(raw)
    except (ValueError, RecursionError):
        return None
    return body if isinstance(body, dict) else None


def excerpt(record: Record) -> str:
    """The start of an answer on one line, without control characters."""
    text = record.body[:400].decode("utf-8", "replace")
    if not text.isprintable():
        text = "".join(char if char.isprintable() else " " for char in text)
    text = " ".join(text.split())
    return text[:160] or "an empty body"
