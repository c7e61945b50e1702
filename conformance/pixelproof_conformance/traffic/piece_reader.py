"""Judging a piece: every line or entry of it goes to the judge, and what cannot be judged is counted with its place."""

import re
from collections.abc import Iterator
from pathlib import Path

from pixelproof import Dialect, load_dialect
from pixelproof._parse import MAX_BODY_BYTES, parse_json

from pixelproof_conformance.model import Json
from pixelproof_conformance.redact import redact_text
from pixelproof_conformance.traffic.har_entry import parse_entry, read_entry
from pixelproof_conformance.traffic.judging import Judge
from pixelproof_conformance.traffic.ledger import Terms
from pixelproof_conformance.traffic.line_reader import MORE, is_journal_header, read_line
from pixelproof_conformance.traffic.recorded import RecordError
from pixelproof_conformance.traffic.sources import Piece
from pixelproof_conformance.traffic.tally import Place, Tally

_BOM = b"\xef\xbb\xbf"
_SKIPPED_AT_ONCE = 1 << 20
_ENDS_EARLY = "EOF while parsing"
_POSITION = re.compile(r" at line 1 column (\d+)")


class PieceReader:
    """Judges pieces one after the other by the same terms."""

    def __init__(self, terms: Terms, dialect: Dialect | None = None) -> None:
        self._judge = Judge(dialect or load_dialect(terms.dialect, dialect_path=terms.dialect_path), terms)

    def judge(self, piece: Piece) -> Tally:
        """The tally of a piece. Places in it count from the beginning of the piece."""
        if piece.flaw is not None:
            self._judge.tally.flaw(Place(piece.source, 0), piece.flaw)
        elif piece.entries:
            self._entries(piece)
        elif piece.path is not None:
            for data in _lines_from(piece.path, piece.start, piece.end):
                self._lines(data, piece.source)
        else:
            self._lines(piece.lines, piece.source)
        return self._judge.close()

    def _lines(self, data: bytes, source: int) -> None:
        quick, tally = self._judge.quick, self._judge.tally
        number = tally.lines
        for raw in data.split(b"\n"):
            number += 1
            value, flaw = parse_json(raw)
            if flaw is None:
                try:
                    if type(value["request"]) is dict and MORE.isdisjoint(value) and quick(value):
                        continue
                except Exception:  # noqa: BLE001, S110 - the long way says what is wrong with it
                    pass
                self._line(value, Place(source, number))
            elif raw and not raw.isspace():
                self._unread(raw, number, source, flaw.message)
        tally.lines = number - (data[-1:] == b"\n" or not data)

    def _unread(self, raw: bytes, number: int, source: int, message: str) -> None:
        if number == 1 and raw.startswith(_BOM):
            value, flaw = parse_json(raw.removeprefix(_BOM))
            if flaw is None:
                self._line(value, Place(source, number))
            if flaw is None or not raw.removeprefix(_BOM).strip():
                return
        if len(raw) > MAX_BODY_BYTES:  # how much longer it is was not read
            told = f"The line has more than {MAX_BODY_BYTES:,} bytes, which is the most that is read."
        elif _ENDS_EARLY in message:
            told = "The line ends too early: it was cut, or goes on in the next; write one exchange a line."
        else:
            told = _POSITION.sub(r" at column \1", message.replace("The body", "The line", 1))
        self._judge.tally.flaw(Place(source, number), redact_text(told))

    def _line(self, value: Json, place: Place) -> None:
        if is_journal_header(value):
            return
        try:
            self._judge.take(read_line(value), place)
        except RecordError as error:
            self._judge.tally.flaw(place, redact_text(f"The line cannot be judged: {error}."))
        except Exception as error:  # noqa: BLE001 - one exchange must not end the judging of a million others
            self._fault(place, error)

    def _entries(self, piece: Piece) -> None:
        tally = self._judge.tally
        for number, raw in enumerate(piece.entries, 1):
            place = Place(piece.source, number)
            try:
                self._judge.take(read_entry(parse_entry(raw)), place)
            except RecordError as error:
                tally.flaw(place, redact_text(f"The entry cannot be judged: {error}."))
            except Exception as error:  # noqa: BLE001 - one exchange must not end the judging of a million others
                self._fault(place, error)
        tally.lines = len(piece.entries)

    def _fault(self, place: Place, error: Exception) -> None:
        self._judge.tally.faults += 1
        told = f"A fault of pixelproof itself: {type(error).__name__}: {str(error)[:200]}"
        self._judge.tally.flaw(place, redact_text(told))


def _lines_from(path: str, start: int, end: int) -> Iterator[bytes]:
    """The lines that begin from ``start`` to ``end``, in one or two parts; of one that is too long the beginning."""
    with Path(path).open("rb") as file:
        if start:
            file.seek(start - 1)
            while not (skipped := file.readline(_SKIPPED_AT_ONCE)).endswith(b"\n"):
                if not skipped or file.tell() > end:
                    return
        position = file.tell()
        if position >= end:
            return
        data = file.read(end - position)
        if not data.endswith(b"\n"):
            data += file.readline(MAX_BODY_BYTES + 1)
        yield data
