"""The parser of the command line, with as few verbs in it as a call needs."""

import argparse
import os
import sys
from typing import Any, NoReturn

from pixelproof import __version__
from pixelproof._config import VERBS as CONFIGURED
from pixelproof._config.find import may_be_set
from pixelproof._errors import UsageError

VERBS = {
    "validate": "judge requests, answers and streams by a dialect's document",
    "rules": "list what the documents require",
    "config": "check the settings file, show what is in force and why, or write a first file",
    "explain": "say what a requirement means, why it matters, and how it is checked and kept",
    "completion": "print a completion script for a shell",
}
"""The verbs of this package, each a module beside this one, with their one-line help."""

CONFORMANCE_VERBS = (
    "demo",
    "plan",
    "run",
    "limits",
    "audit",
    "judge",
    "report",
    "waive",
    "compare",
    "evidence",
    "serve",
    "export",
    "kill-table",
)
"""The verbs of ``pixelproof_conformance``, which is asked for their help and arguments."""

_EPILOG = """\
exit status:
  0  conforms
  1  findings of error severity
  2  wrong usage or configuration
  3  the target could not be judged
"""


class Formatter(argparse.RawDescriptionHelpFormatter):
    """argparse's own, told the width of the terminal: it makes one for each argument and would import shutil to ask."""

    def __init__(self, prog: str, **settings: Any) -> None:
        settings.setdefault("width", _width())
        super().__init__(prog, **settings)


def _width() -> int:
    try:
        return max(os.get_terminal_size(sys.__stdout__.fileno()).columns - 2, 40) if sys.__stdout__ else 78
    except (OSError, ValueError):
        return 78


class Parser(argparse.ArgumentParser):
    """argparse with errors of our own: one line, no guessing at shortened options."""

    def __init__(self, **settings: Any) -> None:
        settings.setdefault("formatter_class", Formatter)
        super().__init__(allow_abbrev=False, **settings)

    def error(self, message: str) -> NoReturn:
        """Raises :class:`UsageError`."""
        raise UsageError(f"{message}; see '{self.prog} --help'")


def parser_for(verb: str | None) -> Parser:
    """The parser that knows ``verb``, or every verb when it is ``None``."""
    parser = Parser(
        prog="pixelproof",
        description="Tells whether image-generation requests, answers and streams keep what the document says.",
        epilog=_EPILOG,
    )
    parser.add_argument("--version", action="version", version=f"pixelproof {__version__}")
    # Without `prog`, argparse formats its usage line to find it out, which imports shutil and its compressors.
    verbs = parser.add_subparsers(prog="pixelproof", title="verbs", metavar="VERB", dest="verb", required=True)
    for name in VERBS if verb is None else (verb,):
        if name in VERBS:
            _add_verb(name, verbs)
    if verb is None:
        _add_conformance_verbs(parser, verbs)
    elif verb not in VERBS:
        from pixelproof_conformance.cli import add_verb

        add_verb(verb, verbs)
    for name in CONFIGURED:
        if name in verbs.choices:
            add = verbs.choices[name].add_argument
            add("--config", metavar="FILE", help="settings (pixelproof.toml here or in a folder above)")
            add("--no-config", action="store_true", help="read no settings file")
    return parser


def arguments(parser: Parser, given: list[str]) -> argparse.Namespace:
    """The parsed command line. FILE arguments may stand between options, which argparse alone does not take."""
    found, rest = parser.parse_known_args(given)
    if rest and ("files" not in found or any(word.startswith("-") and word != "-" for word in rest)):
        parser.error(f"unrecognized arguments: {' '.join(rest)}")
    if rest:
        found.files += rest
    return found


def configured_arguments(parser: Parser, verb: str | None, given: list[str]) -> argparse.Namespace:
    """The parsed command line, completed from the environment and the settings file where ``verb`` reads them."""
    if verb not in CONFIGURED or (verb in VERBS and not may_be_set(given)):
        return arguments(parser, given)
    from pixelproof._config.settings import configured

    return configured(parser, verb, lambda: arguments(parser, given))


def _add_verb(name: str, verbs: "argparse._SubParsersAction[Parser]") -> None:
    module = __import__(f"pixelproof.cli.{name}", fromlist=["run"])
    parser = verbs.add_parser(name, help=VERBS[name], description=module.__doc__)
    module.add_arguments(parser)
    parser.set_defaults(run=module.run)


def _add_conformance_verbs(parser: Parser, verbs: "argparse._SubParsersAction[Parser]") -> None:
    try:
        from pixelproof_conformance.cli import VERBS as THEIRS
        from pixelproof_conformance.cli import add_verb

        for name in THEIRS:
            add_verb(name, verbs)
    except ModuleNotFoundError:
        parser.epilog = f"with pip install 'pixelproof[conformance]': {', '.join(CONFORMANCE_VERBS)}\n\n{_EPILOG}"
