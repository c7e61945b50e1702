"""All cores at work: processes that each judge a piece at a time. Their tallies come in the order of the pieces."""

import multiprocessing
import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from itertools import chain, islice
from multiprocessing import resource_tracker
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnProcess
from typing import NamedTuple

from pixelproof import Dialect, PixelproofError, TargetError

from pixelproof_conformance.traffic.ledger import Terms
from pixelproof_conformance.traffic.piece_reader import PieceReader
from pixelproof_conformance.traffic.sources import Piece
from pixelproof_conformance.traffic.tally import Tally

_MOST_DEATHS = 8
_AHEAD = 4
_SECONDS_TO_END = 5.0


class Lost(NamedTuple):
    """Why a piece has no tally."""

    reason: str


def cores() -> int:
    """How many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def judged(
    pieces: Iterator[Piece], dialect: Dialect, terms: Terms, jobs: int, stopped: Callable[[], bool]
) -> Iterator[tuple[Piece, Tally | Lost]]:
    """Each piece with its tally, in order, judged by up to ``jobs`` processes; nothing is begun once ``stopped``.

    What one process can do as quickly is judged in this one. Raises :class:`TargetError` when process after process
    dies.
    """
    first = list(islice(pieces, 2))
    pieces = chain(first, pieces)
    if jobs == 1 or len(first) < 2:
        reader = PieceReader(terms, dialect)
        for piece in pieces:
            if stopped():
                return
            yield piece, reader.judge(piece)
        return
    crew = _Crew(terms, jobs)
    try:
        yield from crew.judged(pieces, stopped)
    finally:
        crew.end()


@dataclass(eq=False, slots=True)
class _Worker:
    process: SpawnProcess
    line: Connection
    piece: Piece | None = None


class _Crew:
    def __init__(self, terms: Terms, jobs: int) -> None:
        self._terms = terms
        self._context = multiprocessing.get_context("spawn")
        self._deaths = 0
        self._most = jobs
        self._workers: list[_Worker] = []

    def judged(self, pieces: Iterator[Piece], stopped: Callable[[], bool]) -> Iterator[tuple[Piece, Tally | Lost]]:
        done: dict[int, tuple[Piece, Tally | Lost]] = {}
        begun, following, more = 0, 0, True
        while True:
            while more and begun - following < _AHEAD * self._most and (worker := self._idle()) is not None:
                piece = None if stopped() else next(pieces, None)
                more = piece is not None
                if piece is not None:
                    self._give(worker, piece)
                    begun += 1
            if begun == following:
                return
            for worker, tally in self._results():
                piece, worker.piece = worker.piece, None
                if piece is not None:
                    done[piece.number] = (piece, tally)
            while following in done:
                yield done.pop(following)
                following += 1

    def _idle(self) -> _Worker | None:
        for worker in self._workers:
            if worker.piece is None:
                return worker
        return self._hire() if len(self._workers) < self._most else None

    def _hire(self) -> _Worker:
        ours, theirs = self._context.Pipe()
        process = self._context.Process(target=_serve, args=(theirs, self._terms), daemon=True)
        with _deaf_to_ctrl_c():
            process.start()
        theirs.close()
        worker = _Worker(process, ours)
        self._workers.append(worker)
        return worker

    def _give(self, worker: _Worker, piece: Piece) -> None:
        worker.piece = piece
        with suppress(OSError):  # it is dead, which its line says when it is read
            worker.line.send(piece)

    def _results(self) -> Iterator[tuple[_Worker, Tally | Lost]]:
        busy = {worker.line: worker for worker in self._workers if worker.piece is not None}
        for line in wait(list(busy)):
            worker = busy[line]  # type: ignore[index]
            try:
                yield worker, worker.line.recv()
            except (EOFError, OSError):
                yield worker, self._buried(worker)

    def _buried(self, worker: _Worker) -> Lost:
        worker.process.join(_SECONDS_TO_END)
        self._workers.remove(worker)
        worker.line.close()
        self._deaths += 1
        code = worker.process.exitcode or 0
        reason = f"was ended by signal {-code}" if code < 0 else f"ended with status {code}"
        if self._deaths > _MOST_DEATHS:
            raise TargetError(f"{self._deaths} processes died, the last one {reason}; try again with --jobs 1")
        return Lost(f"the process that judged it {reason}")

    def end(self) -> None:
        for worker in self._workers:
            worker.line.close()
        for worker in self._workers:
            worker.process.join(0 if worker.piece is not None else _SECONDS_TO_END)
            if worker.process.is_alive():
                worker.process.kill()
                worker.process.join()
        self._workers.clear()


@contextmanager
def _deaf_to_ctrl_c() -> Iterator[None]:
    """What is started here never hears ctrl-C, not even before it has begun; this process hears it afterwards."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    resource_tracker.ensure_running()  # it is started beside the first process, and would let ctrl-C through again
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _serve(line: Connection, terms: Terms) -> None:
    """Judges pieces until nobody sends any more. Ctrl-C is the business of the process that people started."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    reader = PieceReader(terms)
    while True:
        try:
            piece = line.recv()
        except (EOFError, OSError):
            return
        try:
            result: Tally | Lost = reader.judge(piece)
        except (OSError, PixelproofError) as error:
            result = Lost(str(error))
        line.send(result)
