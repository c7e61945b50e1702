"""Seeds every fault into the reference gateway, one at a time, and prints which of them a run finds.

After them every legal variant is served, one at a time, and what a run blames it for is printed.
"""

import argparse
from collections import Counter

from pixelproof import Dialect, UsageError, known_dialects, load_dialect

from pixelproof_conformance.cli.options import add_dialect_path
from pixelproof_conformance.cli.output import standard_output
from pixelproof_conformance.gateway.faults import find_faults
from pixelproof_conformance.kill_table import Kill, chances_of, clean_runs, kills_of
from pixelproof_conformance.legal_variants import Hearing, hearings_of

MOST_SEEDS = 1000

_EXPLANATION = """\
Default runs over {seeds} seeds. The seed changes the generated requests and nothing else: the fixed cases are the same
in every run, and what they find no generated request takes back. So each fault meets the fixed cases once, and a whole
run for every seed only where they miss it. A fault that only an option can show is run with that option. On the clean
gateway every seed has a whole run of its own.

"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of ``pixelproof kill-table``."""
    parser.add_argument("--dialect", action="append", default=[], metavar="D", help="only this dialect (repeatable)")
    parser.add_argument("--fault", action="append", default=[], metavar="NAME", help="only this fault (repeatable)")
    add_dialect_path(parser)
    parser.add_argument("--format", choices=("text", "markdown"), default="text")
    parser.add_argument(
        "--seeds",
        type=int,
        metavar="N",
        help="instead of the table: default runs with N different seeds, on every fault and on the clean gateway",
    )


def run(arguments: argparse.Namespace) -> int:
    """Prints the tables; returns 1 when a fault was missed, or the clean gateway or a legal variant was blamed.

    With single faults named, the variants are left out.
    """
    path = tuple(arguments.dialect_path)
    dialects = [load_dialect(name, dialect_path=path) for name in arguments.dialect or known_dialects(path)]
    find_faults(arguments.fault, dialects)  # says which name is not known
    if arguments.seeds is not None:
        if not 1 <= arguments.seeds <= MOST_SEEDS:
            raise UsageError(f"--seeds {arguments.seeds} is not possible; use 1 to {MOST_SEEDS}")
        return _over_seeds(dialects, arguments.seeds, arguments.fault)
    bad = 0
    for dialect in dialects:
        kills = []
        for kill in kills_of(dialect, only=arguments.fault):
            kills.append(kill)
            bad += not kill.found if kill.fault else bool(kill.others)
            if arguments.format == "text":
                _print(_line(kill) + "\n")
        hearings = []
        for hearing in () if arguments.fault else hearings_of(dialect):
            hearings.append(hearing)
            bad += bool(hearing.false_alarms)
            if arguments.format == "text" and hearing.false_alarms:
                _print(_blamed(hearing) + "\n")
        if arguments.format == "markdown":
            _print(_markdown(dialect.name, kills, hearings))
        else:
            _print("".join(f"{line}\n" for line in (_sum(dialect.name, kills), *_variants(dialect.name, hearings), "")))
    return 1 if bad else 0


def _over_seeds(dialects: list[Dialect], seeds: int, only: list[str]) -> int:
    """Prints what default runs with different seeds find; returns 1 when one of them missed or blamed something."""
    _print(_EXPLANATION.format(seeds=seeds))
    bad = 0
    for dialect in dialects:
        found: Counter[str] = Counter()
        for chance in chances_of(dialect, seeds=seeds, only=only):
            found[chance.by] += 1
            bad += chance.found < seeds
            if chance.found < seeds or chance.by not in ("fixed cases", "--profile observed"):
                by = f", by {chance.by}" if chance.by else ""
                _print(f"  {chance.fault.name}: found with {chance.found} of {seeds} seeds{by}\n")
        told = ", ".join(f"{number} by {by}" if by else f"{number} MISSED" for by, number in found.items())
        _print(f"{dialect.name}: {found.total()} faults: {told}\n")
        if only:
            continue
        for run in clean_runs(dialect, seeds=seeds):
            bad += bool(run.blamed)
            told = f"BLAMED for {', '.join(run.blamed)}" if run.blamed else "nothing found"
            _print(f"  clean, seed {run.seed}: {told} ({run.requests} requests, {run.images} pictures)\n")
    return 1 if bad else 0


def _print(text: str) -> None:
    with standard_output() as out:
        out.write(text)


def _line(kill: Kill) -> str:
    if kill.fault is None:
        told = f"BLAMED for {', '.join(kill.others)}" if kill.others else "nothing found, as it should be"
        return f"clean gateway: {told} ({kill.requests} requests, {kill.images} pictures)"
    told = f"{kill.found:<6}" if kill.found else "MISSED"
    return f"{told}  {kill.fault.kind:<12}  {kill.fault.name}  {kill.model}".rstrip()


def _sum(name: str, kills: list[Kill]) -> str:
    faults = [kill for kill in kills if kill.fault]
    found = sum(bool(kill.found) for kill in faults)
    return f"{name}: {found} of {len(faults)} faults found"


def _blamed(hearing: Hearing) -> str:
    [variant] = hearing.variants
    return f"BLAMED  variant       {variant.name}  {', '.join(hearing.false_alarms)}"


def _variants(name: str, hearings: list[Hearing]) -> list[str]:
    """One sentence about all variants, or nothing when none was served."""
    blamed = sum(bool(hearing.false_alarms) for hearing in hearings)
    return [f"{name}: {blamed} of {len(hearings)} legal variants blamed"] if hearings else []


def _markdown(name: str, kills: list[Kill], hearings: list[Hearing]) -> str:
    sums = [_sum(name, kills), *_variants(name, hearings)]
    out = [f"## {name}", "", " ".join(f"{line.partition(': ')[2].capitalize()}." for line in sums), ""]
    for kill in kills:
        if kill.fault is None:
            out += [_line(kill).capitalize() + ".", ""]
    out += ["| Fault | Kind | Outcome | Model | Also blamed |", "|---|---|---|---|---|"]
    for kill in kills:
        if kill.fault:
            others = ", ".join(other.rpartition("/")[2] for other in kill.others[:4]) + (
                " …" if len(kill.others) > 4 else ""
            )
            out.append(
                f"| `{kill.fault.name}` | {kill.fault.kind} | {kill.found or 'missed'} | {kill.model} | {others} |"
            )
    return "\n".join([*out, *_variant_rows(hearings)]) + "\n\n"


def _variant_rows(hearings: list[Hearing]) -> list[str]:
    if not hearings:
        return []
    out = ["", "| Legal variant | Blamed for | Warned of, as the document says | Undecided |", "|---|---|---|---|"]
    for hearing in hearings:
        [variant] = hearing.variants
        alarms = hearing.false_alarms
        warned = [name for name in hearing.warned if name not in alarms]
        cells = (", ".join(name.rpartition("/")[2] for name in names) for names in (alarms, dict.fromkeys(warned)))
        out.append(f"| {variant.says} `{variant.name}` | {' | '.join(cells)} | {len(hearing.undecided) or ''} |")
    return out
