import io
import re
import threading

import pytest
from pixelproof_conformance.report.progress import show_progress
from pixelproof_conformance.reported import Counts


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


class Signalling(io.StringIO):
    """A stream that says when something was written to it."""

    def __init__(self) -> None:
        super().__init__()
        self.written = threading.Event()

    def flush(self) -> None:
        """Tell that there is something to read."""
        self.written.set()


def test_ci_hears_of_a_slow_endpoint() -> None:
    """When no case is done for a while, a line says what is under way; the case that follows is told as usual."""
    out = Signalling()
    with show_progress(0, out, {"CI": "true"}, quiet_seconds=0.01) as step:
        step(3, 50, Counts(), 0)
        step.watch(lambda: "4 under way, 95 s")
        assert out.written.wait(20)
        first = out.getvalue().splitlines()[0]
    assert first == "3/50 cases, 0 pictures, 0 failures, 4 under way, 95 s"


def test_nothing_under_way_is_no_news() -> None:
    """A line comes only when there is something to say."""
    asked = threading.Semaphore(0)

    def life() -> str:
        asked.release()
        return ""

    out = io.StringIO()
    with show_progress(0, out, {"CI": "true"}, quiet_seconds=0.01) as step:
        step.watch(life)
        for _ in range(3):
            assert asked.acquire(timeout=20)
    assert out.getvalue() == ""


def test_a_bar_shows_what_is_under_way(monkeypatch: pytest.MonkeyPatch) -> None:
    """On a terminal it stands beside the counts."""
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv("COLUMNS", "120")
    monkeypatch.setenv("NO_COLOR", "1")
    out = Terminal()
    with show_progress(4, out, {}) as step:
        step.watch(lambda: "1 under way, 95 s")
        step(1, 4, Counts(), 0)
    assert "1 under way, 95 s" in re.sub(r"\x1b\[[0-9;?]*\w", "", out.getvalue())
