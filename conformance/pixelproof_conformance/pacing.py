"""When a request may go out: the rate limit, what a busy endpoint asks for, and how long to wait before a next try."""

import math
import random
import re
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

BUSY = frozenset({429, 503})
"""An answer that speaks for the whole endpoint: every thread waits, not only the one that got it."""

AGAIN = BUSY | {502, 504}
"""Statuses after which the same request is tried again."""

_FIRST_WAIT = 1.0
_SLOWED_FIRST = 0.25
_SLOWED_MOST = 30.0
_RECOVERS = 0.8
_DURATION = re.compile(r"(?:(\d{1,6})h)?(?:(\d{1,6})m)?(?:(\d{1,9}(?:\.\d{1,9})?)s)?(?:(\d{1,9}(?:\.\d{1,9})?)ms)?")


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Clock:
    """Time as the client sees it; tests pass their own. ``sleep`` is None for a wait that an abort can end."""

    monotonic: Callable[[], float] = time.monotonic
    now: Callable[[], datetime] = _now
    sleep: Callable[[float], None] | None = None


class Pace:
    """Gives out starting times, evenly spaced at most ``per_second`` a second, to any number of threads.

    A busy answer holds all threads back: nobody starts before the time it asks for is over, and from then on starts are
    spaced, twice as far after each further busy answer. Every other answer brings them closer together again.
    """

    def __init__(self, per_second: float | None, clock: Callable[[], float]) -> None:
        self._interval = 1 / per_second if per_second else 0.0
        self._slowed = 0.0
        self._clock = clock
        self._free_at = 0.0
        self._held_until = 0.0
        self._lock = threading.Lock()

    def reserve(self) -> float:
        """Take the next free start and return the seconds until then."""
        with self._lock:
            now = self._clock()
            start = max(now, self._free_at)
            self._free_at = start + max(self._interval, self._slowed)
            return start - now

    def held(self) -> float:
        """The seconds for which nobody may start because the endpoint is busy."""
        with self._lock:
            return max(0.0, self._held_until - self._clock())

    def learn(self, status: int | None, wait: float) -> None:
        """Take the status of an answer into account; after a busy one nobody starts for ``wait`` seconds."""
        with self._lock:
            if status in BUSY:
                self._slowed = min(max(2 * self._slowed, _SLOWED_FIRST), _SLOWED_MOST)
                self._held_until = max(self._held_until, self._clock() + wait)
                self._free_at = max(self._free_at, self._held_until)
            elif status is not None:
                self._slowed = self._slowed * _RECOVERS if self._slowed > _SLOWED_FIRST / 2 else 0.0


def wait_before_retry(tries: int, asked: float | None, longest: float, chance: random.Random) -> float:
    """Seconds to wait after ``tries`` tries: what the endpoint asked for, else anything up to 1, 2, 4 ... seconds.

    The whole of the wait is left to ``chance``, so that clients that were turned away together do not come back
    together. It is never more than ``longest``; what is asked for beyond that is the caller's to refuse.
    """
    if asked is not None:
        return min(asked, longest)
    return chance.uniform(0, min(_FIRST_WAIT * 2 ** (tries - 1), longest))


def asked_wait(headers: Mapping[str, str], now: datetime) -> float | None:
    """The seconds that an answer asks to wait for, or None; ``headers`` has lower-case names.

    ``Retry-After-Ms`` is the most exact, then ``Retry-After`` as seconds or as a date. Without either it is the longest
    reset of a rate limit of which nothing is left (``X-RateLimit-Remaining-*: 0``).
    """
    milliseconds = _number(headers.get("retry-after-ms", ""))
    if milliseconds is not None:
        return milliseconds / 1000
    if "retry-after" in headers:
        asked = _seconds_or_date(headers["retry-after"], now)
        if asked is not None:
            return asked
    used_up = [name for name, left in headers.items() if name.startswith("x-ratelimit-remaining") and left == "0"]
    resets = [_duration(headers.get(name.replace("remaining", "reset", 1), ""), now) for name in used_up]
    return max((seconds for seconds in resets if seconds is not None), default=None)


def _seconds_or_date(text: str, now: datetime) -> float | None:
    seconds = _number(text)
    if seconds is not None:
        return seconds
    try:
        date = parsedate_to_datetime(text.strip())
    except ValueError:
        return None
    return max(0.0, (date if date.tzinfo else date.replace(tzinfo=UTC)).timestamp() - now.timestamp())


def _duration(text: str, now: datetime) -> float | None:
    """Seconds, a duration such as ``6m0s`` or ``20ms``, or the second since 1970 at which the limit is reset."""
    seconds = _number(text)
    if seconds is not None:
        return seconds if seconds < 1e9 else max(0.0, seconds - now.timestamp())
    match = _DURATION.fullmatch(text.strip())
    if match is None or not match[0]:
        return None
    hours, minutes, whole, thousandths = (float(part or 0) for part in match.groups())
    return hours * 3600 + minutes * 60 + whole + thousandths / 1000


def _number(text: str) -> float | None:
    text = text.strip()
    if not (text.isascii() and text.replace(".", "", 1).isdigit() and len(text) <= 12):
        return None
    value = float(text)
    return value if math.isfinite(value) else None
