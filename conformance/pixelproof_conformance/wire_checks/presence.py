"""When an endpoint answered: a request that got no answer is to blame only where others got one in between."""

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from datetime import datetime

from pixelproof_conformance.model import Record

_STEP = 0.001  # the times in a journal are cut to milliseconds


class Presence:
    """The times at which whole answers were begun, over all exchanges of a run."""

    def __init__(self, records: Iterable[Record]) -> None:
        self._begun = sorted(_time(record) for record in records if record.failure is None and record.attempts)

    def between(self, tries: Sequence[Record]) -> bool:
        """Whether somebody else got an answer after the first and before the last of these tries ended."""
        first, last = tries[0], tries[-1]
        place = bisect_left(self._begun, _time(first) + first.seconds - _STEP)
        return place < len(self._begun) and self._begun[place] <= _time(last) + last.seconds


def _time(record: Record) -> float:
    try:
        return datetime.fromisoformat(record.started).timestamp()
    except (ValueError, OverflowError):
        return 0.0
