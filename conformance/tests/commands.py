"""Commands as a user gives them, run in this process."""

import json
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from pixelproof.cli import main

KEY = "sk-made-up-for-this-test-0123456789"


class Told(NamedTuple):
    """The exit status and both outputs of a command."""

    status: int
    out: str
    err: str

    @property
    def line(self) -> str:
        """The one line on standard error; anything else fails the test."""
        lines = self.err.splitlines()
        assert len(lines) == 1, self.err
        assert lines[0].startswith("pixelproof: error: ")
        return lines[0].removeprefix("pixelproof: error: ")


class Command:
    """Runs command lines, and sees to it that no key is ever shown."""

    def __init__(self, capsys: pytest.CaptureFixture[str]) -> None:
        self._capsys = capsys

    def __call__(self, *words: str | Path) -> Told:
        """Runs ``pixelproof`` with these words."""
        self._capsys.readouterr()
        status = main([str(word) for word in words])
        out, err = self._capsys.readouterr()
        assert KEY not in out + err
        assert "Traceback" not in err
        return Told(status, out, err)


def records(folder: Path) -> list[dict[str, Any]]:
    """The records in the journal of a run."""
    return [json.loads(line) for line in (folder / "journal.jsonl").read_text("utf-8").rstrip("\n").split("\n")[1:]]


def report(folder: Path) -> dict[str, Any]:
    """The report of a run."""
    found: dict[str, Any] = json.loads((folder / "report.json").read_text("utf-8"))
    return found
