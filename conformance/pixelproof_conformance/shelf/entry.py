"""One folder of the shelf: a report in every form, and ``evidence.json``, which says of what it is evidence."""

import json
import re
from dataclasses import dataclass
from pathlib import Path

from pixelproof import UsageError
from pixelproof._meta import message_of, meta_validator, place_name

from pixelproof_conformance.report.json_form import read_report
from pixelproof_conformance.report.write import write_report, write_whole
from pixelproof_conformance.reported import Report

FILE = "evidence.json"
FORMAT = "pixelproof-evidence"
FORMAT_VERSION = 1
MAX_BYTES = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Entry:
    """What an entry is evidence of: implementation and version, how it is made anew, and its report.

    ``about`` says in one sentence how the implementation was set up. ``folder`` is the name of its folder.
    """

    folder: str
    name: str
    version: str
    about: str
    reproduce: str
    report: Report

    @property
    def title(self) -> str:
        """Implementation and version."""
        return f"{self.name} {self.version}"


def folder_name(name: str, version: str) -> str:
    """The folder of an implementation and version. Raises :class:`UsageError` for names that leave nothing."""
    slug = re.sub(r"[^a-z0-9.]+", "-", f"{name}-{version}".lower()).strip("-.")
    if not re.search(r"[a-z0-9]", name.lower()) or not re.search(r"[a-z0-9]", version.lower()):
        raise UsageError(f"--name {name!r} and --version {version!r} need letters or digits; they name the folder")
    return slug


def add_run(report: Report, shelf: Path, entry: Entry, *, replace: bool = False) -> list[Path]:
    """Put a report into its folder of the shelf in every form; returns the paths.

    The README of a folder is left to people once it is there. Raises :class:`UsageError` when the folder is taken.
    """
    folder = shelf / entry.folder
    if (folder / FILE).exists() and not replace:
        raise UsageError(f"{folder} holds evidence already; replace it with --replace, or name another version")
    paths = write_report(report, folder)
    value = {
        "format": FORMAT,
        "format_version": FORMAT_VERSION,
        "name": entry.name,
        "version": entry.version,
        "about": entry.about,
        "reproduce": entry.reproduce,
    }
    paths.append(write_whole(folder / FILE, json.dumps(value, indent=1, ensure_ascii=False) + "\n"))
    if not (folder / "README.md").exists():
        paths.append(write_whole(folder / "README.md", _readme(entry)))
    return paths


def read_shelf(shelf: Path) -> list[Entry]:
    """Every entry of the shelf, by name and then by version, the newest first.

    Raises :class:`UsageError`, naming the file, for a shelf or an entry that cannot be read.
    """
    if not shelf.is_dir():
        raise UsageError(f"{shelf} is not a folder; name the shelf with --shelf")
    entries = [_read(path) for path in sorted(shelf.glob(f"*/{FILE}"))]
    newest_first = sorted(entries, key=lambda entry: version_key(entry.version), reverse=True)
    return sorted(newest_first, key=lambda entry: entry.name.lower())


def version_key(version: str) -> tuple[tuple[int, str], ...]:
    """A version as it is compared: numbers by their value."""
    return tuple((int(part), "") if part.isdecimal() else (-1, part) for part in re.findall(r"\d+|[a-z]+", version))


def _read(path: Path) -> Entry:
    try:
        with path.open("rb") as file:
            value = json.loads(file.read(MAX_BYTES))
    except OSError as error:
        raise UsageError(f"{path}: cannot be read ({error.strerror})") from None
    except (ValueError, RecursionError) as error:
        raise UsageError(f"{path}: is not JSON ({error})") from None
    flaw = next(meta_validator("evidence").iter_errors(value), None)
    if flaw is not None:
        raise UsageError(f"{path}: at {place_name(tuple(flaw.absolute_path))}: {message_of(flaw)}")
    given = {name: value[name] for name in ("name", "version", "about", "reproduce")}
    return Entry(folder=path.parent.name, report=read_report(path.parent), **given)


def _readme(entry: Entry) -> str:
    from pixelproof_conformance.report import words
    from pixelproof_conformance.report.markdown import code, fenced
    from pixelproof_conformance.report.write import forms

    files = ", ".join(f"[{form.file}]({form.file})" for form in forms().values())
    about = f"{code(entry.about, 2000)}\n\n" if entry.about else ""
    return (
        f"# {code(entry.title)}, dialect {code(entry.report.dialect)}\n\n{about}"
        f"{code(words.verdict(entry.report), 1000)} {words.date(entry.report)}, {words.sent(entry.report)}.\n\n"
        f"Files: {files}.\n\n## Reproduce\n\n{fenced(entry.reproduce, 'sh')}"
    )
