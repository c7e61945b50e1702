"""Sends the cases of a dialect to an endpoint, judges what comes back, and writes the reports."""

import argparse
import random
import sys
from pathlib import Path

from pixelproof import TargetError, UsageError

from pixelproof_conformance.cli.options import add_sending, add_target, key_from, plea_from
from pixelproof_conformance.model import Report
from pixelproof_conformance.report.progress import show_progress
from pixelproof_conformance.report.terminal import show_report
from pixelproof_conformance.report.write import write_report
from pixelproof_conformance.session import JOURNAL, Plea, run_folder, run_session

RUNS = "pixelproof-runs"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of ``pixelproof run``."""
    add_target(parser)
    add_sending(parser)
    parser.add_argument(
        "--out", type=Path, metavar="DIR", help=f"folder for journal and reports (a new one in {RUNS}/)"
    )
    parser.add_argument("--resume", type=Path, metavar="DIR", help="go on with the run in this folder")
    parser.add_argument("--quiet", action="store_true", help="no progress and no report on the terminal")


def run(arguments: argparse.Namespace) -> int:
    """Runs; returns 0 when everything is kept, 1 with failures, 3 when the endpoint could not be judged."""
    seed = (
        arguments.seed
        if arguments.seed is not None
        else 0
        if arguments.resume
        else random.SystemRandom().randrange(2**32)
    )
    plea = plea_from(arguments, seed)
    dialect = plea.load()
    folder = arguments.resume or arguments.out or run_folder(Path(RUNS), dialect.name)
    if arguments.resume is None and (folder / JOURNAL).exists():
        raise UsageError(f"{folder} already holds a run; go on with it by --resume {folder}, or name another folder")
    if arguments.resume is not None and not (folder / JOURNAL).is_file():
        raise UsageError(f"--resume {folder}: there is no {JOURNAL}; name the folder of an earlier run")
    key, variable = key_from(arguments, dialect)
    try:
        report = run_and_write(plea, folder, key=key, resume=arguments.resume is not None, quiet=arguments.quiet)
    except TargetError as error:
        hint = f" (no key was sent: {variable} is not set)" if key is None and "status 401" in str(error) else ""
        raise TargetError(f"{error}{hint}") from None
    return 130 if report.interrupted else report.exit_status


def run_and_write(plea: Plea, folder: Path, *, key: str | None, resume: bool = False, quiet: bool = False) -> Report:
    """Runs with progress on standard error, writes every form of the report, and shows it."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(f"{folder}: cannot be made ({error.strerror}); name another folder with --out") from None
    if quiet:
        report = run_session(plea, folder, key=key, resume=resume)
    else:
        with show_progress(0, sys.stderr) as step:
            report = run_session(plea, folder, key=key, resume=resume, progress=step)
    files = write_report(report, folder)
    if not quiet:
        show_report(report, sys.stdout, files=files)
    return report
