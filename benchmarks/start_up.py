"""Whole processes: what importing costs, and what judging one file on the command line costs."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.contest import Contender, Contest, Rival

_BODY = {"model": "gpt-image-1", "prompt": "A red fox in a quiet library", "size": "1024x1024"}
_BARE = [sys.executable, "-c", "pass"]


def contests(scale: float) -> Iterator[Contest]:
    """Bare Python against an import and against the command; the scale changes nothing."""
    imported = [sys.executable, "-c", "import pixelproof"]
    yield _contest("start-up, import", imported, Rival(_process("python -c pass", _BARE), most_extra_ms=60))
    command = Path(sys.executable).with_name("pixelproof")
    if not command.is_file():
        raise FileNotFoundError(f"there is no {command}; install the project into this environment")
    with TemporaryDirectory() as folder:
        file = Path(folder, "request.json")
        file.write_text(json.dumps(_BODY))
        validate = [str(command), "validate", str(file), "--dialect", "openai", "--operation", "generations"]
        yield _contest("start-up, validate FILE", validate, Rival(_process("python -c pass", _BARE), most=5))


def _contest(name: str, command: list[str], rival: Rival) -> Contest:
    return Contest(name, _process("pixelproof", command), (rival,), whole_processes=True)


def _process(name: str, command: list[str]) -> Contender:
    return Contender(name, _run, (command,))


def _run(command: list[str]) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - our own command line
    if done.returncode:
        raise RuntimeError(f"{' '.join(command)} ended with {done.returncode}: {done.stderr.strip()}")
