"""The commands of the pages that show no output are run, too: in a fresh folder, against the reference gateway.

``test_documents.py`` runs what stands behind a ``$`` and compares the output. Here is what a reader types with a URL
and a key of their own. Every address of a gateway becomes that of the reference gateway, and a run may send a few
requests only. Comments in a page, right before a block, say what cannot be seen from it::

    <!-- first: COMMANDS -->     are run before the block, to make what a reader has already
    <!-- not run: REASON -->     the block is left out, and why
"""

import os
import re
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from pixelproof_conformance.fixtures import fixtures_root
from pixelproof_conformance.reference.examples import Block, Folder, blocks_of, examples_of
from pixelproof_conformance.reference.page_servers import PageServer

from .test_documents import NAMES, PAGES, scripts_of, text_of

ROOT = fixtures_root().parent
FIRST = re.compile(r"<!-- first: ((?:(?!-->).)+) -->\s*\Z", re.DOTALL)
NOT_RUN = re.compile(r"<!-- not run: ((?:(?!-->).)+) -->\s*\Z", re.DOTALL)
ADDRESS = re.compile(r"https?://(?:[a-z]+\.)?(?:gateway\.example|127\.0\.0\.1:\d+)")
ANSWERED = (0, 1)
"""Statuses of a command that did its work: nothing was found, or something was."""
MOST_REQUESTS = "30"
CAPPED = "exit status 3: less was judged than was left open"
"""What a run says that came to this cap before much was judged."""
WRITTEN_BY_RUNS = re.compile(r"reports/.*/(report|comparison)\.md|docs/kill-table\.md")
"""Pages that a run wrote, with the commands that it was made of; the one of the kill table takes minutes."""


def started(words: list[str], folder: Path, environment: dict[str, str]) -> PageServer:
    """A gateway at a free port; what the command says of a port is left out."""
    without = re.sub(r"--port[ =]\S+", "", " ".join(words)).split()
    return PageServer.started(["--port", "0", *without], folder, environment)


def instead(addresses: dict[str, str], text: str) -> str:
    """The text with every address replaced; the dialect is the one that the text names."""
    named = re.search(r"--dialect (\S+)", text)
    address = addresses.get(named[1] if named else "openai") or next(iter(addresses.values()))
    return ADDRESS.sub(address, text)


def untold(name: str) -> list[tuple[Block, str]]:
    """The blocks of commands that show no output, each with the page before it."""
    page = text_of(name)
    found = []
    for block in blocks_of(page):
        shown = block.language == "console" and examples_of(block)
        if not shown and any("pixelproof" in script for script in scripts_of(block)):
            found.append((block, page[: page.rindex("```", 0, block.start)]))
    return found


WITH_COMMANDS = [name for name in NAMES if not WRITTEN_BY_RUNS.fullmatch(name) and untold(name)]


def lines_of(block: Block) -> Iterator[str]:
    """The commands, one a line, without comments and what only installs something."""
    for script in scripts_of(block):
        for line in re.sub(r"\\\n\s*", " ", script).splitlines():
            command = re.sub(r"\s+# .*", "", line).strip().replace("uv run --no-sync ", "").replace("uv run ", "")
            if command and not re.match(r"(uv )?pip install [^&]*$", command):
                yield re.sub(r"^pip install uv && ", "", command)


@pytest.fixture(scope="module")
def environment() -> dict[str, str]:
    """The environment of a reader with keys, and of a run that is to be short."""
    made = Folder(Path(), ROOT).environment
    keys = {f"{name}_KEY": "sk-anything" for name in ("STAGING", "PRODUCTION", "GATEWAY")}
    return {
        **made,
        **keys,
        "OPENAI_API_KEY": "sk-anything",
        "GITHUB_STEP_SUMMARY": "summary.md",
        "PIXELPROOF_MAX_REQUESTS": MOST_REQUESTS,
        "PYTHONUNBUFFERED": "1",
    }


@pytest.fixture(scope="module")
def gateway(environment: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[PageServer]:
    """One for all pages, with a fault, so that there is something to find."""
    words = ["--fault", "openai/generations/prompt-missing"]
    gateway = started(words, tmp_path_factory.mktemp("gateway"), environment)
    yield gateway
    gateway.stop()


@pytest.mark.parametrize("name", WITH_COMMANDS)
def test_commands_do_their_work(name: str, gateway: PageServer, environment: dict[str, str], tmp_path: Path) -> None:
    """Each command of the page ends with findings or without, never as wrong usage, trouble or a traceback."""
    folder = Folder(tmp_path, ROOT)
    folder.environment = dict(environment)
    own: list[PageServer] = []
    failed = []
    try:
        for command in commands_of(name, folder, gateway):
            at = own[-1] if own else gateway
            if command.startswith("pixelproof serve "):
                own.append(started(command.split()[2:], tmp_path, folder.environment))
            elif command.startswith("export "):
                variable, _, value = command.removeprefix("export ").partition("=")
                folder.environment[variable] = value
            else:
                status, output = folder.ended(instead(at.addresses, command))
                good = status in ANSWERED or CAPPED in output
                failed += [] if good else [f"$ {command}\n{output}status {status}"]
    finally:
        for each in own:
            each.stop()
    assert failed == []


def commands_of(name: str, folder: Folder, gateway: PageServer) -> Iterator[str]:
    """The commands to run, in the order of the page, whose files are made on the way."""
    blocks = {block.start: before for block, before in untold(name)}
    for block in blocks_of(text_of(name)):
        folder.make(block, partial(instead, gateway.addresses))
        if block.start in blocks and not NOT_RUN.search(blocks[block.start]):
            first = FIRST.search(blocks[block.start])
            yield from [first[1]] if first else []
            yield from lines_of(block)


def test_what_is_not_run_says_why() -> None:
    """A block that is left out has a reason in words, and there are few of them."""
    reasons = [found[1] for name in WITH_COMMANDS for _, before in untold(name) if (found := NOT_RUN.search(before))]
    assert all(len(reason.split()) >= 3 for reason in reasons)
    assert len(reasons) <= len(WITH_COMMANDS) // 2


def test_pages_with_commands_are_found() -> None:
    """The guides are among them, and nothing that a run wrote."""
    assert {"README.md", "docs/audit-an-endpoint.md", "docs/check-in-ci.md", "docs/publish-evidence.md"} <= {
        *WITH_COMMANDS
    }
    assert len(PAGES) > len(WITH_COMMANDS)


def test_addresses_are_those_of_the_gateway() -> None:
    """The dialect of a command chooses the address, and its path stays."""
    addresses = {"openai": "http://127.0.0.1:1/openai", "octen": "http://127.0.0.1:1/octen"}
    asked = partial(instead, addresses)
    assert asked("run https://gateway.example/v1 -q") == "run http://127.0.0.1:1/openai/v1 -q"
    assert asked("run http://127.0.0.1:8900 --dialect octen") == "run http://127.0.0.1:1/octen --dialect octen"
    assert asked('url = "https://staging.gateway.example/v1"') == 'url = "http://127.0.0.1:1/openai/v1"'
    assert os.environ.get("PIXELPROOF_MAX_REQUESTS") is None
