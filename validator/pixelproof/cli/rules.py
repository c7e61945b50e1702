"""Lists what the documents require: every requirement with its outcome word, its severity and its statement."""

from argparse import Namespace
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from pixelproof._dialect import Dialect, load_dialect
from pixelproof._errors import UsageError
from pixelproof._locate import known_dialects
from pixelproof._text import printable
from pixelproof._values import SEVERITY_OF_OUTCOME, Requirement
from pixelproof.cli._output import emit, terminal_width, use_colours
from pixelproof.formats._paint import Paint, painter

if TYPE_CHECKING:
    from pixelproof.cli._parser import Parser


def add_arguments(parser: "Parser") -> None:
    """Declares the arguments of the verb."""
    add = parser.add_argument
    add("--dialect", metavar="D", help="only this dialect; all of them by default")
    add("--operation", metavar="O", help="only this operation: generations, edits or variations")
    add(
        "--outcome",
        metavar="W",
        action="append",
        type=str.upper,
        choices=tuple(SEVERITY_OF_OUTCOME),
        help="only this outcome word, for example R400",
    )
    add("--wire", action="store_true", help="the wire checks, which hold for every dialect, in place of requirements")
    add("--dialect-path", metavar="DIR", action="append", default=[], help="a folder with more dialects")
    add("--format", choices=("text", "json"), default="text", help="text (the default) or json")


def run(args: Namespace) -> int:
    """Prints the requirements in the order of their documents, or the wire checks in the order of their table."""
    if args.wire:
        return _wire(args)
    path = tuple(args.dialect_path)
    names = [args.dialect] if args.dialect else known_dialects(path)
    dialects = [load_dialect(name, dialect_path=path) for name in names]
    if args.operation and not any(args.operation in dialect.operations for dialect in dialects):
        dialects[0].operation(args.operation)  # says which ones there are
    chosen = [(dialect, [*_chosen(dialect, args.operation, args.outcome)]) for dialect in dialects]
    if args.format == "json":
        emit(_as_json(requirement for _, requirements in chosen for requirement in requirements))
    else:
        emit(_as_text(chosen, terminal_width(), painter(use_colours())))
    return 0


def _wire(args: Namespace) -> int:
    from pixelproof._wire_table import wire_checks

    for option in ("dialect", "operation", "outcome"):
        if getattr(args, option):
            raise UsageError(f"--wire lists checks of every dialect; leave out --{option}")
    checks = wire_checks()
    if args.format == "json":
        import json

        emit([json.dumps([check._asdict() for check in checks], indent=2) + "\n"])
        return 0
    paint, width = painter(use_colours()), terminal_width()
    longest = max(len(check.id) for check in checks)
    emit([f"{paint('Wire checks', 'strong')} (wire.yaml): {len(checks)}\n"])
    emit(_line(check.id, longest, "WIRE", check.severity, check.severity, check.says, width, paint) for check in checks)
    return 0


def _chosen(dialect: Dialect, operation: str | None, outcomes: list[str] | None) -> Iterator[Requirement]:
    for requirement in dialect.requirements.values():
        if operation in (None, requirement.operation) and (not outcomes or requirement.outcome in outcomes):
            yield requirement


def _as_json(requirements: Iterable[Requirement]) -> Iterator[str]:
    import json

    entries = [{**requirement._asdict(), "checkable": requirement.checkable} for requirement in requirements]
    yield json.dumps(entries, indent=2) + "\n"


def _as_text(chosen: list[tuple[Dialect, list[Requirement]]], width: int | None, paint: Paint) -> Iterator[str]:
    shown = [(dialect, requirements) for dialect, requirements in chosen if requirements]
    for index, (dialect, requirements) in enumerate(shown):
        checked = sum(requirement.checkable for requirement in requirements)
        counts = f"{len(requirements)} requirements, {len(requirements) - checked} of them not checkable"
        blank = "\n" if index else ""
        yield f"{blank}{paint(printable(dialect.title), 'strong')} ({dialect.about['document']['file']}): {counts}\n"
        longest = max(len(requirement.id) for requirement in requirements)
        for requirement in requirements:
            yield _row(requirement, longest, width, paint)


def _row(requirement: Requirement, longest: int, width: int | None, paint: Paint) -> str:
    outcome, text = requirement.outcome, requirement.says
    mark: str = requirement.severity
    style: str = requirement.severity
    if requirement.reason is not None:
        outcome, mark, style = "-", "not checkable", "faint"
        text = f"{requirement.says} Not checkable: {requirement.reason}"
    return _line(requirement.id, longest, outcome, mark, style, text, width, paint)


def _line(
    name: str, longest: int, outcome: str, mark: str, style: str, text: str, width: int | None, paint: Paint
) -> str:
    start = f"{name:<{longest}}  {outcome:<8}  {paint(f'{mark:<13}', style)}"
    text = printable(text)
    room = None if width is None else width - longest - 27
    if room is None or len(text) <= room:
        return f"{start}  {text}\n"
    from textwrap import fill

    indent = " " * 4
    return f"{start.rstrip()}\n{fill(text, width or 80, initial_indent=indent, subsequent_indent=indent)}\n"
