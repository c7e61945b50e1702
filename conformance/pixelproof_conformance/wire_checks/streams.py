"""When the events of a stream arrive."""

from collections.abc import Iterator

from pixelproof_conformance.model import Case, Observation
from pixelproof_conformance.wire_checks.ground import Exchange, Ground

AT_ONCE = "wire/streams/arrives-at-once"
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
            how = _collected(exchange)
            if how is None:
                yield ground.kept(AT_ONCE, exchange)
            else:
                message = f"The {len(exchange.events)} events of the stream arrived together: {how}."
                yield ground.seen(AT_ONCE, exchange, message, expected="each event when it is made")


def _collected(exchange: Exchange) -> str | None:
    record = exchange.record
    if "content-length" in record.headers:
        return "its length was known before its first byte was sent (Content-Length)"
    first = record.arrivals[0] if record.arrivals else record.seconds
    if record.seconds >= _SECONDS_TO_TELL and first >= _LATE * record.seconds:
        return f"the first after {first:.1f} s of {record.seconds:.1f} s"
    return None
