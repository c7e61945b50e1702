"""Findings as SARIF 2.1.0, the format that code scanning and many editors read."""

import json
from collections.abc import Iterable, Iterator
from pathlib import Path, PurePath
from urllib.parse import quote

from pixelproof import __version__
from pixelproof._values import Finding, Json, Requirement
from pixelproof.formats import Judged
from pixelproof.formats._places import lines_of

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_LEVEL = {"error": "error", "warning": "warning", "info": "note"}


def render(judged: Iterable[Judged], colours: bool) -> Iterator[str]:
    """One log with one run, in which each requirement that is broken is a rule and each finding a result."""
    rules: dict[str, dict[str, Json]] = {}
    results: list[dict[str, Json]] = []
    for one in judged:
        lines = lines_of(one.content, {finding.pointer for finding in one.verdict.findings})
        for finding in one.verdict.findings:
            rules.setdefault(finding.requirement, _rule(one.requirements[finding.requirement]))
            index = list(rules).index(finding.requirement)
            results.append(_result(finding, index, one.path, lines.get(finding.pointer)))
    driver = {"name": "pixelproof", "semanticVersion": __version__, "rules": [*rules.values()]}
    run = {"tool": {"driver": driver}, "columnKind": "unicodeCodePoints", "results": results}
    yield json.dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2) + "\n"


def _rule(requirement: Requirement) -> dict[str, Json]:
    help_text = [requirement.says, requirement.hint, f"Source: {requirement.source}"]
    return {
        "id": requirement.id,
        "shortDescription": {"text": requirement.says},
        "help": {"text": "\n".join(filter(None, help_text))},
        "defaultConfiguration": {"level": _LEVEL[requirement.severity]},
        "properties": {
            "outcome": requirement.outcome,
            "source": requirement.source,
            "tags": [requirement.dialect, requirement.operation],
        },
    }


def _result(finding: Finding, rule_index: int, path: str | None, line: int | None) -> dict[str, Json]:
    expected = f" Expected: {finding.expected}." if finding.expected else ""
    location: dict[str, Json] = {}
    if path is not None:
        region = {} if line is None else {"region": {"startLine": line}}
        location["physicalLocation"] = {"artifactLocation": {"uri": _uri(path)}, **region}
    if finding.pointer:
        name = finding.parameter or finding.pointer
        location["logicalLocations"] = [{"fullyQualifiedName": finding.pointer, "name": name, "kind": "value"}]
    return {
        "ruleId": finding.requirement,
        "ruleIndex": rule_index,
        "level": _LEVEL[finding.severity],
        "message": {"text": f"{finding.message}{expected}"},
        "locations": [location] if location else [],
        "partialFingerprints": {"requirementAndPlace/v1": f"{finding.requirement} {finding.pointer}"},
        "properties": {"expected": finding.expected, "actual": finding.actual, "hint": finding.hint},
    }


def _uri(path: str) -> str:
    """A relative file as a relative reference, which readers resolve against the root of the repository."""
    return Path(path).as_uri() if PurePath(path).is_absolute() else quote(PurePath(path).as_posix())
