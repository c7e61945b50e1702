"""What a journal does with a disk that is slow, full or broken."""

import contextlib
import errno
import os
from pathlib import Path
from typing import Any, BinaryIO

import pytest
from pixelproof_conformance import journal as journal_module
from pixelproof_conformance.durability import sync
from pixelproof_conformance.journal import Journal, JournalError, read_journal

from .test_journal import HEADER, record


class FullDisk:
    """A file on a disk that takes ``room`` more bytes."""

    def __init__(self, file: Any, room: int) -> None:
        self._file = file
        self.room = room

    def write(self, data: memoryview) -> int:
        """Write what fits, as a system does it: first a part, then an error."""
        if not self.room:
            raise OSError(errno.ENOSPC, "No space left on device")
        count = int(self._file.write(data[: self.room]))
        self.room -= count
        return count

    def __getattr__(self, name: str) -> Any:
        return getattr(self._file, name)


def test_a_full_disk_is_said_and_leaves_no_half_line(tmp_path: Path) -> None:
    """The record that does not fit is an error; what stands before it stays, and there is room again later."""
    path = tmp_path / "journal.jsonl"
    with Journal.create(path, HEADER) as journal:
        journal.append(record(1))
        disk = FullDisk(journal._file, 40)
        journal._file = disk  # type: ignore[assignment]
        with pytest.raises(JournalError, match="cannot be written: no space left on device; make room"):
            journal.append(record(2))
        assert [one.case for one in read_journal(path)[1]] == ["case-1"]
        assert path.read_bytes().endswith(b"\n")
        disk.room = 10_000
        journal.append(record(3))
    assert [one.case for one in read_journal(path)[1]] == ["case-1", "case-3"]


class Disk:
    """Stands in for the disk: notes how much of the journal was brought to it, and may refuse to take more."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.time = 100.0
        self.sizes: list[int] = []
        self.error: OSError | None = None
        monkeypatch.setattr(journal_module, "sync", self.sync)
        monkeypatch.setattr(journal_module, "time", self)

    def monotonic(self) -> float:
        """The clock of the journal."""
        return self.time

    def sync(self, file: BinaryIO) -> None:
        """Takes what is written so far."""
        if self.error:
            raise self.error
        self.sizes.append(os.fstat(file.fileno()).st_size)


@pytest.fixture
def disk(monkeypatch: pytest.MonkeyPatch) -> Disk:
    """A disk and a clock for the journals of a test."""
    return Disk(monkeypatch)


def test_records_are_brought_to_the_disk_once_a_second_and_at_the_end(tmp_path: Path, disk: Disk) -> None:
    """A record that comes late is safe at once, those of a burst with the next late one, all of them at the end."""
    ends = []
    with Journal.create(tmp_path / "journal.jsonl", HEADER) as journal:
        for seconds in (0.0, 0.4, 0.7, 0.1, 5.0, 0.9):
            disk.time += seconds
            ends.append(sum(journal.append(record())))
        assert disk.sizes == [ends[2], ends[4]]
    assert disk.sizes == [ends[2], ends[4], ends[5]]
    assert (tmp_path / "journal.jsonl").stat().st_size == ends[5]


def test_a_journal_without_news_is_not_brought_to_the_disk_again(tmp_path: Path, disk: Disk) -> None:
    """Closing it costs nothing then."""
    with Journal.create(tmp_path / "journal.jsonl", HEADER) as journal:
        disk.time += 2
        journal.append(record())
    assert len(disk.sizes) == 1


def test_a_disk_that_is_full_at_that_moment_ends_the_journal(tmp_path: Path, disk: Disk) -> None:
    """Some file systems tell only then that there is no room."""
    disk.error = OSError(errno.ENOSPC, "No space left on device")
    journal = Journal.create(tmp_path / "journal.jsonl", HEADER)
    disk.time += 2
    with pytest.raises(JournalError, match="cannot be written: no space left on device; make room"):
        journal.append(record())
    journal.append(record())
    with pytest.raises(JournalError, match="no space left"):
        journal.close()


def test_a_trouble_within_is_told_before_that_of_the_disk(tmp_path: Path, disk: Disk) -> None:
    """What ended the run is what its user has to know."""
    disk.error = OSError(errno.EIO, "Input/output error")

    def interrupted() -> None:
        with Journal.create(tmp_path / "journal.jsonl", HEADER) as journal:
            journal.append(record())
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()


@pytest.mark.parametrize(("number", "told"), [(errno.EINVAL, False), (errno.ENOSYS, False), (errno.EIO, True)])
def test_what_knows_no_disk_is_no_trouble(tmp_path: Path, monkeypatch: Any, number: int, told: bool) -> None:
    """A pipe or an unusual file system says that it offers no such thing; a broken disk says something else."""

    def refuse(file: int) -> None:
        raise OSError(number, "no")

    monkeypatch.setattr(os, "fdatasync", refuse, raising=False)
    with (
        (tmp_path / "file").open("wb") as file,
        pytest.raises(OSError, match="no") if told else contextlib.nullcontext(),
    ):
        sync(file)
