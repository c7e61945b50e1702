"""Keys that are missing, wrong, or under another scheme. Without a key of the user's own nothing can be said."""

from collections.abc import Iterator

from pixelproof_conformance.judge import NO_ACCESS
from pixelproof_conformance.model import Case, KeySent, Observation, Transport
from pixelproof_conformance.wire_checks.crash import crash_of, has_answer, judge_hostile
from pixelproof_conformance.wire_checks.ground import Exchange, Ground, own

NONE = "wire/keys/no-key"
WRONG = "wire/keys/wrong-key"
SCHEME = "wire/keys/other-scheme"


def cases(ground: Ground) -> Iterator[Case]:
    """Valid requests without the key and with a wrong one, and a wrong request with the key under another scheme."""
    fields, files = ground.sound
    kinds: tuple[tuple[str, KeySent], ...] = ((NONE, "none"), (WRONG, "wrong"))
    for check, key in kinds:
        if ground.wants(check):
            yield ground.case(check, "", fields, files=files, transport=Transport(key=key))
    if ground.wants(SCHEME):
        yield ground.case(SCHEME, "", files=ground.refused[1], transport=Transport(key="other-scheme"))


def judge(ground: Ground, exchanges: list[Exchange]) -> Iterator[Observation]:
    """Who was let in."""
    for check in (NONE, WRONG):
        for exchange in own(check, exchanges) if ground.wants(check) else ():
            yield _of(ground, check, exchange)
    for exchange in own(SCHEME, exchanges) if ground.wants(SCHEME) else ():
        yield from judge_hostile(ground, SCHEME, exchange, accepted="warn")


def _of(ground: Ground, check: str, exchange: Exchange) -> Observation:
    crash = crash_of(exchange)
    if crash is not None:
        return ground.seen(check, exchange, crash, outcome="fail", expected="status 401", actual=exchange.record.status)
    if exchange.accepted:
        words = "without a key" if check == NONE else "with a wrong key"
        message = f"A request {words} was served with status {exchange.status}."
        return ground.seen(check, exchange, message, expected="status 401", actual=exchange.status)
    if exchange.status in NO_ACCESS:
        return ground.kept(check, exchange)
    if not has_answer(exchange):
        return ground.open(check, exchange, exchange.reading.reason)
    message = f"It was refused with status {exchange.status}, which does not say that the key is missing or wrong."
    return ground.seen(check, exchange, message, outcome="warn", expected="status 401", actual=exchange.status)
