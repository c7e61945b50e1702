"""Measures pixelproof beside Schemathesis and prints the tables; ``uv run python benchmarks/schemathesis/run.py``."""

import argparse
import logging
import multiprocessing
import os
import platform
import sys
from concurrent.futures import ProcessPoolExecutor, as_completed
from datetime import UTC, datetime
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from pixelproof import UsageError, __version__, load_dialect

from benchmarks.run import cpu
from benchmarks.schemathesis import comparison, page, tables, tools, trials
from benchmarks.schemathesis.environment import pinned_version, schemathesis_program

_SAMPLE_SEED = 1
_SHARE = 0.4
"""So large a sample takes less than a quarter of an hour on two cores; everything takes about 25 minutes."""


def main(arguments: list[str] | None = None) -> int:
    """Prints the tables. The exit status is 1 when a run came to no result, 2 for wrong usage."""
    options = _parser().parse_args(arguments)
    try:
        measured = _read(options.read) if options.read else _measured(options, arguments)
        if options.page:
            _write_page(options.page, measured)
    except UsageError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("stopped", file=sys.stderr)
        return 130
    for table in tables.summary_tables(measured):
        print(tables.text(table))
    if options.details:
        for table in tables.detail_tables(measured):
            print(tables.text(table))
    print("\n".join(tables.troubles(measured)))
    return 1 if tables.troubles(measured) else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        description="Runs pixelproof and Schemathesis at one gateway with the same faults."
    )
    option = parser.add_argument
    option("--all", action="store_true", help="every fault and every variant, not a sample of them")
    option("--sample", type=float, default=_SHARE, metavar="SHARE", help=f"share of each kind of fault ({_SHARE:g})")
    option("--fault", action="append", default=[], metavar="NAME", help="only this fault (repeatable), no variants")
    option("--variant", action="append", default=[], metavar="NAME", help="only this variant (repeatable), no faults")
    option("--jobs", type=int, default=min(2, os.cpu_count() or 1), help="runs at a time (2, or the number of cores)")
    option("--json", type=Path, metavar="FILE", help="also write every run to FILE")
    option("--keep", type=Path, metavar="FILE", help="take runs of Schemathesis from what --json wrote to FILE")
    option("--read", type=Path, metavar="FILE", help="measure nothing: show what --json wrote to FILE")
    option("--page", type=Path, metavar="FILE", help="put the tables into this page, between its two marks")
    option("--details", action="store_true", help="also print each fault and each variant")
    return parser


def _read(path: Path) -> comparison.Comparison:
    """What an earlier measurement wrote."""
    try:
        return comparison.from_json(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise UsageError(f"{str(path)!r} cannot be read ({error.strerror})") from None
    except (ValueError, KeyError, TypeError) as error:
        raise UsageError(f"{str(path)!r} is not what --json writes ({error})") from None


def _measured(options: argparse.Namespace, arguments: list[str] | None) -> comparison.Comparison:
    chosen = _chosen(options)
    facts = {
        "date": f"{datetime.now(UTC):%Y-%m-%d}",
        "pixelproof": __version__,
        "schemathesis": pinned_version("schemathesis"),
        "hypothesis for Schemathesis": pinned_version("hypothesis"),
        "python": platform.python_version(),
        "machine": f"{cpu()} ({os.cpu_count()} cores)",
        "runs at a time": str(options.jobs),
        "command": " ".join(["uv run python benchmarks/schemathesis/run.py", *(arguments or sys.argv[1:])]),
    }
    kept = _kept(options.keep, facts) if options.keep else {}
    program = schemathesis_program()
    print(f"{len(chosen)} gateways, both tools at each, {options.jobs} at a time", file=sys.stderr)
    found: list[tools.Sitting] = []
    context = multiprocessing.get_context("spawn")  # a fork would carry the threads of a gateway along
    with ProcessPoolExecutor(options.jobs, mp_context=context) as pool:
        waiting = [pool.submit(_both, program, trial, kept.get((trial.kind, trial.name))) for trial in chosen]
        for count, done in enumerate(as_completed(waiting), 1):
            found += done.result()
            _say(count, len(chosen), done.result())
            if options.json:  # what was measured is there, whatever happens next
                so_far = comparison.Comparison(facts, comparison.ordered(found, chosen))
                options.json.write_text(comparison.as_json(so_far), encoding="utf-8")
    return comparison.Comparison(facts, comparison.ordered(found, chosen))


def _kept(path: Path, facts: dict[str, str]) -> dict[tuple[str, str], tools.Sitting]:
    """The runs of Schemathesis in ``path``; says in ``facts`` when they were made."""
    earlier = _read(path)
    for name in ("schemathesis", "hypothesis for Schemathesis", "machine", "runs at a time"):
        if earlier.facts[name] != facts[name]:
            raise UsageError(f"--keep: {str(path)!r} was made with {name} {earlier.facts[name]}, not {facts[name]}")
    facts["note"] = f"The runs of Schemathesis were kept from {earlier.facts['date']}."
    return {
        (one.trial.kind, one.trial.name): one for one in earlier.of(tools.SCHEMATHESIS, "clean", "fault", "variant")
    }


def _write_page(path: Path, measured: comparison.Comparison) -> None:
    stored = comparison.from_json(comparison.as_json(measured))  # the sums are those of the published figures
    try:
        path.write_text(page.with_figures(path.read_text(encoding="utf-8"), stored), encoding="utf-8")
    except (OSError, ValueError) as error:
        raise UsageError(f"--page: {str(path)!r} cannot be written ({error})") from None


def _chosen(options: argparse.Namespace) -> list[trials.Trial]:
    """The clean gateway and the trials that were asked for. Raises :class:`UsageError` for an unknown name."""
    if options.jobs < 1:
        raise UsageError(f"--jobs is {options.jobs}; give a number from 1 up")
    if not 0 < options.sample <= 1:
        raise UsageError(f"--sample is {options.sample:g}; give a share above 0 and up to 1")
    dialect = load_dialect(trials.DIALECT)
    faults, variants = trials.fault_trials(dialect), trials.variant_trials(dialect)
    if options.fault or options.variant:
        faults, variants = _named(faults, options.fault, "--fault"), _named(variants, options.variant, "--variant")
    elif not options.all:
        faults, variants = (trials.sampled(found, options.sample, _SAMPLE_SEED) for found in (faults, variants))
    return [trials.Trial("clean"), *faults, *variants]


def _named(found: list[trials.Trial], names: list[str], option: str) -> list[trials.Trial]:
    for name in names:
        if not any(name in (trial.name, trial.name.rpartition("/")[2]) for trial in found):
            raise UsageError(f"{option} {name!r} is none that concerns {trials.MODEL}; `pixelproof serve` lists them")
    return [trial for trial in found if {trial.name, trial.name.rpartition("/")[2]} & set(names)]


def _both(program: Path, trial: trials.Trial, kept: tools.Sitting | None) -> list[tools.Sitting]:
    """Both tools in turn, each against a fresh gateway; runs in a process of its own."""
    logging.getLogger("uvicorn.error").setLevel(logging.CRITICAL)  # Schemathesis sends requests that are no HTTP
    theirs = kept or tools.sit(tools.schemathesis_tool(program), trial)
    return [theirs, tools.sit(tools.pixelproof_tool(), trial)]


def _say(count: int, total: int, sittings: list[tools.Sitting]) -> None:
    told = ", ".join(
        f"{one.tool} {len(one.findings.failures)} failures {one.requests} requests {one.wall:.1f} s" for one in sittings
    )
    trial = sittings[0].trial
    print(f"{count}/{total} {trial.kind} {trial.name}: {told}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
