"""``report.sarif``: the failures and warnings of a run as SARIF 2.1.0, for code scanning and editors.

Each broken requirement is a rule and each failure a result at the line where the requirement is declared. Waived ones
are suppressed. What was not judged is told as notifications of the invocation: a result would be an alert.
"""

import json
import re
from urllib.parse import quote

from pixelproof._locate import schemas_root
from pixelproof.formats.sarif import SCHEMA

from pixelproof_conformance.model import Json, Outcome
from pixelproof_conformance.report import words
from pixelproof_conformance.report.escaping import block, in_xml, one_line
from pixelproof_conformance.report.json_form import plain
from pixelproof_conformance.reported import Failure, Report, Result

LEVELS: dict[Outcome, str] = {"fail": "error", "warn": "warning"}
SEVERITIES = {"error": "error", "warning": "warning", "info": "note"}
MOST_TEXT = 8000
_DECLARED = re.compile(r"((?:[\w-][\w.-]*/)?[\w-]+\.yaml)(?::([1-9][0-9]{0,8}))?", re.ASCII)


def as_sarif(report: Report) -> str:
    """One log with one run. Text of strangers has no control characters, and is cut after 8,000 characters."""
    flaws = [*words.broken(report, "fail"), *words.broken(report, "warn")]
    rules = {result.requirement: _rule(report, result) for result, _ in flaws}
    places = {name: place for place, name in enumerate(rules)}
    run = {
        "tool": {
            "driver": {
                "name": report.tool,
                "semanticVersion": report.version,
                "rules": [*rules.values()],
            }
        },
        "automationDetails": {"id": f"{report.tool}/{report.dialect}/"},
        "columnKind": "unicodeCodePoints",
        "invocations": [_invocation(report)],
        "results": [_result(result, failure, places[result.requirement]) for result, failure in flaws],
        "properties": {**dict(words.facts(report)), "configuration": report.configuration, "totals": report.totals()},
    }
    log = {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}
    return json.dumps(_clean(plain(log)), indent=1, allow_nan=False) + "\n"


def _rule(report: Report, result: Result) -> dict[str, Json]:
    kept = words.kept_by(report, result)
    return {
        "id": result.requirement,
        "shortDescription": {"text": result.says},
        "help": {"text": "\n".join([result.says, *([kept] if kept else []), f"Source: {result.source}"])},
        "defaultConfiguration": {"level": SEVERITIES.get(result.severity, "warning")},
        "properties": {"outcome": result.word, "source": result.source, "tags": [report.dialect, result.operation]},
    }


def _result(result: Result, failure: Failure, rule_index: int) -> dict[str, Json]:
    expected = f" Expected: {failure.expected}." if failure.expected else ""
    parameter = f", {failure.parameter}" if failure.parameter else ""
    head = f"{result.operation}, {result.model}{parameter}: "
    waived = failure.waived
    return {
        "ruleId": result.requirement,
        "ruleIndex": rule_index,
        "level": LEVELS.get(failure.outcome, "warning"),
        "message": {"text": f"{head}{words.happened(result, failure)}{expected} {result.says}"},
        "locations": [_location(result, failure)],
        "partialFingerprints": {"identity/v1": failure.identity},
        "suppressions": [{"kind": "external", "status": "accepted", "justification": words.why_waived(waived)}]
        if waived
        else [],
        "properties": {
            "operation": result.operation,
            "model": result.model,
            "parameter": failure.parameter,
            "actual": failure.actual,
            "hint": failure.hint,
            "case": failure.case,
            "seen": failure.seen,
            "status": failure.status,
            "curl": failure.curl,
        },
    }


def _location(result: Result, failure: Failure) -> dict[str, Json]:
    """The declaration of the requirement, below ``schemas/`` where the dialect is one of ours."""
    match = _DECLARED.fullmatch(result.declared)
    file = match[1] if match else f"{result.requirement.split('/')[0]}/{result.operation}.yaml"
    own = _DECLARED.fullmatch(file) is not None and (schemas_root() / file).is_file()
    region = {"region": {"startLine": int(match[2])}} if match and match[2] else {}
    location: dict[str, Json] = {
        "physicalLocation": {"artifactLocation": {"uri": quote(f"schemas/{file}" if own else file)}, **region}
    }
    if failure.parameter:
        name = one_line(failure.parameter)
        location["logicalLocations"] = [{"name": name, "fullyQualifiedName": f"{result.operation}.{name}"}]
    return location


def _invocation(report: Report) -> dict[str, Json]:
    told: list[dict[str, Json]] = [
        {
            "level": "error" if outcome == "error" else "note",
            "message": {"text": f"{words.counted(number, 'result')} {outcome}: {reason}"},
        }
        for outcome, reason, number in words.reasons(report)
    ]
    told += [{"level": "note", "message": {"text": note}} for note in report.notes if note]
    times = {"startTimeUtc": report.started, "endTimeUtc": report.finished}
    return {
        "executionSuccessful": report.exit_status != 3 and not report.interrupted,
        "exitCode": report.exit_status,
        "exitCodeDescription": words.exit_meaning(report),
        "commandLine": report.command,
        **{name: time for name, time in times.items() if _is_time(time)},
        "toolExecutionNotifications": told,
    }


def _is_time(text: str) -> bool:
    """Whether ``text`` is a time in UTC as SARIF writes it; an older journal may hold anything."""
    from datetime import datetime

    try:
        return text.endswith("Z") and datetime.fromisoformat(text).tzinfo is not None
    except ValueError:
        return False


def _clean(value: Json) -> Json:
    if isinstance(value, str):
        return in_xml(block(value, MOST_TEXT))
    if isinstance(value, dict):
        return {in_xml(str(name)): _clean(entry) for name, entry in value.items()}
    if isinstance(value, list | tuple):
        return [_clean(entry) for entry in value]
    return value
