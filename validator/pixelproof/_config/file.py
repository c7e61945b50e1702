"""The settings file that holds here: ``pixelproof.toml``, or ``[tool.pixelproof]`` in a ``pyproject.toml``."""

import os
import re
from typing import Any, NamedTuple

from pixelproof._errors import UsageError
from pixelproof._values import Path

NAME = "pixelproof.toml"
PROJECT = "pyproject.toml"
_TABLE = ("tool", "pixelproof")
_TABLE_NAME = re.compile(rb"""\btool["']?\s*\.\s*["']?pixelproof\b""")
_MOST_BYTES = 1024 * 1024


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


def find_settings(folder: str | None = None) -> str | None:
    """The nearest settings file in ``folder``, by default the working directory, or in a folder above it."""
    here = os.path.abspath(folder or os.curdir)
    while True:
        own, project = os.path.join(here, NAME), os.path.join(here, PROJECT)
        if os.path.isfile(own):
            return _shown(own)
        if os.path.isfile(project) and _has_table(project):
            return _shown(project)
        above = os.path.dirname(here)
        if above == here:
            return None
        here = above


def read_settings(path: str) -> SettingsFile:
    """The settings in ``path``. Raises :class:`UsageError`, with the line, for a file that is no TOML."""
    import tomllib

    try:
        with open(path, "rb") as file:
            content = file.read(_MOST_BYTES + 1)
        text = content.decode("utf-8-sig")
    except OSError as error:
        raise UsageError(f"{path}: cannot be read ({error.strerror}); name a settings file with --config") from None
    except UnicodeDecodeError as error:
        raise UsageError(f"{path}: is not UTF-8 (byte {error.start}); TOML has to be") from None
    if len(content) > _MOST_BYTES:
        raise UsageError(f"{path}: has more than {_MOST_BYTES} bytes; is it a settings file?")
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


def _has_table(path: str) -> bool:
    try:
        with open(path, "rb") as file:
            content = file.read(_MOST_BYTES)
    except OSError:
        return False
    if not _TABLE_NAME.search(content):  # importing tomllib costs as much as judging a request
        return False
    import tomllib

    try:
        tool = tomllib.loads(content.decode("utf-8", "replace")).get("tool")
    except (tomllib.TOMLDecodeError, RecursionError):
        return False  # its own tools complain about it, and it is not known to be meant for us
    return isinstance(tool, dict) and isinstance(tool.get("pixelproof"), dict)


def _shown(path: str) -> str:
    """``path`` from the working directory, so that no report names the folders of a machine."""
    try:
        return os.path.relpath(path)
    except ValueError:  # another drive
        return path
