"""Judges recorded traffic offline: HTTP archives (HAR), logs of JSON lines, journals. Nothing is sent."""

import argparse
import io
import threading
from pathlib import Path

from pixelproof import UsageError, load_dialect
from pixelproof.cli._named_values import account_facts

from pixelproof_conformance.audit import now
from pixelproof_conformance.cli.options import add_dialect_path
from pixelproof_conformance.cli.output import standard_error, standard_output, tell
from pixelproof_conformance.interruption import gentle_interrupt
from pixelproof_conformance.report.write import make_folder, write_report, write_whole
from pixelproof_conformance.traffic.auditing import Audit, audit_files
from pixelproof_conformance.traffic.findings import exit_status
from pixelproof_conformance.traffic.ledger import Terms
from pixelproof_conformance.traffic.progress import show_bytes
from pixelproof_conformance.traffic.report import report_of
from pixelproof_conformance.traffic.sources import check_sources
from pixelproof_conformance.traffic.summary import as_lines, as_text
from pixelproof_conformance.traffic.terminal import show_audit
from pixelproof_conformance.traffic.workers import cores

_MOST_FLAWS_TOLD = 10
_EPILOG = """\
examples:
  pixelproof audit traffic.har --dialect openai
  pixelproof audit gateway.jsonl.gz --dialect openai --out audit/
  zstd -dc log.jsonl.zst | pixelproof audit - --dialect orq --format json
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of ``pixelproof audit``."""
    parser.epilog = _EPILOG
    add = parser.add_argument
    add("files", metavar="FILE", nargs="+", help="HAR, JSON lines or a journal, plain or .gz; - for standard input")
    add("--dialect", required=True, metavar="D", help="whose document is meant; a name or the path of a folder")
    add("--operation", metavar="O", help="the operation of exchanges that were recorded without an address")
    add(
        "--route",
        action="append",
        default=[],
        metavar="PATH=O",
        help="exchanges whose path ends with PATH belong to the operation O (repeatable)",
    )
    add(
        "--model-alias",
        action="append",
        default=[],
        metavar="MODEL=NAME",
        help="NAME was sent where the document says MODEL (repeatable)",
    )
    add("--profile", choices=("document", "observed"), default="document", help="what counts as a failure")
    add("--account", action="append", default=[], metavar="FACT=true", help="a fact about the account")
    add("--jobs", type=_count, default=0, metavar="N", help="processes at work (all cores)")
    add("--max-examples", type=_count, default=3, metavar="N", help="examples of a finding that are kept (3)")
    add("--format", choices=("text", "json", "jsonl"), default="text", help="what is printed (text)")
    add("--out", type=Path, metavar="DIR", help="also write report.json, report.html ... and audit.json into DIR")
    add("--fail-on", choices=("provider", "client", "both"), default="provider", help="whose findings give status 1")
    add("--strict", action="store_true", help="exit with 2 when a line could not be judged")
    add("--quiet", action="store_true", help="print nothing but errors; the exit status tells")
    add_dialect_path(parser)


def run(arguments: argparse.Namespace) -> int:
    """Judges; returns 0 when the provider keeps everything, 1 with failures, 3 when nothing could be judged."""
    terms = terms_from(arguments)
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
    status = exit_status(audit, fail_on=arguments.fail_on, strict=arguments.strict)
    written: list[Path] = []
    if arguments.out is not None:
        written = write_report(report_of(audit, started), arguments.out)
        written.append(write_whole(arguments.out / "audit.json", as_text(audit, status)))
    if not arguments.quiet:
        _tell_flaws(audit)
        with standard_output() as out:
            if arguments.format == "json":
                out.write(as_text(audit, status))
            elif arguments.format == "jsonl":
                out.writelines(as_lines(audit))
            else:
                show_audit(audit, out, status=status, files=written)
    return 130 if audit.interrupted else status


def terms_from(arguments: argparse.Namespace) -> Terms:
    """By what is judged. Raises :class:`UsageError` for an option that names what the dialect has not."""
    folders = tuple(arguments.dialect_path)
    dialect = load_dialect(arguments.dialect, dialect_path=folders)
    routes = tuple(_pair(text, "--route", "PATH=OPERATION") for text in arguments.route)
    for name in (arguments.operation, *(name for _, name in routes)):
        if name is not None:
            dialect.operation(name)
    aliases = tuple(_pair(text, "--model-alias", "MODEL=NAME") for text in arguments.model_alias)
    known = {*dialect.about["models"], *(m for name in dialect.operations for m in dialect.operation(name).models)}
    for model, _ in aliases:
        if model not in known:
            raise UsageError(
                f"--model-alias {model}=...: {dialect.name} has no such model; it has {', '.join(sorted(known))}"
            )
    return Terms(
        arguments.dialect,
        folders,
        arguments.profile,
        tuple(account_facts(arguments.account, dialect.about.get("account", {})).items()),
        arguments.operation,
        routes,
        tuple((sent, model) for model, sent in aliases),
        arguments.max_examples,
    )


def _tell_flaws(audit: Audit) -> None:
    for flaw in audit.tally.flaws[:_MOST_FLAWS_TOLD]:
        tell(f"{audit.where(flaw.place)}: {flaw.message}")
    if audit.tally.unreadable > _MOST_FLAWS_TOLD:
        tell(f"... and {audit.tally.unreadable - _MOST_FLAWS_TOLD} more that could not be judged")
    for reason in audit.lost:
        tell(reason)


def _pair(text: str, option: str, form: str) -> tuple[str, str]:
    name, equals, value = text.rpartition("=")
    if not (name and equals and value):
        raise UsageError(f"{option} {text!r} is not of the form {form}")
    return name, value


def _count(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 6) or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text[:40]!r} is not a whole number from 1 to 99999")
    return int(text)
