"""What several verbs do with waivers: the options, reading the file before anything is sent, and the exit status."""

import argparse
from collections.abc import Sequence
from pathlib import Path

from pixelproof._config.settings import Settings

from pixelproof_conformance.cli.output import tell
from pixelproof_conformance.reported import Report
from pixelproof_conformance.waivers import FILE, NOTICES, UNEXPLAINED, Waiver, apply_waivers, read_waivers, today_in_utc


def add_waiver_options(parser: argparse.ArgumentParser) -> None:
    """The file of waivers and what its flaws do."""
    parser.add_argument("--waivers", type=Path, metavar="FILE", help=f"accepted failures ({FILE}, where there is one)")
    parser.add_argument(
        "--no-waivers", dest="waivers", action="store_false", default=argparse.SUPPRESS, help="every failure counts"
    )
    parser.add_argument(
        "--strict-waivers", action="store_true", help="exit with 1 for waivers that are expired, unused or unexplained"
    )


def waivers_from(arguments: argparse.Namespace) -> tuple[Waiver, ...]:
    """The waivers of the named file, else of the usual one where there is one. Raises :class:`UsageError`."""
    named: Path | bool | None = arguments.waivers
    if named is False:
        return ()
    if isinstance(named, Path):
        return read_waivers(named)
    path = usual_file(arguments)
    return read_waivers(path) if path.exists() else ()


def usual_file(arguments: argparse.Namespace) -> Path:
    """The file beside the settings file, else the one in the working directory."""
    settings: Settings | None = getattr(arguments, "settings", None)
    return Path(settings.file).with_name(FILE) if settings and settings.file else Path(FILE)


def waived(report: Report, waivers: Sequence[Waiver]) -> Report:
    """The report with the waivers of today."""
    return apply_waivers(report, waivers, today_in_utc()) if waivers else report


def status_of(report: Report, arguments: argparse.Namespace, status: int | None = None) -> int:
    """The exit status of a report, or 1 under ``--strict-waivers`` for waivers that need a hand.

    ``status`` replaces that of the report where more than the report decides.
    """
    status = report.exit_status if status is None else status
    flawed = [
        use
        for use in report.waivers
        if use.state in NOTICES or (use.state == "used" and use.waived.reason == UNEXPLAINED)
    ]
    if flawed and arguments.strict_waivers and status == 0:
        need = "1 waiver needs" if len(flawed) == 1 else f"{len(flawed)} waivers need"
        tell(f"exit status 1 by --strict-waivers: {need} a hand, see the notes of the report")
        return 1
    return status
