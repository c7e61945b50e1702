"""The files of an audit, cut into pieces that a process can judge alone: plain or gzip, archives or lines, or a pipe.

Plain lines are cut by position and read by whoever judges them; the rest is read here, a piece at a time.
"""

import re
import sys
import zlib
from collections.abc import Callable, Iterator
from gzip import BadGzipFile, GzipFile
from pathlib import Path
from typing import BinaryIO, NamedTuple, cast

from pixelproof import UsageError
from pixelproof._parse import MAX_BODY_BYTES

from pixelproof_conformance.traffic.har_slices import entries
from pixelproof_conformance.traffic.recorded import RecordError

STDIN = "-"
PIECE_BYTES = 2 * 1024 * 1024
_HEAD = 64 * 1024
_ARCHIVE = re.compile(rb'(?:\xef\xbb\xbf)?\s*\{\s*"log"\s*:\s*\{')
_SPREAD = re.compile(rb"\{[ \t]*\r?\n")
_GZIP = b"\x1f\x8b"
DAMAGED = (OSError, EOFError, zlib.error)
"""What a file that cannot be read to its end raises."""

_OTHER_PACKERS = {b"\x28\xb5\x2f\xfd": "zstd", b"BZh": "bzip2", b"\xfd7zXZ": "xz"}


class Piece(NamedTuple):
    """A part of a source. ``size`` says how far it brings the reading on, in bytes of the file.

    The lines that begin from ``start`` to ``end`` of the file ``path``; or ``lines``; or ``entries`` of an archive; or
    nothing but a ``flaw`` that ended the source.
    """

    number: int
    source: int
    size: int
    path: str | None = None
    start: int = 0
    end: int = 0
    lines: bytes = b""
    entries: tuple[bytes, ...] = ()
    flaw: str | None = None

    @property
    def place(self) -> str:
        """What is said of a piece that was lost."""
        return f"bytes {self.start} to {self.end}" if self.path else f"piece {self.number + 1}"


def check_sources(names: list[str]) -> int | None:
    """How many bytes the files have, or ``None`` when that is not known.

    Raises :class:`UsageError` for a file that cannot be read, before anything is judged.
    """
    if names.count(STDIN) > 1:
        raise UsageError("standard input (-) can be read once; name it once")
    total, unknown = 0, STDIN in names
    for name in names:
        if name == STDIN:
            continue
        path = Path(name)
        if path.is_fifo():
            unknown = True
            continue
        if path.is_dir():
            raise UsageError(f"{name}: is a folder; name a file (the journal of a run is journal.jsonl in its folder)")
        try:
            total += path.stat().st_size
            with path.open("rb") as file:
                _Content(file, name)
        except FileNotFoundError:
            raise UsageError(f"{name}: there is no such file") from None
        except (EOFError, zlib.error, BadGzipFile):
            continue  # damaged at its beginning: told when it is its turn
        except OSError as error:
            raise UsageError(f"{name}: cannot be read ({error.strerror})") from None
    return None if unknown else total


def is_archive_name(name: str) -> bool:
    """Whether a file calls itself an HTTP archive."""
    return name.lower().removesuffix(".gz").endswith(".har")


def pieces(names: list[str], archives: set[int]) -> Iterator[Piece]:
    """Every piece of every file in order; ``archives`` gets the number of each file that is an HTTP archive.

    Raises :class:`UsageError` for a file of a kind that cannot be judged.
    """
    index = 0
    for source, name in enumerate(names):
        for piece in _Source(source, name, archives).pieces():
            yield piece._replace(number=index)
            index += 1


class _Source:
    def __init__(self, number: int, name: str, archives: set[int]) -> None:
        self._number = number
        self._name = name
        self._archives = archives
        self._told = 0

    def pieces(self) -> Iterator[Piece]:
        try:
            with self._opened() as raw:
                yield from self._cut(raw)
        except DAMAGED as error:
            reason = getattr(error, "strerror", None) or str(error)
            damaged = isinstance(error, EOFError | zlib.error | BadGzipFile)
            told = f"the gzip data are damaged ({reason})" if damaged else f"cannot be read ({reason})"
            yield Piece(0, self._number, 0, flaw=f"{told}; what follows was not judged")

    def _opened(self) -> BinaryIO:
        if self._name != STDIN:
            return Path(self._name).open("rb")
        if getattr(sys, "stdin", None) is None:
            raise UsageError("standard input is closed; name a file")
        return sys.stdin.buffer

    def _cut(self, raw: BinaryIO) -> Iterator[Piece]:
        content = _Content(raw, self._name)
        if content.is_archive:
            self._archives.add(self._number)
            yield from self._entries(content.read, content.position)
        elif content.is_plain and self._name != STDIN and raw.seekable():
            yield from self._ranges(raw.seek(0, 2))
        else:
            yield from self._blocks(content.read, content.position)

    def _ranges(self, size: int) -> Iterator[Piece]:
        for start in range(0, size, PIECE_BYTES):
            end = min(size, start + PIECE_BYTES)
            yield Piece(0, self._number, end - start, path=self._name, start=start, end=end)

    def _blocks(self, read: Callable[[int], bytes], position: Callable[[], int]) -> Iterator[Piece]:
        rest: list[bytes] = []
        waiting = 0
        while block := read(PIECE_BYTES):
            whole, newline, tail = block.rpartition(b"\n")
            if newline:
                yield self._piece(position, lines=b"".join((*rest, whole, newline)))
                rest, waiting = [tail], len(tail)
            elif waiting <= MAX_BODY_BYTES:  # the rest of a longer line is not kept; it cannot be parsed anyway
                rest.append(block)
                waiting += len(block)
        if waiting:
            yield self._piece(position, lines=b"".join(rest))

    def _entries(self, read: Callable[[int], bytes], position: Callable[[], int]) -> Iterator[Piece]:
        waiting: list[bytes] = []
        size = 0
        flaw, damage = None, None
        try:
            for entry in entries(read):
                waiting.append(entry)
                size += len(entry)
                if size >= PIECE_BYTES:
                    yield self._piece(position, entries=tuple(waiting))
                    waiting, size = [], 0
        except RecordError as error:
            flaw = str(error)
        except DAMAGED as error:
            damage = error
        if waiting:
            yield self._piece(position, entries=tuple(waiting))
        if damage is not None:
            raise damage
        if flaw:
            yield Piece(0, self._number, 0, flaw=flaw)

    def _piece(self, position: Callable[[], int], *, lines: bytes = b"", entries: tuple[bytes, ...] = ()) -> Piece:
        before, self._told = self._told, position()
        return Piece(0, self._number, self._told - before, lines=lines, entries=entries)


class _Content:
    """What a file holds: unpacked, and known as archive or lines by its name or its beginning.

    Raises :class:`UsageError` for what is neither.
    """

    def __init__(self, raw: BinaryIO, name: str) -> None:
        packed = _Refilled(raw)
        for magic, packer in _OTHER_PACKERS.items():
            if packed.head(_HEAD).startswith(magic):
                raise UsageError(f"{name}: is packed with {packer}; unpack it, for example into a pipe to -")
        self.is_plain = not packed.head(_HEAD).startswith(_GZIP)
        content = packed if self.is_plain else _Refilled(_Unpacked(GzipFile(fileobj=cast("BinaryIO", packed))))
        head = content.head(_HEAD)
        if head.startswith((b"\xff\xfe", b"\xfe\xff")):
            raise UsageError(f"{name}: is UTF-16; write it as UTF-8")
        if b"\0" in head:
            raise UsageError(f"{name}: is neither JSON lines nor an HTTP archive (HAR), for it holds zero bytes")
        self.is_archive = is_archive_name(name) or _ARCHIVE.match(head) is not None
        start = head.removeprefix(b"\xef\xbb\xbf").lstrip()
        if start[:1] == b"[":
            raise UsageError(f"{name}: is a JSON array; write one exchange a line, for example with jq -c '.[]'")
        if not self.is_archive and _SPREAD.match(start):
            raise UsageError(f"{name}: is JSON over several lines; write one exchange a line, for example with jq -c .")
        self.read = content.read
        self._packed = packed

    def position(self) -> int:
        """How many bytes of the file are read."""
        return self._packed.position


class _Unpacked:
    """What is packed with gzip; what comes before damage is given before the damage is told."""

    def __init__(self, packed: GzipFile) -> None:
        self._packed = packed
        self._damage: Exception | None = None

    def read(self, size: int = -1) -> bytes:
        """Up to ``size`` bytes, fewer before the end or the damage. Raises what ``gzip`` raises."""
        if self._damage is not None:
            raise self._damage
        parts: list[bytes] = []
        left = size
        while left:
            try:
                part = self._packed.read1(left)
            except DAMAGED as error:
                self._damage = error
                if not parts:
                    raise
                break
            if not part:
                break
            parts.append(part)
            left -= len(part) if left > 0 else 0
        return b"".join(parts)


class _Refilled:
    """A stream whose beginning can be looked at before it is read; ``position`` counts the bytes that were read."""

    def __init__(self, stream: "BinaryIO | _Unpacked") -> None:
        self._stream = stream
        self._waiting = b""
        self.position = 0

    def head(self, size: int) -> bytes:
        """The first bytes, which are still to be read."""
        try:
            while len(self._waiting) < size and (more := self._stream.read(size - len(self._waiting))):
                self._waiting += more
        except DAMAGED:
            if not self._waiting:
                raise  # else it is told when it is reached
        return self._waiting

    def read(self, size: int = -1) -> bytes:
        """Up to ``size`` bytes; fewer only at the end, or once after a look at the head."""
        if self._waiting and size >= 0:
            found, self._waiting = self._waiting[:size], self._waiting[size:]
        else:
            found, self._waiting = self._waiting + self._stream.read(size), b""
        self.position += len(found)
        return found
