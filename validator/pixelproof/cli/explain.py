"""Says what a requirement means, why it matters, where it stands, how it is checked, and how an endpoint keeps it."""

from argparse import Namespace
from collections.abc import Iterator
from typing import TYPE_CHECKING

from pixelproof._dialect import Dialect, load_dialect
from pixelproof._errors import UsageError
from pixelproof._guidance import labelled
from pixelproof._locate import known_dialects
from pixelproof._text import printable
from pixelproof._values import Requirement
from pixelproof.cli._examples import Example, fixture_files
from pixelproof.cli._explanation import Explanation, explanation_of
from pixelproof.cli._output import emit, use_colours
from pixelproof.formats._paint import Paint, painter

if TYPE_CHECKING:
    from pixelproof.cli._parser import Parser

_SHARED = {"parameter": "the same parameter", "rule": "the same rule", "flaw": "the same in other operations"}
_MOST_RELATED = 6
"""More related requirements than these are counted, not listed."""
_WIDTH = 100
"""Columns of a sentence; a message is put on one line as long as it fits."""


def add_arguments(parser: "Parser") -> None:
    """Declares the arguments of the verb."""
    add = parser.add_argument
    add("requirement", metavar="REQUIREMENT", help="its id, or the end of it when only one has this end")
    add("--dialect", metavar="D", help="look only here")
    add("--dialect-path", metavar="DIR", action="append", default=[], help="a folder with more dialects")


def run(args: Namespace) -> int:
    """Prints the page of one requirement, or of one wire check."""
    if args.requirement.startswith("wire/"):
        emit(f"{line}\n" for line in _wire_page(args.requirement, painter(use_colours())))
        return 0
    path = tuple(args.dialect_path)
    names = [args.dialect] if args.dialect else known_dialects(path)
    first = args.requirement.partition("/")[0]
    names = [first] if first in names else names
    dialects = [load_dialect(name, dialect_path=path) for name in names]
    requirement, dialect = _found(args.requirement, dialects)
    others = (
        [load_dialect(name, dialect_path=path) for name in known_dialects(path)] if len(dialects) == 1 else dialects
    )
    explanation = explanation_of(requirement, dialect, others)
    emit(f"{line}\n" for line in _page(requirement, dialect, explanation, painter(use_colours())))
    return 0


def _found(text: str, dialects: list[Dialect]) -> tuple[Requirement, Dialect]:
    """The requirement whose id is ``text`` or ends with it. Raises :class:`UsageError` with the nearest ones."""
    all_of_them = {name: dialect for dialect in dialects for name in dialect.requirements}
    matches = [text] if text in all_of_them else [name for name in all_of_them if name.endswith(f"/{text}")]
    if len(matches) > 1:
        raise UsageError(f"{text!r} is the end of several requirements; write one of {', '.join(matches)}")
    if not matches:
        from difflib import get_close_matches

        tails = {name.rpartition("/")[2]: name for name in all_of_them}
        near = [*get_close_matches(text, all_of_them), *(tails[tail] for tail in get_close_matches(text, tails))]
        hint = f"near it are {', '.join(dict.fromkeys(near))}" if near else "'pixelproof rules' lists all of them"
        raise UsageError(f"unknown requirement {text!r}; {hint}")
    dialect = all_of_them[matches[0]]
    return dialect.requirements[matches[0]], dialect


def _page(requirement: Requirement, dialect: Dialect, about: Explanation, paint: Paint) -> Iterator[str]:
    yield paint(requirement.id, "strong")
    yield ""
    yield f"  {printable(requirement.says)}"
    yield ""
    for label, text in _facts(requirement, dialect, about):
        yield f"  {paint(f'{label:<9}', 'faint')}  {printable(text)}"
    if about.checks:
        yield from _heading("Checked", paint)
    for check in about.checks:
        yield f"    {check.section:<9}{printable(check.words)}"
        if check.models:
            yield f"             for {printable(', '.join(check.models))}"
    yield from _paragraphs("Why it matters", about.why, paint)
    yield from _paragraphs("How an endpoint keeps it", about.keep, paint)
    for title, example in (("Flagged", about.flagged), ("Allowed", about.allowed)):
        if example is not None:
            yield from _heading(title, paint)
            yield from _example(example)
    yield from _rule_pages(about, paint)
    yield from _related(about, paint)
    if about.fault is not None:
        yield from _heading("Try it", paint)
        yield f"    pixelproof serve --dialect {dialect.name} --fault {about.fault}"
    if names := _fixtures(requirement, dialect):
        yield from _heading("Fixtures", paint)
        yield from (f"    {name}" for name in names)


def _heading(text: str, paint: Paint) -> Iterator[str]:
    yield ""
    yield f"  {paint(text, 'strong')}"


def _paragraphs(title: str, texts: tuple[str, ...], paint: Paint) -> Iterator[str]:
    if texts:
        from textwrap import wrap

        yield from _heading(title, paint)
        for text in texts:
            yield from (f"    {printable(line)}" for line in wrap(_plain(text), _WIDTH))


def _plain(text: str) -> str:
    """A text of a docstring without its double backticks."""
    return text.replace("``", "`")


def _example(example: Example) -> Iterator[str]:
    import json

    yield f"    {printable(example.says)}"
    for label, value in example.messages:
        text = json.dumps(value, ensure_ascii=False)
        if len(text) <= _WIDTH:
            yield f"      {printable(label)}: {printable(text)}"
            continue
        yield f"      {printable(label)}:"
        for line in json.dumps(value, ensure_ascii=False, indent=2).splitlines():
            yield f"        {printable(line)}"


def _related(about: Explanation, paint: Paint) -> Iterator[str]:
    if not about.related:
        return
    yield from _heading("Related", paint)
    for shared, ids in about.related.items():
        more = f", and {len(ids) - _MOST_RELATED} more" if len(ids) > _MOST_RELATED else ""
        yield f"    {_SHARED[shared]}{':' if not more else f' ({len(ids)}):'}"
        yield from (f"      {printable(name)}" for name in ids[:_MOST_RELATED])
        if more:
            yield f"      {more.removeprefix(', ')}"


def _wire_page(name: str, paint: Paint) -> Iterator[str]:
    """The page of the wire check ``name``. Raises :class:`UsageError` with the nearest ones."""
    from pixelproof._wire_table import wire_checks

    known = {check.id: check for check in wire_checks()}
    if name not in known:
        from difflib import get_close_matches

        near = get_close_matches(name, known, cutoff=0.5)
        hint = f"near it are {', '.join(near)}" if near else "'pixelproof rules --wire' lists all of them"
        raise UsageError(f"unknown wire check {name!r}; {hint}")
    check = known[name]
    yield paint(check.id, "strong")
    yield ""
    yield f"  {check.says}"
    yield ""
    facts = [("why", check.why), ("severity", check.severity), ("seen in", check.seen), ("hint", check.hint)]
    if check.left_to:
        facts.append(("left to", f"the document, where it binds {' or '.join(check.left_to)}"))
    for label, text in facts:
        yield f"  {paint(f'{label:<9}', 'faint')}  {text}"


def _facts(requirement: Requirement, dialect: Dialect, about: Explanation) -> Iterator[tuple[str, str]]:
    document = dialect.about["document"]
    yield "source", f"{requirement.source} ({dialect.title}: {document['title']})"
    if requirement.reason is not None:
        yield "checked", f"not checkable: {requirement.reason}"
        return
    yield "outcome", f"{requirement.outcome}: {about.outcome}"
    observed = requirement.observed_severity
    other = f", {observed} under the profile observed" if observed != requirement.severity else ""
    yield "severity", f"{requirement.severity}{other}: {about.severity}"
    yield "message", requirement.on
    if requirement.parameter:
        yield "place", requirement.parameter
    if requirement.account:
        yield "account", f"{requirement.account}: {dialect.about.get('account', {}).get(requirement.account, '')}"
    if requirement.hint:
        yield "hint", requirement.hint


def _rule_pages(about: Explanation, paint: Paint) -> Iterator[str]:
    """What each rule looks for; why and how to keep it stand above already."""
    for rule in about.rules:
        yield from _heading(f"Rule {rule.name}", paint)
        opening, said = labelled(rule)
        yield from (f"    {line}".rstrip() for line in _plain(opening).splitlines())
        yield from (f"    {label}: {_plain(said[label])}" for label in ("Flagged", "Allowed") if label in said)


def _fixtures(requirement: Requirement, dialect: Dialect) -> list[str]:
    root, files = fixture_files(requirement, dialect)
    return [path.relative_to(root).as_posix() for path in files]
