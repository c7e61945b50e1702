"""Exchanges that come as JSON lines: read one, judge it, answer with one line, so that a pipe can wait for it."""

from argparse import Namespace
from collections.abc import Iterator
from typing import BinaryIO

from pixelproof._dialect import Dialect, load_dialect
from pixelproof._errors import PixelproofError, UsageError
from pixelproof._parse import MAX_BODY_BYTES, parse_json
from pixelproof._values import Json, Verdict
from pixelproof.cli import _inputs as inputs
from pixelproof.cli._exchange_line import ExchangeLine, read_exchange
from pixelproof.cli._named_values import account_facts, checked_facts
from pixelproof.formats.jsonl import JudgedLine


def judged_lines(args: Namespace) -> Iterator[JudgedLine]:
    """Every line of the files that is not blank, judged as soon as it is read."""
    dialects: dict[str, Dialect] = {}
    for path in args.files:
        label = {"file": path} if len(args.files) > 1 else {}
        with inputs.open_input(path) as stream:
            for number, raw in _lines(stream, path):
                yield _judged(number, raw, label, args, dialects)


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


def _judged(
    number: int, raw: bytes, label: dict[str, Json], args: Namespace, dialects: dict[str, Dialect]
) -> JudgedLine:
    value, flaw = parse_json(raw)
    if flaw is not None:
        return JudgedLine(number, label, None, flaw.message.replace("The body", "The line", 1))
    if isinstance(value, dict) and "id" in value:
        label = {**label, "id": value["id"]}
    try:
        return JudgedLine(number, label, _verdict(read_exchange(value), args, dialects))
    except PixelproofError as error:
        return JudgedLine(number, label, None, str(error))


def _verdict(line: ExchangeLine, args: Namespace, dialects: dict[str, Dialect]) -> Verdict:
    name = line.dialect or args.dialect
    if name is None:
        raise UsageError("names no dialect; add the key dialect, or --dialect to the command")
    dialect = dialects.get(name)
    if dialect is None:
        dialect = dialects[name] = load_dialect(name, dialect_path=tuple(args.dialect_path))
    operation = dialect.operation(line.operation or args.operation)
    known = dialect.about.get("account", {})
    account = account_facts(args.account, known) | checked_facts(line.account, known)
    common: dict[str, Json] = {
        "content_type": line.content_type,
        "account": account,
        "profile": line.profile or args.profile,
    }
    if line.on == "request":
        return operation.validate_request(line.request, files=line.files, **common)
    common |= {"request": line.request, "status": line.status}
    if line.on == "events":
        return operation.validate_stream(line.message, **common)
    return operation.validate_response(line.message, files=line.files, **common)
