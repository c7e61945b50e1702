"""The journal of a run: one JSON object a line, appended as it happens, so that a killed run loses nothing it paid for.

The first line says what the run is, every further line is one record. ``schemas/meta/journal.yaml`` describes both.
A line is with the system when `Journal.append` returns, so that no end of the process can lose it. It is brought to the
disk, where no end of the machine can, at most once a second and when the journal is closed.
"""

import json
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from types import TracebackType
from typing import BinaryIO

from pixelproof import PixelproofError, UsageError, __version__
from pixelproof._text import shown

from pixelproof_conformance.durability import sync, sync_folder
from pixelproof_conformance.journal_lock import take_lock
from pixelproof_conformance.model import Json, Record
from pixelproof_conformance.record_json import record_from_json, record_to_json
from pixelproof_conformance.redact import redact_json

FORMAT = "pixelproof-journal/1"
_SAME = ("url", "models", "seed", "survey")
_TAIL = 1 << 20
_ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), allow_nan=False)
_SYNC_SECONDS = 1.0


class JournalError(PixelproofError):
    """The journal cannot be written or read: no space, no permission. The run must stop, or its records are lost."""

    exit_status = 3


def journal_header(dialect: str, configuration: Mapping[str, Json], started: str) -> dict[str, Json]:
    """The first line of a journal; ``configuration`` holds the options of the run and is redacted."""
    return {
        "format": FORMAT,
        "tool": "pixelproof",
        "version": __version__,
        "dialect": dialect,
        "configuration": redact_json(dict(configuration)),
        "started": started,
    }


class Journal:
    """An open journal; `append` may be called from several threads. Use `create` or `resume`.

    ``cut`` says whether a last line that was half written has been taken out when it was resumed.
    """

    def __init__(self, path: Path, file: BinaryIO, end: int, *, cut: bool = False) -> None:
        self.cut = cut
        self._synced = time.monotonic()
        self._unsynced = False
        self._path = path
        self._file = file
        self._end = end
        self._lock = threading.Lock()

    @classmethod
    def create(cls, path: Path, header: Mapping[str, Json]) -> "Journal":
        """Start a journal with ``header`` (see `journal_header`).

        Raises:
            UsageError: There is a journal already.
            JournalError: The file cannot be written.
        """
        if path.exists():
            raise UsageError(f"{path} exists already; resume that run, or name another folder")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            file = path.open("xb", buffering=0)
        except OSError as error:
            raise _trouble(path, "cannot be created", error) from None
        _lock(path, file)
        journal = cls(path, file, 0)
        try:
            journal._write(redact_json(header))
            sync_folder(path.parent)
        except JournalError:
            journal.close()
            path.unlink(missing_ok=True)  # else the next try would take it for a run
            raise
        return journal

    @classmethod
    def resume(cls, path: Path, header: Mapping[str, Json]) -> "Journal":
        """Open the journal of an interrupted run to append to it; a line that a kill left half written is removed.

        Raises:
            UsageError: The journal is of another run (dialect, url, models or seed differ), or a run is writing it.
            JournalError: The file cannot be written.
        """
        _check_same_run(path, _read_header(path), redact_json(header))
        try:
            file = path.open("r+b", buffering=0)
            _lock(path, file)
            end = _end_of_lines(file)
            cut = end < file.seek(0, 2)
            file.truncate(end)
            file.seek(end)
            if end and not _ends_line(file, end):
                end += file.write(b"\n")
        except OSError as error:
            raise _trouble(path, "cannot be appended to", error) from None
        return cls(path, file, end, cut=cut)

    def append(self, record: Record) -> tuple[int, int]:
        """Write one record, all of it or nothing; gives its place and length in bytes. Raises `JournalError`.

        A record that comes a second or more after the last one that was brought to the disk goes there at once.
        """
        written = self._write(record_to_json(record))
        with self._lock:
            due = self._unsynced and time.monotonic() - self._synced >= _SYNC_SECONDS
            if due:
                self._synced, self._unsynced = time.monotonic(), False
        if due:
            self._sync()
        return written

    def close(self) -> None:
        """Bring what was written to the disk, and close the file. Raises `JournalError`."""
        try:
            if self._unsynced and not self._file.closed:
                self._sync()
        finally:
            self._file.close()

    def __enter__(self) -> "Journal":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            self.close()
        except JournalError:
            if error is None:
                raise

    def _write(self, value: Json) -> tuple[int, int]:
        line = _ENCODER.encode(value).encode() + b"\n"
        with self._lock:
            try:
                self._file.seek(self._end)
                left = memoryview(line)
                while left:
                    left = left[self._file.write(left) :]
            except OSError as error:
                self._take_back()
                raise _trouble(self._path, "cannot be written", error) from None
            place = self._end
            self._end += len(line)
            self._unsynced = True
        return place, len(line)

    def _sync(self) -> None:
        """Have the system bring all lines to the disk; some report a full disk no earlier."""
        try:
            sync(self._file)
        except OSError as error:
            raise _trouble(self._path, "cannot be written", error) from None

    def _take_back(self) -> None:
        try:
            self._file.truncate(self._end)
        except OSError:
            return  # the half line stays; a reader leaves it out, and the next line is written over it


def read_journal(path: Path) -> tuple[dict[str, Json], list[Record]]:
    """The header and all records of a journal. Raises like `stream_journal`."""
    header, records = stream_journal(path)
    return header, list(records)


def stream_journal(
    path: Path, kept: Callable[[Record, int, int], Record] = lambda record, start, size: record
) -> tuple[dict[str, Json], Iterator[Record]]:
    """The header of a journal, and its records one by one; a half written last line is left out.

    ``kept`` gets each record with the place and length of its line in bytes, and says what is given out.

    Raises:
        UsageError: The file is no journal, or a line in the middle of it is damaged (while the records are read).
        JournalError: The file cannot be read.
    """
    return _read_header(path), _records(path, kept)


def _read_header(path: Path) -> dict[str, Json]:
    try:
        with path.open("rb") as file:
            line = file.readline(_TAIL)
    except FileNotFoundError:
        raise UsageError(f"there is no journal {path}; name the folder of a run") from None
    except OSError as error:
        raise _trouble(path, "cannot be read", error) from None
    header = _parsed(line)
    if not isinstance(header, dict) or not str(header.get("format", "")).startswith("pixelproof-journal/"):
        raise UsageError(f"{path} is no journal; its first line must have the format {FORMAT}")
    if header["format"] != FORMAT:
        raise UsageError(f"{path} has the format {header['format']}; this version reads {FORMAT}")
    return header


def _records(path: Path, kept: Callable[[Record, int, int], Record]) -> Iterator[Record]:
    end = 0
    try:
        with path.open("rb") as file:
            for number, line in enumerate(file, 1):
                start, end = end, end + len(line)
                if number == 1:
                    continue
                value = _parsed(line)
                if value is None and not line.endswith(b"\n"):
                    return
                try:
                    yield kept(record_from_json(value), start, len(line))
                except ValueError as error:
                    raise UsageError(
                        f"line {number} of {path} is damaged: {error}; take the line out, and a resumed run sends its"
                        " case again"
                    ) from None
    except OSError as error:
        raise _trouble(path, "cannot be read", error) from None


def _parsed(line: bytes) -> Json:
    """The JSON value of a line, or None where it is none."""
    try:
        return json.loads(line)
    except (ValueError, RecursionError):
        return None


def _check_same_run(path: Path, have: dict[str, Json], wanted: Mapping[str, Json]) -> None:
    pairs = [("dialect", have.get("dialect"), wanted.get("dialect"))]
    old, new = have.get("configuration") or {}, wanted.get("configuration") or {}
    pairs += [(name, old.get(name), new.get(name)) for name in _SAME]
    different = [
        f"{name} is {_shown(then)} there and {_shown(now)} now"
        for name, then, now in pairs
        if json.dumps(then) != json.dumps(now)
    ]
    if different:
        raise UsageError(f"{path} is the journal of another run: {'; '.join(different)}; use another folder")


def _shown(value: Json) -> str:
    if isinstance(value, list | tuple) and len(value) <= 8:
        return ", ".join(str(item) for item in value) or "none"
    return shown(value)


def _lock(path: Path, file: BinaryIO) -> None:
    if not take_lock(file):
        file.close()
        raise UsageError(f"another run is writing {path}; wait until it ends, or name another folder")


def _end_of_lines(file: BinaryIO) -> int:
    """Where the last line that can be used ends."""
    size = file.seek(0, 2)
    start = size
    tail = b""
    while start and b"\n" not in tail:
        step = min(_TAIL, start)
        start -= step
        file.seek(start)
        tail = file.read(step) + tail
    after = tail.rfind(b"\n") + 1
    return size if after == len(tail) or _parsed(tail[after:]) is not None else start + after


def _ends_line(file: BinaryIO, end: int) -> bool:
    file.seek(end - 1)
    return file.read(1) == b"\n"


def _trouble(path: Path, what: str, error: OSError) -> JournalError:
    reason = (error.strerror or str(error)).lower()
    return JournalError(f"the journal {path} {what}: {reason}; make room or name another folder, then resume the run")
