"""Records whose bodies stay in the journal until they are looked at, so that a journal may be larger than memory."""

import json
from collections.abc import Callable
from dataclasses import fields
from functools import lru_cache, partial
from pathlib import Path

from pixelproof_conformance.journal import JournalError, stream_journal
from pixelproof_conformance.large_body import PackedBody
from pixelproof_conformance.model import Json, Record
from pixelproof_conformance.record_json import record_from_json

LARGE_LINE = 64 * 1024
"""From this length on, in bytes, a line of a journal is not held in memory."""

_BODIES = ("sent", "body")
_MOST_AT_HAND = 8


class StoredRecord(Record):
    """A record that reads its bodies again whenever they are asked for."""

    __slots__ = ("_read",)
    _read: Callable[[], Record]

    def __init__(self, record: Record, read: Callable[[], Record]) -> None:
        for field in fields(Record):
            if field.name not in _BODIES:
                object.__setattr__(self, field.name, getattr(record, field.name))
        object.__setattr__(self, "_read", read)

    @property
    def sent(self) -> bytes | PackedBody:
        """The body of the request."""
        return self._read().sent

    @property
    def body(self) -> bytes:
        """The body of the answer."""
        return self._read().body


class Bodies:
    """Reads records of one journal again, the last few of them once only; `held` makes them read when looked at."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._read = lru_cache(maxsize=_MOST_AT_HAND)(self._read_again)

    def held(self, record: Record, start: int, size: int) -> Record:
        """The record whose line has this place and length, without its bodies in memory when it is large."""
        return record if size < LARGE_LINE else StoredRecord(record, partial(self._read, start, size))

    def _read_again(self, start: int, size: int) -> Record:
        try:
            with self._path.open("rb") as file:
                file.seek(start)
                return record_from_json(json.loads(file.read(size)))
        except (OSError, ValueError) as error:
            raise JournalError(f"the journal {self._path} has changed while it was read: {error}") from None


def read_stored(path: Path) -> tuple[dict[str, Json], list[Record]]:
    """The header and all records of a journal; the large ones are read when they are needed.

    Raises like :func:`~pixelproof_conformance.journal.stream_journal`. A journal that changes afterwards raises
    :class:`JournalError` when a body is asked for.
    """
    header, records = stream_journal(path, Bodies(path).held)
    return header, list(records)
