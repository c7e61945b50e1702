"""A request was answered although the document says that it is refused."""

from collections.abc import Iterator

from pixelproof._exchange import Exchange
from pixelproof._text import shown
from pixelproof._values import Json, Seen
from pixelproof.rules import rule

REFUSED = "R400"


def is_to_be_refused(exchange: Exchange, parameters: dict[str, Json]) -> bool:
    """Whether the document says with which status the request is refused."""
    return any(finding.outcome == REFUSED for finding in exchange.request_verdict().findings)


@rule("refusal-left-out", on=("answer", "stream"), applies=is_to_be_refused)
def refusal_left_out(exchange: Exchange, parameters: dict[str, Json]) -> Iterator[Seen]:
    """A request that the document says is refused with status 400 was answered as if nothing were wrong.

    Such a request breaks a requirement with the outcome R400; other wrong requests have no documented status.
    Why: the caller pays for an image that lacks what was asked for, and hears nothing of it.
    Flagged: status 200 for a transparent background from a model that is said to refuse it.
    Allowed: status 400 for the same request.
    Keep: check for it before the request is sent on, and answer 400; do not change the request instead.
    """
    for finding in exchange.request_verdict().findings:
        if finding.outcome == REFUSED:
            note = f"The status is {exchange.status}, although {finding.parameter} is {shown(finding.actual)}"
            yield Seen((), exchange.status, "400", note=note)
            return
