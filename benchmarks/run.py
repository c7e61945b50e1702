"""Measures everything and prints one table; start it with ``uv run python benchmarks/run.py``."""

import argparse
import json
import platform
import re
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from importlib import import_module
from importlib.metadata import version
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.contest import Row, measure

NAMES = (
    "request-verdict",
    "three-errors",
    "long-prompt",
    "picture-answer",
    "stream",
    "dialects",
    "form",
    "audit",
    "runner",
    "start-up",
)
_PACKAGES = (
    "pixelproof",
    "jsonschema-rs",
    "jiter",
    "pybase64",
    "orjson",
    "jsonschema",
    "openapi-core",
    "pillow",
    "python-multipart",
    "httpx",
    "hypothesis",
)


def main(arguments: list[str] | None = None) -> int:
    """Prints the table. The exit status is 1 when something could not be measured; a missed goal does not change it."""
    options = _parser().parse_args(arguments)
    scale, rounds, seconds = (0.1, 5, 1.0) if options.quick else (1.0, 30, 12.0)
    machine = {"date": f"{datetime.now(UTC):%Y-%m-%d}", "cpu": cpu(), "python": platform.python_version()}
    machine |= {name: version(name) for name in _PACKAGES}
    print("\n".join(f"{key}: {value}" for key, value in machine.items()), end="\n\n")
    print(_line("", "against", "messages", "rounds", "ours", "theirs", "**ratio**", "min … max", "goal", "met"))
    print(_line("---", "---", "--:", "--:", "--:", "--:", "--:", "--:", "---", "---"))
    rows: list[Row] = []
    missing: list[str] = []
    for name in options.only or NAMES:
        try:
            for row in _rows(name, scale, rounds, seconds):
                rows.append(row)
                print(_table_line(row), flush=True)
        except (OSError, RuntimeError) as error:
            missing.append(f"{name} was not measured: {error}")
    print("\n".join(["", *goals(rows), *missing]))
    if options.json:
        result = {"machine": machine, "rows": [row._asdict() for row in rows]}
        options.json.write_text(json.dumps(result, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    return 1 if missing else 0


def _rows(name: str, scale: float, rounds: int, seconds: float) -> Iterator[Row]:
    """The rows of one benchmark: its contests, or those that it measures by itself."""
    module = import_module(f"benchmarks.{name.replace('-', '_')}")
    if hasattr(module, "rows"):
        yield from module.rows(scale)
        return
    for contest in module.contests(scale):
        for rival in contest.rivals:
            yield measure(contest, rival, rounds=rounds, seconds=seconds)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description="Measures pixelproof against other ways to do the same work.")
    parser.add_argument("--quick", action="store_true", help="a tenth of the messages, five rounds: a first impression")
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write the result to FILE")
    parser.add_argument("--only", action="append", choices=NAMES, metavar="NAME", help=f"one of {', '.join(NAMES)}")
    return parser


def goals(rows: list[Row]) -> list[str]:
    """How many goals are met, and each one that is not; nothing where no goal was set."""
    judged = [row for row in rows if row.met is not None]
    if not judged:
        return []
    missed = [row for row in judged if not row.met]
    return [
        f"{len(judged) - len(missed)} of {len(judged)} goals are met.",
        *(f"Missed: {row.contest} against {row.rival}: {row.ratio:.3g}, {row.goal}." for row in missed),
    ]


def cpu() -> str:
    """The processor of this machine, as it names itself."""
    try:
        found = re.search(r"^model name\s*:\s*(.+)$", Path("/proc/cpuinfo").read_text(encoding="utf-8"), re.MULTILINE)
    except OSError:
        found = None
    return found[1] if found else platform.processor() or platform.machine()


def _table_line(row: Row) -> str:
    return _line(
        row.contest,
        row.rival,
        f"{row.messages}",
        f"{row.rounds}",
        _time(row.our_us),
        _time(row.rival_us),
        f"**{row.ratio:.3g}**",
        f"{row.lowest_ratio:.3g} … {row.highest_ratio:.3g}",
        row.goal or "",
        {True: "yes", False: "no", None: ""}[row.met],
    )


def _time(microseconds: float) -> str:
    return f"{microseconds:.3g} µs" if microseconds < 1000 else f"{microseconds / 1000:.3g} ms"


def _line(*cells: str) -> str:
    return f"| {' | '.join(cells)} |"


if __name__ == "__main__":
    sys.exit(main())
