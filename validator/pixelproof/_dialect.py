"""A loaded dialect, and the table of dialects that are loaded already."""

import os
from typing import TYPE_CHECKING

from pixelproof._cache import cached
from pixelproof._errors import UsageError
from pixelproof._locate import find_dialect, is_dialect_folder
from pixelproof._values import Json, Requirement

if TYPE_CHECKING:
    from pathlib import Path

    from pixelproof._operation import Operation


class Dialect:
    """One provider's documented API: its operations and requirements. Get one from :func:`load_dialect`."""

    def __init__(self, data: dict[str, Json], folder: str) -> None:
        self._folder = folder
        about: dict[str, Json] = data["dialect"]
        self.name: str = about["dialect"]
        self.title: str = about["title"]
        self.about = about
        self.requirements: dict[str, Requirement] = {row[0]: Requirement._make(row) for row in data["requirements"]}
        self._data: dict[str, dict[str, Json]] = data["operations"]
        self._operations: dict[str, Operation] = {}

    @property
    def folder(self) -> "Path":
        """The folder that it was loaded from."""
        from pathlib import Path

        return Path(self._folder)

    @property
    def operations(self) -> tuple[str, ...]:
        """The names of its operations, in the order of the document."""
        return tuple(self._data)

    def operation(self, name: str) -> "Operation":
        """The operation ``name``. Raises :class:`UsageError` that lists the known ones."""
        found = self._operations.get(name)
        if found is None:
            if name not in self._data:
                raise UsageError(f"the dialect {self.name!r} has no operation {name!r}; it has {', '.join(self._data)}")
            from pixelproof._operation import Operation

            found = self._operations[name] = Operation(self.name, name, self._data[name], self.requirements)
        return found


_LOADED: dict[str, Dialect] = {}
_BY_NAME: dict[str, Dialect] = {}


def load_dialect(name: str | os.PathLike[str], *, dialect_path: tuple[str | os.PathLike[str], ...] = ()) -> Dialect:
    """The dialect called ``name``, or the one in the folder ``name`` when it is a path.

    ``dialect_path`` adds folders to search before ``PIXELPROOF_DIALECT_PATH`` and the built-in ones. A dialect is
    loaded once a process. Raises :class:`UsageError` for an unknown name and :class:`DialectError`, with file and
    line, for a folder whose declarations are not allowed.
    """
    if type(name) is str and not dialect_path and name in _BY_NAME:
        return _BY_NAME[name]
    text = os.fspath(name)
    if isinstance(name, os.PathLike) or os.sep in text:
        folder = text
        if not is_dialect_folder(folder):
            raise UsageError(f"{text!r} is no dialect folder; it has to hold dialect.yaml")
    else:
        folder = find_dialect(text, dialect_path)
    folder = os.path.realpath(folder)
    found = _LOADED.get(folder)
    if found is None:
        found = _LOADED[folder] = Dialect(cached(folder, _build), folder)
    if type(name) is str and not dialect_path:
        _BY_NAME[name] = found
    return found


def _build(folder: str) -> dict[str, Json]:
    from pathlib import Path

    from pixelproof._load import build

    return _packed(build(Path(folder)))


def _packed(data: dict[str, Json]) -> dict[str, Json]:
    """``data`` in the form that is read back fastest: requirements as rows, and each section as a text of its own."""
    from json import dumps

    operations = {
        name: {
            **operation,
            "classes": [
                {key: value if key == "name" else dumps(value) for key, value in entry.items()}
                for entry in operation["classes"]
            ],
        }
        for name, operation in data["operations"].items()
    }
    rows = [[*Requirement(**entry)] for entry in data["requirements"]]
    return {"dialect": data["dialect"], "operations": operations, "requirements": rows}
