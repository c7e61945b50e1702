"""Sends the cases of a dialect to an endpoint, judges what comes back, and writes the reports."""

import argparse
import random
import shlex
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path

from pixelproof import PixelproofError, TargetError, UsageError

from pixelproof_conformance.audit import JOURNAL, UnfinishedError, run_audit, run_folder
from pixelproof_conformance.cli.forms import add_form_options, choices_from, write_chosen
from pixelproof_conformance.cli.options import add_cost, add_sending, add_target, host, key_from, plea_from
from pixelproof_conformance.cli.output import standard_error, standard_output, tell
from pixelproof_conformance.cli.resume import resumed_plea
from pixelproof_conformance.cli.waivers import add_waiver_options, status_of, waived, waivers_from
from pixelproof_conformance.plea import Plea
from pixelproof_conformance.report.progress import show_progress
from pixelproof_conformance.report.terminal import show_report
from pixelproof_conformance.report.write import write_report
from pixelproof_conformance.reported import Report

RUNS = "pixelproof-runs"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of ``pixelproof run``."""
    add_target(parser)
    add_sending(parser)
    add_cost(parser)
    parser.add_argument(
        "--out", type=Path, metavar="DIR", help="folder for journal and reports (a new one for each run)"
    )
    parser.add_argument(
        "--runs", type=Path, default=Path(RUNS), metavar="DIR", help=f"folder for the folders of runs ({RUNS})"
    )
    parser.add_argument(
        "--fetch-host",
        action="append",
        default=[],
        type=host,
        metavar="HOST",
        help="also fetch pictures from this host that answers name, without the key (repeatable)",
    )
    parser.add_argument(
        "--resume",
        type=Path,
        metavar="DIR",
        help="go on with the run in this folder, asking only what is not settled; other options are known",
    )
    parser.add_argument(
        "--pay-again",
        action="store_true",
        help="with --resume: also ask again what got no whole answer and may have been paid for",
    )
    add_form_options(parser, archive=True)
    add_waiver_options(parser)
    parser.add_argument("--quiet", action="store_true", help="no progress and no report on the terminal")


def run(arguments: argparse.Namespace) -> int:
    """Runs; returns 0 when everything is kept, 1 with failures, 3 when the endpoint could not be judged."""
    resume: Path | None = arguments.resume
    if resume is not None and arguments.out is not None:
        raise UsageError(f"--resume {resume} goes on in its own folder; leave out --out {arguments.out}")
    if arguments.pay_again and resume is None:
        raise UsageError("--pay-again belongs to --resume DIR; a new run has nothing to ask again")
    plea = plea_from(arguments, _seed(arguments.seed)) if resume is None else resumed_plea(arguments, resume)
    dialect = plea.load()
    folder = resume or arguments.out or run_folder(arguments.runs, dialect.name)
    if resume is None and (folder / JOURNAL).exists():
        raise UsageError(f"{folder} already holds a run; go on with it by --resume {folder}, or name another folder")
    key, variable = key_from(plea.key_env, dialect)
    waivers = waivers_from(arguments)
    choices_from(arguments)  # a form that nobody knows is told before anything is sent

    try:
        report = run_and_write(
            plea,
            folder,
            key=key,
            resume=resume is not None,
            pay_again=arguments.pay_again,
            quiet=arguments.quiet,
            finish=lambda report: waived(report, waivers),
            write=lambda report: write_chosen(report, folder, arguments, folder / JOURNAL),
        )
    except TargetError as error:
        raise TargetError(f"{error}{_hint(str(error), key, variable)}") from None
    return 130 if report.interrupted else status_of(report, arguments)


def _seed(given: int | None) -> int:
    return random.SystemRandom().randrange(2**32) if given is None else given


def _hint(error: str, key: str | None, variable: str) -> str:
    """What the user can do about an endpoint that lets nobody in, or that nobody lets in."""
    if "is not trusted" in error:
        return " (SSL_CERT_FILE can name a file of certificates to trust)"
    if "status 404" in error:
        return " (is the path of the address right, and the model known there? --model-alias gives it another name)"
    if "status 401" not in error:
        return ""
    if key is None:
        return f" (no key was sent: {variable} is not set; export {variable}=... and run again)"
    return f" (the key in {variable} was sent)"


def run_and_write(
    plea: Plea,
    folder: Path,
    *,
    key: str | None,
    resume: bool = False,
    pay_again: bool = False,
    quiet: bool = False,
    finish: Callable[[Report], Report] = lambda report: report,
    write: Callable[[Report], list[Path]] | None = None,
) -> Report:
    """Runs with progress on standard error, writes what ``finish`` makes of the report, and shows it.

    ``write`` writes it and returns the paths; by default every form goes into ``folder``.
    """
    existed = folder.exists()
    trouble: PixelproofError | None = None
    audit = partial(run_audit, plea, folder, key=key, resume=resume, pay_again=pay_again, tell=tell)
    try:
        if quiet:
            report = audit()
        else:
            with show_progress(0, standard_error()) as step:
                report = audit(progress=step, watch=step.watch)
    except UnfinishedError as error:
        report, trouble = error.report, error
    except BaseException:
        if not existed:
            with suppress(OSError):
                folder.rmdir()  # only an empty one: a run that nobody answered leaves nothing behind
        raise
    report = finish(report)
    if isinstance(trouble, UnfinishedError):
        trouble = UnfinishedError(str(trouble), report)
    files: list[Path] = []
    try:
        files = write(report) if write else write_report(report, folder)
    except UsageError as error:  # the run is paid for: what it found is shown before the disk is complained about
        trouble = trouble or error
    if not quiet or not files:
        with standard_output() as out:
            show_report(report, out, files=files)
    if report.interrupted or isinstance(trouble, UnfinishedError):
        tell(f"Go on with it: pixelproof run --resume {shlex.quote(str(folder))}")
    if trouble:
        raise trouble
    return report
