"""Pictures on their way out: as base64 text, or as files behind an address for an hour."""

import time
from collections import OrderedDict
from collections.abc import Callable
from functools import lru_cache
from hashlib import sha256
from typing import TypeAlias
from zlib import crc32

import pybase64

from pixelproof_conformance.gateway.calls import Colour, Order
from pixelproof_conformance.gateway.pictures import make_picture

_VARIANTS = 4  # prompts share this many series of pictures, so that most pictures come from the cache
_SERIES = 16  # more than the pictures of one answer
_PREVIEW = _VARIANTS * _SERIES


def picture(order: Order, index: int) -> bytes:
    """The picture number ``index`` of an order; no two pictures of an order are the same."""
    return _made(*_arguments(order, index, None))


def picture_text(order: Order, index: int, *, partial: int | None = None) -> str:
    """The same picture as base64, or its preview number ``partial``, which differs from it."""
    return _text(*_arguments(order, index, partial))


_Arguments: TypeAlias = tuple[int, int, str, bool, int, int | None, tuple[Colour, ...]]


def _arguments(order: Order, index: int, partial: int | None) -> _Arguments:
    variant = crc32(order.prompt.encode("utf-8", "surrogatepass")) % _VARIANTS
    seed = variant * _SERIES + index + (0 if partial is None else _PREVIEW * (partial + 1))
    alpha = order.background == "transparent" and order.format != "jpeg"
    compression = order.compression if order.format != "png" else None
    return order.width, order.height, order.format, alpha, seed, compression, order.references


def _made(*arguments: *_Arguments) -> bytes:
    width, height, format_name, alpha, seed, compression, bands = arguments
    return make_picture(width, height, format=format_name, alpha=alpha, seed=seed, compression=compression, bands=bands)


@lru_cache(maxsize=256)
def _text(*arguments: *_Arguments) -> str:
    return pybase64.b64encode(_made(*arguments)).decode("ascii")


class FileStore:
    """The pictures behind addresses, the oldest dropped first.

    ``max_files`` and ``max_bytes`` bound it; a file is gone after ``lifetime`` seconds of ``clock``.
    """

    def __init__(
        self,
        *,
        max_files: int = 512,
        max_bytes: int = 64 * 1024 * 1024,
        lifetime: float = 3600.0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._files: OrderedDict[str, tuple[bytes, float]] = OrderedDict()
        self._bytes = 0
        self._max_files = max_files
        self._max_bytes = max_bytes
        self._lifetime = lifetime
        self._clock = clock

    def keep(self, content: bytes, format_name: str) -> str:
        """Keep a picture and return the name of its file; equal pictures share one."""
        name = f"{sha256(content).hexdigest()[:24]}.{format_name}"
        self._drop(name)
        self._files[name] = (content, self._clock())
        self._bytes += len(content)
        while self._files and (len(self._files) > self._max_files or self._bytes > self._max_bytes):
            self._drop(next(iter(self._files)))
        return name

    def get(self, name: str) -> bytes | None:
        """The picture in the file ``name``; ``None`` when there is none, or not any more."""
        content, since = self._files.get(name, (None, 0.0))
        if content is not None and self._clock() - since > self._lifetime:
            self._drop(name)
            return None
        return content

    def _drop(self, name: str) -> None:
        content, _ = self._files.pop(name, (b"", 0.0))
        self._bytes -= len(content)
