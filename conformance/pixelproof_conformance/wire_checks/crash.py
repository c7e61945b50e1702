"""What a hostile request must not do to an endpoint: server errors, cut connections, silence."""

from collections.abc import Iterator

from pixelproof_conformance.model import Observation, Outcome
from pixelproof_conformance.wire_checks.ground import Exchange, Ground


def crash_of(exchange: Exchange) -> str | None:
    """How the endpoint broke down over a request; ``None`` when it did not, or when that cannot be told.

    What happens once says nothing: only what happens each time is caused by the request.
    """
    record = exchange.record
    if not exchange.broke_down_each_time:
        return None
    if record.failure is None:
        return f"The endpoint answered with the server error {record.status}, however often it was asked."
    what = "There was no whole answer" if record.failure in ("timeout", "endless") else "The connection broke"
    return f"{what}, however often it was sent: {record.failure_text}."


def has_answer(exchange: Exchange) -> bool:
    """Whether the endpoint said anything definite: no rate limit, no outage, no redirection."""
    status = exchange.status
    return status is not None and status != 429 and not 300 <= status < 400 and status < 500


def judge_hostile(
    ground: Ground, check: str, exchange: Exchange, *, accepted: Outcome = "pass", noun: str = "request"
) -> Iterator[Observation]:
    """Says whether a request that is to be refused was, without a crash; ``accepted`` is what a 2xx means."""
    crash = crash_of(exchange)
    if crash is not None:
        yield ground.seen(check, exchange, crash, outcome="fail", expected="status 4xx", actual=exchange.record.status)
    elif not has_answer(exchange):
        yield ground.open(check, exchange, exchange.reading.reason)
    elif exchange.accepted and accepted != "pass":
        message = f"This {noun} was accepted with status {exchange.status}."
        yield ground.seen(check, exchange, message, outcome=accepted, expected="status 4xx", actual=exchange.status)
    else:
        yield ground.kept(check, exchange)
