"""Checks the settings file, shows which values are in force and where they come from, or writes a first file."""

import os
from argparse import REMAINDER, Namespace
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from pixelproof._config import VERBS
from pixelproof._config.file import read_settings
from pixelproof._config.find import NAME, find_settings
from pixelproof._errors import UsageError
from pixelproof._secrets import is_secret_name, looks_secret
from pixelproof.cli._output import emit

if TYPE_CHECKING:
    from pixelproof._config.check import Flaw
    from pixelproof._config.file import SettingsFile
    from pixelproof._config.settings import Setting
    from pixelproof.cli._parser import Parser

REDACTED = "[redacted]"
_EXAMPLES = """\
examples:
  pixelproof config check
  pixelproof config show run staging --max-images 10
  pixelproof config init
"""


def add_arguments(parser: "Parser") -> None:
    """Declares the arguments of the verb."""
    parser.epilog = _EXAMPLES
    whats = parser.add_subparsers(dest="what", required=True, metavar="WHAT", prog="pixelproof config")
    check = whats.add_parser("check", help="say everything that is wrong in the settings file")
    check.add_argument("file", metavar="FILE", nargs="?", help="a settings file (the one that holds here)")
    show = whats.add_parser("show", help="print the values that are in force for a call, with where each comes from")
    show.add_argument("--format", choices=("text", "json"), default="text")
    show.add_argument("call", metavar="VERB ...", nargs=REMAINDER, help="a verb with its arguments (run)")
    init = whats.add_parser("init", help=f"write a {NAME} with comments")
    init.add_argument("file", metavar="FILE", nargs="?", default=NAME, help=f"the file to write ({NAME})")


def run(args: Namespace) -> int:
    """Checks, shows or writes; returns 0, or 2 for a file with flaws."""
    return {"check": _check, "show": _show, "init": _init}[args.what](args)


def _check(args: Namespace) -> int:
    from pixelproof._config.check import flaws_of

    path = args.file or find_settings()
    if path is None:
        raise UsageError(f"no {NAME} here or in a folder above; 'pixelproof config init' writes one")
    file = read_settings(path)
    flaws = flaws_of(file) or _flaws_of_names(file)
    if not flaws:
        emit([f"{path}: no flaw\n"])
        return 0
    emit(f"{flaw.place}: {flaw.text}\n" for flaw in flaws)
    emit([f"{len(flaws)} flaw{'s' if len(flaws) > 1 else ''}\n"])
    return 2


def _flaws_of_names(file: "SettingsFile") -> "list[Flaw]":
    """Names that the dialects do not have; without the extra nothing is known of them."""
    try:
        from pixelproof_conformance.cli.settings_check import flaws_of_names
    except ModuleNotFoundError:
        return []
    return flaws_of_names(file)


def _show(args: Namespace) -> int:
    from pixelproof._config.settings import configured
    from pixelproof.cli._parser import arguments, parser_for

    call = args.call or ["run"]
    verb = call[0]
    if verb not in VERBS:
        raise UsageError(f"{verb!r} reads no settings file; the verbs that do are {', '.join(VERBS)}")
    parser = parser_for(verb)
    settings = configured(parser, verb, lambda: arguments(parser, call)).settings
    if args.format == "json":
        import json

        values = {name: {"value": shown_value(one), "from": one.origin} for name, one in settings.values.items()}
        emit([json.dumps({"file": settings.file, "target": settings.target, "settings": values}, indent=1), "\n"])
    else:
        emit(_lines(verb, settings.file, settings.target, settings.values))
    return 0


def _lines(verb: str, file: str | None, target: str | None, settings: "dict[str, Setting]") -> Iterator[str]:
    yield f"pixelproof {verb}{f', target {target}' if target else ''}, {file or 'without a settings file'}\n"
    rows = [(name, _text(shown_value(one)), one.origin) for name, one in settings.items()]
    first = max(len(row[0]) for row in rows)
    second = min(max(len(row[1]) for row in rows), 48)
    for name, value, origin in rows:
        yield f"  {name:<{first}}  {value:<{second}}  {origin}\n"


def shown_value(setting: "Setting") -> Any:
    """The value of a setting as JSON, without what may be secret: of headers their names."""
    value = setting.value
    if setting.key.name == "headers":
        return [f"{str(header).partition(':')[0]}: ..." for header in value]
    if isinstance(value, list):
        return [_safe(str(item)) for item in value]
    return value if value is None or isinstance(value, bool | int | float) else _safe(str(value))


def _safe(text: str) -> str:
    name, equals, _ = text.partition("=")
    if looks_secret(text):
        return REDACTED
    return f"{name}={REDACTED}" if equals and is_secret_name(name) else text


def _text(value: Any) -> str:
    if value is None or value == []:
        return "-"
    if isinstance(value, list):
        return ", ".join(value)
    return str(value).lower() if isinstance(value, bool) else str(value)


def _init(args: Namespace) -> int:
    if os.path.exists(args.file):
        raise UsageError(f"{args.file} is there already; name another FILE, or take it away")
    try:
        with open(args.file, "x", encoding="utf-8") as file:
            file.write(FIRST_FILE)
    except OSError as error:
        raise UsageError(f"{args.file}: cannot be written ({error.strerror})") from None
    emit([f"{args.file}\n"])
    return 0


FIRST_FILE = """\
# Settings of pixelproof. `pixelproof config check` says what is wrong in this file,
# `pixelproof config show` what is in force. Every flag has a key of its name.

dialect = "openai"
# models = ["gpt-image-1"]

# What a run may cost.
max-requests = 200
max-images = 40
# max-cost = 2.0

# The same generated requests in every run.
seed = 1

# `pixelproof run staging` takes the values of this target. Keys never stand here:
# key-env names the environment variable that holds one.
# [targets.staging]
# url = "https://gateway.example/v1"
# key-env = "STAGING_KEY"
# model-aliases = { "gpt-image-1" = "openai/gpt-image-1" }

# Values for one verb alone.
# [validate]
# format = "github"
"""
