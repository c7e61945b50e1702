"""Ctrl-C in two steps: the first one starts nothing new and keeps what is paid for, the second one ends at once."""

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType


@contextmanager
def gentle_interrupt(stop: Callable[[], None]) -> Iterator[None]:
    """Within the block the first ctrl-C calls ``stop``; a second one raises ``KeyboardInterrupt`` as usual.

    Only the main thread of a process can watch for ctrl-C, and only where nobody else does; elsewhere nothing changes.
    """
    usual = signal.getsignal(signal.SIGINT)
    if threading.current_thread() is not threading.main_thread() or usual is not signal.default_int_handler:
        yield
        return

    def first(number: int, frame: FrameType | None) -> None:
        signal.signal(signal.SIGINT, usual)
        stop()

    signal.signal(signal.SIGINT, first)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, usual)
