import errno
from pathlib import Path

import pytest
from pixelproof import UsageError
from pixelproof_conformance.report.json_form import read_report
from pixelproof_conformance.report.write import FORM_NAMES, Choice, forms, write_report, write_whole

from .report_examples import realistic

REPORT = realistic(20, 3)


def test_every_form_is_written_into_a_new_folder(tmp_path: Path) -> None:
    """The folder and its parents are made, each form is there, the paths come back, and nothing else is left behind."""
    folder = tmp_path / "a" / "b"
    paths = write_report(REPORT, folder)
    assert sorted(path.name for path in paths) == sorted(form.file for form in forms().values())
    assert sorted(folder.iterdir()) == sorted(paths)
    assert read_report(folder) == REPORT


def test_every_form_has_a_name_and_a_file_of_its_own() -> None:
    """The names that the command line offers are those of the forms, and no two forms share a file."""
    assert tuple(forms()) == FORM_NAMES
    assert len({form.file for form in forms().values()}) == len(FORM_NAMES)


def test_only_the_chosen_forms_are_written(tmp_path: Path) -> None:
    """Chosen forms go where they were asked for, and report.json is always there, for all else is made from it."""
    folder, elsewhere = tmp_path / "run", tmp_path / "ci" / "results.xml"
    paths = write_report(REPORT, folder, [Choice("junit", elsewhere), Choice("csv")])
    assert paths == [folder / "report.json", elsewhere, folder / "results.csv"]
    assert sorted(path.name for path in folder.iterdir()) == ["report.json", "results.csv"]
    assert elsewhere.read_text("utf-8").startswith("<?xml")


def test_an_older_report_is_replaced(tmp_path: Path) -> None:
    """A second run into the same folder leaves its own report and no part of the first."""
    write_report(realistic(60, 9), tmp_path)
    write_report(REPORT, tmp_path)
    assert read_report(tmp_path) == REPORT


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    """A file in place of the folder gives one line that names the folder and the reason."""
    (tmp_path / "file").write_text("x")
    with pytest.raises(UsageError, match=r"file/out: this folder cannot be made \(Not a directory\); name another one"):
        write_report(REPORT, tmp_path / "file" / "out")


def test_a_file_that_cannot_be_replaced_is_named_and_leaves_no_part(tmp_path: Path) -> None:
    """When the last step fails, the path is named and the temporary file is gone."""
    (tmp_path / "report.md").mkdir()
    with pytest.raises(UsageError, match=r"report\.md: cannot be written \(Is a directory\)"):
        write_whole(tmp_path / "report.md", "text")
    assert [path.name for path in tmp_path.iterdir()] == ["report.md"]


def test_a_full_disk_leaves_the_older_report(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """When the disk is full, the older file stays whole and no part is left."""
    path = write_whole(tmp_path / "report.md", "older")

    def full(self: Path, content: bytes) -> int:
        with self.open("wb") as stream:
            stream.write(content[:1])
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(UsageError, match=r"report\.md: cannot be written \(No space left on device\)"):
        write_whole(path, "newer")
    assert path.read_text() == "older"
    assert list(tmp_path.iterdir()) == [path]


def test_half_a_surrogate_pair_does_not_stop_the_report(tmp_path: Path) -> None:
    """Text that no encoding can hold is written with a question mark in its place."""
    assert write_whole(tmp_path / "x", "a\ud800b").read_bytes() == b"a?b"
