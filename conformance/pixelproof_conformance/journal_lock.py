"""The lock on a journal that is being written: two runs would write over each other's lines. It ends with the process.

What locks files is another module on Windows than anywhere else.
"""

import errno
from importlib import import_module
from typing import BinaryIO

_FAR = 1 << 40  # Windows lets nobody read what is locked, so the byte that stands for the file lies far behind its end
_TAKEN = frozenset({errno.EACCES, errno.EAGAIN, errno.EDEADLK})


def take_lock(file: BinaryIO) -> bool:
    """Whether ``file`` is ours now; True also on a file system that has no locks."""
    try:
        fcntl = import_module("fcntl")
    except ImportError:
        return _lock_on_windows(file)
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:
        return True
    return True


def _lock_on_windows(file: BinaryIO) -> bool:
    msvcrt = import_module("msvcrt")
    place = file.tell()
    try:
        file.seek(_FAR)
        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
    except OSError as error:
        return error.errno not in _TAKEN
    finally:
        file.seek(place)
    return True
