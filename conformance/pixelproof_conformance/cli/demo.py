"""Starts the reference gateway in this process with a handful of faults, runs against it, and says what was found."""

import argparse
import shlex
from pathlib import Path

from pixelproof import Dialect, UsageError, load_dialect

from pixelproof_conformance.audit import JOURNAL
from pixelproof_conformance.cli.options import add_dialect_path
from pixelproof_conformance.cli.output import standard_output, tell
from pixelproof_conformance.cli.run import run_and_write
from pixelproof_conformance.gateway.faults import Fault, faults_of
from pixelproof_conformance.gateway.running import running_gateway
from pixelproof_conformance.plea import Plea
from pixelproof_conformance.reported import Report
from pixelproof_conformance.results import requirements_of
from pixelproof_conformance.runner import Options

SEED = 20260101
KEY = "sk-demonstration"
PREFERRED = (
    "n-outside-1-to-10",
    "documented-background-refused",
    "another-number-of-images-than-asked",
    "picture-of-another-size",
    "usage-does-not-add-up",
    "partial-images-out-of-order",
    "documented-quality-refused",
)
"""Flaws that show best what a run sees, none of which hides another."""

MOST_FAULTS = 5


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of ``pixelproof demo``."""
    parser.add_argument("--dialect", default="openai", help="the documented API to show (openai)")
    add_dialect_path(parser)
    parser.add_argument("--clean", action="store_true", help="without faults: everything should pass")
    parser.add_argument(
        "--out", type=Path, default=Path("pixelproof-demo"), metavar="DIR", help="folder for the reports"
    )


def run(arguments: argparse.Namespace) -> int:
    """Runs the demonstration; returns 0 when the run found exactly the seeded faults."""
    path = tuple(arguments.dialect_path)
    dialect = load_dialect(arguments.dialect, dialect_path=path)
    models = tuple(dialect.about["models"])[:1]
    faults = () if arguments.clean else chosen_faults(dialect, models)
    journal = arguments.out / JOURNAL
    try:
        journal.unlink(missing_ok=True)
    except OSError as error:
        raise UsageError(f"{journal}: cannot be replaced ({error.strerror}); name another folder with --out") from None
    tell(f"Starting the reference gateway of {dialect.title} with {len(faults)} faults ...")
    with running_gateway((dialect,), faults=faults, key=KEY) as gateway:
        plea = Plea(
            url=gateway.url,
            dialect=arguments.dialect,
            models=models,
            dialect_path=path,
            options=Options(examples=20, seed=SEED),
        )
        report = run_and_write(plea, arguments.out, key=KEY, quiet=True)
    found = {result.requirement for result in report.results if result.outcome in ("fail", "warn")}
    missed = [fault for fault in faults if not found & set(fault.requirements)]
    _tell(report, faults, arguments.out, path)
    if report.interrupted:
        return 130
    return 1 if missed or (not faults and found) else 0


def chosen_faults(dialect: Dialect, models: tuple[str, ...]) -> tuple[Fault, ...]:
    """Up to five faults that show different sides of a run for ``models``, one for each flaw.

    A dialect that lacks some of the preferred flaws shows requirements of its own that are not enforced.
    """
    subjects = Plea("http://127.0.0.1", dialect.name, models=models).subjects(dialect)
    judged = {facts.id for subject in subjects for facts in requirements_of(subject) if not facts.observed_only}
    known = [fault for fault in faults_of(dialect) if judged.issuperset(fault.requirements)]
    picked = [fault for flaw in PREFERRED for fault in known if fault.name.endswith(f"/{flaw}")]
    others = [fault for fault in reversed(known) if fault.kind == "not-enforced"]
    chosen: dict[str, Fault] = {}
    for fault in [*picked, *others]:
        chosen.setdefault(fault.name.rpartition("/")[2], fault)
    return tuple(chosen.values())[:MOST_FAULTS]


def _tell(report: Report, faults: tuple[Fault, ...], folder: Path, dialect_path: tuple[str, ...]) -> None:
    """Ten lines: what was seeded, what was found, where to look."""
    totals = report.totals()
    broken = [result for result in report.results if result.outcome in ("fail", "warn")]
    counts = report.counts
    choice = [word for folder_of_dialects in dialect_path for word in ("--dialect-path", folder_of_dialects)]
    choice += ["--dialect", report.dialect, "--model", report.results[0].model]
    lines = [
        f"{counts.requests} requests for {counts.images} pictures; {len(report.results)} requirements judged:",
        f"  {totals['pass']} kept, {totals['fail']} broken, {totals['warn']} doubtful, {totals['not-run']} not reached",
    ]
    for fault in faults:
        results = [result for result in broken if result.requirement in fault.requirements]
        hits = [failure for result in results for failure in result.failures]
        mark = "found " if hits else "MISSED"
        lines.append(f"  {mark} {fault.name.rpartition('/')[2]}: {hits[0].message[:110] if hits else fault.says[:110]}")
    lines += [
        f"Report with every request, answer and curl line: {folder / 'report.html'}",
        f"For machines: {folder / 'report.json'}, {folder / 'junit.xml'}; journal: {folder / JOURNAL}",
        f"Next: pixelproof run http://127.0.0.1:4001 {shlex.join(choice)}",
    ]
    with standard_output() as out:
        out.write("\n".join(lines) + "\n")
