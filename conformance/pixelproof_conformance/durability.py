"""Brings what was written to the disk, where an end of the machine cannot take it away."""

import contextlib
import errno
import os
from pathlib import Path
from typing import BinaryIO

_NOT_OFFERED = frozenset({errno.EINVAL, errno.ENOTSUP, errno.EROFS, errno.ENOSYS})
"""What a pipe, a device or an unusual file system says that knows no such thing."""


def sync(file: BinaryIO) -> None:
    """Wait until the content of ``file`` is on the disk. Raises ``OSError`` when the disk does not take it."""
    try:
        if hasattr(os, "fdatasync"):
            os.fdatasync(file.fileno())
        else:
            os.fsync(file.fileno())
    except OSError as error:
        if error.errno not in _NOT_OFFERED:
            raise


def sync_folder(folder: Path) -> None:
    """Bring the names in ``folder`` to the disk, where the system offers that; Windows does not."""
    with contextlib.suppress(OSError):
        number = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(number)
        finally:
            os.close(number)
