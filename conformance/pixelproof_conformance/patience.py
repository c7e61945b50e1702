"""How much a run puts up with: an endpoint that holds answers up, goes away or asks for hours is asked nothing more.

Without this, every single case of a hostile endpoint would take the longest time that one answer may take.
"""

import threading
from dataclasses import dataclass
from typing import NamedTuple

from pixelproof_conformance.exchange import Answer
from pixelproof_conformance.model import Case
from pixelproof_conformance.trouble import Trouble

_NO_ANSWER = frozenset({"timeout", "endless", "too-large", "protocol"})
_MOST_BYTES = 4 << 30
_SILENCE = frozenset({"connection", "tls", "dropped"})
_SLOW = frozenset({"timeout", "endless"})
_IN_A_ROW = 8
_SLOW_IN_A_ROW = 3
_SLOW_AT_FIRST = 2
_LEAST_SECONDS = 60.0
_TIMES_SLOWEST = 3


class Road(NamedTuple):
    """What is expected to take its time in the same way: an operation, with or without a stream."""

    operation: str
    streams: bool

    def __str__(self) -> str:
        return f"{self.operation} as a stream" if self.streams else self.operation


@dataclass(slots=True)
class _Seen:
    whole: int = 0
    slowest: float = 0.0
    in_a_row: int = 0
    endless: bool = False


class Patience:
    """Learns from every answer how long the next one may take and what is asked no more; for several threads.

    ``retries`` is how often one more look is taken at an endpoint that fell silent; ``all_over`` says why nothing at
    all is asked any more, and is empty before that.
    """

    def __init__(self, total_seconds: float, longest_wait: float, retries: int = 0) -> None:
        self.retries = retries
        self._total = total_seconds
        self._longest_wait = longest_wait
        self._lock = threading.Lock()
        self._roads: dict[Road, _Seen] = {}
        self._silent = 0
        self._silent_at_most = _IN_A_ROW
        self._last_silence = ""
        self._whole = 0
        self._bytes = 0
        self.all_over = ""
        self._over: dict[Road, str] = {}
        self._models: dict[str, str] = {}

    def total_seconds(self, road: Road) -> float:
        """The time for a whole answer: less once an answer had no end, and never less than the slowest whole one."""
        with self._lock:
            seen = self._roads.get(road)
            if seen is None or not seen.endless:
                return self._total
            return min(self._total, max(_LEAST_SECONDS, _TIMES_SLOWEST * seen.slowest))

    def came(self, road: Road, answer: Answer) -> None:
        """Take into account what came of a request."""
        trouble = answer.trouble
        with self._lock:
            if trouble is not None and answer.status is None and trouble.kind in _SILENCE:
                self._silent += 1
                self._last_silence = trouble.text
                return
            if answer.status is not None:
                self._silent = 0
            self._bytes += len(answer.body)
            if self._bytes > _MOST_BYTES:
                self.all_over = f"the answers of this run have more than {_MOST_BYTES >> 30} GiB"
            seen = self._roads.setdefault(road, _Seen())
            if trouble is None:
                self._whole += 1
                seen.whole += 1
                seen.slowest = max(seen.slowest, answer.seconds)
                seen.in_a_row = 0
            elif trouble.kind in _NO_ANSWER or answer.status is not None:
                seen.in_a_row += 1
                seen.endless |= trouble.kind == "endless"
                if seen.in_a_row >= self._most_in_a_row(seen, trouble):
                    reason = f"{seen.in_a_row} answers to {road} in a row were not complete: {trouble.text}"
                    self._over.setdefault(road, reason)

    def _most_in_a_row(self, seen: _Seen, trouble: Trouble) -> int:
        """What takes minutes each time is tried less often, above all where nothing ever came to an end."""
        if seen.whole or trouble.kind not in _SLOW:
            return _IN_A_ROW
        return _SLOW_IN_A_ROW if self._whole else _SLOW_AT_FIRST

    def doubt(self) -> str:
        """The last trouble, when so many requests in a row got no answer that nobody may be there; else empty."""
        with self._lock:
            return "" if self.all_over or self._silent < self._silent_at_most else self._last_silence

    def there(self) -> None:
        """Somebody is there after all, who drops what he dislikes: from now on silence says less."""
        with self._lock:
            self._silent = 0
            self._silent_at_most *= 2

    def gone(self, remark: str) -> None:
        """Nobody is there; ``remark`` says how that was found out."""
        with self._lock:
            more = f", {remark}" if remark else ""
            self.all_over = f"{self._silent_at_most} requests in a row got no answer{more}: {self._last_silence}"

    def told_to_wait(self, model: str, seconds: float) -> None:
        """The endpoint asks for a wait that is longer than the run waits."""
        with self._lock:
            self._models[model] = (
                f"the endpoint asks to wait {seconds:.0f} s, and the run waits {self._longest_wait:g} s at most"
                " (--longest-wait)"
            )

    def given_up(self, case: Case) -> str:
        """Why ``case`` is not sent any more, or an empty text."""
        with self._lock:
            return self.all_over or self._over.get(road_of(case), "") or self._models.get(case.model, "")


def road_of(case: Case) -> Road:
    """The road that a case takes."""
    return Road(case.operation, case.streams)
