"""Compares the reports of two or more runs: failures that came, went or changed, and the outcomes side by side."""

import argparse
from pathlib import Path

from pixelproof_conformance.cli.output import standard_output
from pixelproof_conformance.compare import as_markdown, compare_reports, show_comparison
from pixelproof_conformance.report.json_form import read_report


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of ``pixelproof compare``."""
    parser.add_argument(
        "runs", type=Path, nargs="+", metavar="RUN", help="folder of a run, or a report.json; two or more"
    )
    parser.add_argument("--format", choices=("text", "markdown"), default="text")


def run(arguments: argparse.Namespace) -> int:
    """Compares; returns 1 when the last run has failures that the first did not have."""
    reports = [read_report(path / "report.json" if path.is_dir() else path) for path in arguments.runs]
    comparison = compare_reports(reports)
    with standard_output() as out:
        if arguments.format == "markdown":
            out.write(as_markdown(comparison))
        else:
            show_comparison(comparison, out)
    return 1 if comparison.added else 0
