"""Judges requests by what the provider's document says about them, or an answer or a stream to a request."""

import gc
from argparse import Namespace
from collections.abc import Iterator
from typing import TYPE_CHECKING

from pixelproof._dialect import Dialect, load_dialect
from pixelproof._errors import UsageError
from pixelproof.cli import _inputs as inputs
from pixelproof.cli._engine import import_engine
from pixelproof.cli._judging import verdicts
from pixelproof.cli._output import emit, use_colours
from pixelproof.formats import FORMATS, Judged, renderer

if TYPE_CHECKING:
    from pixelproof._values import Verdict
    from pixelproof.cli._parser import Parser


_EXAMPLES = """\
examples:
  pixelproof validate request.json --dialect openai
  pixelproof validate request.json --dialect openai --response refusal.json --status 400
  pixelproof validate fields.json --dialect anyfast --operation edits --file image=@cat.png
  pixelproof validate --dialect openai --format jsonl < exchanges.jsonl
"""


def add_arguments(parser: "Parser") -> None:
    """Declares the arguments of the verb."""
    parser.epilog = _EXAMPLES
    add = parser.add_argument
    add("files", metavar="FILE", nargs="*", help="a request, or - for standard input")
    add("--dialect", metavar="D", help="whose document is meant, for example openai; a name or the path of a folder")
    add("--operation", metavar="O", default="generations", help="generations (the default), edits or variations")
    answers = parser.add_mutually_exclusive_group()
    answers.add_argument("--response", metavar="FILE", help="judge this answer to the request")
    answers.add_argument("--stream", metavar="FILE", help="judge these server-sent events, or a JSON array of events")
    add("--status", metavar="N", type=_status, help="the status of the answer (200); from 400 on it is a refusal")
    add("--content-type", metavar="T", help="the Content-Type that the judged message was sent with")
    add("--file", metavar="FIELD=@PATH", action="append", default=[], help="a file of a form")
    add("--field", metavar="NAME=VALUE", action="append", default=[], help="a text field of a form")
    add("--account", metavar="FACT=true", action="append", default=[], help="what is known of the caller's account")
    add(
        "--profile",
        choices=("document", "observed"),
        default="document",
        help="observed: what only official pages and measurements say counts in full, too",
    )
    add("--dialect-path", metavar="DIR", action="append", default=[], help="a folder with more dialects")
    add("--format", choices=FORMATS, default="text", help="jsonl reads an exchange a line and writes a verdict a line")
    add("--strict", action="store_true", help="exit with 1 for warnings, too")
    add("--quiet", action="store_true", help="print nothing; the exit status tells")


def _status(text: str) -> int:
    if not text.isdecimal() or not 100 <= int(text[:9]) <= 599:
        raise ValueError
    return int(text)


def run(args: Namespace) -> int:
    """Judges what the arguments name and prints the verdicts."""
    _check_usage(args)
    import_engine()
    if args.format == "jsonl":
        return _run_on_lines(args)
    dialect = load_dialect(args.dialect, dialect_path=tuple(args.dialect_path))
    operation = dialect.operation(args.operation)
    account = _account(args, dialect)
    statuses: list[int] = []

    def watched() -> Iterator[Judged]:
        for judged in verdicts(args, operation, account):
            statuses.append(_exit_status(judged.verdict, args.strict))
            yield judged

    _print(renderer(args.format)(watched(), use_colours()), args.quiet)
    return max(statuses, default=0)


def _account(args: Namespace, dialect: Dialect) -> dict[str, bool]:
    if not args.account:
        return {}
    from pixelproof.cli._named_values import account_facts

    return account_facts(args.account, dialect.about.get("account", {}))


def _run_on_lines(args: Namespace) -> int:
    from pixelproof.cli._lines import judged_lines
    from pixelproof.formats.jsonl import JudgedLine, render

    gc.enable()
    worst = 0

    def watched() -> Iterator[JudgedLine]:
        nonlocal worst
        for line in judged_lines(args):
            worst = max(worst, 2 if line.verdict is None else _exit_status(line.verdict, args.strict))
            yield line

    _print(render(watched(), False), args.quiet)
    return worst


def _print(rendered: Iterator[str], quiet: bool) -> None:
    emit(("" for _ in rendered) if quiet else rendered)


def _exit_status(verdict: "Verdict", strict: bool) -> int:
    """0 or 1 for one verdict."""
    return int(verdict.verdict == "invalid" or (strict and verdict.verdict == "warn"))


def _check_usage(args: Namespace) -> None:
    answer = args.response or args.stream
    if args.format == "jsonl":
        for option in ("response", "stream", "status", "content_type", "file", "field"):
            if getattr(args, option):
                raise UsageError(
                    f"--{option.replace('_', '-')} goes with one exchange; with jsonl it stands in the lines"
                )
        args.files = args.files or [inputs.STDIN]
    else:
        if args.dialect is None:
            from pixelproof._locate import known_dialects

            known = ", ".join(known_dialects(tuple(args.dialect_path)))
            raise UsageError(f"whose document? Name it with --dialect; known are {known}")
        if not args.files and not answer and not args.field:
            raise UsageError("nothing to judge; name a FILE, or - for standard input")
    if answer and len(args.files) > 1:
        raise UsageError(f"an answer has one request, and {len(args.files)} files are given")
    if args.status is not None and not answer:
        raise UsageError("--status belongs to an answer; add --response or --stream")
    if args.stream and args.file:
        raise UsageError("--file belongs to a request, alone or with --response; a stream is not judged by uploads")
    if len(args.files) > 1 and (args.file or args.field):
        raise UsageError("--file and --field belong to one request; give one FILE or none")
    named = [*args.files, *([answer] if answer else [])]
    if named.count(inputs.STDIN) > 1:
        raise UsageError("standard input (-) can be read once; put one of the messages into a file")
    for name in named:
        inputs.check_readable(name)
