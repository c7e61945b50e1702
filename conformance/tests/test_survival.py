"""Hostile endpoints against whole runs: each ends soon, with a report, and goes on without paying for anything twice.

The endpoint accepts the first request of a run, and then shows what it can do.
"""

import json
import os
import socket
import ssl
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from .commands import KEY, Command, records, report
from .hostile import ESCAPES, GOOD, HEAVY, QUICK, WHOLE, FirstGood, error_with
from .raw_server import RawServer

CHOICE = ("--dialect", "openai", "--model", "gpt-image-1", "--examples", "0", "--retries", "0")
REFUSED = error_with("no")
SIMPLEST = b'{"model":"gpt-image-1","prompt":"A plain red square on a white background"}'
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
    asked = len(records(folder))
    assert first < asked
    assert len(server.requests) <= asked, "on a busy machine one is given up before the server has looked at it"
    assert report(folder)["totals"]["pass"] > 10
    assert report(folder)["totals"]["fail"] == 0
    assert report(folder)["counts"]["requests"] == asked, "what got no whole answer has cost as well"


@pytest.mark.parametrize("name", WHOLE)
def test_bad_answers_are_judged_and_shown_without_harm(command: Command, tmp_path: Path, name: str) -> None:
    """Every case is asked, no control character of the endpoint reaches a terminal or a page, nobody else is asked."""
    folder = tmp_path / "run"
    with RawServer(FirstGood(WHOLE[name]()).once) as server:
        found = command("run", server.url, *CHOICE, "--out", folder)
        assert set(requests(server).values()) == {1}
        assert len(server.requests) == len(records(folder)) > 80
    assert found.status in (0, 1, 3)
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
    assert found.status == 3
    last = found.err.splitlines()[-1]
    assert "8 requests in a row got no answer, nor did one that it had answered before, sent again: " in last
    assert f"127.0.0.1:{server.port} refused the connection" in last
    assert "--resume" in found.err
    assert report(folder)["totals"]["pass"] > 10


class Moody:
    """Accepts the simplest request, refuses all others, and says nothing to those that ``silent`` picks by number."""

    def __init__(self, silent: Callable[[int, bytes], bool]) -> None:
        self._silent = silent
        self._lock = threading.Lock()
        self.seen = 0

    def served(self, connection: socket.socket, request: bytes) -> None:
        """Answers the next request, or hangs up."""
        with self._lock:
            self.seen += 1
            number = self.seen
        if not self._silent(number, request):
            connection.sendall(GOOD if number == 1 or SIMPLEST in request else REFUSED)


def test_an_endpoint_that_hangs_up_on_everything_is_given_up(command: Command, tmp_path: Path) -> None:
    """It is asked whether it is still there, nothing is blamed on it, and a resumed run goes on where it was."""
    folder = tmp_path / "run"
    moody = Moody(lambda number, request: number > 30)
    with RawServer(reader=moody.served) as server:
        found = command("run", server.url, *CHOICE, "--out", folder)
        asked = len(server.requests)
        assert found.status == 3
        assert "8 requests in a row got no answer, nor did one that it had answered before" in found.err
        assert found.err.count("pixelproof: error: ") == 1
        assert "Nothing broken so far" in found.out
        assert "Conforms" not in found.out
        assert "exit status 3: the endpoint was given up before the end" in found.out
        assert (report(folder)["totals"]["fail"], report(folder)["exit_status"]) == (0, 3)
        assert report(folder)["given_up"]
        assert 38 <= asked <= 44, "thirty, eight in a row, what was under way, and one more look"
        assert len(records(folder)) == asked == report(folder)["counts"]["requests"]
        moody._silent = lambda number, request: False
        again = command("run", server.url, *CHOICE, "--resume", folder, "--quiet")
        assert again.status in (0, 1)
        cases = [record["case"] for record in records(folder)]
        assert len(set(cases)) == len(cases), "only odd requests are asked again, under names of their own"
    assert report(folder)["given_up"] == ""
    assert report(folder)["counts"]["requests"] == len(server.requests)
    judged = command("judge", folder, "--out", tmp_path / "again")
    assert judged.status == again.status
    assert report(tmp_path / "again")["totals"] == report(folder)["totals"]
    assert report(tmp_path / "again")["counts"] == report(folder)["counts"]


def test_an_endpoint_that_hangs_up_on_what_is_wrong_is_blamed_for_it(command: Command, tmp_path: Path) -> None:
    """It answers the simplest request whenever it is asked whether it is there, so the silence is its own doing."""
    folder = tmp_path / "run"
    moody = Moody(lambda number, request: SIMPLEST not in request)
    with RawServer(reader=moody.served) as server:
        found = command("run", server.url, *CHOICE, "--out", folder)
    broken = {result["requirement"] for result in report(folder)["results"] if result["outcome"] == "fail"}
    assert found.status == 1
    assert "wire/bodies/malformed-json" in broken
    assert report(folder)["given_up"] == ""


def test_encryption_that_fails_in_the_middle_ends_the_run(
    command: Command, tmp_path: Path, tls: ssl.SSLContext, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A server that has lost its certificate answers nobody; the line says that no encryption was agreed on."""
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))

    def without_certificate(number: int, request: bytes) -> bool:
        if number == 20:
            server._tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        return False

    with RawServer(tls=tls, reader=Moody(without_certificate).served) as server:
        found = command("run", server.url, *CHOICE, "--out", tmp_path / "run")
    assert found.status == 3
    assert "8 requests in a row got no answer" in found.err
    assert "agree on no encryption" in found.err
    assert report(tmp_path / "run")["totals"]["fail"] == 0


def test_a_name_that_is_not_found_any_more_ends_the_run(
    command: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The name of the host was known for the first requests; the line says that it is not any more."""
    known = threading.Event()
    known.set()
    look_up = socket.getaddrinfo

    def resolve(host: str, *facts: Any, **more: Any) -> Any:
        if host == "localhost" and not known.is_set():
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        return look_up("127.0.0.1" if host == "localhost" else host, *facts, **more)

    def forgotten(number: int, request: bytes) -> bool:
        if number == 20:
            known.clear()
        return False

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    with RawServer(reader=Moody(forgotten).served) as server:
        found = command("run", f"http://localhost:{server.port}", *CHOICE, "--out", tmp_path / "run")
    assert found.status == 3
    assert "the host localhost is not known" in found.err.splitlines()[-1]
    assert "Nothing broken so far" in found.out


def test_a_network_that_is_cut_for_a_moment_ends_nothing(command: Command, tmp_path: Path) -> None:
    """The look is repeated until somebody answers; what was silent meanwhile is blamed on nobody."""
    folder = tmp_path / "run"
    moody = Moody(lambda number, request: 20 < number <= 20 + 13)
    with RawServer(reader=moody.served) as server:
        words = [*CHOICE[:-2], "--retries", "5", "--longest-wait", "0.05"]
        found = command("run", server.url, *words, "--out", folder)
        assert len(server.requests) > 80
    assert report(folder)["given_up"] == ""
    assert not [
        failure for result in report(folder)["results"] for failure in result["failures"] if failure["status"] is None
    ]
    assert "got no whole answer" in found.out
