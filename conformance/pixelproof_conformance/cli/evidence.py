"""Keeps a shelf of published runs: puts a run there when it holds no secret and lacks nothing, and writes the index."""

import argparse
from pathlib import Path

from pixelproof_conformance.cli.output import standard_output, tell
from pixelproof_conformance.report.json_form import read_report
from pixelproof_conformance.report.words import counted
from pixelproof_conformance.reported import Report

SHELF = Path("reports")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of ``pixelproof evidence``."""
    what = parser.add_subparsers(dest="what", required=True, metavar="WHAT")
    add = what.add_parser("add", help="check a run and put it on the shelf")
    add.add_argument("run_folder", type=Path, metavar="RUN", help="folder of a run, or a report.json")
    add.add_argument("--name", required=True, metavar="NAME", help="the implementation, for example 'LiteLLM proxy'")
    add.add_argument("--version", required=True, metavar="V", help="its version, for example 1.106.2")
    add.add_argument("--about", default="", metavar="TEXT", help="in one sentence, how it was set up")
    add.add_argument("--reproduce", metavar="COMMAND", help="what makes the run anew (the command of the run)")
    add.add_argument("--replace", action="store_true", help="replace the evidence of the same name and version")
    check = what.add_parser("check", help="look for secrets and gaps in a run; write nothing")
    check.add_argument("run_folder", type=Path, metavar="RUN", help="folder of a run, or a report.json")
    index = what.add_parser("index", help="write the index of the shelf from its folders")
    index.add_argument("--check", action="store_true", help="write nothing; exit with 1 when the index is stale")
    for parser_of in (add, index):
        parser_of.add_argument(
            "--shelf", type=Path, default=SHELF, metavar="DIR", help=f"the folder of the evidence ({SHELF})"
        )
        parser_of.add_argument("--readme", type=Path, metavar="FILE", help="a README with a block for the table")


def run(arguments: argparse.Namespace) -> int:
    """Adds, checks or indexes; returns 1 for a run that is not fit to be published, and for a stale index."""
    if arguments.what == "index":
        return _index(arguments)
    report = read_report(arguments.run_folder)
    if not _is_fit(report):
        return 1
    if arguments.what == "check":
        with standard_output() as out:
            out.write(f"{arguments.run_folder}: fit to be published\n")
        return 0
    from pixelproof_conformance.shelf import Entry, add_run, written_index
    from pixelproof_conformance.shelf.entry import folder_name

    entry = Entry(
        folder_name(arguments.name, arguments.version),
        arguments.name,
        arguments.version,
        arguments.about,
        arguments.reproduce or report.command,
        report,
    )
    paths = add_run(report, arguments.shelf, entry, replace=arguments.replace)
    paths += written_index(arguments.shelf, arguments.readme)
    with standard_output() as out:
        out.writelines(f"{path}\n" for path in paths)
    return 0


def _is_fit(report: Report) -> bool:
    from pixelproof_conformance.shelf import flaws_of

    flaws = flaws_of(report)
    for flaw in flaws:
        tell(f"{flaw.place}: {flaw.what}")
    if flaws:
        tell(f"Not fit to be published: {counted(len(flaws), 'flaw')}. Mend them, and judge or run again.")
    return not flaws


def _index(arguments: argparse.Namespace) -> int:
    from pixelproof_conformance.shelf import stale_files, written_index

    if arguments.check:
        stale = stale_files(arguments.shelf, arguments.readme)
        for path in stale:
            tell(f"{path} is not what the folders say; run pixelproof evidence index")
        return 1 if stale else 0
    changed = written_index(arguments.shelf, arguments.readme)
    with standard_output() as out:
        out.writelines(f"{path}\n" for path in changed)
    return 0
