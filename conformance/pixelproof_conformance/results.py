"""Results: the outcome of every requirement for a subject, over all that was observed."""

from collections.abc import Callable, Iterable, Mapping

from pixelproof import Requirement
from pixelproof._text import shown

from pixelproof_conformance.accepted import key_of
from pixelproof_conformance.declarations import is_refused, requirement_ids
from pixelproof_conformance.judge import AGAINST_STREAMS, excerpt, read
from pixelproof_conformance.model import OUTCOMES, Case, Evidence, Failure, Json, Observation, Outcome, Record, Result
from pixelproof_conformance.subject import Subject
from pixelproof_conformance.trial import selected

SECTIONS = ("request", "answer", "stream", "refusal")
MISSING_NOTE = "no request of this run put it to the test"


def requirements_of(subject: Subject) -> tuple[Requirement, ...]:
    """The checkable requirements that apply to the model of ``subject``, in the order of the document."""
    names: set[str] = set()
    facts = subject.operation.requirements
    properties = subject.schema.get("properties", {})
    streams = not is_refused(properties.get("stream", {}), facts)
    for section in SECTIONS if streams else ("request", "answer", "refusal"):
        names.update(requirement_ids(subject.section(section).schema, facts))
    rules = subject.section("stream").schema.get("x-rules", ())
    names.update(entry["id"] for entry in rules if entry["rule"] in AGAINST_STREAMS)
    operation = subject.operation
    if operation.permission:
        names.add(operation.permission)
    if operation.model_parameter not in dict(subject.base):
        # Without a model, a parameter of another family selects that family, so its refusal cannot be seen here.
        refused = [node for node in properties.values() if is_refused(node, facts)]
        unreachable = {node["x-requirement"]["not"] for node in refused}
        names -= {name for name in unreachable if operation.requirements[name].parameter in _selecting(subject)}
    for parameter, permission in operation.permissions.items():
        node = properties.get(parameter, {})
        names_no_model = parameter == operation.model_parameter and parameter not in dict(subject.base)
        if not is_refused(node, facts) and not names_no_model:
            names.add(permission)
    return tuple(entry for name, entry in facts.items() if name in names and entry.checkable)


def _selecting(subject: Subject) -> set[str]:
    """The parameters by which a request without a model selects a family of models."""
    return {name for case in subject.dialect.about.get("absent-model", ()) for name in case.get("when-any-of", ())}


def summarise(  # noqa: PLR0913 - what a report shows comes from this many places
    subject: Subject,
    observations: Iterable[Observation],
    sent: Mapping[str, tuple[Case, Record]],
    *,
    only: Iterable[str] = (),
    skip: Iterable[str] = (),
    observed: bool = False,
    note: str = "",
    beside: Iterable[Requirement] = (),
    reproduce: Callable[[Case, Record], tuple[str, str]],
    evidence: Callable[[Case, Record], Evidence | None] = lambda case, record: None,
) -> tuple[Result, ...]:
    """One result a requirement, and one for each ``beside`` those of the document.

    ``note`` says why some were not observed, ``reproduce`` gives curl and Python.
    """
    seen: dict[str, list[Observation]] = {}
    for observation in observations:
        seen.setdefault(observation.requirement, []).append(observation)
    results = []
    for facts in (*requirements_of(subject), *beside):
        found = seen.get(facts.id, [])
        chosen = selected(facts.id, only, skip)
        if not chosen or (facts.observed_only and not observed):
            why = "left out by --only or --skip" if not chosen else "judged only under --profile observed"
            results.append(_result(subject, facts, "disabled", 0, why, ()))
            continue
        seen_words = {item.outcome for item in found}
        outcome: Outcome = next((word for word in OUTCOMES if word in seen_words), "not-run")
        failures = _failures(subject, facts, found, sent, reproduce, evidence)
        unjudged = _value_without_judgement(subject, facts, sent) if outcome == "pass" else ""
        if unjudged:
            outcome = "inconclusive"
        first = unjudged or next((item.message for item in found), note or MISSING_NOTE)
        reason = "" if outcome in ("pass", "fail", "warn") else first
        results.append(_result(subject, facts, outcome, len(found), reason, failures))
    return tuple(results)


def _value_without_judgement(subject: Subject, facts: Requirement, sent: Mapping[str, tuple[Case, Record]]) -> str:
    """Why a permission is not passed although nothing broke it: a value that was neither accepted nor refused."""
    name = facts.parameter
    if facts.outcome != "ACCEPT" or name is None:
        return ""
    accepted: set[str] = set()
    open_values: dict[str, str] = {}
    for case, record in sent.values():
        mine = case.model == subject.name and case.operation == subject.operation.name
        if mine and case.expect == "accepted" and name in case.body:
            reading = read(record)
            if reading.answer == "accepted":
                accepted.add(key_of(case.body[name]))
            elif reading.answer != "refused":
                open_values[key_of(case.body[name])] = f"{name} {shown(case.body[name])}: {reading.reason}"
    return next((reason for value, reason in open_values.items() if value not in accepted), "")


def _result(
    subject: Subject, facts: Requirement, outcome: Outcome, checks: int, note: str, failures: tuple[Failure, ...]
) -> Result:
    return Result(
        requirement=facts.id,
        operation=subject.operation.name,
        model=subject.name,
        outcome=outcome,
        says=facts.says,
        source=facts.source,
        severity=facts.severity,
        word=facts.outcome,
        checks=checks,
        note=note,
        failures=failures,
        on=facts.on,
        parameter=facts.parameter,
    )


def identity(observation: Observation, operation: str) -> str:
    """What makes a failure the same one in every run: requirement, operation, model and parameter."""
    parameter = observation.parameter or "-"
    place = "".join("[]" if part.isdigit() else part for part in parameter.replace("]", "[").split("["))
    return " ".join((observation.requirement, operation, observation.model.replace(" ", "-"), place))


def _failures(
    subject: Subject,
    facts: Requirement,
    found: list[Observation],
    sent: Mapping[str, tuple[Case, Record]],
    reproduce: Callable[[Case, Record], tuple[str, str]],
    evidence: Callable[[Case, Record], Evidence | None],
) -> tuple[Failure, ...]:
    groups: dict[str, list[Observation]] = {}
    for item in found:
        if item.outcome in ("fail", "warn"):
            groups.setdefault(identity(item, subject.operation.name), []).append(item)
    failures = []
    for name, items in groups.items():
        least = min(items, key=lambda item: (item.outcome != "fail", len(sent[item.case][1].sent), item.case))
        case, record = sent[least.case]
        curl, python = reproduce(case, record)
        failures.append(
            Failure(
                identity=name,
                outcome=least.outcome,
                message=least.message,
                case=case.id,
                parameter=least.parameter,
                expected=least.expected,
                actual=least.actual,
                hint=least.hint or facts.hint,
                seen=len(items),
                request=_shown_request(case),
                status=record.status,
                answer=excerpt(record),
                curl=curl,
                python=python,
                evidence=evidence(case, record),
            )
        )
    return tuple(sorted(failures, key=lambda failure: failure.outcome))


def _shown_request(case: Case) -> Json:
    if case.raw is not None:
        return case.raw[:2000].decode("utf-8", "replace")
    body = {
        name: f"{value[:60]}… ({len(value)} characters)" if isinstance(value, str) and len(value) > 400 else value
        for name, value in case.body.items()
    }
    for file in case.files:
        body[file.field] = f"a {file.format} file of {file.width}x{file.height}"
    return body
