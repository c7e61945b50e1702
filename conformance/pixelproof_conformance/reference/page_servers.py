"""The reference gateway beside a page: a process of its own that the commands of the page talk to."""

import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Self

_PORT = re.compile(r"--port[ =](\d+)")
_USUAL_PORT = "8900"
_READY = "stop with Ctrl-C"
_TAKEN = "choose another --port"
_SECONDS = 120
_TRIES = 20
_LOWEST, _HIGHEST = 1024, 65535


@dataclass(frozen=True, slots=True)
class PageServer:
    """A gateway that runs, with its address for each dialect and what it said when it began."""

    process: subprocess.Popen[bytes]
    addresses: dict[str, str]
    said: str

    @classmethod
    def started(cls, words: list[str], folder: Path, environment: dict[str, str]) -> Self:
        """Starts ``pixelproof serve`` with these words and waits until it has said where it is.

        Raises ``RuntimeError`` with what it said when it ends before.
        """
        command = [sys.executable, "-m", "pixelproof", "serve", "--quiet", *words]
        with tempfile.TemporaryFile() as written:
            process = subprocess.Popen(  # noqa: S603 - the words stand in our own pages
                command, cwd=folder, env=environment, stdout=subprocess.DEVNULL, stderr=written
            )
            said = _beginning(process, written.fileno())
        return cls(process, dict(re.findall(r"^(\S+): (http://\S+)$", said, re.MULTILINE)), said)

    def stop(self) -> None:
        """Ends it as Ctrl-C does."""
        self.process.send_signal(signal.SIGINT)
        self.process.wait(timeout=_SECONDS)


def _beginning(process: subprocess.Popen[bytes], written: int) -> str:
    """What a server writes until it is ready."""
    until = time.monotonic() + _SECONDS
    while time.monotonic() < until:
        ended = process.poll() is not None
        said = os.pread(written, 1 << 20, 0).decode("utf-8", "replace")
        if _READY in said:
            return said
        if ended:
            raise RuntimeError(said)
        time.sleep(0.02)
    process.kill()
    raise RuntimeError(f"the gateway did not start: {said}")


class PageServers:
    """The servers that the commands of one page start.

    A page names a port as a reader would type it. Here each of them becomes a free one with as many digits, so that
    what is printed is as wide; a server that the page starts again at the same port takes the place of the first.
    """

    def __init__(self, folder: Path, environment: dict[str, str]) -> None:
        self._folder = folder
        self._environment = environment
        self._running: dict[str, PageServer] = {}
        self._ports: dict[str, str] = {}

    def start(self, words: list[str]) -> str:
        """Starts the server of ``pixelproof serve WORDS``; what it says, also when it does not begin."""
        line = " ".join(words)
        named = _PORT.search(line)
        port = named[1] if named else _USUAL_PORT
        if port in self._running:
            self._running.pop(port).stop()
        without = [word for word in _PORT.sub("", line).split(" ") if word]
        said = ""
        for candidate in [self._ports[port]] if port in self._ports else _ports_like(port):
            try:
                server = PageServer.started([*without, "--port", candidate], self._folder, self._environment)
            except RuntimeError as error:
                said = str(error)
                if _TAKEN not in said:
                    break
            else:
                self._running[port] = server
                self._ports[port] = candidate
                return self.as_named(server.said)
        return said

    @property
    def running(self) -> list[PageServer]:
        """The servers that have not been ended."""
        return [*self._running.values()]

    def as_run(self, text: str) -> str:
        """The text with the ports at which the servers listen."""
        return _with(text, self._ports)

    def as_named(self, text: str) -> str:
        """The text with the ports that the page names."""
        return _with(text, {real: named for named, real in self._ports.items()})

    def stop(self) -> None:
        """Ends all of them."""
        while self._running:
            self._running.popitem()[1].stop()


def _with(text: str, ports: dict[str, str]) -> str:
    """A text with other ports. A narrow table may have put an address on two lines, before the colon."""
    return re.sub(r"(?<=:)\d{4,5}\b", lambda found: ports.get(found[0], found[0]), text)


def _ports_like(port: str) -> list[str]:
    """Some ports with as many digits, other ones in each process."""
    lowest = max(_LOWEST, 10 ** (len(port) - 1))
    highest = min(_HIGHEST, 10 ** len(port) - 1)
    begin = os.getpid() * 7919
    return [str(lowest + (begin + step * 101) % (highest - lowest + 1)) for step in range(_TRIES)]
