"""Models that make no pictures, unknown ones and none at all: whether they are let in, and whether on each route."""

import json
from collections.abc import Iterator

from pixelproof._text import shown

from pixelproof_conformance.model import Case, Observation, Transport
from pixelproof_conformance.subject import UNLISTED_MODEL, Subject, baseline_body
from pixelproof_conformance.wire_checks.crash import judge_hostile
from pixelproof_conformance.wire_checks.documented import Words, simplest, words_for
from pixelproof_conformance.wire_checks.ground import Exchange, Ground, own

SERVED = "wire/models/text-model-served"
ONE_ROUTE = "wire/models/one-route-only"
TEXT_MODEL = "gpt-4o-mini"

_AT_GENERATIONS = "unlisted-for-generations"


def cases(ground: Ground) -> Iterator[Case]:
    """The simplest request for a model that only writes, and for one that nobody knows, the latter on two routes."""
    parameter = ground.subject.operation.model_parameter
    fields, files = ground.sound
    if ground.wants(SERVED):
        body = {**fields, parameter: _named_like(fields.get(parameter), TEXT_MODEL)}
        yield ground.case(SERVED, TEXT_MODEL, body, files=files, parameter=parameter)
    other = ground.compared
    if ground.wants(ONE_ROUTE) and other is not None and not other.operation.is_form:
        name = _named_like(fields.get(parameter), UNLISTED_MODEL)
        yield ground.case(ONE_ROUTE, "unlisted", {**fields, parameter: name}, files=files, parameter=parameter)
        raw = json.dumps({**baseline_body(other), other.operation.model_parameter: name}).encode()
        facts = {"content_type": other.operation.content_type, "transport": Transport(path=other.operation.path)}
        yield ground.case(ONE_ROUTE, _AT_GENERATIONS, {}, raw=raw, parameter=parameter, **facts)


def _named_like(known: object, name: str) -> str:
    """The name under the prefix that the document gives to names."""
    return f"{known.split('/')[0]}/{name}" if isinstance(known, str) and "/" in known else name


def judge(ground: Ground, exchanges: list[Exchange]) -> Iterator[Observation]:
    """Whether the text model was refused, and whether the routes agree on all three."""
    for exchange in own(SERVED, exchanges) if ground.wants(SERVED) else ():
        yield from judge_hostile(ground, SERVED, exchange, accepted="warn", noun="request for a text model")
    other = ground.compared
    if ground.wants(ONE_ROUTE) and other is not None:
        for model, here, there in _pairs(ground, other, exchanges):
            if _words(ground.subject, model) == _words(other, model):
                yield _of(ground, model, here, there)


def _pairs(
    ground: Ground, other: Subject, exchanges: list[Exchange]
) -> Iterator[tuple[str | None, Exchange, Exchange]]:
    """Each model, ``None`` for no model, with the exchange on this route and the one on that of generations."""
    unlisted = list(own(ONE_ROUTE, exchanges))
    at_generations = [exchange for exchange in unlisted if exchange.case.id.endswith(_AT_GENERATIONS)]
    beside = list(ground.beside)
    for model, here, there in (
        (UNLISTED_MODEL, [exchange for exchange in unlisted if exchange not in at_generations], at_generations),
        (TEXT_MODEL, list(own(SERVED, exchanges)), list(own(SERVED, beside))),
        (None, _without_model(ground.subject, exchanges), _without_model(other, beside)),
    ):
        if here and there:
            yield model, here[0], there[0]


def _without_model(subject: Subject, exchanges: list[Exchange]) -> list[Exchange]:
    """The simplest request without its model."""
    wanted = simplest(subject, without=subject.operation.model_parameter)
    ordinary = [exchange for exchange in exchanges if exchange.case.raw is None and exchange.case.kind != "wire"]
    return [exchange for exchange in ordinary if (exchange.case.body, exchange.case.files) == wanted]


def _words(subject: Subject, model: str | None) -> Words:
    parameter = subject.operation.model_parameter
    if model is None:
        return words_for(subject, {}, without=parameter)
    return words_for(subject, {parameter: _named_like(baseline_body(subject).get(parameter), model)})


def _of(ground: Ground, model: str | None, here: Exchange, there: Exchange) -> Observation:
    routes = {ground.subject.operation.name: here, "generations": there}
    for exchange in routes.values():
        if not exchange.accepted and not _turned_away(exchange):
            return ground.open(ONE_ROUTE, here, exchange.reading.reason)
    let_in = [route for route, exchange in routes.items() if exchange.accepted]
    if len(let_in) != 1:
        return ground.kept(ONE_ROUTE, here)
    [refused] = [route for route in routes if route not in let_in]
    what = "A request without a model" if model is None else f"The model {shown(model)}"
    told = f"{routes[refused].case.id}, status {routes[refused].status}"
    message = (
        f"{what} is let in by {let_in[0]} ({routes[let_in[0]].case.id}) and turned away by {refused} ({told})."
        " The document says the same about it on both."
    )
    expected = f"as for generations: {'let in' if there.accepted else 'turned away'}"
    return ground.seen(
        ONE_ROUTE,
        here,
        message,
        parameter=ground.subject.operation.model_parameter,
        expected=expected,
        actual=here.status,
    )


def _turned_away(exchange: Exchange) -> bool:
    """Whether the model was refused: as a wrong value, as one that is not there, or as one that the key may not use."""
    status = exchange.status
    if status is None or not 400 <= status < 500:
        return False
    return exchange.reading.answer in ("refused", "unsupported") or status == 403
