"""Writes what other tools can use: the fixtures, an OpenAPI document of a dialect, or a run as an HTTP archive."""

import argparse
from io import BytesIO, TextIOWrapper
from pathlib import Path
from typing import TYPE_CHECKING

from pixelproof import UsageError

from pixelproof_conformance.cli.options import add_dialect_path
from pixelproof_conformance.cli.output import standard_output

if TYPE_CHECKING:
    from pixelproof_conformance.reported import Report


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of ``pixelproof export``."""
    what = parser.add_subparsers(dest="what", required=True, metavar="WHAT")
    fixtures = what.add_parser("fixtures", help="pack the fixtures for implementers in other languages")
    fixtures.add_argument("--out", type=Path, default=Path("pixelproof-fixtures.tar.gz"), metavar="FILE")
    openapi = what.add_parser("openapi", help="write an OpenAPI 3.1 document made from the schemas of a dialect")
    openapi.add_argument("--dialect", required=True)
    add_dialect_path(openapi)
    openapi.add_argument("--out", type=Path, metavar="FILE", help="a file (standard output)")
    har = what.add_parser("har", help="write the exchanges of a run as an HTTP archive (HAR 1.2), without keys")
    har.add_argument("run_folder", type=Path, metavar="RUN", help="folder of a run, or its journal")
    har.add_argument("-o", "--out", type=Path, metavar="FILE", help="a file (standard output)")


def run(arguments: argparse.Namespace) -> int:
    """Writes the file; returns 0."""
    if arguments.what == "fixtures":
        from pixelproof_conformance.fixtures import pack

        pack(arguments.out)
        with standard_output() as out:
            out.write(f"{arguments.out}\n")
        return 0
    if arguments.what == "har":
        return _write_archive(arguments.run_folder, arguments.out)
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


def _report_beside(journal: Path) -> "Report | None":
    """The report of the run whose journal this is; ``None`` where it has none that can be read."""
    from pixelproof_conformance.report.json_form import read_report

    try:
        return read_report(journal.parent)
    except UsageError:
        return None


def _write_archive(run_folder: Path, path: Path | None) -> int:
    """Writes a run as an HTTP archive, a record at a time; a file is whole or not there."""
    from pixelproof_conformance.audit import JOURNAL
    from pixelproof_conformance.har import archive, write_archive

    journal = run_folder / JOURNAL if run_folder.is_dir() else run_folder
    report = _report_beside(journal)
    if path is None:
        with standard_output() as out:
            archive(journal, out.buffer if isinstance(out, TextIOWrapper) else BytesIO(), report)
        return 0
    count = write_archive(journal, path, report)
    with standard_output() as out:
        out.write(f"{path}: {count} exchanges\n")
    return 0
