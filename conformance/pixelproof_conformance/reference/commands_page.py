"""The reference of the command line, read from the parsers: every verb, every argument, every flag."""

import argparse
from collections.abc import Iterator

from pixelproof._config import VERBS as CONFIGURED
from pixelproof.cli._parser import parser_for

from pixelproof_conformance.reference.markdown import anchor, code, link, page, prose, table

_OPENING = """\
Every verb with its arguments and flags; `pixelproof VERB --help` says the same. The verbs from `demo` on need the extra
`pixelproof[conformance]`. Verbs marked *reads settings* take values from [`pixelproof.toml`](configuration.md) and from
the environment, too: [all keys](configuration-keys.md). What an exit status means stands in
[Outcomes and exit codes](outcomes-and-exit-codes.md#exit-status).
"""
_LONGEST_LIST = 12
"""More choices than these are not listed beside a flag; its help says what they are."""


def commands_page() -> str:
    """The page as Markdown."""
    parser = parser_for(None)
    verbs = _children(parser)
    lines = ["# Commands", "", _OPENING]
    lines += table(("Verb", "Does"), ((link(code(name), f"#{name}"), prose(does)) for name, (does, _) in verbs.items()))
    lines += ["", f"{code('pixelproof --version')} prints the version, {code('pixelproof --help')} the verbs.", ""]
    for name, (_, verb) in verbs.items():
        lines += _verb(name, verb, 2)
    return page(lines)


def _children(parser: argparse.ArgumentParser) -> dict[str, tuple[str, argparse.ArgumentParser]]:
    """The verbs below a parser by name, each with its line of help and its parser."""
    found: dict[str, tuple[str, argparse.ArgumentParser]] = {}
    for action in _actions(parser):
        if isinstance(action, argparse._SubParsersAction):  # noqa: SLF001 - argparse names its actions privately
            helps = {choice.dest: choice.help or "" for choice in action._choices_actions}  # noqa: SLF001 - as above
            found |= {name: (helps.get(name, ""), child) for name, child in action.choices.items()}
    return found


def _actions(parser: argparse.ArgumentParser) -> list[argparse.Action]:
    return parser._actions  # noqa: SLF001 - argparse has no public list of what a parser takes


def _verb(name: str, parser: argparse.ArgumentParser, level: int) -> Iterator[str]:
    children = _children(parser)
    yield f"{'#' * level} {name}"
    yield ""
    yield f"{prose(parser.description or '')}{' *Reads settings.*' if name in CONFIGURED else ''}"
    yield ""
    if not children:
        yield "```text"
        yield " ".join(["pixelproof", name, "[flags]", *_positionals(parser)])
        yield "```"
        yield ""
    shown = [*_shown(parser)]
    positional = [action for action in shown if not action.option_strings]
    flags = [action for action in shown if action.option_strings]
    if positional:
        yield from table(
            ("Argument", "Meaning"), ((code(_metavar(action)), _help(parser, action)) for action in positional)
        )
        yield ""
    if flags:
        yield from table(("Flag", "Meaning"), ((_flag(name, action), _help(parser, action)) for action in flags))
        yield ""
    if parser.epilog:
        yield "```text"
        yield parser.epilog.strip("\n")
        yield "```"
        yield ""
    for child, (_, below) in children.items():
        yield from _verb(f"{name} {child}", below, level + 1)


def _shown(parser: argparse.ArgumentParser) -> Iterator[argparse.Action]:
    for action in _actions(parser):
        named = not isinstance(action, argparse._HelpAction | argparse._SubParsersAction)  # noqa: SLF001 - as above
        if named and action.help != argparse.SUPPRESS:
            yield action


def _positionals(parser: argparse.ArgumentParser) -> Iterator[str]:
    for action in _shown(parser):
        if not action.option_strings:
            name = _metavar(action)
            yield {"?": f"[{name}]", "*": f"[{name} ...]", "+": f"{name} ..."}.get(str(action.nargs), name)


def _metavar(action: argparse.Action) -> str:
    if action.metavar is not None:
        return " ".join(action.metavar) if isinstance(action.metavar, tuple) else action.metavar
    return action.dest.upper()


def _flag(verb: str, action: argparse.Action) -> str:
    """The flag with its value, behind a place that a link can name: ``run-max-images``."""
    long = action.option_strings[-1]
    value = "" if action.nargs == 0 else f" {_metavar(action)}"
    place = f"{verb}-{long.lstrip('-')}"
    short = [code(text) for text in action.option_strings[:-1]]
    return f"{anchor(place.replace(' ', '-'))}{', '.join([*short, code(long + value)])}"


def _help(parser: argparse.ArgumentParser, action: argparse.Action) -> str:
    facts = {**vars(action), "prog": parser.prog}
    said = prose((action.help or "") % facts)
    choices = [str(choice) for choice in action.choices or ()]
    listed = choices if len(choices) <= _LONGEST_LIST else []
    return f"{said}{': ' if listed else ''}{', '.join(map(code, listed))}"
