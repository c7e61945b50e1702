"""By what recorded traffic is judged: the options, and their values as one."""

import argparse

from pixelproof import Dialect, UsageError, load_dialect
from pixelproof.cli._named_values import account_facts

from pixelproof_conformance.cli.options import add_dialect_path, named_dialect, pair
from pixelproof_conformance.traffic.ledger import Terms


def add_terms(parser: argparse.ArgumentParser) -> None:
    """Dialect, routes, names of models, profile and account."""
    add = parser.add_argument
    add("--target", metavar="NAME", help="take the values of this target of the settings file")
    add("--dialect", metavar="D", help="whose document is meant; a name or the path of a folder")
    add("--operation", metavar="O", help="the operation of exchanges that were recorded without an address")
    add(
        "--route",
        action="append",
        default=[],
        metavar="PATH=O",
        help="exchanges whose path ends with PATH belong to the operation O (repeatable)",
    )
    add(
        "--model-alias",
        action="append",
        default=[],
        metavar="MODEL=NAME",
        help="NAME was sent where the document says MODEL (repeatable)",
    )
    add("--profile", choices=("document", "observed"), default="document", help="what counts as a failure")
    add("--account", action="append", default=[], metavar="FACT=true", help="a fact about the account")
    add("--max-examples", type=count, default=3, metavar="N", help="examples of a finding that are kept (3)")
    add_dialect_path(parser)


def terms_from(arguments: argparse.Namespace) -> Terms:
    """By what is judged. Raises :class:`UsageError` for an option that names what the dialect has not."""
    folders = tuple(arguments.dialect_path)
    name = named_dialect(arguments)
    dialect = load_dialect(name, dialect_path=folders)
    routes = tuple(_route(text, dialect) for text in arguments.route)
    if arguments.operation is not None:
        _check_operation(f"--operation {arguments.operation}", arguments.operation, dialect)
    aliases = tuple(pair(text, "--model-alias", "MODEL=NAME") for text in arguments.model_alias)
    known = {*dialect.about["models"], *(m for name in dialect.operations for m in dialect.operation(name).models)}
    for model, _ in aliases:
        if model not in known:
            raise UsageError(
                f"--model-alias {model}=...: {dialect.name} has no such model; it has {', '.join(sorted(known))}"
            )
    return Terms(
        name,
        folders,
        arguments.profile,
        tuple(account_facts(arguments.account, dialect.about.get("account", {})).items()),
        arguments.operation,
        routes,
        tuple((sent, model) for model, sent in aliases),
        arguments.max_examples,
    )


def _route(text: str, dialect: Dialect) -> tuple[str, str]:
    path, equals, operation = text.rpartition("=")  # a path may have one, an operation has none
    if not (path and equals and operation):
        raise UsageError(f"--route {text!r} is not of the form PATH=OPERATION")
    _check_operation(f"--route {text}", operation, dialect)
    return path, operation


def _check_operation(option: str, name: str, dialect: Dialect) -> None:
    try:
        dialect.operation(name)
    except UsageError as error:
        raise UsageError(f"{option}: {error}") from None


def count(text: str) -> int:
    """A number of processes or of examples. Raises ``ArgumentTypeError``."""
    if not (text.isascii() and text.isdigit() and len(text) < 6) or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text[:40]!r} is not a whole number from 1 to 99999")
    return int(text)
