"""A stand-in for ``msvcrt`` that locks for real, on systems whose locks belong to an open file as those of Windows do.

As there, a lock covers bytes from the position of the file on, may lie behind its end, is refused with ``EACCES`` when
another handle or the same one has any of them, and ends when its handle is closed, also by the end of the process.
Run as a program it is a process on such a system that holds the journal it is given: ``windows_locks.py JOURNAL``.
"""

import errno
import fcntl
import os
import struct
import sys
from pathlib import Path
from types import ModuleType

LK_UNLCK, LK_LOCK, LK_NBLCK, LK_RLCK, LK_NBRLCK = range(5)
OFFERED = hasattr(fcntl, "F_OFD_SETLK") and struct.calcsize("l") == 8
HELD: dict[int, set[tuple[int, int]]] = {}
"""The regions that each descriptor of this process holds: Windows refuses them to the same handle, too."""


def locking(number: int, mode: int, size: int) -> None:
    """Locks or unlocks ``size`` bytes from the position of the file on. Raises ``OSError`` as Windows does."""
    if size < 0 or mode not in range(5):
        raise OSError(errno.EINVAL, "Invalid argument")
    region = (os.lseek(number, 0, os.SEEK_CUR), size)
    held = HELD.setdefault(number, set())
    if mode == LK_UNLCK:
        if region not in held:
            raise PermissionError(errno.EACCES, "Permission denied")
        _ask(number, fcntl.F_UNLCK, *region)
        held.remove(region)
        return
    if mode not in (LK_NBLCK, LK_NBRLCK):
        raise NotImplementedError("the kinds that wait for ten seconds")
    if any(start < region[0] + size and region[0] < start + length for start, length in held):
        raise PermissionError(errno.EACCES, "Permission denied")
    try:
        _ask(number, fcntl.F_WRLCK, *region)
    except OSError as error:
        if error.errno in (errno.EAGAIN, errno.EACCES):
            raise PermissionError(errno.EACCES, "Permission denied") from None
        raise
    held.add(region)


def _ask(number: int, kind: int, start: int, size: int) -> None:
    fcntl.fcntl(number, fcntl.F_OFD_SETLK, struct.pack("hhlli4x", kind, os.SEEK_SET, start, size, 0))


def become_windows() -> None:
    """From now on this process finds ``msvcrt`` and no ``fcntl``."""
    module = ModuleType("msvcrt")
    module.__dict__.update(locking=locking, LK_NBLCK=LK_NBLCK, LK_UNLCK=LK_UNLCK, LK_NBRLCK=LK_NBRLCK)
    sys.modules["msvcrt"] = module
    sys.modules["fcntl"] = None  # type: ignore[assignment]


def main(path: Path) -> None:
    """Goes on with the journal at ``path``, or begins it; says so, and holds it until standard input ends."""
    become_windows()
    from pixelproof import UsageError
    from pixelproof_conformance.journal import Journal, journal_header, read_journal
    from pixelproof_conformance.model import Record

    header = journal_header("openai", {"url": "http://h", "models": [], "seed": 1}, "")
    try:
        journal = Journal.resume(path, header) if path.exists() else Journal.create(path, header)
    except UsageError as error:
        say(f"refused: {error}; it can read {len(read_journal(path)[1])}")
        return
    with journal:
        journal.append(Record(f"case-{os.getpid()}", "http://h", b"", "", "", 0.0, status=200))
        say("held")
        sys.stdin.read()


def say(text: str) -> None:
    """A line on standard output, at once."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
