"""Compares the reports of two or more runs: failures that came, went or changed, and the outcomes side by side."""

import argparse
import os
from pathlib import Path
from urllib.parse import quote

from pixelproof_conformance.cli.output import standard_output
from pixelproof_conformance.compare import Comparison, compare_reports
from pixelproof_conformance.report.json_form import read_report
from pixelproof_conformance.report.write import write_whole

FORMATS = ("text", "markdown", "html", "json", "csv")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of ``pixelproof compare``."""
    parser.add_argument(
        "runs", type=Path, nargs="+", metavar="RUN", help="folder of a run, or a report.json; two or more"
    )
    parser.add_argument("--format", choices=FORMATS, default="text", help="the form (text)")
    parser.add_argument("--full", action="store_true", help="in text, all that is known of each difference")
    parser.add_argument("--out", type=Path, metavar="FILE", help="a file (standard output)")
    parser.add_argument(
        "--fail-on",
        choices=("new", "drift", "nothing"),
        default="new",
        help="exit with 1 for new failures (new), for any outcome or failure that differs (drift), or never (nothing)",
    )


def run(arguments: argparse.Namespace) -> int:
    """Compares; returns 1 when the last run has failures that the first did not have, or by ``--fail-on``."""
    paths: list[Path] = arguments.runs
    comparison = compare_reports([read_report(path) for path in paths], names_of(paths))
    if arguments.out is not None:
        write_whole(arguments.out, _text(comparison, arguments))
    else:
        with standard_output() as out:
            if arguments.format == "text":
                from pixelproof_conformance.compare.terminal import show_comparison

                show_comparison(comparison, out, full=arguments.full)
            else:
                out.write(_text(comparison, arguments))
    drift = bool(comparison.changes or comparison.different)
    return int({"new": bool(comparison.added), "drift": drift, "nothing": False}[arguments.fail_on])


def names_of(paths: list[Path]) -> list[str]:
    """The name of each run: that of its folder, with as many of the folders above as tell them apart."""
    folders = [path.resolve() if path.is_dir() else path.resolve().parent for path in paths]
    files = [path.name if path.is_file() and path.name != "report.json" else "" for path in paths]
    parts = [(*folder.parts, *([file] if file else [])) for folder, file in zip(folders, files, strict=True)]
    for count in range(1, max(map(len, parts)) + 1):
        names = ["/".join(entry[-count:]) for entry in parts]
        if len(set(names)) == len(set(parts)):
            return names
    return [str(path) for path in paths]


def _page_beside(run: Path, out: Path) -> str:
    """The address of the HTML report of a run as the file ``out`` names it; empty where there is none."""
    page = (run if run.is_dir() else run.parent) / "report.html"
    if not page.is_file():
        return ""
    try:
        return quote(Path(os.path.relpath(page.resolve(), out.resolve().parent)).as_posix())
    except ValueError:  # on another drive
        return ""


def _text(comparison: Comparison, arguments: argparse.Namespace) -> str:
    if arguments.format == "markdown":
        from pixelproof_conformance.compare.markdown import as_markdown

        return as_markdown(comparison)
    if arguments.format == "html":
        from pixelproof_conformance.compare.html import as_html

        out: Path | None = arguments.out
        return as_html(comparison, () if out is None else [_page_beside(path, out) for path in arguments.runs])
    if arguments.format == "text":
        import io

        from pixelproof_conformance.compare.terminal import show_comparison

        kept = io.StringIO()
        show_comparison(comparison, kept, width=120, full=arguments.full)
        return kept.getvalue()
    from pixelproof_conformance.compare.data import as_csv, as_json

    return as_csv(comparison) if arguments.format == "csv" else as_json(comparison)
