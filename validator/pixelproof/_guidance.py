"""Why a requirement matters and how an endpoint keeps it, in sentences: those of ``explain`` and of reports."""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from pixelproof import _advice as advice
from pixelproof._checks import Check, checks_of
from pixelproof._dialect import Dialect
from pixelproof._values import Requirement
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
"""What the outcome word of a requirement says."""

LABELS = ("Why", "Flagged", "Allowed", "Keep")
"""The labelled sentences of a rule's docstring, in their order."""

_LABEL = re.compile(rf"^({'|'.join(LABELS)}): ", re.MULTILINE)


class Guidance(NamedTuple):
    """What is said to the author of an endpoint; a text is a sentence or a few, one for each kind of check."""

    why: tuple[str, ...] = ()
    keep: tuple[str, ...] = ()


def guidance_of(requirement: Requirement, dialect: Dialect) -> Guidance:
    """Why ``requirement`` of ``dialect`` matters, and how to keep it; empty for what no message shows."""
    if not requirement.checkable:
        return Guidance()
    checks = checks_of(requirement, dialect)
    rules = rules_of(checks)
    return Guidance(
        tuple(dict.fromkeys(filter(None, _why(requirement, checks, rules)))),
        tuple(dict.fromkeys(filter(None, _keep(requirement, dialect, checks, rules)))),
    )


def rules_of(checks: Sequence[Check]) -> list[Rule]:
    """The rules behind ``checks``, each once."""
    names = dict.fromkeys(check.rule for check in checks if check.rule is not None)
    return [rule for rule in map(find_rule, names) if rule is not None]


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
    if requirement.on == "request" and requirement.outcome in advice.OPEN_OUTCOMES:
        yield advice.OPEN_OUTCOMES[requirement.outcome][0]


def _keep(requirement: Requirement, dialect: Dialect, checks: list[Check], rules: list[Rule]) -> Iterator[str]:
    if requirement.on == "request":
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
