"""Broken requirements by what they have in common, so that one repair is seen as one."""

from collections.abc import Sequence
from dataclasses import dataclass

from pixelproof_conformance.report.html.places import flaws_of
from pixelproof_conformance.reported import Result


@dataclass(frozen=True, slots=True)
class Cause:
    """One way in which targets go wrong: its name in addresses, a heading, and where to look for the cause.

    ``one_repair`` says that one change in one place can settle all of it.
    """

    name: str
    heading: str
    look: str
    one_repair: bool = True


REFUSED = Cause(
    "documented-refused",
    "Documented requests are refused",
    "Clients that keep to the document get an error. Look for lists of values and parameters of your own, and take them"
    " from the document.",
)
CRASHED = Cause(
    "server-errors",
    "Requests end in a server error",
    "The request is used before it is checked. Check it where it comes in, and turn what the provider behind you"
    " refuses into a 4xx.",
)
ACCEPTED = Cause(
    "wrong-requests-accepted",
    "Wrong requests are accepted",
    "The request is not checked, or a wrong value is replaced on the way. One check of the whole request, before"
    " anything is sent on or paid for, repairs all of these.",
)
REQUESTS = Cause(
    "requests",
    "Requests are not treated as documented",
    "Compare what the target does with these requests with what the document says.",
    one_repair=False,
)
ANSWERS = Cause(
    "answers",
    "Answers are not what the document promises",
    "Look at the place that writes answers: what it drops, renames or makes up on the way from the provider behind.",
    one_repair=False,
)
STREAMS = Cause(
    "streams",
    "Streams are not what the document promises",
    "Look at how events are passed on: each one whole, in order, as soon as it comes.",
    one_repair=False,
)
REFUSALS = Cause(
    "refusals",
    "Refusals are not as documented",
    "Write every refusal in one place of the code, those of the framework and of proxies included.",
)
WIRE = Cause(
    "wire",
    "HTTP is not spoken as clients expect it",
    "No document says this, but clients rely on it. Look at the framework and the proxies in front of the target.",
    one_repair=False,
)
CAUSES = (REFUSED, CRASHED, ACCEPTED, REQUESTS, ANSWERS, STREAMS, REFUSALS, WIRE)
"""In the order in which they hurt honest callers."""

_BY_MESSAGE = {"answer": ANSWERS, "stream": STREAMS, "refusal": REFUSALS}


def cause_of(results: Sequence[Result]) -> Cause:
    """What the flaws of one requirement most likely have in common with others."""
    first = results[0]
    statuses = [failure.status or 0 for result in results for failure in flaws_of(result)]
    wire = first.requirement.startswith("wire/")
    if (wire or first.on == "request") and statuses and min(statuses) >= 500:
        return CRASHED
    if wire:
        return WIRE
    if first.word == "ACCEPT" and first.on in ("request", "refusal"):
        return REFUSED
    if first.on != "request":
        return _BY_MESSAGE.get(first.on, REQUESTS)
    return ACCEPTED if first.severity == "error" and any(200 <= status < 300 for status in statuses) else REQUESTS
