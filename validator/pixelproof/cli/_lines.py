"""Exchanges that come as JSON lines: read one, judge it, answer with one line, so that a pipe can wait for it."""

from argparse import Namespace
from collections.abc import Callable, Iterator
from functools import partial
from typing import BinaryIO

from pixelproof._dialect import Dialect, load_dialect
from pixelproof._errors import PixelproofError, UsageError
from pixelproof._parse import MAX_BODY_BYTES, parse_json
from pixelproof._values import Json, Verdict
from pixelproof.cli import _inputs as inputs
from pixelproof.cli._exchange_line import ExchangeLine, checked_id, read_exchange
from pixelproof.cli._named_values import account_facts, checked_facts
from pixelproof.formats.jsonl import JudgedLine

_REQUESTS_ALONE = ({"request"}, {"id", "request"})


def judged_lines(args: Namespace) -> Iterator[JudgedLine]:
    """Every line of the files that is not blank, judged as soon as it is read."""
    judge = _Judge(args)
    for path in args.files:
        label = {"file": path} if len(args.files) > 1 else {}
        with inputs.open_input(path) as stream:
            for number, raw in _lines(stream, path):
                yield judge.judged(number, raw, label)


def _lines(stream: BinaryIO, path: str) -> Iterator[tuple[int, bytes]]:
    """The lines with their numbers; of one that is too long only the beginning, which cannot be read as JSON."""
    number = 0
    try:
        while raw := stream.readline(MAX_BODY_BYTES + 1):
            number += 1
            rest = raw
            while not rest.endswith(b"\n") and (rest := stream.readline(MAX_BODY_BYTES)):
                pass
            if raw.strip():
                yield number, raw
    except OSError as error:
        raise UsageError(f"{path}: cannot be read ({error.strerror})") from None


class _Judge:
    """Judges lines; what a line does not say is taken from the command line."""

    def __init__(self, args: Namespace) -> None:
        self._args = args
        self._dialects: dict[str, Dialect] = {}
        self._usual: Callable[[Json], Verdict] | None = None

    def judged(self, number: int, raw: bytes, label: dict[str, Json]) -> JudgedLine:
        value, flaw = parse_json(raw)
        if flaw is not None:
            return JudgedLine(number, label, None, flaw.message.replace("The body", "The line", 1))
        if isinstance(value, dict) and "id" in value:
            label = {**label, "id": value["id"]}
        try:
            # The common line is a request and nothing that changes how it is judged.
            if self._usual is not None and type(value) is dict and value.keys() in _REQUESTS_ALONE:
                checked_id(value.get("id"))
                return JudgedLine(number, label, self._usual(value["request"]))
            return JudgedLine(number, label, self._verdict(read_exchange(value)))
        except PixelproofError as error:
            return JudgedLine(number, label, None, str(error))

    def _verdict(self, line: ExchangeLine) -> Verdict:
        args = self._args
        name = line.dialect or args.dialect
        if name is None:
            raise UsageError("names no dialect; add the key dialect, or --dialect to the command")
        dialect = self._dialects.get(name)
        if dialect is None:
            dialect = self._dialects[name] = load_dialect(name, dialect_path=tuple(args.dialect_path))
        operation = dialect.operation(line.operation or args.operation)
        known = dialect.about.get("account", {})
        account = account_facts(args.account, known) | checked_facts(line.account, known)
        common: dict[str, Json] = {
            "content_type": line.content_type,
            "account": account,
            "profile": line.profile or args.profile,
        }
        if line.on == "request":
            if self._usual is None and line.says_nothing_else:
                self._usual = partial(operation.validate_request, account=account, profile=args.profile)
            return operation.validate_request(line.request, files=line.files, **common)
        common |= {"request": line.request, "status": line.status}
        if line.on == "events":
            return operation.validate_stream(line.message, **common)
        return operation.validate_response(line.message, files=line.files, **common)
