"""What is compared, and how it is timed: two contenders take turns on the same messages; each round gives a ratio."""

import gc
from collections import deque
from collections.abc import Callable, Sequence
from itertools import repeat
from statistics import median
from time import perf_counter, process_time
from typing import Any, NamedTuple

_SHORTEST_TURN = 0.05
_FEWEST_ROUNDS = 5


class Contender(NamedTuple):
    """One way to do the work: ``judge`` is called once for each of ``items``.

    ``errors`` tells how many errors a result of ``judge`` names (1 where it only says no); it is ``None`` for a
    contender that reads the message and does not judge it. It is called by the tests and never while time is taken.
    """

    name: str
    judge: Callable[[Any], Any]
    items: Sequence[Any]
    errors: Callable[[Any], int] | None = None


class Rival(NamedTuple):
    """Another way to do the work, and the goal against it.

    ``most`` is the largest ratio of our time to its time that we want to see, ``most_extra_ms`` the largest difference.
    """

    contender: Contender
    most: float | None = None
    most_extra_ms: float | None = None


class Contest(NamedTuple):
    """Ours against its rivals on messages with ``errors_each`` errors.

    ``whole_processes`` says that programs are started: then the time on the clock counts, else the processor time of
    this process, in which the work of others at the same machine does not show. ``each`` is the number of messages in
    an item; ``most_us`` the longest time for one of them that we want to see.
    """

    name: str
    ours: Contender
    rivals: tuple[Rival, ...]
    errors_each: int = 0
    whole_processes: bool = False
    each: int = 1
    most_us: float | None = None


class Row(NamedTuple):
    """One line of the result. Times are medians for one message; ``ratio`` is the median over the rounds."""

    contest: str
    rival: str
    messages: int
    rounds: int
    our_us: float
    rival_us: float
    ratio: float
    lowest_ratio: float
    highest_ratio: float
    goal: str | None
    met: bool | None


def measure(contest: Contest, rival: Rival, *, rounds: int, seconds: float) -> Row:
    """Times ours and ``rival`` in turns, for ``rounds`` rounds or, from the fifth on, until ``seconds`` are spent."""
    clock = perf_counter if contest.whole_processes else process_time
    ours, theirs = (_Turns(contender, clock, contest.each) for contender in (contest.ours, rival.contender))
    gc.collect()
    gc.freeze()
    started = perf_counter()
    for done in range(rounds):
        if done >= _FEWEST_ROUNDS and perf_counter() - started > seconds:
            break
        ours.take()
        theirs.take()
    gc.unfreeze()
    pairs = list(zip(ours.times, theirs.times, strict=True))
    ratios = [mine / other for mine, other in pairs]
    if contest.most_us is None:
        goal, met = _judged(rival, median(ratios), median(mine - other for mine, other in pairs) * 1000)
    else:
        our_us = median(ours.times) * 1e6
        goal, met = f"ours at most {contest.most_us:.3g} µs", our_us <= contest.most_us
    return Row(
        contest=contest.name,
        rival=rival.contender.name,
        messages=len(contest.ours.items) * contest.each,
        rounds=len(pairs),
        our_us=median(ours.times) * 1e6,
        rival_us=median(theirs.times) * 1e6,
        ratio=median(ratios),
        lowest_ratio=min(ratios),
        highest_ratio=max(ratios),
        goal=goal,
        met=met,
    )


class _Turns:
    """The turns of one contender; short work is repeated within a turn, so that the clock can see it."""

    def __init__(self, contender: Contender, clock: Callable[[], float], each: int) -> None:
        self.times: list[float] = []
        self._contender = contender
        self._clock = clock
        self._each = each
        self._passes = 1
        self.take()  # the first turn pays for what is made once: compiled schemas, imports, caches
        self.take()
        self._passes = max(1, round(_SHORTEST_TURN / max(self.times[-1] * each * len(contender.items), 1e-9)))
        self.times.clear()

    def take(self) -> None:
        """Takes one turn and notes the seconds for one message."""
        judge, items = self._contender.judge, self._contender.items
        started = self._clock()
        for _ in repeat(None, self._passes):
            deque(map(judge, items), maxlen=0)
        self.times.append((self._clock() - started) / (self._passes * self._each * len(items)))


def _judged(rival: Rival, ratio: float, extra_ms: float) -> tuple[str | None, bool | None]:
    if rival.most is not None:
        return f"at most {rival.most:g}", ratio <= rival.most
    if rival.most_extra_ms is not None:
        return f"at most {rival.most_extra_ms:g} ms more, {extra_ms:.1f} ms seen", extra_ms <= rival.most_extra_ms
    return None, None
