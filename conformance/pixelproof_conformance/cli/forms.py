"""Which forms of a report are written, and where: the options of the verbs that write one."""

import argparse
import os
from collections.abc import Sequence
from pathlib import Path

from pixelproof import UsageError
from pixelproof._config.settings import Settings

from pixelproof_conformance.cli.output import tell
from pixelproof_conformance.report.write import ALWAYS, FORM_NAMES, Choice, make_folder, write_report
from pixelproof_conformance.reported import Report

ARCHIVE = "har"
"""A form made from the journal. It is as large as that, pictures included, so it is written only when asked for."""

ARCHIVE_FILE = "run.har"
SUMMARY_VARIABLE = "GITHUB_STEP_SUMMARY"


def add_form_options(parser: argparse.ArgumentParser, *, archive: bool = False) -> None:
    """The forms that are written, and the summary of a CI step; ``archive`` for a verb that has a journal."""
    more = f"; or {ARCHIVE}, every exchange as an HTTP archive, which is never written unasked" if archive else ""
    parser.add_argument(
        "--report",
        action="append",
        default=[],
        metavar="FORM",
        help=f"only this form (repeatable; FORM=FILE writes it elsewhere): {', '.join(FORM_NAMES)}{more}",
    )
    parser.add_argument(
        "--step-summary",
        action="store_true",
        help=f"append the Markdown form to the file that {SUMMARY_VARIABLE} names",
    )


def choices_from(arguments: argparse.Namespace) -> tuple[Choice, ...]:
    """The forms that were asked for, none for all of them. Raises :class:`UsageError` for a form that nobody knows."""
    return tuple(_choice(text) for text in arguments.report)


def choices_without_folder(arguments: argparse.Namespace) -> tuple[Choice, ...]:
    """The forms of a verb that has no journal, and a folder only when ``--out`` names one.

    Raises :class:`UsageError` for a form that the command line asks for and that has no place, or needs a journal. A
    settings file says once for several verbs which forms are wanted, so those forms wait for a verb that can.
    """
    choices = choices_from(arguments)
    settings: Settings | None = getattr(arguments, "settings", None)
    asked_here = settings is None or settings.values["reports"].origin == "--report"
    if asked_here and ARCHIVE in [choice.form for choice in choices]:
        raise UsageError(f"--report {ARCHIVE} needs the journal of a run, and recorded traffic has none; leave it out")
    homeless = next((choice.form for choice in choices if choice.file is None), None)
    if arguments.out is None and asked_here and homeless is not None:
        raise UsageError(f"--report {homeless} has no folder; name one with --out DIR, or a file: {homeless}=FILE")
    return choices


def write_chosen(
    report: Report, folder: Path | None, arguments: argparse.Namespace, journal: Path | None = None
) -> list[Path]:
    """Write the forms that were asked for, and the summary; returns the paths of the forms.

    Without ``folder`` only the forms are written that name their file. ``journal`` is that of the run, for the one form
    that holds its exchanges; without it that form is left out.
    """
    choices = choices_from(arguments)
    rendered = [choice for choice in choices if choice.form != ARCHIVE]
    files = write_report(report, folder, rendered or ([Choice(ALWAYS)] if choices else []))
    if journal is not None:
        files += _archives(journal, report, folder or journal.parent, choices)
    if arguments.step_summary:
        _append_summary(report)
    return files


def _archives(journal: Path, report: Report, folder: Path, choices: Sequence[Choice]) -> list[Path]:
    """Write the archives that were asked for; returns their paths."""
    paths = dict.fromkeys(choice.file or folder / ARCHIVE_FILE for choice in choices if choice.form == ARCHIVE)
    if paths:
        from pixelproof_conformance.har import write_archive

        for path in paths:
            make_folder(path.parent)
            write_archive(journal, path, report)
    return [*paths]


def _choice(text: str) -> Choice:
    form, equals, file = text.partition("=")
    known = (*FORM_NAMES, ARCHIVE)
    if form not in known:
        raise UsageError(f"--report {text[:60]!r}: {form[:40]!r} is no form; known are {', '.join(known)}")
    if equals and not file:
        raise UsageError(f"--report {text!r} names no file after the =; leave the = out for the usual file")
    return Choice(form, Path(file) if file else None)


def _append_summary(report: Report) -> None:
    """The report as Markdown at the end of the summary of the step, where CI offers one."""
    name = os.environ.get(SUMMARY_VARIABLE)
    if not name:
        tell(f"no step summary is written: {SUMMARY_VARIABLE} is not set")
        return
    from pixelproof_conformance.report.markdown import as_markdown

    try:
        with Path(name).open("ab") as file:
            file.write(f"{as_markdown(report)}\n".encode("utf-8", "replace"))
    except OSError as error:
        raise UsageError(f"{SUMMARY_VARIABLE}: {name} cannot be written ({error.strerror})") from None
