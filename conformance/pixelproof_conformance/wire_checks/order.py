"""Two requests after each other: what a broken one leaves behind hits the next."""

from collections.abc import Iterator

from pixelproof._wire_table import wire_checks

from pixelproof_conformance.model import Case, Observation
from pixelproof_conformance.wire_checks import bodies
from pixelproof_conformance.wire_checks.crash import crash_of, has_answer
from pixelproof_conformance.wire_checks.ground import Exchange, Ground

NEXT = "wire/order/next-request-not-served"
_BROKEN = "wire/bodies/"


def cases(ground: Ground) -> Iterator[Case]:
    """The broken bodies of another family when that one is not chosen; else those that it makes serve."""
    if not ground.wants(NEXT) or any(name.startswith(_BROKEN) for name in ground.checks):
        return
    broken = {check.id: check for check in wire_checks() if check.id.startswith(_BROKEN)}
    subject = ground.subject
    about = subject.dialect.about
    applicable = {name: check for name, check in broken.items() if check.applies_to(subject.operation, about)}
    yield from bodies.cases(Ground(subject, {**ground.checks, **applicable}))


def follower(ground: Ground, number: int) -> Case:
    """An ordinary wrong request, to be sent after a broken one."""
    return ground.case(NEXT, str(number), files=ground.refused[1])


def judge(ground: Ground, exchanges: list[Exchange]) -> Iterator[Observation]:
    """Whether the ordinary request behind each odd one was served."""
    if not ground.wants(NEXT):
        return
    behind = [exchange for exchange in exchanges if exchange.case.id in ground.followed]
    speaks_json = any(exchange.reading.answer == "refused" and isinstance(exchange.answer, dict) for exchange in behind)
    for after in behind:
        crash = crash_of(after)
        lost = after.reading.answer == "refused" and speaks_json and not isinstance(after.answer, dict)
        if crash is not None or lost:
            what = crash or f"It was taken for a broken one: {after.reading.reason}"
            odd = ground.followed[after.case.id].partition("/wire/")[2]
            message = f"Behind {odd} an ordinary request was not served. {what}"
            yield ground.seen(NEXT, after, message, expected="status 4xx in JSON", actual=after.record.status)
        elif has_answer(after):
            yield ground.kept(NEXT, after)
        else:
            yield ground.open(NEXT, after, after.reading.reason)
