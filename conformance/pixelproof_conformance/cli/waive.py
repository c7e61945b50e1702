"""Writes a waiver for each failure of a run, so that later runs fail only for what is new."""

import argparse
import re
from datetime import date
from pathlib import Path

from pixelproof import UsageError

from pixelproof_conformance.cli.output import standard_output
from pixelproof_conformance.cli.waivers import usual_file
from pixelproof_conformance.report.json_form import read_report
from pixelproof_conformance.report.words import counted
from pixelproof_conformance.reported import Waived
from pixelproof_conformance.waivers import FILE, UNEXPLAINED, today_in_utc
from pixelproof_conformance.waiving import add_waivers


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of ``pixelproof waive``."""
    parser.add_argument("run_folder", type=Path, metavar="RUN", help="folder of a run, or a report.json")
    parser.add_argument("--waivers", type=Path, metavar="FILE", help=f"the file to add to ({FILE})")
    parser.add_argument("--reason", metavar="TEXT", help=f"why they are accepted ('{UNEXPLAINED}': runs ask for it)")
    parser.add_argument("--link", metavar="URL", help="where they are talked about")
    parser.add_argument("--expires", type=_day, metavar="DATE", help="the last day on which they hold, YYYY-MM-DD")


def run(arguments: argparse.Namespace) -> int:
    """Adds the waivers; returns 0."""
    if arguments.reason is not None and not arguments.reason.strip():
        raise UsageError("--reason is empty; write why the failures are accepted")
    if arguments.link is not None and not re.fullmatch(r"https?://\S+", arguments.link):
        raise UsageError(f"--link {arguments.link!r} is no URL; write it with http:// or https://")
    report = read_report(arguments.run_folder)
    waived = Waived(arguments.reason or UNEXPLAINED, arguments.link, arguments.expires)
    path = arguments.waivers or usual_file(arguments)
    added = add_waivers(path, report, waived, today_in_utc())
    with standard_output() as out:
        out.write(f"{path}: {counted(added, 'waiver')} added\n")
        if added and arguments.reason is None:
            out.write(f"Write a reason for each: those that say '{UNEXPLAINED}' are named in every report.\n")
    return 0


def _day(text: str) -> str:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text[:40]!r} is not a date of the form YYYY-MM-DD") from None
    if day.isoformat() != text:
        raise argparse.ArgumentTypeError(f"{text[:40]!r} is not a date of the form YYYY-MM-DD")
    if day < today_in_utc():
        raise argparse.ArgumentTypeError(f"{text} has passed; name a day to come")
    return text
