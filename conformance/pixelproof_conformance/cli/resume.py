"""The options of a run that goes on: they stand in its journal. Limits can be given anew, all else has to agree."""

import argparse
from dataclasses import replace
from pathlib import Path
from typing import Any

from pixelproof import UsageError
from pixelproof._config.settings import Settings

from pixelproof_conformance.audit import JOURNAL, plea_in
from pixelproof_conformance.cli.options import plea_from
from pixelproof_conformance.model import Json
from pixelproof_conformance.plea import Plea
from pixelproof_conformance.redact import REDACTED, redact_url


def resumed_plea(arguments: argparse.Namespace, folder: Path) -> Plea:
    """What the run in ``folder`` was asked for, with the limits on sending and spending that are given now.

    Raises :class:`UsageError` when there is no run, when an option contradicts it, or when something secret that no
    journal holds has to be given again.
    """
    if not (folder / JOURNAL).is_file():
        raise UsageError(f"--resume {folder}: there is no {JOURNAL}; name the folder of an earlier run")
    path = tuple(arguments.dialect_path)
    before = plea_in(folder, dialect_path=path)
    given = _given(arguments)
    asked = _asked(arguments, before, given)
    _refuse_contradictions(given, asked, before, folder)
    missing = [name for name in before.names_of_headers if name not in {name for name, _ in asked.headers}]
    if missing:
        raise UsageError(
            f"--resume {folder}: that run sent the header {missing[0]!r}, whose value no journal holds;"
            f" give --header '{missing[0]}: VALUE' again"
        )
    if REDACTED in before.url and "url" not in given:
        raise UsageError(f"--resume {folder}: the URL {before.url} had a secret, which no journal holds; give it again")
    caps = {name: given[option] for name, option in _CAPS.items() if option in given}
    limits = replace(before.limits, **{name: given[option] for name, option in _LIMITS.items() if option in given})
    return replace(
        before,
        url=asked.url,
        headers=asked.headers,
        key_env=asked.key_env,
        dialect_path=path,
        prices=asked.prices if "prices" in given else before.prices,
        limits=limits,
        options=replace(before.options, concurrency=limits.concurrency, caps=replace(before.options.caps, **caps)),
    )


_LIMITS = {
    "connect_seconds": "connect_timeout",
    "first_byte_seconds": "first_byte_timeout",
    "read_seconds": "timeout",
    "total_seconds": "total_timeout",
    "concurrency": "concurrency",
    "rate": "rate",
    "retries": "retries",
    "longest_wait": "longest_wait",
}
_CAPS = {"requests": "max_requests", "images": "max_images", "cost": "max_cost"}


def _given(arguments: argparse.Namespace) -> dict[str, Any]:
    """The options of the command line by name; what the environment or a settings file says is for new runs."""
    settings: Settings | None = getattr(arguments, "settings", None)
    values = settings.values.values() if settings else ()
    return {one.key.dest: one.value for one in values if one.origin == one.key.flag}


def _asked(arguments: argparse.Namespace, before: Plea, given: dict[str, Any]) -> Plea:
    """The options as they were given now; what was left out stands as in the run."""
    whole = argparse.Namespace(**vars(arguments))
    whole.url = given.get("url", before.url)
    whole.dialect = given.get("dialect", before.dialect)
    whole.key_env = given.get("key_env", before.key_env)
    return plea_from(whole, given.get("seed", before.options.seed))


def _refuse_contradictions(given: dict[str, Any], asked: Plea, before: Plea, folder: Path) -> None:
    now, then = asked.configuration(), before.configuration()
    for option, key in _AGREE.items():
        if option not in given or now[key] == then[key]:
            continue
        word = "the URL" if option == "url" else f"--{option.replace('_', '-')}"
        raise UsageError(
            f"{word} {_shown(now[key])} contradicts the run in {folder}, which has {_shown(then[key])};"
            f" leave it out, or begin a new run with --out"
        )


_AGREE = {
    "url": "url",
    "dialect": "dialect",
    "operation": "operations",
    "model": "models",
    "model_alias": "model_aliases",
    "account": "account",
    "only": "only",
    "skip": "skip",
    "profile": "profile",
    "examples": "examples",
    "seed": "seed",
    "repeat": "repeat",
}
"""Options that decide which requests are made, each with its key in the configuration."""


def _shown(value: Json) -> str:
    if isinstance(value, str):
        return redact_url(value)
    if isinstance(value, dict):
        return ", ".join(f"{name}={item}" for name, item in value.items()) or "none"
    return ", ".join(map(str, value)) or "none" if isinstance(value, list) else str(value)
