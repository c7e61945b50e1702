"""What can be said about one requirement beyond its declaration: why, how to keep it, an example of each side, kin."""

from collections.abc import Sequence
from typing import NamedTuple

from pixelproof._checks import Check, checks_of
from pixelproof._dialect import Dialect
from pixelproof._guidance import OUTCOMES, guidance_of, rules_of
from pixelproof._values import Requirement
from pixelproof.cli._examples import Example, examples_of
from pixelproof.rules import Rule

SEVERITIES = {
    "error": "a message that breaks it is invalid, and a run that sees it broken fails",
    "warning": "it is shown, and fails nothing unless asked to",
    "info": "it is noted, and changes no verdict",
}


class Explanation(NamedTuple):
    """What is said of a requirement; each text is a sentence or a few.

    ``why`` and ``keep`` have a text for each kind of check, ``related`` ids of requirements under what they share.
    ``fault`` is the name under which the reference gateway breaks it, ``None`` when it cannot or is not installed.
    """

    outcome: str
    severity: str
    checks: tuple[Check, ...]
    rules: tuple[Rule, ...]
    why: tuple[str, ...]
    keep: tuple[str, ...]
    flagged: Example | None
    allowed: Example | None
    related: dict[str, tuple[str, ...]]
    fault: str | None


def explanation_of(requirement: Requirement, dialect: Dialect, others: Sequence[Dialect] = ()) -> Explanation:
    """Everything about ``requirement`` of ``dialect``; ``others`` are looked through for the same flaw and rule."""
    checks = checks_of(requirement, dialect) if requirement.checkable else []
    guidance = guidance_of(requirement, dialect)
    flagged, allowed = examples_of(requirement, dialect)
    dialects = [dialect, *(other for other in others if other.name != dialect.name)]
    return Explanation(
        OUTCOMES[requirement.outcome] if requirement.checkable else "",
        SEVERITIES[requirement.severity],
        tuple(checks),
        tuple(rules_of(checks)),
        guidance.why,
        guidance.keep,
        flagged,
        allowed,
        _related(requirement, dialects),
        _fault(requirement, dialect),
    )


def _related(requirement: Requirement, dialects: Sequence[Dialect]) -> dict[str, tuple[str, ...]]:
    """Other requirements by what they share with this one; those of its own dialect come first."""
    flaw = requirement.id.rpartition("/")[2]
    groups: dict[str, list[str]] = {"parameter": [], "rule": [], "flaw": []}
    for other in (other for dialect in dialects for other in dialect.requirements.values()):
        if other.id == requirement.id:
            continue
        same_operation = (other.dialect, other.operation) == (requirement.dialect, requirement.operation)
        if other.id.rpartition("/")[2] == flaw:
            groups["flaw"].append(other.id)
        elif same_operation and requirement.parameter and other.parameter == requirement.parameter:
            groups["parameter"].append(other.id)
        elif requirement.rule and other.rule == requirement.rule:
            groups["rule"].append(other.id)
    return {shared: tuple(ids) for shared, ids in groups.items() if ids}


def _fault(requirement: Requirement, dialect: Dialect) -> str | None:
    try:
        from pixelproof_conformance.gateway.faults import faults_of
    except ModuleNotFoundError:
        return None
    return next((fault.name for fault in faults_of(dialect) if fault.name == requirement.id), None)
