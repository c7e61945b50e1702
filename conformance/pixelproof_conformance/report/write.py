"""Writes the forms of a report into a folder, each file whole or not at all."""

import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

from pixelproof import UsageError

from pixelproof_conformance.reported import Report


class Form(NamedTuple):
    """A form of a report: the name of its file in the folder of a run, and what makes its text."""

    file: str
    render: Callable[[Report], str]


class Choice(NamedTuple):
    """A form that was asked for, and the file to write; ``None`` means its own file in the folder of the run."""

    form: str
    file: Path | None = None


FORM_NAMES = ("json", "html", "markdown", "junit", "sarif", "csv", "badge", "shields")
ALWAYS = "json"
"""Written whatever is chosen: everything else can be made from it later."""


def forms() -> dict[str, Form]:
    """Every form by its name, in the order of :data:`FORM_NAMES`."""
    from pixelproof_conformance.report.badge import as_badge, as_shields
    from pixelproof_conformance.report.csv_form import as_csv
    from pixelproof_conformance.report.html import as_html
    from pixelproof_conformance.report.json_form import as_text
    from pixelproof_conformance.report.junit import as_junit
    from pixelproof_conformance.report.markdown import as_markdown
    from pixelproof_conformance.report.sarif import as_sarif

    return {
        "json": Form("report.json", as_text),
        "html": Form("report.html", as_html),
        "markdown": Form("report.md", as_markdown),
        "junit": Form("junit.xml", as_junit),
        "sarif": Form("report.sarif", as_sarif),
        "csv": Form("results.csv", as_csv),
        "badge": Form("badge.svg", as_badge),
        "shields": Form("badge.json", as_shields),
    }


def write_report(report: Report, folder: Path | None, choices: Sequence[Choice] = ()) -> list[Path]:
    """Write the report into ``folder``, which is made when it is missing; returns the paths.

    Without ``choices`` every form is written, else those and ``report.json``. Without ``folder`` only those of
    ``choices`` are written that name their file. A file is written beside its place and then renamed, so that nobody
    reads half a report.
    Raises :class:`UsageError`, naming the path, when the folder or the disk does not take it.
    """
    known = forms()
    paths = {path: choice.form for choice in _chosen(folder, choices) if (path := _path(choice, folder, known))}
    for parent in dict.fromkeys([*([folder] if folder else []), *[path.parent for path in paths]]):
        make_folder(parent)
    return [write_whole(path, known[form].render(report)) for path, form in paths.items()]


def _chosen(folder: Path | None, choices: Sequence[Choice]) -> list[Choice]:
    if folder is None:
        return [*choices]
    chosen = [*choices] or [Choice(name) for name in FORM_NAMES]
    return chosen if Choice(ALWAYS) in chosen else [Choice(ALWAYS), *chosen]


def _path(choice: Choice, folder: Path | None, known: dict[str, Form]) -> Path | None:
    if choice.file is not None:
        return choice.file
    return None if folder is None else folder / known[choice.form].file


def make_folder(folder: Path) -> None:
    """Make ``folder`` where it is missing. Raises :class:`UsageError` that names it."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(f"{folder}: this folder cannot be made ({_reason(error)}); name another one") from None


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
