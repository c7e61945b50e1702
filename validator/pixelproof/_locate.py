"""Where dialect folders are found: in the package, in a checkout, on the search path, in other distributions.

Folders are plain strings here: importing :mod:`pathlib` would cost a tenth of the start-up time of the command line.
"""

import os
from typing import TYPE_CHECKING

from pixelproof._errors import UsageError

if TYPE_CHECKING:
    from pathlib import Path

SEARCH_PATH_VARIABLE = "PIXELPROOF_DIALECT_PATH"


def schemas_root() -> "Path":
    """The folder of our own dialects: inside an installed package, beside ``validator/`` in a checkout."""
    from pathlib import Path

    return Path(own_schemas())


def own_schemas() -> str:
    """The same as :func:`schemas_root`, as a string."""
    here = os.path.dirname(os.path.realpath(__file__))
    packaged = os.path.join(here, "schemas")
    return packaged if os.path.isdir(packaged) else os.path.join(os.path.dirname(os.path.dirname(here)), "schemas")


def is_dialect_folder(folder: str) -> bool:
    """Whether ``folder`` holds a dialect; ``meta`` holds our own formats, one of which is the dialect.yaml."""
    return os.path.basename(folder) != "meta" and os.path.isfile(os.path.join(folder, "dialect.yaml"))


def dialect_roots(extra: "tuple[str | os.PathLike[str], ...]" = ()) -> list[str]:
    """Folders that may hold dialect folders, first match wins: ``extra``, the search path variable, our own.

    A path may name a dialect folder itself or a folder of dialect folders. Raises :class:`UsageError` for a path that
    is no folder.
    """
    from_variable = [part for part in os.environ.get(SEARCH_PATH_VARIABLE, "").split(os.pathsep) if part]
    roots = []
    for origin, part in [("--dialect-path", p) for p in extra] + [(SEARCH_PATH_VARIABLE, p) for p in from_variable]:
        root = os.fspath(part)
        if not os.path.isdir(root):
            raise UsageError(f"{origin}: {root!r} is not a folder; name a folder that holds dialect.yaml")
        roots.append(root)
    return [*roots, own_schemas()]


def dialect_folders(extra: "tuple[str | os.PathLike[str], ...]" = ()) -> dict[str, str]:
    """Every dialect folder by the name of its folder, ours last; entry points are not looked up here."""
    found: dict[str, str] = {}
    for root in dialect_roots(extra):
        inside = [root] if is_dialect_folder(root) else [os.path.join(root, name) for name in sorted(os.listdir(root))]
        for folder in inside:
            if is_dialect_folder(folder):
                found.setdefault(os.path.basename(os.path.realpath(folder)), folder)
    return found


def find_dialect(name: str, extra: "tuple[str | os.PathLike[str], ...]" = ()) -> str:
    """The folder of the dialect ``name``. Raises :class:`UsageError` that lists the known ones."""
    for root in dialect_roots(extra):
        if name not in ("", ".", "..") and is_dialect_folder(os.path.join(root, name)):
            return os.path.join(root, name)
        if os.path.basename(os.path.realpath(root)) == name and is_dialect_folder(root):
            return root
    if folder := _installed_dialects().get(name):
        return folder
    if broken := _announced_as(name):
        raise UsageError(
            f"the dialect {name!r}: an installed distribution announces it as {broken!r}, which is no package with a "
            "folder; install that distribution again"
        )
    raise UsageError(
        f"unknown dialect {name!r}; known are {', '.join(known_dialects(extra))}. "
        "A folder of your own is added with --dialect-path"
    )


def _installed_dialects() -> dict[str, str]:
    """Dialect folders of other distributions: each entry point names a module whose folder is the dialect's."""
    from importlib.metadata import entry_points
    from importlib.util import find_spec

    found = {}
    for point in entry_points(group="pixelproof.dialects"):
        try:
            spec = find_spec(point.value)
        except (ImportError, ValueError):  # one broken distribution takes no other dialect down
            continue
        for place in (spec.submodule_search_locations or ()) if spec else ():
            found[point.name] = place
    return found


def _announced_as(name: str) -> str | None:
    """What the entry point of a dialect names."""
    from importlib.metadata import entry_points

    return next((point.value for point in entry_points(group="pixelproof.dialects", name=name)), None)


def known_dialects(extra: "tuple[str | os.PathLike[str], ...]" = ()) -> list[str]:
    """The names of all dialects that can be loaded, sorted."""
    return sorted({*dialect_folders(extra), *_installed_dialects()})
