"""The cache of folded dialects."""

import errno
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from pixelproof._cache import CACHE_VARIABLE, cached

Build = Callable[[str], dict[str, Any]]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with one file to fold, and an empty cache beside it."""
    monkeypatch.setenv(CACHE_VARIABLE, str(tmp_path / "cache"))
    folder = tmp_path / "house"
    folder.mkdir()
    (folder / "dialect.yaml").write_text("a: 1\n")
    return folder


@pytest.fixture
def builds() -> list[str]:
    """The folders that were built, in order."""
    return []


@pytest.fixture
def build(builds: list[str]) -> Build:
    """A build that notes its folder and returns how often it ran."""

    def count(folder: str) -> dict[str, Any]:
        builds.append(folder)
        return {"number": len(builds)}

    return count


def entries(folder: Path) -> list[Path]:
    """The files of the cache."""
    return sorted((folder.parent / "cache").iterdir())


def test_builds_once(folder: Path, build: Build, builds: list[str]) -> None:
    """A second reading of an unchanged folder comes from the cache."""
    assert cached(str(folder), build) == {"number": 1}
    assert cached(str(folder), build) == {"number": 1}
    assert builds == [str(folder)]


def test_builds_again_after_a_change(folder: Path, build: Build) -> None:
    """A changed file makes the entry stale, and the fresh one takes its place, so that no old entries pile up."""
    cached(str(folder), build)
    (folder / "dialect.yaml").write_text("a: 10\n")
    assert cached(str(folder), build) == {"number": 2}
    assert cached(str(folder), build) == {"number": 2}
    assert len(entries(folder)) == 1


def test_same_name_in_another_place(folder: Path, build: Build) -> None:
    """Two folders of one name have an entry each."""
    other = folder.parent / "elsewhere" / "house"
    other.mkdir(parents=True)
    (other / "dialect.yaml").write_text("a: 1\n")
    assert cached(str(folder), build) == {"number": 1}
    assert cached(str(other), build) == {"number": 2}
    assert cached(str(folder), build) == {"number": 1}


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"null", b'{"made-from": "x", "data": {}}', b"\xff"])
def test_damaged_entry(folder: Path, build: Build, content: bytes) -> None:
    """A damaged or foreign entry is made again."""
    cached(str(folder), build)
    (entry,) = entries(folder)
    entry.write_bytes(content)
    assert cached(str(folder), build) == {"number": 2}
    assert json.loads(entry.read_bytes())["data"] == {"number": 2}


def test_unwritable_cache(folder: Path, build: Build, monkeypatch: pytest.MonkeyPatch) -> None:
    """A cache that cannot be written costs time and nothing else."""
    (folder.parent / "file").write_text("")
    monkeypatch.setenv(CACHE_VARIABLE, str(folder.parent / "file" / "below"))
    assert cached(str(folder), build) == {"number": 1}
    assert cached(str(folder), build) == {"number": 2}


def test_full_disk(folder: Path, build: Build, monkeypatch: pytest.MonkeyPatch) -> None:
    """A disk that is full costs time and nothing else, and no half of an entry stays behind."""

    def full(*args: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("os.replace", full)
    assert cached(str(folder), build) == {"number": 1}
    assert cached(str(folder), build) == {"number": 2}
    assert entries(folder) == []


def test_read_only_cache(folder: Path, build: Build, monkeypatch: pytest.MonkeyPatch) -> None:
    """An entry that is there is read, even where none can be written."""
    cached(str(folder), build)

    def refused(*args: object, **options: object) -> None:
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr("os.makedirs", refused)
    assert cached(str(folder), build) == {"number": 1}
    (folder / "dialect.yaml").write_text("a: 10\n")
    assert cached(str(folder), build) == {"number": 2}


def test_value_that_json_cannot_say(folder: Path) -> None:
    """What cannot be written is given back all the same, and leaves nothing behind."""
    endless: dict[str, Any] = {}
    endless["self"] = endless
    assert cached(str(folder), lambda _: endless) is endless
    assert entries(folder) == []


def test_a_folder_that_cannot_be_listed(folder: Path, build: Build) -> None:
    """Without knowing its files, a folder is built every time; the build tells what is wrong with it."""
    missing = str(folder / "missing")
    assert cached(missing, build) == {"number": 1}
    assert cached(missing, build) == {"number": 2}


def test_files_that_do_not_matter(folder: Path, build: Build) -> None:
    """A file that is no part of a dialect does not make its entry stale."""
    cached(str(folder), build)
    (folder / "notes.txt").write_text("draft")
    assert cached(str(folder), build) == {"number": 1}
    (folder / "edits.yaml").write_text("b: 1\n")
    assert cached(str(folder), build) == {"number": 2}


def test_relative_cache_is_not_used(folder: Path, build: Build, monkeypatch: pytest.MonkeyPatch) -> None:
    """A cache folder without a fixed place (a home that is not known, for example) is left alone."""
    monkeypatch.chdir(folder)
    monkeypatch.setenv(CACHE_VARIABLE, "somewhere")
    assert cached(str(folder), build) == {"number": 1}
    assert [item.name for item in folder.iterdir()] == ["dialect.yaml"]


def test_a_file_alone(folder: Path, build: Build) -> None:
    """One file is kept like a folder of them, and made again when it changes."""
    table = folder / "table.yaml"
    table.write_text("a: 1\n")
    assert cached(str(table), build) == {"number": 1}
    assert cached(str(table), build) == {"number": 1}
    table.write_text("a: 10\n")
    assert cached(str(table), build) == {"number": 2}
