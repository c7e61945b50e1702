"""The examples in hand-written pages: commands with their output, which are run, so that a page cannot say it wrongly.

In a fenced block ``console``, a line that starts with ``$`` is a command (a backslash at its end goes on with the
next line) and what follows is its output, standard error included; a line ``...`` stands for any lines. A fenced block
``python`` after ``<!-- run -->`` is run like a command, and a block ``text`` right after it is its output. Everything
of a page happens in one folder, in the order of the page. ``pixelproof serve`` goes on while the commands below it are
run, as in another terminal, at a port of its own; ``export NAME=VALUE`` holds for all of them. Durations and times of
day may be others than the page shows. The comments that make files there:

    <!-- file: NAME -->         the fenced block below is this file
    <!-- copy: PATH NAME -->    a file or a folder of the repository is copied
"""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Self

from pixelproof_conformance.reference.page_servers import PageServers

_FENCE = re.compile(
    r"^(?P<indent> *)(?P<fence>```+)(?P<language>\w*)\n(?P<body>.*?)^(?P=indent)(?P=fence)$", re.MULTILINE | re.DOTALL
)
_NOTE = re.compile(r"<!-- (file|copy|run):? ?(.*?) -->\s*\Z")
_SERVER = re.compile(r"pixelproof serve (?!.*--list-)(?!.*[|;&])(.*)", re.DOTALL)
_EXPORT = re.compile(r"export (\w+)=(\S*)")
_ANY_LINES = "..."
_PASSING = re.compile(
    r"(?<=\bin )\d+(?:\.\d)? s\b|\d{4}-\d\d-\d\d(?:(?= {2})| \d\d:\d\d(?::\d\d)?)|\d\d:\d\d(?::\d\d)?(?= UTC)"
)
"""What no second run has again: how long something took, and the minute in which it began."""
_SECONDS = 600


@dataclass(frozen=True, slots=True)
class Block:
    """A fenced block of a page: its language, its lines, where they stand in the page, and the comment before it."""

    language: str
    body: str
    start: int
    end: int
    note: str = ""
    value: str = ""


@dataclass(frozen=True, slots=True)
class Example:
    """A command with the output that the page shows, and where that output stands in the page."""

    command: str
    output: str
    start: int
    end: int


def blocks_of(page: str) -> list[Block]:
    """The fenced blocks of a page, in order."""
    found = []
    for match in _FENCE.finditer(page):
        note = _NOTE.search(page[: match.start()])
        body = re.sub(rf"^{match['indent']}", "", match["body"], flags=re.MULTILINE)
        block = Block(match["language"], body, match.start("body"), match.end("body"))
        found.append(replace(block, note=note[1], value=note[2]) if note else block)
    return found


def examples_of(block: Block) -> list[Example]:
    """The commands of a ``console`` block that start with ``$``, with their outputs."""
    found: list[Example] = []
    place = block.start
    commands: list[str] = []
    for line in block.body.splitlines(keepends=True):
        place += len(line)
        if commands and commands[-1].endswith("\\"):
            commands[-1] = f"{commands[-1]}\n{line.rstrip(chr(10))}"
            found[-1] = Example(commands[-1], "", place, place)
        elif line.startswith("$ "):
            commands.append(line[2:].rstrip("\n"))
            found.append(Example(commands[-1], "", place, place))
        elif found:
            found[-1] = replace(found[-1], output=found[-1].output + line, end=place)
    return found


class Folder:
    """The folder in which the examples of one page are run; as a context it ends the servers that they have started."""

    def __init__(self, path: Path, repository: Path) -> None:
        self.path = path.resolve()
        self.repository = repository
        scripts = str(Path(sys.executable).parent)
        outside = {name: value for name, value in os.environ.items() if name != "CI"}  # programs print more under it
        self.environment = {**outside, "PATH": f"{scripts}{os.pathsep}{os.environ['PATH']}", "NO_COLOR": "1"}
        self.servers = PageServers(self.path, self.environment)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.servers.stop()

    def results(self, page: str) -> Iterator[tuple[Example, str]]:
        """Every example of the page with the output that it really has; one whose program is not here is left out."""
        blocks = blocks_of(page)
        for block, following in zip(blocks, [*blocks, None][1:], strict=True):
            self.make(block, self.servers.as_run)
            if block.note == "run":
                shown = (
                    following if following and following.language == "text" else Block("text", "", block.end, block.end)
                )
                example = Example(block.body, shown.body, shown.start, shown.end)
                yield example, self.output([sys.executable, "-c", block.body])
            elif block.language == "console":
                for example in examples_of(block):
                    if self._can(example.command):
                        yield example, self.shown(example.command)

    def _can(self, command: str) -> bool:
        """Whether the program of a command is here."""
        name = command.split(maxsplit=1)[0]
        return name == "export" or shutil.which(name, path=self.environment["PATH"]) is not None

    def shown(self, command: str) -> str:
        """What a command of a page writes, which starts a server, sets a variable, or is a line of shell."""
        if server := _SERVER.fullmatch(command):
            return self.servers.start(re.sub(r"\\\n", "", server[1]).split())
        if variable := _EXPORT.fullmatch(command):
            self.environment[variable[1]] = self.servers.as_run(variable[2])
            return ""
        return self.servers.as_named(self.output(["sh", "-c", self.servers.as_run(command)]))

    def make(self, block: Block, change: Callable[[str], str] = str) -> None:
        """Makes the file or the copy that the comment before a block asks for; ``change`` is applied to its text."""
        if block.note == "file":
            file = self.path / block.value
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(change(block.body), encoding="utf-8")
        elif block.note == "copy":
            source, _, name = block.value.partition(" ")
            self.copy(self.repository / source, self.path / name)

    def copy(self, source: Path, target: Path) -> None:
        """Copies a file or a folder."""
        target.parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"), dirs_exist_ok=True)
        else:
            shutil.copy(source, target)

    def output(self, command: list[str]) -> str:
        """What a command writes, standard error included, without trailing blanks and the path of our folder."""
        return self._run(command)[1]

    def ended(self, script: str) -> tuple[int, str]:
        """The exit status of a line of shell, and what it writes."""
        return self._run(["sh", "-c", script])

    def _run(self, command: list[str]) -> tuple[int, str]:
        done = subprocess.run(  # noqa: S603 - the commands stand in our own pages
            command,
            cwd=self.path,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=_SECONDS,
            check=False,
        )
        text = done.stdout.decode("utf-8", "replace").replace(f"{self.path}{os.sep}", "")
        return done.returncode, "".join(f"{line.rstrip()}\n" for line in text.splitlines())


def shows(expected: str, real: str) -> bool:
    """Whether ``expected``, in which a line ``...`` stands for any lines, shows ``real``; times may differ."""
    parts = re.split(rf"^{re.escape(_ANY_LINES)}\n", _PASSING.sub("now", expected), flags=re.MULTILINE)
    return re.fullmatch(r"(?s:.*)".join(map(re.escape, parts)), _PASSING.sub("now", real)) is not None


def refreshed(page: str, folder: Folder) -> str:
    """The page with the outputs that its examples really have; one that is cut with ``...`` and holds is left alone."""
    out, place = [], 0
    for example, real in folder.results(page):
        if not shows(example.output, real):
            out += [page[place : example.start], real]
            place = example.end
    return "".join([*out, page[place:]])
