"""The two tools: how each is started, and what one run of it costs."""

import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from threading import Timer
from time import perf_counter
from typing import NamedTuple

from pixelproof import load_dialect

from benchmarks.schemathesis.reports import Findings, pixelproof_findings, schemathesis_findings
from benchmarks.schemathesis.served import KEY, counted_gateway
from benchmarks.schemathesis.trials import DIALECT, MODEL, Trial

SETUP = Path(__file__).resolve().parent / "setup"
PIXELPROOF = "pixelproof"
SCHEMATHESIS = "schemathesis"
SEED = 1
LONGEST_SECONDS = 900.0
"""After this time a tool is stopped, and what it would have found is not known."""


class Tool(NamedTuple):
    """One tool: its name, the command for an address and a folder for its report, and how that report is read."""

    name: str
    command: Callable[[str, Path], list[str]]
    environment: Mapping[str, str]
    findings: Callable[[Path], Findings]


class Sitting(NamedTuple):
    """One run of a tool. Requests and pictures are counted by the gateway, times are in seconds.

    ``processor`` is the time that the tool and its children had a processor, without the gateway.
    """

    tool: str
    trial: Trial
    findings: Findings
    requests: int
    pictures: int
    wall: float
    processor: float


def pixelproof_tool() -> Tool:
    """Pixelproof from this checkout, at its default settings; only the seed is fixed."""

    def command(url: str, folder: Path) -> list[str]:
        options = [
            "--dialect",
            DIALECT,
            "--model",
            MODEL,
            "--seed",
            str(SEED),
            "--no-config",
            "--no-waivers",
            "--quiet",
        ]
        return [sys.executable, "-m", "pixelproof", "run", url, *options, "--out", str(folder)]

    return Tool(PIXELPROOF, command, {"OPENAI_API_KEY": KEY}, pixelproof_findings)


def schemathesis_tool(program: Path) -> Tool:
    """Schemathesis with the document and the hook in ``setup``: all checks, valid and wrong requests, all phases."""

    def command(url: str, folder: Path) -> list[str]:
        options = {
            "--url": url,
            "--header": f"Authorization: Bearer {KEY}",
            "--checks": "all",
            "--mode": "all",
            "--phases": "examples,coverage,fuzzing,stateful",
            "--rate-limit": "auto",
            "--seed": str(SEED),
            "--generation-database": "none",
            "--report-json-path": str(folder / "schemathesis.json"),
        }
        return [str(program), "run", str(SETUP / f"{MODEL}.yaml"), *(part for pair in options.items() for part in pair)]

    return Tool(
        SCHEMATHESIS,
        command,
        {"PYTHONPATH": str(SETUP), "SCHEMATHESIS_HOOKS": "leave_open"},
        schemathesis_findings,
    )


def sit(tool: Tool, trial: Trial) -> Sitting:
    """One run of ``tool`` against a fresh gateway."""
    with tempfile.TemporaryDirectory() as folder, counted_gateway(load_dialect(DIALECT), trial) as tally:
        out = Path(folder)
        started = perf_counter()
        trouble, processor = _run(tool.command(tally.url, out / "report"), tool.environment, out)
        wall = perf_counter() - started
        findings = tool.findings(out / "report")
        if trouble:
            findings = findings._replace(trouble=trouble)
        return Sitting(tool.name, trial, findings, tally.requests, tally.pictures, wall, processor)


def _run(command: list[str], environment: Mapping[str, str], folder: Path) -> tuple[str, float]:
    """Runs a program; returns why it came to no end, and the seconds that it had a processor."""
    (folder / "report").mkdir()
    log = folder / "output.txt"
    with log.open("wb") as output:
        process = subprocess.Popen(  # noqa: S603 - the two programs that are compared
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env={**os.environ, **environment},
            cwd=folder,
            start_new_session=True,
        )
        stopped: list[str] = []

        def stop() -> None:
            stopped.append(f"stopped after {LONGEST_SECONDS:g} seconds")
            os.killpg(process.pid, signal.SIGKILL)

        timer = Timer(LONGEST_SECONDS, stop)
        timer.start()
        try:
            _, status, usage = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
        finally:
            timer.cancel()
            if process.returncode is None:  # interrupted: nothing is left behind
                os.killpg(process.pid, signal.SIGKILL)
    if not stopped and process.returncode not in (0, 1):
        last = log.read_text(encoding="utf-8", errors="replace").strip().rpartition("\n")[2]
        stopped.append(f"exit status {process.returncode}: {last[:300]}")
    return "".join(stopped), usage.ru_utime + usage.ru_stime
