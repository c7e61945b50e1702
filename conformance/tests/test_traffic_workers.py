"""Processes that judge pieces: the same result as one, and none of them can take the others with it."""

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from pixelproof import TargetError, load_dialect
from pixelproof_conformance.traffic import sources, workers
from pixelproof_conformance.traffic.auditing import Audit, audit_files
from pixelproof_conformance.traffic.ledger import Terms
from pixelproof_conformance.traffic.sources import Piece, pieces
from pixelproof_conformance.traffic.tally import Tally
from pixelproof_conformance.traffic.workers import Lost, judged

from .test_traffic_sources import log
from .traffic_lines import audited

TERMS = Terms("openai", most_examples=99)


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A log of several pieces."""
    monkeypatch.setattr(sources, "PIECE_BYTES", 3000)
    return log(tmp_path / "a.jsonl")


def test_many_processes_find_what_one_finds(small: Path) -> None:
    """In the same order, with the same examples and places."""
    one, three = audited(small, most_examples=99), audited(small, jobs=3, most_examples=99)
    assert one.tally == three.tally
    assert list(one.tally.groups) == list(three.tally.groups)


def test_ctrl_c_ends_no_process_that_judges(small: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not even while it starts; what it was given is still judged, and nothing is printed."""
    hire = workers._Crew._hire

    def hired(crew: workers._Crew) -> workers._Worker:
        worker = hire(crew)
        os.kill(worker.process.pid or 0, signal.SIGINT)
        return worker

    monkeypatch.setattr(workers._Crew, "_hire", hired)
    audit = audited(small, jobs=2, most_examples=99)
    assert audit.lost == []
    assert audit.tally == audited(small, most_examples=99).tally
    assert signal.SIGINT not in signal.pthread_sigmask(signal.SIG_BLOCK, [])


def test_a_process_that_dies_costs_its_piece_alone(small: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is said what was not judged and why; another process takes its place."""
    hired: list[int] = []
    give = workers._Crew._give

    def kill_the_first(crew: workers._Crew, worker: workers._Worker, piece: Piece) -> None:
        if not hired:
            os.kill(worker.process.pid or 0, signal.SIGKILL)
            worker.process.join()
        hired.append(worker.process.pid or 0)
        give(crew, worker, piece)

    monkeypatch.setattr(workers._Crew, "_give", kill_the_first)
    audit = audited(small, jobs=2)
    assert audit.lost == [
        f"{small}, bytes 0 to 3000: not judged, because the process that judged it was ended by signal 9"
    ]
    assert 150 < audit.tally.judged < 200
    assert len(set(hired)) == 3


def test_processes_that_all_die_end_the_audit(small: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits for them forever."""
    give = workers._Crew._give

    def kill(crew: workers._Crew, worker: workers._Worker, piece: Piece) -> None:
        worker.process.kill()
        worker.process.join()
        give(crew, worker, piece)

    monkeypatch.setattr(workers._Crew, "_give", kill)
    monkeypatch.setattr(workers, "_MOST_DEATHS", 1)
    with pytest.raises(
        TargetError, match="2 processes died, the last one was ended by signal 9; try again with --jobs 1"
    ):
        audited(small, jobs=2)


@pytest.mark.parametrize("jobs", [1, 2])
def test_what_was_begun_is_counted_when_an_audit_is_stopped(small: Path, jobs: int) -> None:
    """Nothing new is begun, and the report is of the first part."""
    steps: list[int] = []
    audit: Audit = audit_files(
        [str(small)],
        load_dialect("openai"),
        TERMS,
        jobs=jobs,
        progress=lambda size, exchanges: steps.append(exchanges),
        stopped=lambda: bool(steps),
    )
    assert audit.interrupted
    assert 0 < audit.tally.lines == sum(steps) < audited(small).tally.lines


def test_a_file_that_is_gone_is_told(small: Path) -> None:
    """Every piece of it says so."""

    def parts() -> Iterator[Piece]:
        found = list(pieces([str(small)], set()))
        small.unlink()
        yield from found

    results = [result for _, result in judged(parts(), load_dialect("openai"), TERMS, 2, lambda: False)]
    assert all(isinstance(result, Lost) and "No such file" in result.reason for result in results)


def test_a_piece_can_travel(small: Path) -> None:
    """What processes send each other is data alone."""
    import pickle

    (piece, tally), *_ = judged(pieces([str(small)], set()), load_dialect("openai"), TERMS, 1, lambda: False)
    assert pickle.loads(pickle.dumps(piece)) == piece
    assert isinstance(tally, Tally)
    assert pickle.loads(pickle.dumps(tally)) == tally
