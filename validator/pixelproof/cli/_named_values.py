"""Arguments of the form NAME=VALUE: facts about an account, and the fields and files of a form."""

import os
from collections.abc import Iterator, Sequence

from pixelproof._errors import UsageError
from pixelproof._values import File, Json
from pixelproof.cli._inputs import check_readable


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
    while not os.path.exists(path):  # a file may have such a name itself
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
