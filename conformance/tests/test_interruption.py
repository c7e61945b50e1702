"""Ctrl-C and kill in the middle of a run: nothing that was paid for is lost, and nothing is paid for twice."""

import json
import os
import signal
import socket
import subprocess
import sys
import threading
from collections import Counter
from pathlib import Path
from typing import IO

import pytest
from pixelproof_conformance.interruption import gentle_interrupt

from .commands import KEY, Command, records, report
from .raw_server import RawServer, answer
from .scripted import picture

CHOICE = ("--dialect", "openai", "--model", "gpt-image-1", "--examples", "0")
UNDER_WAY = 4
"""Requests at a time when nothing else is said."""

GOOD = answer(
    "200 OK",
    json.dumps({"created": 1_780_000_000, "data": [{"b64_json": picture()}]}).encode(),
    Content_Type="application/json",
)
REFUSED = answer(
    "400 Bad Request",
    json.dumps({"error": {"message": "no", "type": "invalid_request_error", "param": None, "code": "x"}}).encode(),
    Content_Type="application/json",
)


class Endpoint:
    """Accepts the simplest request, refuses all others, and holds its answers back once ``free`` were given."""

    def __init__(self, free: int) -> None:
        self._free = free
        self._lock = threading.Lock()
        self.seen = 0
        self.holding = threading.Event()
        self.release = threading.Event()

    def again(self, connection: socket.socket) -> None:
        """Answers the next request of a connection."""
        with self._lock:
            self.seen += 1
            number = self.seen
        if number >= self._free + UNDER_WAY:
            self.holding.set()
        if number > self._free:
            self.release.wait(20)
        connection.sendall(GOOD if number == 1 else REFUSED)


def started(url: str, *words: str | Path) -> "subprocess.Popen[str]":
    """A run in a process of its own."""
    return subprocess.Popen(
        [sys.executable, "-m", "pixelproof", "run", url, *CHOICE, *map(str, words)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "OPENAI_API_KEY": KEY, "CI": ""},
    )


def first_line(stream: IO[str] | None) -> str:
    """The first line that says something."""
    assert stream is not None
    return next(line for line in stream if line.strip())


def requests(server: RawServer) -> Counter[bytes]:
    """How often each request came; some differ in their route or in their key only."""
    return Counter(server.requests)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_ctrl_c_takes_the_answers_under_way_and_resume_pays_nothing_twice(
    tmp_path: Path, command: Command, number: signal.Signals
) -> None:
    """The report says interrupted, the status is 130, and the resumed run asks only for what is missing."""
    endpoint = Endpoint(free=10)
    with RawServer(endpoint.again) as server:
        with started(server.url, "--out", tmp_path / "run") as program:
            assert endpoint.holding.wait(20)
            program.send_signal(number)
            told = first_line(program.stderr)
            endpoint.release.set()
            out, err = program.communicate(timeout=20)
        assert told.startswith("Stopping: nothing more is sent; waiting for the answers under way.")
        assert program.returncode == 130
        assert "Traceback" not in err
        assert f"--resume {tmp_path / 'run'}" in err
        assert "the run was interrupted" in out
        assert len(records(tmp_path / "run")) == len(server.requests) == 10 + UNDER_WAY
        assert report(tmp_path / "run")["interrupted"] is True
        command("run", server.url, *CHOICE, "--resume", tmp_path / "run", "--quiet")
        assert set(requests(server).values()) == {1}
        assert len(server.requests) > 10 + UNDER_WAY
    assert report(tmp_path / "run")["interrupted"] is False
    assert report(tmp_path / "run")["counts"]["requests"] == len(server.requests)


@pytest.mark.parametrize("second", [signal.SIGINT, signal.SIGTERM])
def test_a_second_ctrl_c_drops_the_answers_under_way(tmp_path: Path, second: signal.Signals) -> None:
    """The report is written at once; the journal says which requests went out and were not waited for."""
    endpoint = Endpoint(free=10)
    with RawServer(endpoint.again) as server:
        with started(server.url, "--out", tmp_path / "run") as program:
            assert endpoint.holding.wait(20)
            program.send_signal(signal.SIGINT)
            first_line(program.stderr)
            program.send_signal(second)
            _, err = program.communicate(timeout=20)
        endpoint.release.set()
    assert program.returncode == 130
    assert "Traceback" not in err
    failures = Counter(record["failure"] for record in records(tmp_path / "run"))
    assert failures == {None: 10, "interrupted": UNDER_WAY}
    assert report(tmp_path / "run")["interrupted"] is True


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="this system has no such signal")
def test_a_killed_run_is_resumed_without_asking_again(tmp_path: Path, command: Command) -> None:
    """Every answer that came before the kill is in the journal; only what was under way is asked for once more."""
    endpoint = Endpoint(free=10)
    with RawServer(endpoint.again) as server:
        with started(server.url, "--out", tmp_path / "run") as program:
            assert endpoint.holding.wait(20)
            program.kill()
            program.communicate(timeout=20)
        assert not (tmp_path / "run" / "report.json").exists()
        before = len(records(tmp_path / "run"))
        assert before == 10
        with (tmp_path / "run" / "journal.jsonl").open("ab") as journal:
            journal.write(b'{"case":"generations/gpt-image-1/reject/')  # a kill can come in the middle of a line
        endpoint.release.set()
        told = command("run", server.url, *CHOICE, "--resume", tmp_path / "run", "--quiet").err
        assert "journal.jsonl was cut in the middle and is taken out; its request is sent again." in told
        assert Counter(requests(server).values())[2] == UNDER_WAY
    cases = [record["case"] for record in records(tmp_path / "run")]
    assert len(set(cases)) == len(cases) > before


def test_the_first_ctrl_c_stops_gently_and_the_second_one_at_once() -> None:
    """Within the block ctrl-C calls back once; afterwards it does what it always did."""
    usual = signal.getsignal(signal.SIGINT)
    calls: list[str] = []
    with gentle_interrupt(lambda: calls.append("stop")):
        signal.raise_signal(signal.SIGINT)
        assert calls == ["stop"]
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)
    assert calls == ["stop"]
    assert signal.getsignal(signal.SIGINT) is usual


def test_sigterm_stops_gently_too() -> None:
    """What a supervisor sends ends a run like ctrl-C; afterwards the signal kills again, as it always did."""
    calls: list[str] = []
    with gentle_interrupt(lambda: calls.append("stop")):
        signal.raise_signal(signal.SIGTERM)
        assert calls == ["stop"]
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGTERM)
    assert signal.getsignal(signal.SIGTERM) is signal.SIG_DFL


def test_an_ignored_signal_stays_ignored() -> None:
    """A run in the background of a shell is not stopped by the ctrl-C that is meant for another program."""
    usual = signal.signal(signal.SIGINT, signal.SIG_IGN)
    calls: list[str] = []
    try:
        with gentle_interrupt(lambda: calls.append("stop")):
            signal.raise_signal(signal.SIGINT)
            assert calls == []
            signal.raise_signal(signal.SIGTERM)
        assert signal.getsignal(signal.SIGINT) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGINT, usual)
    assert calls == ["stop"]


def test_another_handler_of_ctrl_c_is_left_alone() -> None:
    """An application that watches for ctrl-C itself keeps doing so."""
    seen: list[int] = []
    usual = signal.signal(signal.SIGINT, lambda number, frame: seen.append(number))
    try:
        with gentle_interrupt(lambda: seen.append(-1)):
            signal.raise_signal(signal.SIGINT)
    finally:
        signal.signal(signal.SIGINT, usual)
    assert seen == [signal.SIGINT]


def test_a_thread_cannot_watch_for_ctrl_c() -> None:
    """Outside the main thread the block runs and changes nothing."""
    handlers: list[object] = []

    def work() -> None:
        with gentle_interrupt(lambda: None):
            handlers.append(signal.getsignal(signal.SIGINT))

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert handlers == [signal.getsignal(signal.SIGINT)]
