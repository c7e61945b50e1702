"""The shortest message that keeps a requirement and the shortest that breaks it, from the fixtures beside a dialect."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from pixelproof._dialect import Dialect
from pixelproof._values import Json, Requirement

_TEXT_OF = {"request": "request", "answer": "answer", "refusal": "answer", "stream": "events"}


class Example(NamedTuple):
    """A fixture to be shown: its path below the folder of ``fixtures/``, its sentence, and its messages by their label.

    Pictures and long texts stand in it as the placeholders that ``fixtures/README.md`` describes.
    """

    path: str
    says: str
    messages: tuple[tuple[str, Json], ...]


def fixture_files(requirement: Requirement, dialect: Dialect) -> tuple[Path, list[Path]]:
    """The fixtures of a requirement and the folder that their paths are told from; an installed package has none."""
    for root in dialect.folder.parents[:2]:
        files = sorted((root / "fixtures" / requirement.id).glob("*.json"))
        if files:
            return root, files
    return dialect.folder, []


def examples_of(requirement: Requirement, dialect: Dialect) -> tuple[Example | None, Example | None]:
    """The shortest flagged and the shortest allowed fixture, ``None`` where there is none that can be read."""
    root, files = fixture_files(requirement, dialect)
    return _shortest(root, files, "flagged-"), _shortest(root, files, "allowed-")


def _shortest(root: Path, files: list[Path], kind: str) -> Example | None:
    found = [example for file in files if file.name.startswith(kind) for example in _read(root, file)]
    return min(found, key=lambda example: (_size(example), example.path), default=None)


def _size(example: Example) -> int:
    return sum(len(json.dumps(value)) for _, value in example.messages)


def _read(root: Path, file: Path) -> Iterator[Example]:
    try:
        data = json.loads(file.read_bytes())
        judged = str(data["on"])
        messages = tuple(_messages(data, judged))
        yield Example(file.relative_to(root).as_posix(), str(data["description"]), messages)
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return  # whoever writes fixtures is told of a wrong one by their tests, not by a page about the requirement


def _messages(data: dict[str, Json], judged: str) -> Iterator[tuple[str, Json]]:
    """What was sent and what came back, under the words that a reader needs to place it."""
    if "account" in data:
        yield "account", data["account"]
    if "request" in data:
        yield "request", data["request"]
    if "files" in data:
        yield "files", {file["field"]: file["content"] for file in data["files"]}
    status = f" with status {data['status']}" if "status" in data else ""
    sent_as = f" sent as {data['content_type']}" if "content_type" in data else ""
    if "raw" in data:
        yield f"bytes of the {judged}{status}{sent_as}", data["raw"]
    elif judged != "request":
        yield f"{judged}{status}{sent_as}", data[_TEXT_OF[judged]]
