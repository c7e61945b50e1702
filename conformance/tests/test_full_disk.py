"""A disk that takes no more: nothing that was recorded is lost, and what is known is shown all the same."""

import json
import os
import resource
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from pixelproof_conformance.gateway.running import RunningGateway

from .commands import KEY, Command, records, report
from .hostile import GOOD
from .raw_server import RawServer, keeps_saying
from .test_survival import requests

CHOICE = ("--dialect", "openai", "--model", "gpt-image-1", "--examples", "0")


def at_most(size: int) -> None:
    """From now on no file of this process can become larger than ``size`` bytes; writing more fails."""
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))


def started(url: str, folder: Path, room: Callable[[], None]) -> "subprocess.CompletedProcess[str]":
    """A run in a process of its own, after ``room`` has said how large its files may become."""
    return subprocess.run(
        [sys.executable, "-m", "pixelproof", "run", url, *CHOICE, "--out", str(folder)],
        capture_output=True,
        text=True,
        env={**os.environ, "OPENAI_API_KEY": KEY, "CI": "", "PYTHONDONTWRITEBYTECODE": "1"},
        preexec_fn=room,
        check=False,
    )


def test_a_journal_that_takes_no_more_stops_the_run(command: Command, tmp_path: Path) -> None:
    """The report is on the terminal and the last line says why it stopped; only what was lost is paid for again."""
    folder = tmp_path / "run"
    with RawServer(keeps_saying(GOOD)) as server:
        done = started(server.url, folder, lambda: at_most(150_000))
        sent, kept = len(server.requests), records(folder)
        command("run", server.url, *CHOICE, "--resume", folder, "--quiet")
        twice = [body for body, count in requests(server).items() if count > 1]
    last = done.stderr.splitlines()[-1]
    assert last.startswith(f"pixelproof: error: the journal {folder}/journal.jsonl cannot be written: ")
    assert last.endswith("make room or name another folder, then resume the run")
    assert "Traceback" not in done.stderr
    assert done.returncode == 1, "a gateway that accepts everything breaks requirements, however the run ends"
    assert "FAIL  openai/generations/" in done.stdout
    assert f"Of {sent} answers the journal lacks {sent - len(kept)}." in " ".join(done.stdout.split())
    assert 0 < sent - len(kept) == len(twice) <= 4
    assert report(folder)["interrupted"] is False


def test_a_disk_that_is_full_from_the_start_leaves_no_journal(tmp_path: Path) -> None:
    """Nothing is sent, and the folder can be named again when there is room."""
    folder = tmp_path / "run"
    with RawServer(keeps_saying(GOOD)) as server:
        done = started(server.url, folder, lambda: at_most(100))
    assert (done.returncode, done.stdout, len(server.requests)) == (2, "", 0)
    assert done.stderr.startswith(f"pixelproof: error: the journal {folder}/journal.jsonl cannot be written: ")
    assert not folder.exists()


@pytest.mark.parametrize("quiet", [True, False])
def test_a_report_that_cannot_be_written_is_shown(
    command: Command, openai_gateway: RunningGateway, quiet: bool
) -> None:
    """What was paid for is on the terminal even with --quiet, then one line says which file was not written."""
    Path("run/report.html").mkdir(parents=True)
    words = ["--dialect", "openai", "--model", "dall-e-3", "--only", "n-", "--examples", "0"]
    found = command("run", openai_gateway.url, *words, "--out", "run", *["--quiet"] * quiet)
    assert found.status == 2
    assert found.line == "run/report.html: cannot be written (Is a directory); make room or name another folder"
    assert "Conforms" in found.out
    assert json.loads(Path("run/report.json").read_text("utf-8"))["totals"]["pass"] > 0
