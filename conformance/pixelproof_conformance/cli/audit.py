"""Judges recorded traffic offline: HTTP archives (HAR), logs of JSON lines, journals. Nothing is sent."""

import argparse
import io
import threading
from pathlib import Path

from pixelproof import UsageError, load_dialect

from pixelproof_conformance.audit import now
from pixelproof_conformance.cli.audit_terms import add_terms, count, terms_from
from pixelproof_conformance.cli.forms import add_form_options, choices_without_folder, write_chosen
from pixelproof_conformance.cli.output import standard_error, standard_output, tell
from pixelproof_conformance.cli.settings import effective_settings
from pixelproof_conformance.cli.waivers import add_waiver_options, status_of, waivers_from
from pixelproof_conformance.interruption import gentle_interrupt
from pixelproof_conformance.report.write import make_folder, write_whole
from pixelproof_conformance.reported import Report
from pixelproof_conformance.traffic.auditing import Audit, audit_files
from pixelproof_conformance.traffic.findings import SIDES, exit_status
from pixelproof_conformance.traffic.progress import show_bytes
from pixelproof_conformance.traffic.report import report_of
from pixelproof_conformance.traffic.sources import check_sources
from pixelproof_conformance.traffic.summary import as_lines, as_text
from pixelproof_conformance.traffic.terminal import show_audit
from pixelproof_conformance.traffic.waiving import waive
from pixelproof_conformance.traffic.workers import cores
from pixelproof_conformance.waivers import today_in_utc

_MOST_FLAWS_TOLD = 10
_EPILOG = """\
examples:
  pixelproof audit traffic.har --dialect openai
  pixelproof audit gateway.jsonl.gz --dialect openai --out audit/
  pixelproof audit gateway.jsonl --dialect openai --report junit=audit.xml --step-summary
  zstd -dc log.jsonl.zst | pixelproof audit - --dialect orq --format json
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of ``pixelproof audit``."""
    parser.epilog = _EPILOG
    add = parser.add_argument
    add("files", metavar="FILE", nargs="+", help="HAR, JSON lines or a journal, plain or .gz; - for standard input")
    add_terms(parser)
    add("--jobs", type=count, default=0, metavar="N", help="processes at work (all cores)")
    add("--format", choices=("text", "json", "jsonl"), default="text", help="what is printed (text)")
    add("--out", type=Path, metavar="DIR", help="also write report.json, report.html ... and audit.json into DIR")
    add_form_options(parser)
    add_waiver_options(parser)
    add("--fail-on", choices=("provider", "client", "both"), default="provider", help="whose findings give status 1")
    add("--strict", action="store_true", help="exit with 2 when a line could not be judged")
    add("--quiet", action="store_true", help="print nothing but errors; the exit status tells")


def run(arguments: argparse.Namespace) -> int:
    """Judges; returns 0 when the provider keeps everything, 1 with failures, 3 when nothing could be judged."""
    terms = terms_from(arguments)
    waivers = waivers_from(arguments)
    choices_without_folder(arguments)
    dialect = load_dialect(terms.dialect, dialect_path=terms.dialect_path)
    files: list[str] = arguments.files
    total = check_sources(files)
    started, stopping = now(), threading.Event()

    def stop() -> None:
        stopping.set()
        tell("Stopping: what was judged until now is reported. Ctrl-C again ends at once.")

    if arguments.out is not None:
        make_folder(arguments.out)  # what was judged for an hour must not end for want of a place
    with gentle_interrupt(stop), show_bytes(total, io.StringIO() if arguments.quiet else standard_error()) as step:
        audit = audit_files(
            files, dialect, terms, jobs=arguments.jobs or cores(), progress=step, stopped=stopping.is_set
        )
    audit.settings = effective_settings(arguments)
    waive(audit, waivers, today_in_utc(), SIDES[arguments.fail_on])
    report = report_of(audit, started)
    judged = exit_status(audit, fail_on=arguments.fail_on, strict=arguments.strict)
    status = status_of(report, arguments, judged)
    written: list[Path] = []
    trouble: UsageError | None = None
    try:
        _write(report, audit, status, arguments, written)
    except UsageError as error:  # what was judged for an hour is shown before the disk is complained about
        trouble = error
    if not arguments.quiet:
        _tell_flaws(audit)
    if not arguments.quiet or trouble:
        with standard_output() as out:
            if arguments.format == "json":
                out.write(as_text(audit, status))
            elif arguments.format == "jsonl":
                out.writelines(as_lines(audit))
            else:
                show_audit(audit, out, status=status, files=written)
    if trouble:
        raise trouble
    return 130 if audit.interrupted else status


def _write(report: Report, audit: Audit, status: int, arguments: argparse.Namespace, written: list[Path]) -> None:
    """Writes what was asked for; ``written`` gets the paths as far as it comes."""
    folder: Path | None = arguments.out
    if folder is not None:
        written.append(write_whole(folder / "audit.json", as_text(audit, status)))
    written += write_chosen(report, folder, arguments)


def _tell_flaws(audit: Audit) -> None:
    for flaw in audit.tally.flaws[:_MOST_FLAWS_TOLD]:
        tell(f"{audit.where(flaw.place)}: {flaw.message}")
    if audit.tally.unreadable > _MOST_FLAWS_TOLD:
        tell(f"... and {audit.tally.unreadable - _MOST_FLAWS_TOLD} more that could not be judged")
    for reason in audit.lost:
        tell(reason)
