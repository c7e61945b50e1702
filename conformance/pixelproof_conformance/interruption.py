"""Ctrl-C and SIGTERM in two steps: the first starts nothing new and keeps what is paid for, the second ends at once."""

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

_WATCHED = {signal.SIGINT: signal.default_int_handler, signal.SIGTERM: signal.SIG_DFL}
"""The signals that ask a run to end, each with what it does where nobody watches for it."""


@contextmanager
def gentle_interrupt(stop: Callable[[], None]) -> Iterator[None]:
    """Within the block the first ctrl-C or SIGTERM calls ``stop``; a further one raises ``KeyboardInterrupt``.

    Only the main thread of a process can watch for signals, and only for those that nobody else watches for or
    ignores; elsewhere nothing changes.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    usual = {number: handler for number, handler in _WATCHED.items() if signal.getsignal(number) == handler}

    def first(number: int, frame: FrameType | None) -> None:
        for watched in usual:
            signal.signal(watched, signal.default_int_handler)
        stop()

    for number in usual:
        signal.signal(number, first)
    try:
        yield
    finally:
        for number, handler in usual.items():
            signal.signal(number, handler)
