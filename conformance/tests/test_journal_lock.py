import errno
import subprocess
import sys
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from types import SimpleNamespace

import pytest
from pixelproof_conformance import journal_lock
from pixelproof_conformance.journal_lock import take_lock

from . import windows_locks
from .windows_locks import OFFERED

HOLDER = (
    "import sys\nfrom pathlib import Path\nfrom pixelproof_conformance.journal_lock import take_lock\n"
    "file = Path(sys.argv[1]).open('r+b')\nprint(take_lock(file), flush=True)\nsys.stdin.read()\n"
)


def test_a_lock_is_held_by_one_process_and_ends_with_it(tmp_path: Path) -> None:
    """While another process holds it nobody gets it; when that process is killed, the next one does."""
    path = tmp_path / "journal.jsonl"
    path.touch()
    with subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "True\n"
        with path.open("r+b") as file:
            assert take_lock(file) is False
        holder.kill()
        holder.wait()
    with path.open("r+b") as file:
        assert take_lock(file) is True


def on_windows(path: Path) -> "subprocess.Popen[str]":
    """A process that has ``msvcrt`` in place of ``fcntl`` and writes the journal at ``path``."""
    program = Path(__file__).with_name("windows_locks.py")
    words = [sys.executable, str(program), str(path)]
    return subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def said(program: "subprocess.Popen[str]") -> str:
    """The first line that it says."""
    assert program.stdout is not None
    return program.stdout.readline().rstrip()


@pytest.mark.skipif(not OFFERED, reason="this system has no locks that belong to an open file")
def test_on_windows_a_journal_is_written_by_one_run_at_a_time(tmp_path: Path) -> None:
    """A second one is refused, and can read it all the same; once the first is killed, the next one goes on."""
    path = tmp_path / "journal.jsonl"
    with on_windows(path) as first:
        assert said(first) == "held"
        with on_windows(path) as second:
            refused = f"refused: another run is writing {path}; wait until it ends, or name another folder"
            assert said(second) == f"{refused}; it can read 1"
        first.kill()
        first.communicate()
    with on_windows(path) as third:
        assert said(third) == "held"
        third.communicate("")
    assert len(path.read_bytes().splitlines()) == 3


@pytest.mark.skipif(not OFFERED, reason="this system has no locks that belong to an open file")
def test_on_windows_another_handle_of_the_same_process_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The lock belongs to the open file, and closing that ends it."""
    modules = {"msvcrt": windows_locks}
    monkeypatch.setattr(journal_lock, "import_module", lambda name: modules.get(name) or missing(name))
    path = tmp_path / "journal.jsonl"
    path.touch()
    with path.open("r+b") as one, path.open("r+b") as other:
        assert take_lock(one) is True
        assert take_lock(other) is False
        one.close()
        assert take_lock(other) is True


def missing(name: str) -> object:
    """No such module."""
    raise ImportError(name)


@pytest.fixture
def windows(monkeypatch: pytest.MonkeyPatch) -> Callable[[OSError | None], list[tuple[int, int, int]]]:
    """A system with ``msvcrt`` in place of ``fcntl``; gives the calls of its ``locking``: place, mode, bytes."""

    def made(error: OSError | None) -> list[tuple[int, int, int]]:
        calls: list[tuple[int, int, int]] = []

        def locking(number: int, mode: int, size: int) -> None:
            calls.append((import_module("os").lseek(number, 0, 1), mode, size))
            if error:
                raise error

        def modules(name: str) -> object:
            if name == "msvcrt":
                return SimpleNamespace(locking=locking, LK_NBLCK=2)
            raise ImportError(name)

        monkeypatch.setattr(journal_lock, "import_module", modules)
        return calls

    return made


@pytest.mark.parametrize(
    ("error", "taken"),
    [
        (None, True),
        (PermissionError(errno.EACCES, "Permission denied"), False),
        (OSError(errno.EDEADLK, "Resource deadlock avoided"), False),
        (OSError(errno.EINVAL, "Invalid argument"), True),
    ],
)
def test_on_windows_a_byte_far_behind_the_end_is_locked(
    windows: Callable[[OSError | None], list[tuple[int, int, int]]],
    tmp_path: Path,
    error: OSError | None,
    taken: bool,
) -> None:
    """Others may still read the lines, writing goes on where it was, and a file system without locks is no obstacle."""
    calls = windows(error)
    with (tmp_path / "journal.jsonl").open("w+b", buffering=0) as file:
        file.write(b"12345")
        assert take_lock(file) is taken
        assert file.tell() == 5
    assert calls == [(1 << 40, 2, 1)]
