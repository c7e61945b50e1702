"""Cuts the entries out of an HTTP archive as it is read, so that an archive may be larger than memory.

Only brackets and strings are looked at. An entry is handed on as the bytes that it is; whoever judges it parses it, so
that all cores parse.
"""

import re
from collections.abc import Callable, Iterator

from pixelproof_conformance.traffic.recorded import RecordError

MAX_ENTRY_BYTES = 256 * 1024 * 1024
"""No longer entry is read."""

_READ = 1 << 20
# Up to the next bracket outside of a string, or up to the quote of a string that does not end here. Nothing is tried
# twice, so that a long string costs one pass.
_STRIDE = re.compile(rb'(?:[^"{}\[\]]++|"[^"\\]*+(?:\\.[^"\\]*+)*+")*+([{}\[\]"])', re.DOTALL)
_LOG = re.compile(rb'"log"\s*:\s*\{\Z')
_ENTRIES = re.compile(rb'"entries"\s*:\s*\[\Z')


def entries(read: Callable[[int], bytes]) -> Iterator[bytes]:
    """Each entry of ``log.entries`` as the bytes that it stands in.

    Raises :class:`RecordError` for what is no archive, ends too early, or has an entry that is too long.
    """
    depth, within, in_log, found = 0, 0, False, False
    for bracket, stride, entry in _brackets(read):
        if bracket in b"{[":
            depth += 1
            if not found:
                in_log = in_log if depth != 2 else _LOG.search(stride) is not None
                found = depth == 3 and in_log and _ENTRIES.search(stride) is not None
                within = depth
            elif depth == within + 1:
                entry.begin()
            continue
        if found and depth == within:
            return
        depth -= 1
        if found and depth == within:
            yield entry.end()
    raise RecordError(
        "the archive ends too early"
        if found
        else "it has no log.entries, so it is no HTTP archive; name a log of JSON lines .jsonl"
    )


class _Window:
    """The part of a file that is in memory: from the beginning of the entry under way, or from the last bracket."""

    def __init__(self, read: Callable[[int], bytes]) -> None:
        self._read = read
        self.data = b""
        self.position = 0
        self._start: int | None = None

    def begin(self) -> None:
        """An entry begins with the bracket before the position."""
        self._start = self.position - 1

    def end(self) -> bytes:
        """The entry that ends at the position."""
        start = self.position if self._start is None else self._start
        self._start = None
        return self.data[start : self.position]

    def grow(self) -> bool:
        """Read on; False at the end of the file. The more is waiting, the more is read, so that all is seen twice."""
        keep = self.position if self._start is None else self._start
        waiting = len(self.data) - keep
        if waiting > MAX_ENTRY_BYTES:
            raise RecordError(f"an entry has more than {MAX_ENTRY_BYTES} bytes; what follows it was not judged")
        more = self._read(max(_READ, waiting))
        self.data = self.data[keep:] + more
        self.position -= keep
        if self._start is not None:
            self._start = 0
        return bool(more)


def _brackets(read: Callable[[int], bytes]) -> Iterator[tuple[bytes, bytes, _Window]]:
    window = _Window(read)
    while True:
        match = _STRIDE.match(window.data, window.position)
        if match is None or match[1] == b'"':
            if not window.grow():
                return
            continue
        window.position = match.end()
        yield match[1], match[0] if match.end() - match.start() < _READ else b"", window
