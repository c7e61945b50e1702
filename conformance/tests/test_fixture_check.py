"""What is told of fixtures that are not what they should be."""

import json
from pathlib import Path
from typing import Any

import pytest
from pixelproof import UsageError, load_dialect
from pixelproof_conformance.fixture_check import check_fixtures

DIALECT = load_dialect("infinityblue")
REQUEST = {"model": "gpt-image-2", "prompt": "A fox.", "n": 2}
RIGHT: dict[str, Any] = {
    "description": "Two images cannot be asked for.",
    "on": "request",
    "request": REQUEST,
    "expect": {"verdict": "invalid", "findings": [{"pointer": "/n", "severity": "error"}]},
}


def told(folder: Path, content: dict[str, Any], place: str = "generations/n-not-1/flagged-two.json") -> list[str]:
    """What is wrong with a folder of this one fixture, apart from all the requirements that have none."""
    file = folder / "infinityblue" / place
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(content), encoding="utf-8")
    return [line for line in check_fixtures(DIALECT, folder) if "fixture" not in line or file.name in line]


def test_a_right_fixture_is_not_told(tmp_path: Path) -> None:
    """Nothing is wrong with a file that the validator judges as it expects."""
    assert told(tmp_path, RIGHT) == []


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"description": "No full stop"}, "does not match"),
        ({"expect": {"verdict": "valid"}}, "findings stand in flagged files"),
        ({"expect": {**RIGHT["expect"], "also": ["infinityblue/generations/n-not-1"]}}, "names its own requirement"),
        ({"expect": {**RIGHT["expect"], "also": ["infinityblue/generations/gone"]}}, "gone is no requirement"),
        ({"request": {**REQUEST, "n": 1}}, "found  ('valid', [], [])"),
        ({"request": {**REQUEST, "size": "x"}}, "['infinityblue/generations/size-not-width-x-height']"),
    ],
)
def test_a_wrong_fixture_is_told(tmp_path: Path, change: dict[str, Any], words: str) -> None:
    """Its form, a contradiction to its name, unknown requirements, and another verdict than the expected one."""
    lines = told(tmp_path, {**RIGHT, **change})
    assert any(words in line and "n-not-1/flagged-two.json" in line for line in lines), lines


def test_a_folder_without_a_requirement_is_told(tmp_path: Path) -> None:
    """A renamed requirement leaves no folder behind."""
    (tmp_path / "infinityblue/generations/n-not-one").mkdir(parents=True)
    assert told(tmp_path, RIGHT) == ["infinityblue/generations/n-not-one: is no requirement that can be checked"]


def test_the_same_message_twice_is_told(tmp_path: Path) -> None:
    """Another description makes no other fixture."""
    assert told(tmp_path, RIGHT) == []
    [line] = told(tmp_path, {**RIGHT, "description": "The same again."}, "generations/n-not-1/flagged-twice.json")
    assert line.startswith("infinityblue/generations/n-not-1/flagged-two.json: holds the same message as ")
    assert line.endswith("n-not-1/flagged-twice.json")


def test_requirements_without_fixtures_are_told(tmp_path: Path) -> None:
    """Each requirement that can be checked is listed for each kind that it lacks; others are not."""
    (tmp_path / "infinityblue").mkdir()
    lines = check_fixtures(DIALECT, tmp_path)
    checkable = [name for name, requirement in DIALECT.requirements.items() if requirement.checkable]
    assert len(lines) == 2 * len(checkable)
    assert lines[:2] == [f"{checkable[0]}: has no {kind} fixture" for kind in ("allowed", "flagged")]


def test_a_missing_folder_is_told() -> None:
    """A folder that does not exist is an error that shows it."""
    with pytest.raises(UsageError, match="'/no/such/folder' is not a folder"):
        check_fixtures(DIALECT, "/no/such/folder")
