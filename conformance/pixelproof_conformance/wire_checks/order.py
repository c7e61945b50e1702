"""Two requests after each other: what a broken one leaves behind hits the next."""

from collections import Counter
from collections.abc import Iterator

from pixelproof._wire_table import wire_checks

from pixelproof_conformance.model import Case, Observation
from pixelproof_conformance.wire_checks import bodies
from pixelproof_conformance.wire_checks.crash import has_answer
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
    """Whether the ordinary request behind each odd one was served.

    One that breaks the endpoint by itself says nothing here, and neither does a bad moment: the endpoint has to break
    down behind most odd requests of a family, over ordinary ones that it serves when they are sent alone.
    """
    if not ground.wants(NEXT):
        return
    behind = [exchange for exchange in exchanges if exchange.case.id in ground.followed]
    speaks_json = any(exchange.reading.answer == "refused" and isinstance(exchange.answer, dict) for exchange in behind)
    often = _families_that_break(ground, behind)
    for after in behind:
        odd = ground.followed[after.case.id].partition("/wire/")[2]
        lost = after.reading.answer == "refused" and speaks_json and not isinstance(after.answer, dict)
        broke = after.broke_down_once and _family(odd) in often
        if broke or lost:
            what = "The endpoint broke down over it" if broke else "It was taken for a broken one"
            message = f"Behind {odd} an ordinary request was not served. {what}: {after.reading.reason}"
            yield ground.seen(NEXT, after, message, expected="status 4xx in JSON", actual=after.record.status)
        elif has_answer(after):
            yield ground.kept(NEXT, after)
        else:
            yield ground.open(NEXT, after, after.reading.reason)


def _families_that_break(ground: Ground, behind: list[Exchange]) -> set[str]:
    """The families of odd requests behind most of which the endpoint broke down, and behind two at least."""
    broke = Counter(
        _family(ground.followed[one.case.id].partition("/wire/")[2]) for one in behind if one.broke_down_once
    )
    every = Counter(_family(ground.followed[one.case.id].partition("/wire/")[2]) for one in behind)
    return {family for family, count in broke.items() if count > 1 and 2 * count >= every[family]}


def _family(odd: str) -> str:
    return odd.partition("/")[0]
