"""Where dialect folders are found."""

import os
from pathlib import Path

import pytest
from pixelproof import UsageError, known_dialects
from pixelproof._locate import SEARCH_PATH_VARIABLE, find_dialect, own_schemas, schemas_root


@pytest.fixture
def house(tmp_path: Path) -> Path:
    """A folder of dialect folders with one dialect in it."""
    folder = tmp_path / "dialects" / "house"
    folder.mkdir(parents=True)
    (folder / "dialect.yaml").write_text("dialect: house\n")
    return folder


def test_own_dialects() -> None:
    """Our own dialects are known; the folder of our own formats is none of them."""
    known = known_dialects()
    assert "openai" in known
    assert "meta" not in known
    assert find_dialect("openai") == os.path.join(own_schemas(), "openai")  # noqa: PTH118 - strings are compared
    assert schemas_root() == Path(own_schemas())


def test_folder_of_dialects(house: Path) -> None:
    """A search path names a folder that holds dialect folders."""
    assert find_dialect("house", (house.parent,)) == str(house)
    assert "house" in known_dialects((house.parent,))


def test_dialect_folder_itself(house: Path) -> None:
    """A search path may name the dialect folder itself."""
    assert find_dialect("house", (house,)) == str(house)
    assert "house" in known_dialects((house,))


def test_search_path_variable(house: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The environment variable adds folders, separated like those of PATH."""
    monkeypatch.setenv(SEARCH_PATH_VARIABLE, os.pathsep.join(["", str(house.parent)]))
    assert find_dialect("house") == str(house)


def test_first_match_wins(house: Path) -> None:
    """A dialect on the search path hides one of ours with the same name."""
    ours = house.parent / "openai"
    ours.mkdir()
    (ours / "dialect.yaml").write_text("dialect: openai\n")
    assert find_dialect("openai", (house.parent,)) == str(ours)


@pytest.mark.parametrize("name", ["nobody", "", ".", "..", "meta"])
def test_unknown(name: str) -> None:
    """An unknown name is refused with the known ones."""
    with pytest.raises(UsageError, match=r"unknown dialect .*; known are .*openai"):
        find_dialect(name)


def test_no_folder(tmp_path: Path) -> None:
    """A search path that is no folder is refused by the name of its option."""
    with pytest.raises(UsageError, match=r"--dialect-path: .*nowhere.* is not a folder"):
        find_dialect("openai", (tmp_path / "nowhere",))
