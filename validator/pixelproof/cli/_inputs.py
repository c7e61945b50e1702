"""What the arguments of ``validate`` name: messages in files, the files of a form, facts about an account."""

import os
import sys
from collections.abc import Iterator, Sequence
from typing import BinaryIO

from pixelproof._errors import UsageError
from pixelproof._parse import MAX_BODY_BYTES, parse_json
from pixelproof._text import shown
from pixelproof._values import File, Json

STDIN = "-"


def check_readable(name: str) -> None:
    """Raises :class:`UsageError` for a file that is missing or a folder, before anything is judged."""
    if name == STDIN:
        return
    if os.path.isdir(name):
        raise UsageError(f"{name}: is a folder; name a file")
    if not os.path.exists(name):
        raise UsageError(f"{name}: there is no such file")


def open_input(name: str) -> BinaryIO:
    """The file ``name``, or standard input for ``-``."""
    if name != STDIN:
        try:
            return open(name, "rb")
        except OSError as error:
            raise UsageError(f"{name}: cannot be read ({error.strerror})") from None
    if getattr(sys, "stdin", None) is None:
        raise UsageError("standard input is closed; name a file")
    return sys.stdin.buffer


def read_message(name: str) -> bytes:
    """The content of the file ``name``; when it is too long, a byte more than the limit."""
    try:
        with open_input(name) as file:
            return file.read(MAX_BODY_BYTES + 1)
    except OSError as error:
        raise UsageError(f"{name}: cannot be read ({error.strerror})") from None


def read_object(content: bytes, name: str, purpose: str) -> dict[str, Json]:
    """The JSON object in a file that is not under judgement itself. Raises :class:`UsageError` for anything else."""
    value, flaw = parse_json(content)
    if flaw is not None:
        raise UsageError(f"{name}: {flaw.message} {purpose}")
    if not isinstance(value, dict):
        raise UsageError(f"{name}: holds {shown(value)}, not an object. {purpose}")
    return value


def account_facts(words: Sequence[str], known: dict[str, str]) -> dict[str, bool]:
    """``{"direct_group": True}`` of ``direct_group=true``; ``known`` has the facts that the dialect asks for."""
    facts = {}
    for name, value in _pairs("--account", words):
        if value not in ("true", "false"):
            raise UsageError(f"--account {name}={value}: write {name}=true or {name}=false")
        facts[name] = value == "true"
    return checked_facts(facts, known)


def checked_facts(facts: dict[str, bool], known: dict[str, str]) -> dict[str, bool]:
    """``facts`` as they are. Raises :class:`UsageError` for one that the dialect does not ask for."""
    for name in facts:
        if name not in known:
            asked = f"it asks for {', '.join(known)}" if known else "it asks for nothing about the account"
            raise UsageError(f"the dialect does not ask for the account fact {name!r}; {asked}")
    return facts


def form_fields(words: Sequence[str]) -> dict[str, Json]:
    """The text fields of ``prompt=A fox``; a name that comes again makes a list."""
    fields: dict[str, Json] = {}
    for name, value in _pairs("--field", words):
        before = fields.get(name)
        fields[name] = value if before is None else [*before, value] if isinstance(before, list) else [before, value]
    return fields


def form_files(words: Sequence[str]) -> tuple[File, ...]:
    """The uploads of ``image=@cat.png``, also with ``;type=image/png`` and ``;filename=other.png`` behind it."""
    return tuple(_form_file(name, value) for name, value in _pairs("--file", words))


def _form_file(field: str, value: str) -> File:
    if not value.startswith("@"):
        raise UsageError(f"--file {field}={value!r}: write {field}=@PATH")
    settings = {}
    path = value[1:]
    while True:
        before, _, last = path.rpartition(";")
        name, _, setting = last.partition("=")
        if name not in ("type", "filename") or not before:
            break
        settings[name] = setting
        path = before
    check_readable(path)
    return File(field, path, settings.get("filename", os.path.basename(path)), settings.get("type"))


def _pairs(option: str, words: Sequence[str]) -> Iterator[tuple[str, str]]:
    for word in words:
        name, equals, value = word.partition("=")
        if not name or not equals:
            raise UsageError(f"{option} {word!r}: write NAME=VALUE")
        yield name, value
