"""Results: the outcome of every requirement for a subject, over all that was observed."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace

from pixelproof import Requirement
from pixelproof._text import shown

from pixelproof_conformance.accepted import key_of
from pixelproof_conformance.declarations import is_refused, requirement_ids
from pixelproof_conformance.judge import Reading, excerpt, read
from pixelproof_conformance.model import OUTCOMES, Case, Json, Observation, Outcome, Record
from pixelproof_conformance.noise import rate_in_words, steady, unsteady
from pixelproof_conformance.reached import AGAINST_STREAMS
from pixelproof_conformance.reported import NEVER_MET, Evidence, Failure, Result
from pixelproof_conformance.subject import Subject
from pixelproof_conformance.trial import selected

SECTIONS = ("request", "answer", "stream", "refusal")


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
    unsent: Iterable[Case] = (),
    reproduce: Callable[[Case, Record], tuple[str, str]],
    evidence: Callable[[Case, Record], Evidence | None] = lambda case, record: None,
) -> tuple[Result, ...]:
    """One result a requirement, and one for each ``beside`` those of the document.

    ``note`` says why some were not observed, ``reproduce`` gives curl and Python. ``unsent`` are planned cases that the
    run did not come to.
    """
    observations = list(observations)
    left_out = tuple(unsent)
    noisy = unsteady(observations, sent) if any(case.repeat > 1 for case, _ in sent.values()) else {}
    asked = [
        (case, read(record))
        for case, record in sent.values()
        if case.expect == "accepted" and case.model == subject.name and case.operation == subject.operation.name
    ]
    certain = {id(item) for item in steady(observations, sent)} if noisy else set()
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
        decided = [item for item in found if id(item) in certain] if facts.id in noisy else found
        seen_words = {item.outcome for item in decided}
        outcome: Outcome = next((word for word in OUTCOMES if word in seen_words), "not-run")
        failures = _failures(subject, facts, found, sent, reproduce, evidence)
        first = next((item.message for item in found), note or NEVER_MET)
        if facts.id in noisy and outcome not in ("fail", "warn"):
            outcome, first = "inconclusive", rate_in_words(noisy[facts.id])
            failures = tuple(replace(failure, outcome="inconclusive") for failure in failures)
        elif outcome == "pass":
            unjudged, unreached = _value_without_judgement(facts, asked, left_out)
            if unjudged:
                outcome, first = "inconclusive", unjudged
            elif unreached:
                outcome, first = "not-run", f"{unreached}: {note}" if note else unreached
        reason = "" if outcome in ("pass", "fail", "warn") else first
        results.append(_result(subject, facts, outcome, len(found), reason, failures))
    return tuple(results)


def _value_without_judgement(
    facts: Requirement, asked: Iterable[tuple[Case, Reading]], unsent: Iterable[Case]
) -> tuple[str, str]:
    """Why a permission is not passed although nothing broke it.

    The first text tells of a value that was neither accepted nor refused, the second of one that was not sent.
    """
    name = facts.parameter
    if facts.outcome != "ACCEPT" or name is None:
        return "", ""
    accepted: set[str] = set()
    open_values: dict[str, str] = {}
    for case, reading in asked:
        if name in case.body:
            if reading.answer == "accepted":
                accepted.add(key_of(case.body[name]))
            elif reading.answer != "refused":
                open_values[key_of(case.body[name])] = f"{name} {shown(case.body[name])}: {reading.reason}"
    unreached = {
        key_of(case.body[name]): f"{name} {shown(case.body[name])} was not sent"
        for case in unsent
        if case.expect == "accepted" and facts.id in case.targets and name in case.body
    }
    first, second = (
        next((reason for value, reason in values.items() if value not in accepted), "")
        for values in (open_values, unreached)
    )
    return first, second


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
        declared=facts.declared,
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
