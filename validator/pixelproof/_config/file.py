"""The settings file that holds here: ``pixelproof.toml``, or ``[tool.pixelproof]`` in a ``pyproject.toml``."""

import os
from typing import Any, NamedTuple

from pixelproof._config.find import MOST_BYTES, PROJECT
from pixelproof._errors import UsageError
from pixelproof._values import Path

_TABLE = ("tool", "pixelproof")


class SettingsFile(NamedTuple):
    """A file that was read: ``path`` as it is shown, ``values`` of its table, ``lines`` of every place in the file.

    ``prefix`` is where the table stands in the file.
    """

    path: str
    values: dict[str, Any]
    lines: Any
    prefix: Path

    def place(self, path: Path) -> str:
        """``FILE:LINE`` of a place in the table."""
        return f"{self.path}:{self.lines.of((*self.prefix, *path))}"

    def resolved(self, value: str) -> str:
        """A path in the file, which is relative to the file's folder, as it is from the working directory."""
        return os.path.normpath(os.path.join(os.path.dirname(self.path), os.path.expanduser(value)))


def read_settings(path: str) -> SettingsFile:
    """The settings in ``path``. Raises :class:`UsageError`, with the line, for a file that is no TOML."""
    import tomllib

    try:
        with open(path, "rb") as file:
            content = file.read(MOST_BYTES + 1)
        text = content.decode("utf-8-sig")
    except OSError as error:
        raise UsageError(f"{path}: cannot be read ({error.strerror}); name a settings file with --config") from None
    except UnicodeDecodeError as error:
        raise UsageError(f"{path}: is not UTF-8 (byte {error.start}); TOML has to be") from None
    if len(content) > MOST_BYTES:
        raise UsageError(f"{path}: has more than {MOST_BYTES} bytes; is it a settings file?")
    try:
        values: Any = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        what, _, where = str(error).rpartition(" (at line ")
        line = where.partition(",")[0] if what else ""
        raise UsageError(f"{path}{f':{line}' if line.isdigit() else ''}: is not TOML: {what or error}") from None
    prefix: Path = ()
    if os.path.basename(path) == PROJECT:
        prefix = _TABLE
        tool = values.get("tool")
        values = tool.get("pixelproof") if isinstance(tool, dict) else None
        if not isinstance(values, dict):
            raise UsageError(f"{path}: has no table [tool.pixelproof]; add one, or name another file with --config")
    from pixelproof._config.lines import toml_lines

    return SettingsFile(path, values, toml_lines(text.replace("\r\n", "\n")), prefix)
