"""Cases sent in parallel by threads; their records come back to one place, one after the other."""

import queue
import threading
from collections.abc import Callable, Generator, Mapping, Sequence
from types import TracebackType
from typing import TypeAlias

from pixelproof_conformance.model import Case, Record

_Finished: TypeAlias = "queue.SimpleQueue[tuple[Case, Record | BaseException | None]]"


class Crew:
    """The threads that send; a context manager, at whose end they go home when they have done what they are at.

    They are daemons, so that ctrl-C does not wait for a slow endpoint.
    """

    def __init__(self, size: int) -> None:
        self._size = size
        self._threads: list[threading.Thread] = []
        self._jobs: queue.SimpleQueue[Callable[[], None] | None] = queue.SimpleQueue()

    def __enter__(self) -> "Crew":
        self._threads, self._jobs = [], queue.SimpleQueue()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for _ in self._threads:
            self._jobs.put(None)

    def each(
        self, cases: Sequence[Case], followers: Mapping[str, Case], send: Callable[[Case], Record | None]
    ) -> Generator[tuple[Case, Record | None], None, None]:
        """Every case with what ``send`` returns for it, as the answers come; raises what ``send`` raises.

        ``followers`` are sent right behind the cases with these ids. Nothing is sent while as many answers as there are
        threads wait to be taken: huge ones would fill the memory. Close the iterator to have no more sent.
        """
        free: queue.SimpleQueue[None] = queue.SimpleQueue()  # one for each answer that may wait to be taken
        for _ in range(self._size + 1):
            free.put(None)
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
                while not _got(free):
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
            self._give(work)
        leading = {case.id for case in cases}
        try:
            for _ in range(len(cases) + len(followers)):
                case, record = _take(finished)
                yield case, record
                if case.id in leading:
                    free.put(None)
        finally:
            gone.set()

    def _give(self, job: Callable[[], None]) -> None:
        """Has a thread do ``job``: one of those at hand, which a batch needs no time to start, or one more."""
        if len(self._threads) < self._size:
            thread = threading.Thread(target=_serve, args=(self._jobs,), daemon=True, name="pixelproof-send")
            self._threads.append(thread)
            thread.start()
        self._jobs.put(job)

    def join(self, seconds: float) -> None:
        """After the end of the block: waits at most ``seconds`` for each thread that still sends."""
        for thread in self._threads:
            thread.join(seconds)


def _serve(jobs: "queue.SimpleQueue[Callable[[], None] | None]") -> None:
    while (job := jobs.get()) is not None:
        job()


def _got(free: "queue.SimpleQueue[None]") -> bool:
    try:
        free.get(timeout=0.2)
    except queue.Empty:
        return False
    return True


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
