"""Judges the journal of an earlier run again, with the rules of today, and writes its reports anew. Nothing is sent."""

import argparse
from pathlib import Path

from pixelproof_conformance.audit import JOURNAL, judge_again
from pixelproof_conformance.cli.forms import add_form_options, choices_from, write_chosen
from pixelproof_conformance.cli.options import add_dialect_path
from pixelproof_conformance.cli.output import standard_output
from pixelproof_conformance.cli.waivers import add_waiver_options, status_of, waived, waivers_from
from pixelproof_conformance.report.terminal import show_report


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of ``pixelproof judge``."""
    parser.add_argument("run_folder", type=Path, metavar="RUN", help="folder of an earlier run, or its journal")
    parser.add_argument("--out", type=Path, metavar="DIR", help="folder for the reports (that of the run)")
    add_form_options(parser, archive=True)
    add_waiver_options(parser)
    add_dialect_path(parser)


def run(arguments: argparse.Namespace) -> int:
    """Judges and writes; returns 0 when everything is kept, 1 with failures."""
    choices_from(arguments)  # a form that nobody knows is told before anything is judged
    waivers = waivers_from(arguments)
    report = waived(judge_again(arguments.run_folder, dialect_path=tuple(arguments.dialect_path)), waivers)
    run_folder: Path = arguments.run_folder
    folder = arguments.out or (run_folder if run_folder.is_dir() else run_folder.parent)
    journal = run_folder / JOURNAL if run_folder.is_dir() else run_folder
    files = write_chosen(report, folder, arguments, journal)
    with standard_output() as out:
        show_report(report, out, files=files)
    return status_of(report, arguments)
