"""Standard output and standard error of the verbs; a process may have been started without either."""

import io
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import TextIO

from pixelproof import PixelproofError
from pixelproof.cli._output import silence_output


@contextmanager
def standard_output() -> Iterator[TextIO]:
    """Standard output, written out when the block ends.

    Raises :class:`PixelproofError` when it takes no more, for example on a full disk; a reader that went away is left
    to the command line as ``BrokenPipeError``.
    """
    stream = _stream("stdout")
    try:
        yield stream
        stream.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        silence_output()
        raise PixelproofError(f"standard output cannot be written ({error.strerror})") from None


def standard_error() -> TextIO:
    """Standard error, or something that takes text and forgets it."""
    return _stream("stderr")


def tell(text: str) -> None:
    """A line on standard error, where there is one."""
    with suppress(OSError):
        standard_error().write(f"{text}\n")
        standard_error().flush()


def _stream(name: str) -> TextIO:
    stream: TextIO | None = getattr(sys, name)
    return io.StringIO() if stream is None else stream
