"""Prints a script that completes pixelproof's command line in a shell.

For example: pixelproof completion bash > ~/.local/share/bash-completion/completions/pixelproof
"""

from argparse import Action, ArgumentParser, Namespace
from collections.abc import Iterator
from typing import TYPE_CHECKING

from pixelproof._errors import UsageError
from pixelproof._locate import known_dialects
from pixelproof.cli._output import emit

if TYPE_CHECKING:
    from pixelproof.cli._parser import Parser

_SHELLS = ("bash", "zsh", "tcsh", "fish")


def add_arguments(parser: "Parser") -> None:
    """Declares the arguments of the verb."""
    parser.add_argument("shell", metavar="SHELL", choices=_SHELLS, help="bash, zsh, tcsh or fish")


def run(args: Namespace) -> int:
    """Prints the script; it knows the dialects that are installed now."""
    import shtab

    from pixelproof.cli._parser import parser_for

    if args.shell not in shtab.SUPPORTED_SHELLS:
        raise UsageError(f"the installed shtab has no completion for {args.shell}; a newer one may have")
    parser = parser_for(None)
    for action in _actions(parser):
        if action.metavar == "FILE":
            vars(action)["complete"] = shtab.FILE
        elif action.metavar == "DIR":
            vars(action)["complete"] = shtab.DIRECTORY
        elif action.dest == "dialect":
            action.choices = known_dialects()
    emit([shtab.complete(parser, shell=args.shell), "\n"])
    return 0


def _actions(parser: ArgumentParser) -> Iterator[Action]:
    for action in parser._actions:  # noqa: SLF001 - argparse has no other door, and shtab uses this one too
        yield action
        if isinstance(action.choices, dict):
            for sub in action.choices.values():
                yield from _actions(sub)
