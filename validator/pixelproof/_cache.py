"""Keeps what YAML says between runs, such as folded dialects, so that a command line call reads one JSON file instead.

An entry holds what it was made from: the YAML files and those of this package with their sizes and times. When any of
them is another now, the entry is made again. A missing, damaged or unwritable cache costs time and nothing else.
``PIXELPROOF_CACHE_DIR`` moves it. Strings instead of :mod:`pathlib` and arithmetic instead of :mod:`hashlib`, because
each import would cost more than reading the entry.
"""

import os
import sys
from collections.abc import Callable

import jiter

from pixelproof._locate import own_schemas
from pixelproof._values import Json

CACHE_VARIABLE = "PIXELPROOF_CACHE_DIR"
_FORMAT = "2"
_PACKAGE = os.path.dirname(os.path.abspath(__file__))
_CHECKSUM_MODULUS = 2**61 - 1


def cached(source: str, build: Callable[[str], dict[str, Json]]) -> dict[str, Json]:
    """The data of a folder or a file: from the cache when it is fresh, else from ``build``, which fills it."""
    entry = _entry(source)
    sources = _sources(source) if entry else None
    if entry is None or sources is None:
        return build(source)
    try:
        with open(entry, "rb") as file:
            kept = jiter.from_json(file.read())
    except (OSError, ValueError):
        kept = None
    if isinstance(kept, dict) and kept.get("made-from") == sources and isinstance(kept.get("data"), dict):
        data: dict[str, Json] = kept["data"]
        return data
    data = build(source)
    _write(entry, {"made-from": sources, "data": data})
    return data


def _entry(source: str) -> str | None:
    """The file that keeps ``source``, one for each installation that reads it."""
    root = os.environ.get(CACHE_VARIABLE) or os.path.join(
        os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache"), "pixelproof"
    )
    if not os.path.isabs(root):
        return None
    owner = "\n".join((source, _PACKAGE, sys.prefix, sys.version)).encode("utf-8", "surrogatepass")
    return os.path.join(root, f"{os.path.basename(source)}-{int.from_bytes(owner, 'big') % _CHECKSUM_MODULUS:x}.json")


def _sources(source: str) -> str | None:
    """Everything that decides what is built, as text; ``None`` when it cannot be read."""
    parts = [_FORMAT, source, _PACKAGE]
    try:
        parts += _stamps(source) if os.path.isdir(source) else [_stamp(source, os.stat(source))]
        for folder in (os.path.join(own_schemas(), "meta"), _PACKAGE, os.path.join(_PACKAGE, "rules")):
            parts += _stamps(folder)
    except OSError:
        return None
    return "\n".join(parts)


def _stamps(folder: str) -> list[str]:
    found = sorted(os.scandir(folder), key=lambda item: item.name)
    return [_stamp(item.name, item.stat()) for item in found if item.name.endswith((".yaml", ".py"))]


def _stamp(name: str, facts: os.stat_result) -> str:
    return f"{name} {facts.st_size} {facts.st_mtime_ns}"


def _write(entry: str, content: dict[str, Json]) -> None:
    """Writes the entry whole or not at all; a full disk or a read-only folder is no trouble of the caller's."""
    import contextlib
    import json

    partial = f"{entry}.{os.getpid()}.tmp"
    try:
        os.makedirs(os.path.dirname(entry), exist_ok=True)
        with open(partial, "w", encoding="utf-8") as file:
            json.dump(content, file, separators=(",", ":"))
        os.replace(partial, entry)
    except (OSError, ValueError):
        with contextlib.suppress(OSError):
            os.unlink(partial)
