"""Keeps folded dialects between runs, so that a command line call reads one JSON file and no YAML.

A cache entry is named by everything that went into it: the files of the dialect and of this package with their sizes
and times. A missing, damaged or unwritable cache costs time and nothing else. ``PIXELPROOF_CACHE_DIR`` moves it.
"""

import contextlib
import os
import sys
from collections.abc import Callable
from pathlib import Path

import jiter

from pixelproof._locate import schemas_root
from pixelproof._values import Json

CACHE_VARIABLE = "PIXELPROOF_CACHE_DIR"
_FORMAT = "1"


def cached(folder: Path, build: Callable[[Path], dict[str, Json]]) -> dict[str, Json]:
    """The data of the dialect in ``folder``: from the cache when it is fresh, else from ``build``, which fills it."""
    entry = _entry(folder)
    if entry is None:
        return build(folder)
    try:
        data = jiter.from_json(entry.read_bytes())
    except (OSError, ValueError):
        data = None
    if isinstance(data, dict):
        return data
    data = build(folder)
    _write(entry, data)
    return data


def _entry(folder: Path) -> Path | None:
    root = os.environ.get(CACHE_VARIABLE) or os.path.join(  # noqa: PTH118 - Path.home() raises without a home
        os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache"),  # noqa: PTH111
        "pixelproof",
    )
    if not os.path.isabs(root):  # noqa: PTH117
        return None
    parts = [_FORMAT, sys.version, str(folder.resolve())]
    for place in (folder, schemas_root() / "meta", Path(__file__).parent, Path(__file__).parent / "rules"):
        try:
            for found in sorted(os.scandir(place), key=lambda item: item.name):
                if found.name.endswith((".yaml", ".py")):
                    facts = found.stat()
                    parts.append(f"{found.name} {facts.st_size} {facts.st_mtime_ns}")
        except OSError:
            return None
    import hashlib

    name = hashlib.sha256("\n".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:24]
    return Path(root) / f"{folder.resolve().name}-{name}.json"


def _write(entry: Path, data: dict[str, Json]) -> None:
    """Writes the entry whole or not at all; a full disk or a read-only folder is no trouble of the caller's."""
    import json

    partial = entry.with_name(f"{entry.name}.{os.getpid()}.tmp")
    try:
        entry.parent.mkdir(parents=True, exist_ok=True)
        partial.write_text(json.dumps(data, separators=(",", ":")), encoding="utf-8")
        partial.replace(entry)
    except OSError:
        with contextlib.suppress(OSError):
            partial.unlink(missing_ok=True)
