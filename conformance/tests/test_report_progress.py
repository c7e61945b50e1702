import io
import re

import pytest
from pixelproof_conformance.model import Counts
from pixelproof_conformance.report.progress import show_progress


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        """Say yes."""
        return True


def test_a_pipe_stays_silent() -> None:
    """Without a terminal and without CI nothing is written."""
    out = io.StringIO()
    with show_progress(50, out, {}) as step:
        for done in range(1, 51):
            step(done, 50, Counts(), 0)
    assert out.getvalue() == ""


def test_ci_gets_a_line_now_and_then() -> None:
    """With CI set a plain line comes every 25 cases and one at the end, however many cases were planned."""
    out = io.StringIO()
    with show_progress(0, out, {"CI": "true"}) as step:
        for done in range(1, 61):
            step(done, max(55, done), Counts(requests=done, images=done // 25), done // 50)
    assert out.getvalue().splitlines() == [
        "25/55 cases, 1 picture, 0 failures",
        "50/55 cases, 2 pictures, 1 failure",
        "60/60 cases, 2 pictures, 1 failure",
    ]


def test_a_terminal_gets_a_bar(monkeypatch: pytest.MonkeyPatch) -> None:
    """On a terminal cases, pictures and failures are shown, and the plan may grow on the way."""
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setenv("NO_COLOR", "1")
    out = Terminal()
    with show_progress(4, out, {}) as step:
        step(5, 4, Counts(images=3), 2)
        step(5, 9, Counts(images=3), 2)
    plain = re.sub(r"\x1b\[[0-9;?]*\w", "", out.getvalue())
    assert "5/9 3 pictures 2 failed" in plain
