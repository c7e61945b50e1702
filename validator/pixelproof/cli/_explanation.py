"""What can be said about one requirement beyond its declaration: why, how to keep it, an example of each side, kin."""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from pixelproof._dialect import Dialect
from pixelproof._values import Requirement
from pixelproof.cli import _advice as advice
from pixelproof.cli._checks import Check, checks_of
from pixelproof.cli._examples import Example, examples_of
from pixelproof.rules import Rule, find_rule

OUTCOMES = {
    "R400": "the document says that such a request is refused with status 400",
    "INVALID": "outside what the document allows; it does not say which refusal comes",
    "ACCEPT": "the document promises that this is accepted",
    "NOOP": "the document says that this has no effect",
    "COERCE": "the document says that this is turned into another value",
    "PRECOND": "depends on the caller's account",
    "UNSTATED": "the document does not say what happens",
}
SEVERITIES = {
    "error": "a message that breaks it is invalid, and a run that sees it broken fails",
    "warning": "it is shown, and fails nothing unless asked to",
    "info": "it is noted, and changes no verdict",
}
LABELS = ("Why", "Flagged", "Allowed", "Keep")
"""The labelled sentences of a rule's docstring, in their order."""

_LABEL = re.compile(rf"^({'|'.join(LABELS)}): ", re.MULTILINE)


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
    names = dict.fromkeys(check.rule for check in checks if check.rule is not None)
    rules = [rule for rule in map(find_rule, names) if rule is not None]
    flagged, allowed = examples_of(requirement, dialect)
    dialects = [dialect, *(other for other in others if other.name != dialect.name)]
    return Explanation(
        OUTCOMES[requirement.outcome] if requirement.checkable else "",
        SEVERITIES[requirement.severity],
        tuple(checks),
        tuple(rules),
        tuple(dict.fromkeys(_why(requirement, checks, rules))),
        tuple(dict.fromkeys(_keep(requirement, dialect, checks, rules))),
        flagged,
        allowed,
        _related(requirement, dialects),
        _fault(requirement, dialect),
    )


def labelled(rule: Rule) -> tuple[str, dict[str, str]]:
    """The opening of a rule's docstring, and its labelled sentences by label, each on one line."""
    opening, *pieces = _LABEL.split(rule.page)
    said = dict(zip(pieces[::2], (" ".join(piece.split()) for piece in pieces[1::2]), strict=True))
    return opening.strip(), said


def _why(requirement: Requirement, checks: list[Check], rules: list[Rule]) -> Iterator[str]:
    for rule in rules:
        yield _sentence(labelled(rule)[1].get("Why", ""))
    for check in checks:
        if check.section == "refusal" and check.keywords:
            yield advice.REFUSAL_WHY
        if check.section != "request" or requirement.outcome not in advice.OPEN_OUTCOMES:
            yield from _said(check, advice.REQUEST_WHY, advice.REPLY_WHY)
    if requirement.on == "request" and requirement.checkable and requirement.outcome in advice.OPEN_OUTCOMES:
        yield advice.OPEN_OUTCOMES[requirement.outcome][0]


def _keep(requirement: Requirement, dialect: Dialect, checks: list[Check], rules: list[Rule]) -> Iterator[str]:
    if requirement.on == "request" and requirement.checkable:
        if requirement.outcome in advice.OPEN_OUTCOMES:
            yield advice.OPEN_OUTCOMES[requirement.outcome][1]
            return
        if requirement.outcome != "ACCEPT":
            blamed = dialect.about.get("refusal", {}).get("parameter")
            yield advice.refusal_words(requirement.outcome, blamed, requirement.parameter)
    for rule in rules:
        yield _sentence(labelled(rule)[1].get("Keep", ""))
    for check in checks:
        yield from _said(check, advice.REQUEST_KEEP, advice.REPLY_KEEP)
        if check.section == "refusal" and check.keywords:
            yield advice.REFUSAL_KEEP


def _said(check: Check, on_requests: dict[str, str], on_replies: dict[str, str]) -> Iterator[str]:
    """The sentence of a table for each keyword of a check, the narrowest that the table has."""
    table = on_requests if check.section == "request" else on_replies
    for kind in _kinds(check, table):
        yield table[kind]


def _kinds(check: Check, table: dict[str, str]) -> Iterator[str]:
    """The kinds of the keywords of a check, a wrong value in a request told apart from a wrong combination."""
    for keyword, value in check.keywords:
        kind = advice.KINDS.get(keyword)
        narrow = " ".join(("type", value.strip('"')))
        if check.section == "request" and keyword == "not" and check.conditional:
            yield "combination"
        elif check.section == "request" and keyword == "not" and value == "{}":
            yield "not taken"
        elif kind == "type" and not check.place:
            yield "whole"
        elif kind == "type" and narrow in table:
            yield narrow
        elif kind is not None:
            yield kind


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]


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
