"""Content encodings of answers, undone within a limit: a few bytes of gzip can hold gigabytes."""

import zlib

_WINDOWS = {"gzip": 16 + zlib.MAX_WBITS, "x-gzip": 16 + zlib.MAX_WBITS, "deflate": zlib.MAX_WBITS}
_GZIP_START = b"\x1f\x8b"
_STEP = 1 << 20
_MOST_MEMBERS = 1000  # a gzip file may be a row of files; empty ones cost time and bring nothing

ACCEPTED = "gzip, deflate"


class TooLargeError(Exception):
    """More bytes than the limit allows."""


class BrokenError(Exception):
    """The encoding is unknown or its data are damaged; the text says how."""


class Decoder:
    """Turns the bytes of an answer into its content, piece by piece, up to ``limit`` bytes before and after."""

    def __init__(self, encoding: str, limit: int) -> None:
        name = encoding.strip().lower()
        self._name = "" if name == "identity" else name
        if self._name and self._name not in _WINDOWS:
            raise BrokenError(f"the answer is encoded as {encoding!r}, which was not asked for")
        self._limit = limit
        self._came = 0
        self._content = bytearray()  # not a list: an answer of one-byte pieces would take fifty times its size
        self._members = 0
        self._engine = self._new_engine() if self._name else None
        self._started = False

    @property
    def size(self) -> int:
        """How many bytes of content there are so far."""
        return len(self._content)

    def expect(self, content_length: str) -> None:
        """Refuse an answer that announces too much. Raises `TooLargeError`."""
        if content_length.isdigit() and int(content_length) > self._limit:
            raise TooLargeError

    def feed(self, data: bytes) -> None:
        """Take the next bytes. Raises `TooLargeError` or `BrokenError`."""
        self._came += len(data)
        if self._came > self._limit:
            raise TooLargeError
        if self._engine is None:
            self._keep(data)
            return
        try:
            self._decode(data)
        except zlib.error as error:
            raise BrokenError(f"the {self._name} data of the answer are damaged: {error}") from None

    def finish(self) -> None:
        """Check that the encoded data are complete. Raises `BrokenError`."""
        if self._engine is not None and self._started and not self._engine.eof:
            raise BrokenError(f"the {self._name} data of the answer end too early")

    def content(self) -> bytes:
        """All content so far, in one piece."""
        return bytes(self._content)

    def beginning(self, size: int) -> bytes:
        """The first ``size`` bytes of the content."""
        return bytes(self._content[:size])

    def _decode(self, data: bytes) -> None:
        while data:
            engine = self._engine
            if engine is None or engine.eof:
                if not data.startswith(_GZIP_START):
                    return  # what follows the end of the data is padding
                engine = self._engine = self._new_engine()
            if not self._started and self._name == "deflate" and data[0] & 0x0F != zlib.DEFLATED:
                engine = self._engine = zlib.decompressobj(-zlib.MAX_WBITS)  # many servers leave the zlib frame out
            self._started = True
            self._keep(engine.decompress(data, min(_STEP, self._limit - len(self._content) + 1)))
            data = engine.unused_data if engine.eof else engine.unconsumed_tail

    def _keep(self, piece: bytes) -> None:
        self._content += piece
        if len(self._content) > self._limit:
            raise TooLargeError

    def _new_engine(self) -> "zlib._Decompress":
        self._members += 1
        if self._members > _MOST_MEMBERS:
            raise BrokenError(f"the {self._name} data of the answer are more than {_MOST_MEMBERS:,} files in a row")
        return zlib.decompressobj(_WINDOWS[self._name])
