"""Renders the report of a run in another form. Nothing is sent, and nothing is judged anew."""

import argparse
from pathlib import Path

from pixelproof_conformance.cli.output import standard_output
from pixelproof_conformance.report.json_form import read_report
from pixelproof_conformance.report.write import FORM_NAMES, forms, write_report, write_whole


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of ``pixelproof report``."""
    parser.add_argument("run_folder", type=Path, metavar="RUN", help="folder of a run, or a report.json")
    parser.add_argument("--format", choices=("text", "all", *FORM_NAMES), default="text", help="the form (text)")
    parser.add_argument(
        "--out",
        type=Path,
        metavar="PATH",
        help="a file (standard output); with --format all a folder (that of the run)",
    )


def run(arguments: argparse.Namespace) -> int:
    """Renders; returns 0, whatever the report says."""
    report = read_report(arguments.run_folder)
    out: Path | None = arguments.out
    if arguments.format == "all":
        named: Path = arguments.run_folder
        paths = write_report(report, out or (named if named.is_dir() else named.parent))
        with standard_output() as stream:
            stream.writelines(f"{path}\n" for path in paths)
        return 0
    if arguments.format == "text":
        import io

        from pixelproof_conformance.report.terminal import show_report

        if out is None:
            with standard_output() as stream:
                show_report(report, stream)
            return 0
        kept = io.StringIO()
        show_report(report, kept)
        write_whole(out, kept.getvalue())
        return 0
    text = forms()[arguments.format].render(report)
    if out is not None:
        write_whole(out, text)
        return 0
    with standard_output() as stream:
        stream.write(text.encode("utf-8", "replace").decode())
    return 0
