"""When a request may go out: the rate limit, and how long to wait before the next try."""

import random
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

LONGEST_WAIT = 60.0
"""The most seconds that a Retry-After can make the runner wait."""


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Clock:
    """Time as the client sees it; tests pass their own. ``sleep`` is None for a wait that an abort can end."""

    monotonic: Callable[[], float] = time.monotonic
    now: Callable[[], datetime] = _now
    sleep: Callable[[float], None] | None = None


class RateLimit:
    """Gives out evenly spaced starting times, to any number of threads."""

    def __init__(self, per_second: float | None, clock: Callable[[], float]) -> None:
        self._interval = 1 / per_second if per_second else 0.0
        self._clock = clock
        self._free_at = 0.0
        self._lock = threading.Lock()

    def reserve(self) -> float:
        """Take the next free start and return the seconds until then."""
        if not self._interval:
            return 0.0
        with self._lock:
            now = self._clock()
            start = max(now, self._free_at)
            self._free_at = start + self._interval
            return start - now


@dataclass(frozen=True, slots=True)
class Wait:
    """Seconds until the next try, and what people should know about it."""

    seconds: float
    note: str = ""


def wait_before_retry(tries: int, retry_after: str | None, now: datetime, chance: random.Random) -> Wait:
    """How long to wait after ``tries`` tries: what Retry-After says, 60 s at most, else 1, 2, 4 s and some jitter."""
    asked = None if retry_after is None else _seconds_of(retry_after, now)
    if asked is None:
        return Wait(2 ** (tries - 1) * chance.uniform(1.0, 1.25))
    if asked > LONGEST_WAIT:
        return Wait(LONGEST_WAIT, f"waited {LONGEST_WAIT:.0f} s of the {asked:.0f} s that Retry-After asks for")
    return Wait(asked)


def _seconds_of(retry_after: str, now: datetime) -> float | None:
    text = retry_after.strip()
    if text.isascii() and text.replace(".", "", 1).isdigit() and len(text) <= 12:
        return float(text)
    try:
        date = parsedate_to_datetime(text)
    except ValueError:
        return None
    return max(0.0, (date if date.tzinfo else date.replace(tzinfo=UTC)).timestamp() - now.timestamp())
