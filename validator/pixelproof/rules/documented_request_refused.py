"""A request that keeps to the document was refused."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from pixelproof._exchange import Exchange
from pixelproof._values import Finding, Json, Seen
from pixelproof.rules import rule

if TYPE_CHECKING:
    from pixelproof._operation import Operation

REFUSALS = (400, 413, 415, 422)
ACCEPTED = ("NOOP", "COERCE")
DECIDED = ("model-left-open",)
"""Rules on requests that say what the document leaves open about a request which it accepts all the same."""


@rule("documented-request-refused", on="refusal")
def documented_request_refused(exchange: Exchange, parameters: dict[str, Json]) -> Iterator[Seen]:
    """A request that the document accepts was refused as wrong.

    Accepted is also what the document says to be ignored or changed. When the refusal blames a parameter, the
    permission of that parameter is what is broken. Other statuses (401, 403, 404, 429, 5xx) say nothing about the
    request. A refusal by the content filter is recognised and left out, and so is one of what the document leaves
    open: a parameter that is null, or a text that keeps its limit in one unit and not in another.
    Why: a documented value that does not work is the promise that users miss first.
    Flagged: ``background`` is opaque, or ``stream`` is documented to have no effect, and the answer is 400.
    Allowed: ``background`` is striped, and the answer is 400.
    Keep: hand documented values on as they are; refuse only what the document excludes, with 400.
    """
    if exchange.request is None or exchange.status not in REFUSALS or exchange.asked_for_null or _filtered(exchange):
        return
    if any(leaves_open(exchange.operation, finding) for finding in exchange.request_verdict().findings):
        return
    blamed = exchange.operation.blamed_parameter(exchange.message)
    if blamed not in exchange.request and f"{blamed}[]" in exchange.request:  # how a form names several files
        blamed = f"{blamed}[]"
    permission = exchange.operation.permissions.get(blamed) if blamed in exchange.request else None
    if permission is None:
        note = f"The status is {exchange.status}"
        yield Seen((), exchange.status, "the request to be accepted", note=note)
    else:
        note = f"was refused with status {exchange.status}"
        value = exchange.request[str(blamed)]
        yield Seen((str(blamed),), value, "the value to be accepted", note=note, requirement=permission)


def leaves_open(operation: "Operation", finding: Finding) -> bool:
    """Whether the document does not say that a request with this finding is accepted."""
    if finding.severity != "info":
        return finding.outcome not in ACCEPTED
    facts = operation.requirements[finding.requirement]
    return finding.outcome == "UNSTATED" and facts.observed_severity == "info" and facts.rule not in DECIDED


def _filtered(exchange: Exchange) -> bool:
    error = exchange.answer.get("error")
    code = error.get("code") if isinstance(error, dict) else None
    return code in ("moderation_blocked", "content_policy_violation")
