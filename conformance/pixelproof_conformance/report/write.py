"""Writes the forms of a report into a folder, each file whole or not at all."""

import os
from collections.abc import Callable
from pathlib import Path

from pixelproof import UsageError

from pixelproof_conformance.model import Report


def write_report(report: Report, folder: Path) -> list[Path]:
    """Write every form of the report into ``folder``, which is made when it is missing; returns the paths.

    A file is written beside its place and then renamed, so that nobody reads half a report.
    Raises :class:`UsageError`, naming the path, when the folder or the disk does not take it.
    """
    make_folder(folder)
    return [write_whole(folder / name, form(report)) for name, form in forms().items()]


def make_folder(folder: Path) -> None:
    """Make ``folder`` where it is missing. Raises :class:`UsageError` that names it."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(f"{folder}: this folder cannot be made ({_reason(error)}); name another one") from None


def forms() -> dict[str, Callable[[Report], str]]:
    """The text of each form by the name of its file."""
    from pixelproof_conformance.report.badge import as_badge
    from pixelproof_conformance.report.html import as_html
    from pixelproof_conformance.report.json_form import as_text
    from pixelproof_conformance.report.junit import as_junit
    from pixelproof_conformance.report.markdown import as_markdown

    return {
        "report.json": as_text,
        "report.html": as_html,
        "report.md": as_markdown,
        "junit.xml": as_junit,
        "badge.svg": as_badge,
    }


def write_whole(path: Path, text: str) -> Path:
    """Write ``text`` to ``path`` in one step; returns ``path``. Raises :class:`UsageError` that names the path."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        try:
            # What a provider sent may hold half of a surrogate pair, which no file can hold.
            temporary.write_bytes(text.encode("utf-8", "replace"))
            temporary.replace(path)
        finally:
            temporary.unlink(missing_ok=True)
    except OSError as error:
        raise UsageError(f"{path}: cannot be written ({_reason(error)}); make room or name another folder") from None
    return path


def _reason(error: OSError) -> str:
    return error.strerror or type(error).__name__
