"""Says what a requirement means, where it stands in the document, and how it is checked."""

from argparse import Namespace
from collections.abc import Iterator
from typing import TYPE_CHECKING

from pixelproof._dialect import Dialect, load_dialect
from pixelproof._errors import UsageError
from pixelproof._locate import known_dialects
from pixelproof._text import printable
from pixelproof._values import Requirement
from pixelproof.cli._checks import Check, checks_of
from pixelproof.cli._output import emit, use_colours
from pixelproof.formats._paint import Paint, painter
from pixelproof.rules import find_rule

if TYPE_CHECKING:
    from pixelproof.cli._parser import Parser

_OUTCOMES = {
    "R400": "the document says that such a request is refused with status 400",
    "INVALID": "outside what the document allows; it does not say which refusal comes",
    "ACCEPT": "the document promises that this is accepted",
    "NOOP": "the document says that this has no effect",
    "COERCE": "the document says that this is turned into another value",
    "PRECOND": "depends on the caller's account",
    "UNSTATED": "the document does not say what happens",
}


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
    emit(f"{line}\n" for line in _page(requirement, dialect, painter(use_colours())))
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


def _page(requirement: Requirement, dialect: Dialect, paint: Paint) -> Iterator[str]:
    yield paint(requirement.id, "strong")
    yield ""
    yield f"  {printable(requirement.says)}"
    yield ""
    for label, text in _facts(requirement, dialect):
        yield f"  {paint(f'{label:<9}', 'faint')}  {printable(text)}"
    checks = checks_of(requirement, dialect) if requirement.checkable else []
    if checks:
        yield ""
        yield f"  {paint('Checked', 'strong')}"
    for check in checks:
        yield f"    {check.section:<9}{printable(check.words)}"
        if check.models:
            yield f"             for {printable(', '.join(check.models))}"
    yield from _rule_pages(checks, paint)
    if names := _fixtures(requirement, dialect):
        yield ""
        yield f"  {paint('Fixtures', 'strong')}"
        yield from (f"    {name}" for name in names)


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


def _facts(requirement: Requirement, dialect: Dialect) -> Iterator[tuple[str, str]]:
    document = dialect.about["document"]
    yield "source", f"{requirement.source} ({dialect.title}: {document['title']})"
    if requirement.reason is not None:
        yield "checked", f"not checkable: {requirement.reason}"
        return
    yield "outcome", f"{requirement.outcome}: {_OUTCOMES[requirement.outcome]}"
    observed = requirement.observed_severity
    other = f", {observed} under the profile observed" if observed != requirement.severity else ""
    yield "severity", f"{requirement.severity}{other}"
    yield "message", requirement.on
    if requirement.parameter:
        yield "place", requirement.parameter
    if requirement.account:
        yield "account", f"{requirement.account}: {dialect.about.get('account', {}).get(requirement.account, '')}"
    if requirement.hint:
        yield "hint", requirement.hint


def _rule_pages(checks: list[Check], paint: Paint) -> Iterator[str]:
    for name in dict.fromkeys(check.rule for check in checks if check.rule is not None):
        rule = find_rule(name)
        if rule is not None:
            yield ""
            yield f"  {paint(f'Rule {name}', 'strong')}"
            yield from (f"    {line}".rstrip() for line in rule.page.splitlines())


def _fixtures(requirement: Requirement, dialect: Dialect) -> list[str]:
    """The fixtures in a folder beside the dialect or beside the folder of dialects; an installed package has none."""
    for root in dialect.folder.parents[:2]:
        files = sorted((root / "fixtures" / requirement.id).glob("*.json"))
        if files:
            return [path.relative_to(root).as_posix() for path in files]
    return []
