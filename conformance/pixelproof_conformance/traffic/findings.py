"""Both sides of an audit in the order in which people want them: the worst first, then the most frequent."""

from dataclasses import asdict
from typing import NamedTuple

from pixelproof import Requirement

from pixelproof_conformance.model import Json
from pixelproof_conformance.reported import Waived
from pixelproof_conformance.traffic.arrival import facts_of
from pixelproof_conformance.traffic.auditing import Audit
from pixelproof_conformance.traffic.tally import Group, Key, Side

SEVERITIES = ("error", "warning", "info")
SIDES: dict[str, tuple[Side, ...]] = {"provider": ("provider",), "client": ("client",), "both": ("provider", "client")}
"""Whose findings count, by what ``--fail-on`` says."""


class Found(NamedTuple):
    """Findings that are one, with their requirement."""

    key: Key
    group: Group
    facts: Requirement
    severity: str
    waived: Waived | None = None


def findings(audit: Audit, side: Side) -> list[Found]:
    """The findings of one side. What is accepted against the document is an error whatever it is called elsewhere."""
    found = []
    for key, group in audit.tally.groups.items():
        if key.side == side:
            facts = facts_of(audit.dialect, key.operation, key.requirement)
            declared = facts.observed_severity if audit.terms.profile == "observed" else facts.severity
            severity = "error" if key.outcome == "fail" else declared
            found.append(Found(key, group, facts, severity, audit.waived.get(key)))
    return sorted(
        found,
        key=lambda one: (SEVERITIES.index(one.severity), -one.group.seen, one.key.requirement, str(one.key[1:])),
    )


def exit_status(audit: Audit, *, fail_on: str = "provider", strict: bool = False) -> int:
    """0 conforms, 1 errors that are not waived, 2 unreadable lines when ``strict``, 3 not judged or our fault.

    The provider was not judged when no exchange put it to the test, for example when each answer has status 429.
    """
    tally = audit.tally
    if strict and tally.unreadable:
        return 2
    if any(key.outcome == "fail" and key.side in SIDES[fail_on] and key not in audit.waived for key in tally.groups):
        return 1
    judged = says_of_provider(audit) if fail_on == "provider" else tally.judged > 0
    return 3 if audit.lost or tally.faults or not judged else 0


def says_of_provider(audit: Audit) -> bool:
    """Whether any exchange shows that the provider kept or broke something."""
    return bool(audit.tally.passed) or any(key.side == "provider" for key in audit.tally.groups)


def as_json(audit: Audit, found: Found) -> dict[str, Json]:
    """Findings that are one as JSON-ready values."""
    key, group, facts, severity, waived = found
    return {
        "requirement": key.requirement,
        "operation": key.operation,
        "model": key.model,
        "parameter": key.parameter,
        "severity": severity,
        "word": facts.outcome,
        "seen": group.seen,
        "says": facts.says,
        "source": facts.source,
        "waived": None if waived is None else asdict(waived),
        "examples": [
            {
                "place": audit.where(one.place),
                "message": one.message,
                "expected": one.expected,
                "actual": one.actual,
                "hint": one.hint,
                "url": one.url,
                "status": one.status,
                "request": one.request,
                "answer": one.answer,
            }
            for one in group.examples
        ],
    }
