"""Models that make no pictures."""

from collections.abc import Iterator

from pixelproof_conformance.model import Case, Observation
from pixelproof_conformance.wire_checks.crash import judge_hostile
from pixelproof_conformance.wire_checks.ground import Exchange, Ground, own

SERVED = "wire/models/text-model-served"
TEXT_MODEL = "gpt-4o-mini"


def cases(ground: Ground) -> Iterator[Case]:
    """The simplest request for a model that only writes, under the prefix that the document gives to names."""
    parameter = ground.subject.operation.model_parameter
    if not ground.wants(SERVED):
        return
    fields, files = ground.sound
    known = fields.get(parameter)
    prefix = f"{known.split('/')[0]}/" if isinstance(known, str) and "/" in known else ""
    yield ground.case(SERVED, TEXT_MODEL, {**fields, parameter: prefix + TEXT_MODEL}, files=files, parameter=parameter)


def judge(ground: Ground, exchanges: list[Exchange]) -> Iterator[Observation]:
    """Whether it was refused."""
    for exchange in own(SERVED, exchanges) if ground.wants(SERVED) else ():
        yield from judge_hostile(ground, SERVED, exchange, accepted="warn", noun="request for a text model")
