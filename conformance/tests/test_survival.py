"""Hostile endpoints against whole runs: each ends soon, with a report, and goes on without paying for anything twice.

The endpoint accepts the first request of a run, and then shows what it can do.
"""

import json
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from .commands import KEY, Command, records, report
from .hostile import ESCAPES, HEAVY, QUICK, WHOLE, FirstGood
from .raw_server import RawServer

CHOICE = ("--dialect", "openai", "--model", "gpt-image-1", "--examples", "0", "--retries", "0")
HASTE = ("--timeout", "0.3", "--total-timeout", "0.4")
MEASURED = (
    "import sys\nfrom pathlib import Path\nfrom pixelproof.cli import main\nstatus = main(sys.argv[1:])\n"
    "peak = Path('/proc/self/status').read_text().partition('VmHWM:')[2].split()[0]\n"
    "sys.stderr.write(f'peak {peak}')\nsys.exit(status)\n"
)
"""A program that runs a command line and says how much memory it had at most, in KiB."""


def requests(server: RawServer) -> Counter[bytes]:
    """How often each request came; some differ in their route or in their key only."""
    return Counter(server.requests)


@pytest.mark.parametrize("name", QUICK)
def test_answers_that_never_get_complete_end_the_run_soon(command: Command, tmp_path: Path, name: str) -> None:
    """The report has what the first answer showed, and a resumed run asks nothing again that may have been paid for."""
    folder = tmp_path / "run"
    with RawServer(FirstGood(QUICK[name]()).once) as server:
        found = command("run", server.url, *CHOICE, *HASTE, "--out", folder)
        first = len(server.requests)
        command("run", server.url, *CHOICE, *HASTE, "--resume", folder)
        assert set(requests(server).values()) == {1}
    assert found.status == 3
    assert "in a row were not complete" in found.err.splitlines()[-1]
    assert "Planned requests that were not sent" in found.out
    assert 9 <= first < 25, "eight in a row and what was under way meanwhile, of ninety"
    assert first < len(server.requests) == len(records(folder))
    assert report(folder)["totals"]["pass"] > 10
    assert report(folder)["totals"]["fail"] == 0
    assert report(folder)["counts"]["requests"] == len(server.requests), "what got no whole answer has cost as well"


@pytest.mark.parametrize("name", WHOLE)
def test_bad_answers_are_judged_and_shown_without_harm(command: Command, tmp_path: Path, name: str) -> None:
    """Every case is asked, no control character of the endpoint reaches a terminal or a page, nobody else is asked."""
    folder = tmp_path / "run"
    with RawServer(FirstGood(WHOLE[name]()).once) as server:
        found = command("run", server.url, *CHOICE, "--out", folder)
        assert set(requests(server).values()) == {1}
        assert len(server.requests) == len(records(folder)) > 80
    assert found.status in (0, 1)
    shown = found.out + found.err + "".join((folder / file).read_text() for file in ("report.html", "report.md"))
    assert not set(ESCAPES) & {"\x00", "\x1b", "\x07", "\x9b"} & set(shown)


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="needs /proc")
@pytest.mark.parametrize("name", [*HEAVY, "large PNG"])
def test_what_would_fill_the_memory_does_not(tmp_path: Path, name: str) -> None:
    """One such answer at a time takes no more than a few times the limit of an answer, and mostly much less."""
    limit = {"giant": 500, "gzip bomb": 500, "deflate bomb": 500}.get(name, 250)
    with RawServer(FirstGood({**HEAVY, **WHOLE}[name]()).once) as server:
        words = ("run", server.url, *CHOICE, "--concurrency", "1", "--max-requests", "4", "--total-timeout", "1.5")
        done = subprocess.run(
            [sys.executable, "-c", MEASURED, *words, "--out", str(tmp_path / "run")],
            capture_output=True,
            text=True,
            env={**os.environ, "OPENAI_API_KEY": KEY},
            check=False,
        )
    assert "Traceback" not in done.stderr
    assert len(records(tmp_path / "run")) == 4
    assert json.loads((tmp_path / "run" / "report.json").read_text())["totals"]["pass"] > 10
    assert int(done.stderr.rpartition("peak ")[2]) < limit * 1024


def test_an_endpoint_that_goes_away_ends_the_run(command: Command, tmp_path: Path) -> None:
    """When nobody listens any more, the run says so instead of trying ninety times."""
    folder = tmp_path / "run"
    with RawServer(FirstGood(lambda connection: server.leave()).once) as server:
        found = command("run", server.url, *CHOICE, "--out", folder)
    assert found.status in (1, 3), "what it left without an answer may be a failure of the wire"
    assert (
        f"was not reached 8 times in a row: 127.0.0.1:{server.port} refused the connection"
        in found.err.splitlines()[-1]
    )
    assert "--resume" in found.err
    assert report(folder)["totals"]["pass"] > 10
