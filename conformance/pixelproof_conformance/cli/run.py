"""Sends the cases of a dialect to an endpoint, judges what comes back, and writes the reports."""

import argparse
import random
import sys
from pathlib import Path

from pixelproof import Dialect, TargetError, UsageError

from pixelproof_conformance.cli.options import add_sending, add_target, key_from, plea_from
from pixelproof_conformance.journal import stream_journal
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
    if arguments.resume is not None and not (arguments.resume / JOURNAL).is_file():
        raise UsageError(f"--resume {arguments.resume}: there is no {JOURNAL}; name the folder of an earlier run")
    plea = plea_from(arguments, _seed(arguments))
    dialect = plea.load()
    _check_prices(plea, dialect)
    folder = arguments.resume or arguments.out or run_folder(Path(RUNS), dialect.name)
    if arguments.resume is None and (folder / JOURNAL).exists():
        raise UsageError(f"{folder} already holds a run; go on with it by --resume {folder}, or name another folder")
    key, variable = key_from(arguments, dialect)
    try:
        report = run_and_write(plea, folder, key=key, resume=arguments.resume is not None, quiet=arguments.quiet)
    except TargetError as error:
        hint = f" (no key was sent: {variable} is not set)" if key is None and "status 401" in str(error) else ""
        raise TargetError(f"{error}{hint}") from None
    return 130 if report.interrupted else report.exit_status


def _seed(arguments: argparse.Namespace) -> int:
    """The seed that was given, else that of the run which is resumed, else a new one."""
    if arguments.seed is not None:
        return int(arguments.seed)
    if arguments.resume is None:
        return random.SystemRandom().randrange(2**32)
    header, _ = stream_journal(arguments.resume / JOURNAL)
    seed = header["configuration"].get("seed") if isinstance(header.get("configuration"), dict) else None
    if not isinstance(seed, int):
        raise UsageError(f"--resume {arguments.resume}: the journal names no seed; it was not written by a run")
    return seed


def _check_prices(plea: Plea, dialect: Dialect) -> None:
    """Raises :class:`UsageError` for a cap on the cost where no model of the run has a declared price."""
    declared = dialect.about["models"]
    models = [subject.name for subject in plea.subjects(dialect)]
    if plea.options.caps.cost is not None and not any(declared.get(name, {}).get("image-cost") for name in models):
        raise UsageError(
            f"--max-cost cannot be kept: the dialect {dialect.name} declares no price for {', '.join(models)};"
            " use --max-images"
        )


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
