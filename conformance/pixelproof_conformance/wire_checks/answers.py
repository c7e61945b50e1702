"""The keys of accepted answers, where the document leaves them open."""

from collections.abc import Iterator

from pixelproof_conformance.model import Case, Json, Observation
from pixelproof_conformance.wire_checks.ground import Exchange, Ground

CREATED = "wire/answers/created-not-a-time"
ONE_OF_TWO = "wire/answers/neither-or-both"
NULLS = "wire/answers/nulls"
NOTHING = "wire/answers/usage-of-nothing"
OTHER_NAME = "wire/answers/usage-by-another-name"
DIFFER = "wire/answers/edits-differ"

_FIRST_TIME = 1_000_000_000  # September 2001; a smaller number is a placeholder
_LAST_TIME = 10_000_000_000  # a larger one counts milliseconds


def cases(ground: Ground) -> Iterator[Case]:
    """None: the accepted requests of the run serve."""
    return iter(())


def judge(ground: Ground, exchanges: list[Exchange]) -> Iterator[Observation]:
    """What the accepted answers of the run say."""
    accepted = [exchange for exchange in exchanges if exchange.accepted and exchange.case.expect == "accepted"]
    whole = [exchange for exchange in accepted if isinstance(exchange.answer, dict)]
    for exchange in whole:
        yield from _created(ground, exchange)
        yield from _items(ground, exchange)
        yield from _usage(ground, exchange, exchange.answer.get("usage"))
    for exchange in accepted:
        for event in exchange.events:
            data = event.get("data")
            if isinstance(data, dict):
                yield from _usage(ground, exchange, data.get("usage"))
    yield from _names_of_usage(ground, whole, [exchange for exchange in accepted if exchange.streamed])
    yield from _parity(ground, whole)


def _created(ground: Ground, exchange: Exchange) -> Iterator[Observation]:
    created = exchange.answer.get("created")
    if not ground.wants(CREATED) or "created" not in exchange.answer:
        return
    if type(created) is int and _FIRST_TIME <= created < _LAST_TIME:
        yield ground.kept(CREATED, exchange)
    else:
        message = "created is no time in whole seconds."
        yield ground.seen(CREATED, exchange, message, parameter="created", expected="whole seconds", actual=created)


def _items(ground: Ground, exchange: Exchange) -> Iterator[Observation]:
    for index, item in enumerate(exchange.images):
        carried = [name for name in ("b64_json", "url") if item.get(name)]
        if ground.wants(ONE_OF_TWO):
            message = f"data[{index}] has {' and '.join(carried) or 'neither b64_json nor url'}."
            yield (
                ground.kept(ONE_OF_TWO, exchange)
                if len(carried) == 1
                else ground.seen(ONE_OF_TWO, exchange, message, parameter=f"data[{index}]", expected="one of the two")
            )
        nulls = [name for name, value in item.items() if value is None]
        if ground.wants(NULLS):
            message = f"data[{index}] has null in {', '.join(nulls)}."
            yield (
                ground.seen(NULLS, exchange, message, parameter=f"data[{index}].{nulls[0]}", expected="no such key")
                if nulls
                else ground.kept(NULLS, exchange)
            )


def _usage(ground: Ground, exchange: Exchange, usage: Json) -> Iterator[Observation]:
    counts = [value for value in usage.values() if type(value) is int] if isinstance(usage, dict) else []
    if not ground.wants(NOTHING) or not counts:
        return
    if any(counts):
        yield ground.kept(NOTHING, exchange)
    else:
        yield ground.seen(NOTHING, exchange, "All counts of usage are 0.", parameter="usage", actual=usage)


def _names_of_usage(ground: Ground, whole: list[Exchange], streamed: list[Exchange]) -> Iterator[Observation]:
    if not ground.wants(OTHER_NAME):
        return
    known = {frozenset(usage) for exchange in whole if isinstance(usage := exchange.answer.get("usage"), dict)}
    for exchange in streamed:
        found = [event["data"].get("usage") for event in exchange.events if isinstance(event.get("data"), dict)]
        for usage in found:
            if not isinstance(usage, dict) or len(known) != 1:
                continue
            [usual] = known
            if usage.keys() == usual:
                yield ground.kept(OTHER_NAME, exchange)
            else:
                message = f"Usage in the stream has {', '.join(sorted(usage))}; an answer in one piece has others."
                facts = {"expected": ", ".join(sorted(usual)), "actual": sorted(usage)}
                yield ground.seen(OTHER_NAME, exchange, message, parameter="usage", **facts)


def _parity(ground: Ground, whole: list[Exchange]) -> Iterator[Observation]:
    """Keys that every answer of generations has and no answer of this route."""
    beside = [exchange for exchange in ground.beside if exchange.accepted and isinstance(exchange.answer, dict)]
    beside = [exchange for exchange in beside if exchange.images]
    mine = [exchange for exchange in whole if exchange.images]
    if not ground.wants(DIFFER) or not beside or not mine:
        return
    always = set.intersection(*(set(exchange.answer) for exchange in beside))
    lost = sorted(always - set.union(*(set(exchange.answer) for exchange in mine)))
    if lost:
        message = (
            f"No answer of {ground.subject.operation.name} has {', '.join(lost)}; every answer of generations has."
        )
        yield ground.seen(DIFFER, mine[0], message, parameter=lost[0], expected=", ".join(sorted(always)))
    else:
        yield ground.kept(DIFFER, mine[0])
