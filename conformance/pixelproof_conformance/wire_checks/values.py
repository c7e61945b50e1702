"""Values that are wrong or unusual, as the other requests of the run send them."""

from collections.abc import Iterator

from pixelproof_conformance.model import Case, Observation
from pixelproof_conformance.wire_checks.crash import crash_of, has_answer
from pixelproof_conformance.wire_checks.ground import Exchange, Ground

SERVER_ERROR = "wire/values/server-error"


def cases(ground: Ground) -> Iterator[Case]:
    """None: the requests that break a requirement serve."""
    return iter(())


def judge(ground: Ground, exchanges: list[Exchange]) -> Iterator[Observation]:
    """Which of the requests that a document does not promise to be accepted ended in a crash."""
    if not ground.wants(SERVER_ERROR):
        return
    for exchange in exchanges:
        case = exchange.case
        if case.kind == "wire" or case.expect == "accepted":
            continue
        crash = crash_of(exchange)
        if crash is not None:
            facts = {"parameter": case.parameter, "expected": "status 4xx", "actual": exchange.record.status}
            yield ground.seen(SERVER_ERROR, exchange, crash, **facts)
        elif has_answer(exchange):
            yield ground.kept(SERVER_ERROR, exchange)
