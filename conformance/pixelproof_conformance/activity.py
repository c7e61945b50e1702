"""What is under way at this moment, in words: the sign of life of a run whose answers take minutes."""

import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager


class Activity:
    """Counts the requests under way and the waits between tries; any thread may ask for the `text`."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._begun: dict[int, float] = {}
        self._until: dict[int, float] = {}
        self._next = 0

    def request(self) -> AbstractContextManager[None]:
        """A request is under way within the block."""
        return self._noted(self._begun, self._clock())

    def wait(self, seconds: float) -> AbstractContextManager[None]:
        """A thread waits ``seconds`` within the block."""
        return self._noted(self._until, self._clock() + seconds)

    def text(self) -> str:
        """For example ``3 under way, 95 s``, the time of the oldest, or ``waiting 20 s``; empty when nothing is."""
        now = self._clock()
        with self._lock:
            begun, until = list(self._begun.values()), list(self._until.values())
        if begun:
            return f"{len(begun)} under way, {max(0.0, now - min(begun)):.0f} s"
        return f"waiting {max(0.0, min(until) - now):.0f} s" if until else ""

    @contextmanager
    def _noted(self, notes: dict[int, float], time: float) -> Iterator[None]:
        with self._lock:
            self._next += 1
            number = self._next
            notes[number] = time
        try:
            yield
        finally:
            with self._lock:
                del notes[number]
