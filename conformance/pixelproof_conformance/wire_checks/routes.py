"""Routes and methods that an endpoint does not have."""

from collections.abc import Iterator

from pixelproof._wire_table import ROUTES

from pixelproof_conformance.model import Case, Observation, Transport
from pixelproof_conformance.wire_checks.crash import crash_of, has_answer
from pixelproof_conformance.wire_checks.ground import Exchange, Ground, own

METHOD = "wire/routes/other-method"
UNKNOWN = "wire/routes/unknown-path"
OTHER = "wire/routes/other-operation"


def cases(ground: Ground) -> Iterator[Case]:
    """GET on the route, a path below it, and the image routes that the document does not name."""
    operation = ground.subject.operation
    if ground.wants(METHOD):
        transport = Transport(method="GET")
        yield ground.case(METHOD, "get", {}, raw=b"", content_type="", expect="either", images=0, transport=transport)
    if ground.wants(UNKNOWN):
        transport = Transport(path=f"{operation.path}/pixelproof-unknown")
        yield ground.case(UNKNOWN, "below", files=ground.refused[1], transport=transport)
    head, _, last = operation.path.rpartition("/")
    if ground.wants(OTHER) and last in ROUTES and last == ground.subject.dialect.operations[0]:
        for route in ROUTES:
            if route not in ground.subject.dialect.operations:
                yield ground.case(OTHER, route, files=ground.refused[1], transport=Transport(path=f"{head}/{route}"))


def judge(ground: Ground, exchanges: list[Exchange]) -> Iterator[Observation]:
    """Whether each of them was answered as a route that is not there."""
    for check, refused in ((METHOD, (404, 405)), (UNKNOWN, (404, 405)), (OTHER, ())):
        for exchange in own(check, exchanges) if ground.wants(check) else ():
            yield _of(ground, check, exchange, refused)


def _of(ground: Ground, check: str, exchange: Exchange, wanted: tuple[int, ...]) -> Observation:
    crash = crash_of(exchange)
    if crash is not None:
        return ground.seen(check, exchange, crash, outcome="fail", expected="status 404 or 405")
    if not has_answer(exchange):
        return ground.open(check, exchange, exchange.reading.reason)
    if exchange.status in (wanted or range(400, 500)) or exchange.status in (401, 403):
        return ground.kept(check, exchange)
    message = f"A route that is not documented was answered with status {exchange.status}."
    return ground.seen(check, exchange, message, expected="status 404 or 405", actual=exchange.status)
