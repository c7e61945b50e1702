"""Keeps folded dialects between runs, so that a command line call reads one JSON file and no YAML.

An entry holds what it was made from: the files of the dialect and of this package with their sizes and times. When any
of them is another now, the entry is made again. A missing, damaged or unwritable cache costs time and nothing else.
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


def cached(folder: str, build: Callable[[str], dict[str, Json]]) -> dict[str, Json]:
    """The data of the dialect in ``folder``: from the cache when it is fresh, else from ``build``, which fills it."""
    entry = _entry(folder)
    sources = _sources(folder) if entry else None
    if entry is None or sources is None:
        return build(folder)
    try:
        with open(entry, "rb") as file:
            kept = jiter.from_json(file.read())
    except (OSError, ValueError):
        kept = None
    if isinstance(kept, dict) and kept.get("made-from") == sources and isinstance(kept.get("data"), dict):
        data: dict[str, Json] = kept["data"]
        return data
    data = build(folder)
    _write(entry, {"made-from": sources, "data": data})
    return data


def _entry(folder: str) -> str | None:
    """The file of the dialect in ``folder``, one for each installation that reads it."""
    root = os.environ.get(CACHE_VARIABLE) or os.path.join(
        os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache"), "pixelproof"
    )
    if not os.path.isabs(root):
        return None
    owner = "\n".join((folder, _PACKAGE, sys.prefix, sys.version)).encode("utf-8", "surrogatepass")
    return os.path.join(root, f"{os.path.basename(folder)}-{int.from_bytes(owner, 'big') % _CHECKSUM_MODULUS:x}.json")


def _sources(folder: str) -> str | None:
    """Everything that decides what is built, as text; ``None`` when it cannot be read."""
    parts = [_FORMAT, folder, _PACKAGE]
    for place in (folder, os.path.join(own_schemas(), "meta"), _PACKAGE, os.path.join(_PACKAGE, "rules")):
        try:
            for found in sorted(os.scandir(place), key=lambda item: item.name):
                if found.name.endswith((".yaml", ".py")):
                    facts = found.stat()
                    parts.append(f"{found.name} {facts.st_size} {facts.st_mtime_ns}")
        except OSError:
            return None
    return "\n".join(parts)


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
