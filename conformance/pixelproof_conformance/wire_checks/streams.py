"""When the events of a stream arrive."""

from collections.abc import Iterator

from pixelproof_conformance.model import Case, Observation
from pixelproof_conformance.wire_checks.ground import Exchange, Ground

AT_ONCE = "wire/streams/arrives-at-once"
EXPECTED = "each event when it is made"
_SECONDS_TO_TELL = 10.0
"""An answer that took less may have been made faster than a network hands it on."""

_LATE = 0.95


def cases(ground: Ground) -> Iterator[Case]:
    """None: the streams of the run serve."""
    return iter(())


def judge(ground: Ground, exchanges: list[Exchange]) -> Iterator[Observation]:
    """Whether the streams with several events were sent as they were made."""
    for exchange in exchanges if ground.wants(AT_ONCE) else ():
        if exchange.accepted and exchange.streamed and len(exchange.events) > 1:
            record = exchange.record
            first = record.arrivals[0] if record.arrivals else record.seconds
            how = collected(first, record.seconds, length_known="content-length" in record.headers)
            if how is None:
                yield ground.kept(AT_ONCE, exchange)
            else:
                yield ground.seen(AT_ONCE, exchange, told(len(exchange.events), how), expected=EXPECTED)


def collected(first: float, seconds: float, *, length_known: bool) -> str | None:
    """How it shows that a stream was collected before it was sent; ``None`` where it was not.

    ``first`` is when its first chunk came, ``seconds`` when its last byte did, from the start of the request.
    ``length_known`` says that a Content-Length stood before it.
    """
    if length_known:
        return "its length was known before its first byte was sent (Content-Length)"
    if seconds >= _SECONDS_TO_TELL and first >= _LATE * seconds:
        return f"the first after {first:.1f} s of {seconds:.1f} s"
    return None


def told(events: int, how: str) -> str:
    """What is said of a stream of so many events that was collected."""
    return f"The {events} events of the stream arrived together: {how}."
