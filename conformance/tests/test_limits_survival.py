"""A search for bounds at endpoints that go away, are busy, or take long: what is known is shown, and it goes on."""

import json
import os
import signal
import socket
import subprocess
import sys
import threading
from collections import Counter
from pathlib import Path

import pytest

from .commands import KEY, Command
from .hostile import GOOD, error_with
from .raw_server import RawServer, answer

CHOICE = ("--dialect", "openai", "--model", "gpt-image-1", "--retries", "0")
REFUSED = error_with("no")
BOUNDS = 7


class Strict:
    """Accepts prompts of up to 4,999 characters and little else; after ``first`` requests it does as ``more`` says.

    ``more`` is ``hang up``, ``hold`` (until `release`), or an answer.
    """

    def __init__(self, first: int = 10**6, more: bytes | str = b"") -> None:
        self._first = first
        self._more = more
        self._lock = threading.Lock()
        self.seen = 0
        self.holding = threading.Event()
        self.release = threading.Event()

    def served(self, connection: socket.socket, request: bytes) -> None:
        """Answers a request."""
        with self._lock:
            self.seen += 1
            late = self.seen > self._first
        if late and isinstance(self._more, bytes):
            connection.sendall(self._more)
            return
        if late and self._more == "hang up":
            return
        if late:
            self.holding.set()
            self.release.wait(60)
        body = json.loads(request.partition(b"\r\n\r\n")[2])
        good = len(body["prompt"]) < 5000 and body.get("n", 1) == 1
        connection.sendall(GOOD if good else REFUSED)


def asked_twice(path: Path, server: RawServer) -> int:
    """How many of the requests that came have no answer in the journal, where each case has one at most."""
    kept = [json.loads(line) for line in path.read_text("utf-8").splitlines()[1:]]
    cases = [record["case"] for record in kept if record["failure"] is None]
    assert set(Counter(cases).values()) == {1}
    return len(server.requests) - len(cases)


def started(url: str, *words: str | Path) -> "subprocess.Popen[str]":
    """A search in a process of its own."""
    return subprocess.Popen(
        [sys.executable, "-m", "pixelproof", "limits", url, *CHOICE, *map(str, words)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "OPENAI_API_KEY": KEY, "CI": ""},
    )


def test_an_endpoint_that_hangs_up_is_given_up_and_what_is_known_is_shown(command: Command) -> None:
    """The bound that was found stands in the table; the last line says why it ended; nothing else is asked."""
    with RawServer(reader=Strict(19, "hang up").served) as server:
        told = command("limits", server.url, *CHOICE)
        asked = len(server.requests)
    assert told.status == 1, "the bound that was found deviates"
    assert asked == 19 + 8 + 1
    assert "4,999  stricter" in told.out
    assert "not looked for: " in told.out
    assert told.line.startswith(f"http://127.0.0.1:{server.port} was not asked to the end: 8 requests in a row got no")


def test_an_endpoint_that_goes_away_at_once_could_not_be_judged(command: Command) -> None:
    """Nothing deviates in what was seen, and the status is 3."""
    with RawServer(reader=Strict(1, "hang up").served) as server:
        told = command("limits", server.url, *CHOICE)
    assert told.status == 3
    assert "0 bounds as documented, 0 deviating" in told.out


def test_a_wait_of_an_hour_ends_the_search_for_the_model(command: Command) -> None:
    """It is not asked again and again, and the reason is told once."""
    busy = answer("429 Too Many Requests", b"{}", Retry_After="3600")
    with RawServer(reader=Strict(1, busy).served) as server:
        told = command("limits", server.url, *CHOICE)
        assert len(server.requests) == 2
    assert told.status == 3
    assert "the endpoint asks to wait 3600 s, and the run waits 60 s at most (--longest-wait)" in told.line


@pytest.mark.parametrize("twice", [False, True])
def test_ctrl_c_shows_what_is_known(tmp_path: Path, twice: bool) -> None:
    """Once: the answer under way is taken; twice: it is dropped. The same command again asks only for the rest."""
    strict = Strict(25, "hold")
    with RawServer(reader=strict.served) as server:
        with started(server.url, "--journal", tmp_path / "limits.jsonl") as program:
            assert strict.holding.wait(60)
            program.send_signal(signal.SIGINT)
            assert program.stderr is not None
            assert program.stderr.readline().startswith("Stopping: nothing more is sent; waiting for the answer under")
            if twice:
                program.send_signal(signal.SIGINT)
            else:
                strict.release.set()
            out, err = program.communicate(timeout=60)
        strict.release.set()
        asked = len(server.requests)
        assert program.returncode == 130
        assert "Traceback" not in err
        assert "4,999  stricter" in out
        assert "Go on with it: the same command again." in err
        strict.holding.clear()
        with started(server.url, "--journal", tmp_path / "limits.jsonl") as program:
            out, _ = program.communicate(timeout=60)
        assert program.returncode == 1
        assert "not looked for" not in out
        assert asked == 26
        assert asked_twice(tmp_path / "limits.jsonl", server) == twice


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="this system has no such signal")
def test_a_killed_search_goes_on_by_its_journal(tmp_path: Path) -> None:
    """What was answered before the kill is not asked again; what was under way is."""
    strict = Strict(25, "hold")
    with RawServer(reader=strict.served) as server:
        with started(server.url, "--journal", tmp_path / "limits.jsonl") as program:
            assert strict.holding.wait(60)
            program.kill()
            program.communicate(timeout=60)
        strict.release.set()
        with started(server.url, "--journal", tmp_path / "limits.jsonl") as program:
            out, _ = program.communicate(timeout=60)
        assert program.returncode == 1
        assert asked_twice(tmp_path / "limits.jsonl", server) == 1
    assert "4,999  stricter" in out


def test_the_journal_of_a_run_is_no_journal_of_a_search(command: Command, tmp_path: Path) -> None:
    """One line says what differs, and nothing is written into it."""
    with RawServer(reader=Strict().served) as server:
        command("run", server.url, *CHOICE, "--examples", "0", "--seed", "0", "--max-requests", "1", "--out", "run")
        before = (tmp_path / "run/journal.jsonl").read_bytes()
        told = command("limits", server.url, *CHOICE, "--journal", "run/journal.jsonl")
    assert told.status == 2
    assert 'survey is null there and "limits" now' in told.line
    assert (tmp_path / "run/journal.jsonl").read_bytes() == before


def test_a_journal_that_cannot_be_made_is_told_before_anything_is_sent(command: Command) -> None:
    """One line, and the endpoint was not asked."""
    Path("file").touch()
    with RawServer(reader=Strict().served) as server:
        told = command("limits", server.url, *CHOICE, "--journal", "file/limits.jsonl")
        assert not server.requests
    assert told.status == 3
    assert told.line.startswith("the journal file/limits.jsonl cannot be ")
