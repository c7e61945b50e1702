"""Finds what an endpoint really enforces (lengths, numbers, sizes, uploads) beside what its document states."""

import argparse
import json
from dataclasses import asdict
from pathlib import Path

from pixelproof import PixelproofError, TargetError, UsageError

from pixelproof_conformance.audit import target_of
from pixelproof_conformance.cli.options import add_sending, add_target, key_from, plea_from
from pixelproof_conformance.cli.output import standard_error, standard_output, tell
from pixelproof_conformance.client import Client
from pixelproof_conformance.interruption import gentle_interrupt
from pixelproof_conformance.limits.search_run import SearchRun
from pixelproof_conformance.limits.survey import Limit
from pixelproof_conformance.limits.table import show_limits
from pixelproof_conformance.redact import redact_url
from pixelproof_conformance.report.progress import show_progress


class UnfinishedError(PixelproofError):
    """The search ended early: the endpoint was given up, or the journal took no more. What is known was shown."""

    def __init__(self, text: str, status: int) -> None:
        super().__init__(text)
        self.exit_status = status or 3  # what deviates does so, however the search ended


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of ``pixelproof limits``."""
    add_target(parser)
    add_sending(parser)
    parser.add_argument(
        "--parameter", action="append", default=[], metavar="NAME", help="only bounds of this parameter (repeatable)"
    )
    parser.add_argument(
        "--journal",
        type=Path,
        metavar="FILE",
        help="keep every exchange in this file; the same command again goes on and asks nothing twice",
    )
    parser.add_argument("--format", choices=("text", "json"), default="text", help="text for people, json for programs")


def run(arguments: argparse.Namespace) -> int:
    """Prints the bounds; 0 when all are as documented, 1 when some deviate, 3 when nothing could be found out."""
    plea = plea_from(arguments, seed=0)
    dialect = plea.load()
    plea.subjects(dialect)  # says which name is not known
    key, _ = key_from(plea.key_env, dialect)
    target = target_of(plea, dialect, key)
    with Client(target, plea.limits) as client, show_progress(0, standard_error()) as step:
        step.watch(client.activity.text)
        search = SearchRun(plea, dialect, target, client, arguments.journal, step)

        def stop() -> None:
            search.stop()
            tell("Stopping: nothing more is sent; waiting for the answer under way. Ctrl-C again drops it.")

        with gentle_interrupt(stop):
            limits = search.look(tuple(arguments.parameter))
    if not limits and not search.ended_early:
        if arguments.parameter and not search.left_out:
            raise UsageError(
                f"--parameter {', '.join(arguments.parameter)}: no bound of it is known; leave it out to see all"
            )
        raise TargetError(search.left_out[0] if search.left_out else "no bound could be looked for")
    with standard_output() as out:
        if arguments.format == "json":
            json.dump({"limits": [asdict(limit) for limit in limits], "left_out": search.left_out}, out, indent=2)
            out.write("\n")
        else:
            show_limits(limits, search.left_out, out)
    if search.ended_early and arguments.journal is not None:
        tell("Go on with it: the same command again.")
    if search.full is not None:
        raise UnfinishedError(str(search.full), _status(limits))
    if search.given_up:
        raise UnfinishedError(f"{redact_url(plea.url)} was not asked to the end: {search.given_up}", _status(limits))
    return 130 if search.interrupted else _status(limits)


def _status(limits: list[Limit]) -> int:
    if any(limit.is_deviation for limit in limits):
        return 1
    return 3 if all(limit.verdict == "inconclusive" for limit in limits) else 0
