"""Cases sent in parallel by threads; their records come back to one place, one after the other."""

import queue
import threading
from collections.abc import Callable, Generator, Mapping, Sequence
from typing import TypeAlias

from pixelproof_conformance.model import Case, Record

_Finished: TypeAlias = "queue.SimpleQueue[tuple[Case, Record | BaseException | None]]"


class Crew:
    """The threads that send. They are daemons, so that ctrl-C does not wait for a slow endpoint."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._threads: list[threading.Thread] = []

    def each(
        self, cases: Sequence[Case], followers: Mapping[str, Case], send: Callable[[Case], Record | None]
    ) -> Generator[tuple[Case, Record | None], None, None]:
        """Every case with what ``send`` returns for it, as the answers come; raises what ``send`` raises.

        ``followers`` are sent right behind the cases with these ids. Nothing is sent while as many answers as there are
        threads wait to be taken: huge ones would fill the memory. Close the iterator to end the threads.
        """
        untaken = threading.Semaphore(self._size + 1)
        gone = threading.Event()
        waiting: queue.SimpleQueue[Case] = queue.SimpleQueue()
        finished: _Finished = queue.SimpleQueue()
        for case in cases:
            waiting.put(case)

        def work() -> None:
            while True:
                try:
                    case = waiting.get_nowait()
                except queue.Empty:
                    return
                while not untaken.acquire(timeout=0.2):
                    if gone.is_set():
                        return
                try:
                    finished.put((case, send(case)))
                    if case.id in followers:
                        case = followers[case.id]
                        finished.put((case, send(case)))
                except BaseException as error:  # noqa: BLE001 - handed to the main thread, which raises it
                    finished.put((case, error))

        for _ in range(min(self._size, len(cases))):
            self._threads.append(threading.Thread(target=work, daemon=True, name="pixelproof-send"))
            self._threads[-1].start()
        leading = {case.id for case in cases}
        try:
            for _ in range(len(cases) + len(followers)):
                case, record = _take(finished)
                yield case, record
                if case.id in leading:
                    untaken.release()
        finally:
            gone.set()

    def join(self, seconds: float) -> None:
        """Waits at most ``seconds`` for each thread that still sends."""
        for thread in self._threads:
            thread.join(seconds)


def _take(finished: _Finished) -> tuple[Case, Record | None]:
    """The next finished case; wakes up now and then so that ctrl-C is seen at once. Raises what its thread raised."""
    while True:
        try:
            case, record = finished.get(timeout=0.2)
        except queue.Empty:
            continue
        if isinstance(record, BaseException):
            raise record
        return case, record
