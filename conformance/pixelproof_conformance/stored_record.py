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


def read_stored(path: Path) -> tuple[dict[str, Json], list[Record]]:
    """The header and all records of a journal; the large ones are read when they are needed.

    Raises like :func:`~pixelproof_conformance.journal.stream_journal`. A journal that changes afterwards raises
    :class:`JournalError` when a body is asked for.
    """

    @lru_cache(maxsize=_MOST_AT_HAND)
    def read(start: int, size: int) -> Record:
        try:
            with path.open("rb") as file:
                file.seek(start)
                return record_from_json(json.loads(file.read(size)))
        except (OSError, ValueError) as error:
            raise JournalError(f"the journal {path} has changed while it was read: {error}") from None

    def kept(record: Record, start: int, size: int) -> Record:
        return record if size < LARGE_LINE else StoredRecord(record, partial(read, start, size))

    header, records = stream_journal(path, kept)
    return header, list(records)
