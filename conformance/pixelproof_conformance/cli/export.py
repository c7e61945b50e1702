"""Writes what other tools can use: the fixtures as an archive, or an OpenAPI document of a dialect."""

import argparse
from pathlib import Path

from pixelproof import UsageError

from pixelproof_conformance.cli.options import add_dialect_path
from pixelproof_conformance.cli.output import standard_output


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of ``pixelproof export``."""
    what = parser.add_subparsers(dest="what", required=True, metavar="WHAT")
    fixtures = what.add_parser("fixtures", help="pack the fixtures for implementers in other languages")
    fixtures.add_argument("--out", type=Path, default=Path("pixelproof-fixtures.tar.gz"), metavar="FILE")
    openapi = what.add_parser("openapi", help="write an OpenAPI 3.1 document made from the schemas of a dialect")
    openapi.add_argument("--dialect", required=True)
    add_dialect_path(openapi)
    openapi.add_argument("--out", type=Path, metavar="FILE", help="a file (standard output)")


def run(arguments: argparse.Namespace) -> int:
    """Writes the file; returns 0."""
    if arguments.what == "fixtures":
        from pixelproof_conformance.fixtures import pack

        pack(arguments.out)
        with standard_output() as out:
            out.write(f"{arguments.out}\n")
        return 0
    from pixelproof import load_dialect

    from pixelproof_conformance.openapi import openapi_text

    text = openapi_text(load_dialect(arguments.dialect, dialect_path=tuple(arguments.dialect_path)))
    if arguments.out is None:
        with standard_output() as out:
            out.write(text)
        return 0
    try:
        arguments.out.write_text(text, encoding="utf-8")
    except OSError as error:
        raise UsageError(f"{arguments.out}: cannot be written ({error.strerror})") from None
    return 0
