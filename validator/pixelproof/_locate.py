"""Where dialect folders are found: in the package, in a checkout, on the search path, in other distributions."""

import os
from pathlib import Path

from pixelproof._errors import UsageError

SEARCH_PATH_VARIABLE = "PIXELPROOF_DIALECT_PATH"


def schemas_root() -> Path:
    """The folder of our own dialects: inside an installed package, beside ``validator/`` in a checkout."""
    here = Path(__file__).resolve().parent
    packaged = here / "schemas"
    return packaged if packaged.is_dir() else here.parents[1] / "schemas"


def dialect_roots(extra: "tuple[str | os.PathLike[str], ...]" = ()) -> list[Path]:
    """Folders that may hold dialect folders, first match wins: ``extra``, the search path variable, our own.

    A path may name a dialect folder itself or a folder of dialect folders. Raises :class:`UsageError` for a path that
    is no folder.
    """
    from_variable = [part for part in os.environ.get(SEARCH_PATH_VARIABLE, "").split(os.pathsep) if part]
    roots = []
    for origin, part in [("--dialect-path", p) for p in extra] + [(SEARCH_PATH_VARIABLE, p) for p in from_variable]:
        root = Path(part)
        if not root.is_dir():
            raise UsageError(f"{origin}: {os.fspath(part)!r} is not a folder; name a folder that holds dialect.yaml")
        roots.append(root)
    return [*roots, schemas_root()]


def dialect_folders(extra: "tuple[str | os.PathLike[str], ...]" = ()) -> dict[str, Path]:
    """Every dialect folder by the name of its folder, ours last; entry points are not looked up here."""
    found: dict[str, Path] = {}
    for root in dialect_roots(extra):
        candidates = [root] if (root / "dialect.yaml").is_file() else sorted(root.iterdir())
        for folder in candidates:
            if (folder / "dialect.yaml").is_file():
                found.setdefault(folder.resolve().name, folder)
    return found


def find_dialect(name: str, extra: "tuple[str | os.PathLike[str], ...]" = ()) -> Path:
    """The folder of the dialect ``name``. Raises :class:`UsageError` that lists the known ones."""
    for root in dialect_roots(extra):
        if (root / name / "dialect.yaml").is_file() and name not in ("", ".", ".."):
            return root / name
        if root.resolve().name == name and (root / "dialect.yaml").is_file():
            return root
    if folder := _installed_dialects().get(name):
        return folder
    known = sorted({*dialect_folders(extra), *_installed_dialects()})
    raise UsageError(
        f"unknown dialect {name!r}; known are {', '.join(known)}. A folder of your own is added with --dialect-path"
    )


def _installed_dialects() -> dict[str, Path]:
    """Dialect folders of other distributions: each entry point names a module whose folder is the dialect's."""
    from importlib.metadata import entry_points
    from importlib.util import find_spec

    found = {}
    for point in entry_points(group="pixelproof.dialects"):
        spec = find_spec(point.value)
        for place in (spec.submodule_search_locations or ()) if spec else ():
            found[point.name] = Path(place)
    return found


def known_dialects(extra: "tuple[str | os.PathLike[str], ...]" = ()) -> list[str]:
    """The names of all dialects that can be loaded, sorted."""
    return sorted({*dialect_folders(extra), *_installed_dialects()})
