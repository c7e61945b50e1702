"""Whether anything but the command line sets a value. A call that nothing sets imports no more than this module."""

import os
from collections.abc import Mapping, Sequence

NAME = "pixelproof.toml"
PROJECT = "pyproject.toml"
MOST_BYTES = 1024 * 1024
OTHER_VARIABLES = ("PIXELPROOF_CACHE_DIR", "PIXELPROOF_DIALECT_PATH", "PIXELPROOF_TRACEBACK")


def may_be_set(given: Sequence[str], environment: Mapping[str, str] = os.environ) -> bool:
    """Whether a flag about settings, a variable or a file may set a value."""
    if any(word.startswith(("--config", "--no-")) for word in given):
        return True
    if any(name.startswith("PIXELPROOF_") and name not in OTHER_VARIABLES for name in environment):
        return True
    return find_settings() is not None


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


def _has_table(path: str) -> bool:
    try:
        with open(path, "rb") as file:
            content = file.read(MOST_BYTES)
    except OSError:
        return False
    import re

    if not re.search(rb"""\btool["']?\s*\.\s*["']?pixelproof\b""", content):
        return False  # before tomllib, whose import costs as much as judging a request
    import tomllib

    try:
        tool = tomllib.loads(content.decode("utf-8", "replace")).get("tool")
    except (tomllib.TOMLDecodeError, RecursionError):
        return True  # to read it says what is wrong
    return isinstance(tool, dict) and isinstance(tool.get("pixelproof"), dict)


def _shown(path: str) -> str:
    """``path`` from the working directory, so that no report names the folders of a machine."""
    try:
        return os.path.relpath(path)
    except ValueError:  # another drive
        return path
