"""Answers of an endpoint that wants to hold a client up, to fill its memory, or to write on its terminal."""

import base64
import gzip
import json
import socket
import struct
import threading
import zlib
from collections.abc import Callable

from .raw_server import Script, answer, resets, says, says_nothing, trickles
from .scripted import picture

JSON_HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
STREAM_HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n"
ESCAPES = "\x00\x1b]0;owned\x07\x1b[2J\x9b31m"


def with_picture(data: bytes) -> bytes:
    """A whole answer with one picture."""
    body = {"created": 1_780_000_000, "data": [{"b64_json": base64.b64encode(data).decode()}]}
    return answer("200 OK", json.dumps(body).encode(), Content_Type="application/json")


GOOD = with_picture(base64.b64decode(picture()))


def for_ever(head: bytes, piece: bytes) -> Script:
    """Write the head, and then pieces as fast as they are taken."""

    def once(connection: socket.socket) -> None:
        connection.sendall(head)
        while True:
            connection.sendall(piece)

    return once


class FirstGood:
    """Answers the first request well and leaves all others to a script."""

    def __init__(self, script: Script) -> None:
        self._script = script
        self._lock = threading.Lock()
        self.seen = 0

    def once(self, connection: socket.socket) -> None:
        """Answers the next request, which is the last one of its connection."""
        with self._lock:
            self.seen += 1
            number = self.seen
        if number == 1:
            connection.sendall(GOOD)
        else:
            self._script(connection)


def bomb(window: int, mebibytes: int = 1024) -> bytes:
    """A mebibyte of packed zeros for each gibibyte, as gzip (window 31) or as deflate means it (window 15)."""
    engine = zlib.compressobj(9, zlib.DEFLATED, window)
    first = engine.compress(bytes(1 << 20)) + engine.flush(zlib.Z_FULL_FLUSH)
    # After a full flush the engine knows nothing of what was before, so the same block can come again and again.
    block = engine.compress(bytes(1 << 20)) + engine.flush(zlib.Z_FULL_FLUSH)
    return first + block * (mebibytes - 1) + engine.flush()


def png(width: int, height: int, *, pixels: bool) -> bytes:
    """A PNG of one bit a pixel: all of it black, or its headers alone with next to no pixels."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    engine = zlib.compressobj(9)
    rows = bytes(1 + (width + 7) // 8) * 100
    packed = b"".join(engine.compress(rows) for _ in range(height // 100 if pixels else 0)) + engine.flush()
    head = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", packed) + chunk(b"IEND", b"")


def jpeg_claim(width: int, height: int) -> bytes:
    """A JPEG that says how large it is and ends there."""
    frame = struct.pack(">HBHHBBBB", 11, 8, height, width, 1, 1, 0x11, 0)
    scan = struct.pack(">HBBBBBB", 8, 1, 1, 0, 0, 63, 0)
    return b"\xff\xd8\xff\xc0" + frame + b"\xff\xda" + scan + b"\x00\xff\xd9"


def webp_claim(width: int, height: int) -> bytes:
    """A lossless WebP (16,384 pixels wide and high at most) that says how large it is and ends there."""
    bits = (width - 1) | (height - 1) << 14
    data = b"\x2f" + struct.pack("<I", bits) + b"\0\0\0"
    return b"RIFF" + struct.pack("<I", 4 + 8 + len(data)) + b"WEBP" + b"VP8L" + struct.pack("<I", len(data)) + data


def error_with(message: str) -> bytes:
    """A refusal with this message."""
    error = {"message": message, "type": "invalid_request_error", "param": None, "code": None}
    return answer("400 Bad Request", json.dumps({"error": error}).encode(), Content_Type="application/json")


QUICK: dict[str, Callable[[], Script]] = {
    "events": lambda: for_ever(STREAM_HEAD, b"data: {}\n\n" * 100),
    "comments": lambda: for_ever(STREAM_HEAD, b": still here\r\n\r\n" * 100),
    "headers": lambda: for_ever(b"HTTP/1.1 200 OK\r\n", b"a: b\r\n" * 100),
    "interim answers": lambda: for_ever(b"", b"HTTP/1.1 102 Processing\r\n\r\n" * 100),
    "continue": lambda: for_ever(b"", b"HTTP/1.1 100 Continue\r\n\r\n" * 100),
    "one header": lambda: for_ever(b"HTTP/1.1 200 OK\r\na: ", b"x" * 60_000),
    "drip-fed body": lambda: trickles(JSON_HEAD + b"\r\n", b" ", 0.02),
    "drip-fed stream": lambda: trickles(STREAM_HEAD, b"d", 0.02),
    "drip-fed headers": lambda: trickles(b"HTTP/1.1 200 OK\r\n", b"a: b\r\n", 0.02),
    "silence": lambda: says_nothing,
    "reset": lambda: resets,
    "cut body": lambda: says(JSON_HEAD + b"Content-Length: 1000\r\n\r\n{"),
    "cut stream": lambda: says(STREAM_HEAD.replace(b"\r\n\r\n", b"\r\nContent-Length: 99\r\n\r\n") + b"data: {"),
    "lying chunk": lambda: says(JSON_HEAD + b"Transfer-Encoding: chunked\r\n\r\nFFFFFFF\r\nabc"),
    "damaged chunk": lambda: says(JSON_HEAD + b"Transfer-Encoding: chunked\r\n\r\n-1\r\nabc"),
    "no HTTP": lambda: says(b"hello \x00\x1b[31m world\r\n"),
    "unasked encoding": lambda: says(answer("200 OK", b"\x1b\xff" * 100, Content_Encoding="br")),
    "rows of gzip": lambda: says(answer("200 OK", gzip.compress(b"") * 5000, Content_Encoding="gzip")),
}
"""Answers that never get complete, each made when it is needed."""

HEAVY: dict[str, Callable[[], Script]] = {
    "giant": lambda: for_ever(JSON_HEAD + b"\r\n", b"x" * 65536),
    "gzip bomb": lambda: says(answer("200 OK", bomb(31), Content_Encoding="gzip")),
    "deflate bomb": lambda: says(answer("200 OK", bomb(15), Content_Encoding="deflate")),
    "chunks of two bytes": lambda: for_ever(JSON_HEAD + b"Transfer-Encoding: chunked\r\n\r\n", b"2\r\nxy\r\n" * 1000),
}
"""Answers that would fill the memory."""

WHOLE: dict[str, Callable[[], Script]] = {
    "large PNG": lambda: says(with_picture(png(30_000, 30_000, pixels=True))),
    "claim of a PNG": lambda: says(with_picture(png(30_000, 30_000, pixels=False))),
    "claim of a JPEG": lambda: says(with_picture(jpeg_claim(30_000, 30_000))),
    "claim of a WebP": lambda: says(with_picture(webp_claim(16_000, 16_000))),
    "escapes": lambda: says(error_with(ESCAPES)),
    "escapes in headers": lambda: says(answer("200 OK", b"{}", Content_Type="application/json\x1b[2J")),
    "NUL bytes": lambda: says(answer("200 OK", bytes(1000), Content_Type="application/json")),
    "redirects": lambda: says(answer("302 Found", Location="http://169.254.169.254/")),
}
"""Answers that are complete, and bad."""
