"""Bodies too large to be held in memory: read in pieces on their way out, packed where they are kept."""

import zlib
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

LARGE = 8 * 1024 * 1024
"""From this size on a file or a body is not held in memory as a whole."""

_PIECE = 256 * 1024


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
            FileBody([redact(part) if isinstance(part, bytes) else part for part in self._segments]).pieces()
        )


class PackedBody:
    """A body in its deflated form (zlib); ``bytes()`` unpacks it."""

    def __init__(self, deflated: bytes, size: int) -> None:
        self.deflated = deflated
        self._size = size

    @classmethod
    def of(cls, pieces: Iterator[bytes]) -> "PackedBody":
        """Packs a body piece by piece."""
        engine = zlib.compressobj(1)
        size = 0
        out: list[bytes] = []
        for piece in pieces:
            size += len(piece)
            out.append(engine.compress(piece))
        return cls(b"".join([*out, engine.flush()]), size)

    def __len__(self) -> int:
        return self._size

    def __bytes__(self) -> bytes:
        return zlib.decompress(self.deflated, bufsize=self._size or 1)


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
