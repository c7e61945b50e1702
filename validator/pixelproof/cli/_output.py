"""Standard output and standard error, either of which may be closed, full, or no longer read."""

import os
import sys
from collections.abc import Iterable
from typing import TextIO

from pixelproof._errors import PixelproofError
from pixelproof._text import printable


def emit(chunks: Iterable[str]) -> None:
    """Writes each chunk to standard output at once; stops silently when nobody reads any more.

    Raises :class:`PixelproofError` when the output cannot be written for another reason, such as a full disk.
    """
    for chunk in chunks:
        stream = _stream("stdout")
        if stream is None:
            continue
        try:
            stream.write(chunk)
            stream.flush()
        except BrokenPipeError:
            silence_output()
            return
        except OSError as error:
            silence_output()
            raise PixelproofError(_unwritable(error)) from None


def flush_output(status: int) -> int:
    """Writes what is still in the buffer, so that Python's own try at exit finds nothing; ``status``, or 2."""
    try:
        if stream := _stream("stdout"):
            stream.flush()
    except BrokenPipeError:
        silence_output()
    except OSError as error:
        silence_output()
        complain(_unwritable(error))
        return 2
    return status


def silence_output() -> None:
    """Sends the rest of standard output nowhere, because Python would complain about it at exit."""
    if stream := _stream("stdout"):
        try:
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
        except (OSError, ValueError):
            return  # a stream without a file, as in tests: there is nothing to redirect


def complain(text: str) -> None:
    """One line on standard error."""
    if stream := _stream("stderr"):
        try:
            stream.write(f"pixelproof: error: {printable(text)}\n")
            stream.flush()
        except OSError:
            return  # there is no place left to say it


def use_colours() -> bool:
    """Whether people see the output on a terminal that knows colours, and have not asked for none."""
    stream = _stream("stdout")
    wanted = not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
    return wanted and stream is not None and stream.isatty()


def terminal_width() -> int | None:
    """The width of the terminal that shows the output; ``None`` when it goes to a file or a pipe."""
    stream = _stream("stdout")
    if stream is None or not stream.isatty():
        return None
    from shutil import get_terminal_size

    return max(get_terminal_size().columns, 40)


def _stream(name: str) -> TextIO | None:
    """``sys.stdout`` or ``sys.stderr``, which is ``None`` in a process that was started without one."""
    stream: TextIO | None = getattr(sys, name)
    return stream


def _unwritable(error: OSError) -> str:
    return f"standard output cannot be written ({error.strerror})"
