"""Bodies too large to be held in memory: read in pieces on their way out, packed where they are kept."""

import zlib
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

LARGE = 8 * 1024 * 1024
"""From this size on a file or a body is not held in memory as a whole."""

_PIECE = 256 * 1024
_HEAD = b"\x78\x01"  # of a zlib stream: deflate, a window of 32 KB, the fastest level
_LAST_BLOCK = b"\x03\x00"
_ADLER_PRIME = 65521


class FileBody:
    """A body that is made of bytes and of files on disk; its length is known before it is read."""

    def __init__(self, segments: Iterable[bytes | Path]) -> None:
        self._segments = tuple(segments)
        self._size = sum(len(part) if isinstance(part, bytes) else part.stat().st_size for part in self._segments)

    def __len__(self) -> int:
        return self._size

    def pieces(self) -> Iterator[bytes]:
        """The whole body, a piece at a time."""
        for part in self._segments:
            if isinstance(part, bytes):
                yield part
                continue
            with part.open("rb") as file:
                while piece := file.read(_PIECE):
                    yield piece

    def packed(self, redact: Callable[[bytes], bytes]) -> "PackedBody":
        """The body as it is kept. Bytes go through ``redact``; files are made by us and hold no secret."""
        return PackedBody.of(
            _deflated(iter([redact(part)])) if isinstance(part, bytes) else _deflated_file(part)
            for part in self._segments
        )


class PackedBody:
    """A body in its deflated form (zlib); ``bytes()`` unpacks it."""

    def __init__(self, deflated: bytes, size: int) -> None:
        self.deflated = deflated
        self._size = size

    @classmethod
    def of(cls, segments: Iterable["Deflated"]) -> "PackedBody":
        """Joins deflated segments to one zlib stream: its head, their blocks, an empty last block, the checksum."""
        blocks, size, checksum = [], 0, 1
        for segment in segments:
            blocks.append(segment.blocks)
            size += segment.size
            checksum = _joined_checksum(checksum, segment)
        return cls(b"".join([_HEAD, *blocks, _LAST_BLOCK, checksum.to_bytes(4, "big")]), size)

    def __len__(self) -> int:
        return self._size

    def __bytes__(self) -> bytes:
        return zlib.decompress(self.deflated, bufsize=self._size or 1)


class Deflated(NamedTuple):
    """A piece of a body as blocks of raw deflate (RFC 1951) that end at a whole byte, its size, and its Adler-32."""

    blocks: bytes
    size: int
    checksum: int


def _deflated(pieces: Iterator[bytes]) -> Deflated:
    engine = zlib.compressobj(1, wbits=-zlib.MAX_WBITS)
    out, size, checksum = [], 0, 1
    for piece in pieces:
        size += len(piece)
        checksum = zlib.adler32(piece, checksum)
        out.append(engine.compress(piece))
    return Deflated(b"".join([*out, engine.flush(zlib.Z_FULL_FLUSH)]), size, checksum)


@lru_cache(maxsize=16)
def _deflated_file(path: Path) -> Deflated:
    """A file that was made once and never changes; it goes out with one request after the other."""
    return _deflated(FileBody([path]).pieces())


def _joined_checksum(before: int, segment: Deflated) -> int:
    """The Adler-32 checksum (RFC 1950) of two pieces, the first of which is known by its checksum alone."""
    sum_before, weighted_before = before & 0xFFFF, before >> 16
    total = (sum_before + (segment.checksum & 0xFFFF) - 1) % _ADLER_PRIME
    weighted = (weighted_before + (segment.checksum >> 16) + segment.size * (sum_before - 1)) % _ADLER_PRIME
    return weighted << 16 | total


def inflated_size(deflated: bytes, limit: int) -> int:
    """How many bytes are packed in ``deflated``; it is read to its end and nothing is kept.

    Raises ``ValueError`` when it is damaged, cut, or holds more than ``limit`` bytes.
    """
    engine = zlib.decompressobj()
    size, rest = 0, deflated
    try:
        while not engine.eof and (piece := engine.decompress(rest, _PIECE)):
            size += len(piece)
            rest = engine.unconsumed_tail
            if size > limit:
                break
    except zlib.error as error:
        raise ValueError(f"its deflated bytes are damaged: {error}") from None
    if size > limit or not engine.eof:
        raise ValueError(f"its deflated bytes are cut, or are more than {limit}")
    return size
