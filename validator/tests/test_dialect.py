"""Loading dialects by name, by path, from the search path and from other distributions."""

from collections.abc import Callable
from pathlib import Path

import pytest
from pixelproof import Dialect, DialectError, UsageError, _dialect, known_dialects, load_dialect, validate_request
from pixelproof._cache import CACHE_VARIABLE
from pixelproof._locate import SEARCH_PATH_VARIABLE

Acme = Callable[..., Path]


@pytest.fixture(autouse=True)
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each test starts with no dialect loaded and with an empty cache."""
    monkeypatch.setenv(CACHE_VARIABLE, str(tmp_path / "cache"))
    monkeypatch.setattr(_dialect, "_LOADED", {})
    monkeypatch.setattr(_dialect, "_BY_NAME", {})


def test_a_dialect_is_loaded_once() -> None:
    """The second call gives the same object, by name and by path."""
    openai = load_dialect("openai")
    assert load_dialect("openai") is openai
    assert load_dialect(openai.folder) is openai
    assert load_dialect(f"{openai.folder}/") is openai


def test_facts_of_a_dialect(acme: Acme) -> None:
    """Name, title, folder, operations and requirements are those of the files."""
    dialect = load_dialect(acme())
    assert (dialect.name, dialect.title, dialect.operations) == ("acme", "Acme", ("generations",))
    assert dialect.folder.name == "acme"
    nice = dialect.requirements["acme/generations/images-are-nice"]
    assert (nice.checkable, nice.reason) == (False, "Nobody can measure it.")
    assert dialect.requirements["acme/generations/n-above-8"].checkable


def test_a_dialect_from_the_cache_is_the_same(acme: Acme, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is read back from the cache equals what was built, to the last requirement."""
    built = load_dialect(acme())
    monkeypatch.setattr(_dialect, "_LOADED", {})
    monkeypatch.setattr(_dialect, "_build", lambda folder: pytest.fail("the cache was not used"))
    cached = load_dialect(built.folder)
    assert cached is not built
    assert (cached.about, cached.requirements) == (built.about, built.requirements)
    body = {"prompt": 5, "n": 9, "style": "round"}
    assert cached.operation("generations").validate_request(body) == built.operation("generations").validate_request(
        body
    )


def test_a_search_path_by_argument(acme: Acme) -> None:
    """A folder of dialect folders is searched before our own."""
    folder = acme()
    assert load_dialect("acme", dialect_path=(folder.parent,)).folder == folder.resolve()
    with pytest.raises(UsageError, match="unknown dialect 'acme'"):
        load_dialect("acme")


def test_a_search_path_by_the_environment(acme: Acme, monkeypatch: pytest.MonkeyPatch) -> None:
    """The variable adds folders for every call, the public functions included."""
    monkeypatch.setenv(SEARCH_PATH_VARIABLE, str(acme().parent))
    assert "acme" in known_dialects()
    assert validate_request({"prompt": "A fox", "n": 9}, dialect="acme").verdict == "invalid"


@pytest.mark.parametrize("path", ["/no/such/folder", "./nowhere"])
def test_a_path_that_is_no_dialect(path: str) -> None:
    """A path without dialect.yaml is refused with the path."""
    with pytest.raises(UsageError, match=f"'{path}' is no dialect folder; it has to hold dialect.yaml"):
        load_dialect(path)


def test_a_broken_dialect_is_broken_every_time(acme: Acme) -> None:
    """A folder that cannot be loaded leaves nothing behind, and loads once it is mended."""
    folder = acme("outcome: R400", "outcome: WRONG")
    for _ in range(2):
        with pytest.raises(DialectError, match="'WRONG' is not one of"):
            load_dialect(folder)
    assert isinstance(load_dialect(acme()), Dialect)


def test_a_dialect_of_another_distribution(acme: Acme, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An entry point names a package whose folder is the dialect; it can be loaded by its name."""
    folder = acme()
    (folder / "__init__.py").write_text("", encoding="utf-8")
    info = tmp_path / "acme_dialect-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: acme-dialect\nVersion: 1.0\n", encoding="utf-8")
    (info / "entry_points.txt").write_text("[pixelproof.dialects]\nacme = acme\n", encoding="utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    assert "acme" in known_dialects()
    assert load_dialect("acme").folder == folder.resolve()


def test_an_entry_point_to_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A distribution that names a package which is not there takes no other dialect down."""
    info = tmp_path / "ghost-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: ghost\nVersion: 1.0\n", encoding="utf-8")
    points = "[pixelproof.dialects]\nghost = no_such_package_for_test\nlost = no_such_package_for_test.inner\n"
    (info / "entry_points.txt").write_text(points, encoding="utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    assert "openai" in known_dialects()
    with pytest.raises(UsageError, match=r"'ghost': an installed distribution announces it as 'no_such_package"):
        load_dialect("ghost")
