"""The provider's side of an audit as a report like that of a run, so that it is shown and compared like one."""

import shlex
import sys
from collections.abc import Iterator

from pixelproof import Operation, Requirement, __version__

from pixelproof_conformance.audit import now
from pixelproof_conformance.client import Target
from pixelproof_conformance.guidance import guidance_for
from pixelproof_conformance.model import Json, Outcome, Record
from pixelproof_conformance.report.words import counted
from pixelproof_conformance.reported import Counts, Failure, Report, Result
from pixelproof_conformance.reproduce import curl_line, python_snippet
from pixelproof_conformance.results import requirements_of
from pixelproof_conformance.subject import find_subject
from pixelproof_conformance.traffic.arrival import facts_of
from pixelproof_conformance.traffic.auditing import Audit
from pixelproof_conformance.traffic.findings import Found, findings
from pixelproof_conformance.traffic.tally import Example, Side
from pixelproof_conformance.waivers import notices, waived_as_a_whole

NOT_SEEN = "no recorded exchange put it to the test"
OBSERVED_ONLY = "judged only under --profile observed"
RECORDED = "recorded traffic"


def report_of(audit: Audit, started: str) -> Report:
    """The report; one result for each requirement of every operation and model that occurs in the traffic."""
    dialect, tally = audit.dialect, audit.tally
    operations = {name for name, _, _ in tally.exchanges}
    results = tuple(result for result, _ in results_of(audit, "provider"))
    return Report(
        tool="pixelproof",
        version=__version__,
        dialect=dialect.name,
        document=f"{dialect.about['document']['title']} ({dialect.about['document']['file']})",
        url=", ".join(sorted(tally.origins)[:8]) or RECORDED,
        started=started,
        finished=now(),
        configuration=audit.configuration() | {"python": sys.version.split()[0]},
        command=_command(audit),
        counts=Counts(requests=tally.judged, images=tally.pictures),
        results=results,
        guidance=guidance_for(results, dialect),
        notes=tuple(notes(audit)),
        interrupted=audit.interrupted,
        waivers=audit.waivers,
        not_checkable=tuple(
            {"id": facts.id, "says": facts.says, "source": facts.source, "reason": facts.reason}
            for facts in dialect.requirements.values()
            if facts.reason is not None and facts.operation in operations
        ),
    )


def notes(audit: Audit) -> Iterator[str]:
    """What has to be known about the audit as a whole."""
    tally = audit.tally
    left_out = sum(tally.left_out.values())
    if left_out:
        most = sorted(tally.left_out.items(), key=lambda entry: (-entry[1], entry[0]))[:3]
        named = ", ".join(f"{what} ({count})" for what, count in most)
        yield f"{counted(left_out, 'exchange')} of no operation of the dialect left out: {named}."
    if tally.undecided:
        reasons = sorted(tally.undecided.items(), key=lambda entry: (-entry[1], entry[0]))
        told = ", ".join(f"{reason} ({count})" for reason, count in reasons[:6])
        yield f"{counted(sum(tally.undecided.values()), 'answer')} said nothing about the provider: {told}."
    if tally.unreadable:
        first = tally.flaws[0]
        yield (
            f"{counted(tally.unreadable, 'line or entry').replace('line or entrys', 'lines or entries')} could not be"
            f" judged; the first: {audit.where(first.place)}: {first.message}"
        )
    wrong = [found for found in findings(audit, "client") if found.severity == "error"]
    if wrong:
        seen = sum(found.group.seen for found in wrong)
        yield f"Clients broke {counted(len({found.key.requirement for found in wrong}), 'requirement')} {seen} times."
    yield from audit.lost
    yield from notices(audit.waivers)


def results_of(audit: Audit, side: Side) -> Iterator[tuple[Result, list[Found]]]:
    """The results of one side, each with the findings behind its failures, in their order.

    Of the clients' side: what a request can break counts as kept where no request broke it.
    """
    tally = audit.tally
    by_result: dict[tuple[str, str, str], list[Found]] = {}
    for found in findings(audit, side):
        by_result.setdefault(found.key[1:4], []).append(found)
    for operation_name in audit.dialect.operations:
        operation = audit.dialect.operation(operation_name)
        order = {name: place for place, name in enumerate(operation.models)}
        models = {model for name, model, _ in tally.exchanges if name == operation_name}
        for model in sorted(models, key=lambda name: (order.get(name, len(order)), name)):
            for facts in _requirements(audit, operation, model, side):
                key = (operation_name, model, facts.id)
                passed = tally.passed.get(key, 0) if side == "provider" else 1
                found_here = by_result.get(key, [])
                yield _result(audit, model, facts, found_here, passed), found_here


def _requirements(audit: Audit, operation: Operation, model: str, side: Side) -> list[Requirement]:
    """The requirements that apply to a model, and the others of which something was seen."""
    here = (operation.name, model)
    seen = {key.requirement for key in audit.tally.groups if key[:3] == (side, *here)}
    if side == "provider":
        seen |= {requirement for name, other, requirement in audit.tally.passed if (name, other) == here}
    subject = find_subject(audit.dialect, operation, model)
    if subject is not None:
        seen |= {facts.id for facts in requirements_of(subject) if side == "provider" or facts.on == "request"}
    stated = [facts for name, facts in operation.requirements.items() if name in seen]
    wire = sorted(seen - operation.requirements.keys())
    return [*stated, *(facts_of(audit.dialect, operation.name, name) for name in wire)]


def _result(audit: Audit, model: str, facts: Requirement, found: list[Found], passed: int) -> Result:
    words = {one.key.outcome for one in found}
    outcome: Outcome = "fail" if "fail" in words else "warn" if words else "pass" if passed else "not-run"
    note = "" if words or passed else NOT_SEEN
    if facts.observed_only and audit.terms.profile != "observed":
        outcome, note = "disabled", OBSERVED_ONLY
    failures = tuple(_failure(audit, one) for one in found)
    return Result(
        requirement=facts.id,
        operation=facts.operation,
        model=model,
        outcome=outcome,
        says=facts.says,
        source=facts.source,
        severity=facts.severity,
        word=facts.outcome,
        checks=passed + sum(one.group.seen for one in found),
        note=note,
        failures=failures,
        waived=waived_as_a_whole(outcome, failures),
        on=facts.on,
        parameter=facts.parameter,
        declared=facts.declared,
    )


def _failure(audit: Audit, found: Found) -> Failure:
    key, group = found.key, found.group
    first = group.examples[0]
    curl, python = _reproduction(audit, found, first)
    return Failure(
        identity=" ".join(part.replace(" ", "-") for part in (*key[3:4], *key[1:3], key.parameter or "-")),
        outcome=key.outcome,
        message=first.message,
        case=audit.where(first.place),
        parameter=key.parameter,
        expected=first.expected,
        actual=first.actual,
        hint=first.hint or found.facts.hint,
        seen=group.seen,
        request=first.request,
        status=first.status,
        answer=first.answer,
        curl=curl,
        python=python,
        evidence=first.evidence,
        waived=found.waived,
    )


def _reproduction(audit: Audit, found: Found, first: Example) -> tuple[str, str]:
    """How the request is sent again, to the provider when only a path is known; nothing for one that is not whole."""
    operation = audit.dialect.operation(found.key.operation)
    url = first.url if "://" in first.url else f"{audit.dialect.about['base-url']}{first.url or operation.path}"
    if first.sent is None:
        return "", ""
    about: dict[str, Json] = audit.dialect.about["authentication"]
    variable = about.get("key-variable", "API_KEY")
    sent = first.sent.encode("utf-8", "replace")
    record = Record(audit.where(first.place), url, sent, operation.content_type, "", 0.0)
    # The key itself is never known here; that there is one makes the header with the variable.
    target = Target(url=url, key=variable, key_header=about["header"], key_scheme=about.get("scheme"))
    return curl_line(record, target, key_variable=variable), python_snippet(record, target, key_variable=variable)


def _command(audit: Audit) -> str:
    terms = audit.terms
    words = ["pixelproof", "audit", *(str(name) for name in audit.configuration()["files"]), "--dialect", terms.dialect]
    if terms.operation:
        words += ["--operation", terms.operation]
    for flag, pairs in (("--route", terms.routes), ("--model-alias", [(new, old) for old, new in terms.aliases])):
        for name, value in pairs:
            words += [flag, f"{name}={value}"]
    for name, fact in terms.account:
        words += ["--account", f"{name}={str(fact).lower()}"]
    if terms.profile == "observed":
        words += ["--profile", "observed"]
    for folder in terms.dialect_path:
        words += ["--dialect-path", folder]
    return shlex.join(words)
