"""Refusals in the shape that SDKs read, whichever request they answer, and successes that are none."""

from collections.abc import Iterator

from pixelproof_conformance.judge import excerpt
from pixelproof_conformance.model import Case, Json, Observation
from pixelproof_conformance.wire_checks.ground import Exchange, Ground

PAGE = "wire/refusals/web-page"
NO_OBJECT = "wire/refusals/not-an-object"
DETAIL = "wire/refusals/framework-detail"
INCOMPLETE = "wire/refusals/envelope-incomplete"
SUCCESS = "wire/refusals/success-status"


def cases(ground: Ground) -> Iterator[Case]:
    """None: every other request of the run serves."""
    return iter(())


def judge(ground: Ground, exchanges: list[Exchange]) -> Iterator[Observation]:
    """What the refusals and the answers of the run say."""
    for exchange in exchanges:
        if exchange.status is None or not 200 <= exchange.status < 600 or _is_fetch(exchange):
            continue
        if ground.wants(PAGE):
            yield from _page(ground, exchange)
        if 400 <= exchange.status < 500 and not exchange.is_web_page:
            yield from _refusal(ground, exchange)
        elif exchange.accepted and ground.wants(SUCCESS) and exchange.case.raw != b"" and not exchange.streamed:
            yield from _success(ground, exchange)


def _is_fetch(exchange: Exchange) -> bool:
    return exchange.case.transport is not None and exchange.case.transport.fetch is not None


def _page(ground: Ground, exchange: Exchange) -> Iterator[Observation]:
    status = exchange.status or 0
    if not exchange.is_web_page:
        yield ground.kept(PAGE, exchange)
        return
    # A page of a proxy during an outage says more about the moment than about the endpoint.
    facts = {"expected": "a JSON object", "actual": exchange.record.content_type}
    grave = {"outcome": "warn"} if status >= 500 or exchange.case.raw == b"" else {}
    yield ground.seen(
        PAGE, exchange, f"Status {status} came with a web page: {excerpt(exchange.record)}", **facts, **grave
    )


def _refusal(ground: Ground, exchange: Exchange) -> Iterator[Observation]:
    body = exchange.answer
    if not isinstance(body, dict):
        if ground.wants(NO_OBJECT):
            message = (
                f"The body of the refusal with status {exchange.status} is no JSON object: {excerpt(exchange.record)}"
            )
            yield ground.seen(NO_OBJECT, exchange, message, expected="a JSON object")
        return
    if ground.wants(NO_OBJECT):
        yield ground.kept(NO_OBJECT, exchange)
    framework = ground.wants(DETAIL) and "detail" in body and "error" not in body
    if ground.wants(DETAIL):
        message = f"The refusal with status {exchange.status} is the 'detail' of a web framework."
        yield (
            ground.seen(DETAIL, exchange, message, expected="an error object", actual=body["detail"])
            if framework
            else ground.kept(DETAIL, exchange)
        )
    if ground.wants(INCOMPLETE) and not framework:
        missing = [name for name in _places(ground) if not _holds(body, name)]
        if missing:
            message = f"The refusal with status {exchange.status} has no {', '.join(missing)}."
            yield ground.seen(INCOMPLETE, exchange, message, expected=", ".join(_places(ground)))
        else:
            yield ground.kept(INCOMPLETE, exchange)


def _success(ground: Ground, exchange: Exchange) -> Iterator[Observation]:
    body = exchange.answer
    if not isinstance(body, dict) or exchange.is_web_page:
        return
    if body.get("error"):
        message = f"The answer has status {exchange.status} and carries an error: {excerpt(exchange.record)}"
        yield ground.seen(SUCCESS, exchange, message, parameter="error", expected="status 4xx or 5xx")
    elif body.get("data") in (None, [], {}):
        message = f"The answer has status {exchange.status} and no images: {excerpt(exchange.record)}"
        yield ground.seen(SUCCESS, exchange, message, parameter="data", expected="at least one image")
    else:
        yield ground.kept(SUCCESS, exchange)


def _places(ground: Ground) -> list[str]:
    """The keys that the document's error object has, as pointers; only the declared ones, and ``type`` beside them."""
    shape = ground.subject.dialect.about.get("refusal", {})
    places = [shape.get("message", "/error/message"), shape.get("parameter"), shape.get("code")]
    found = [place for place in places if place is not None]
    beside = f"{found[0].rpartition('/')[0]}/type"
    return [*found, beside] if "parameter" in shape and _holds(shape.get("example"), beside) else found


def _holds(body: Json, place: str) -> bool:
    for step in place[1:].split("/"):
        if not isinstance(body, dict) or step not in body:
            return False
        body = body[step]
    return True
