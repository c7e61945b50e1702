"""The page for contributors: what it names is there, so that a recipe can be followed word by word."""

import re

import pytest
from pixelproof_conformance.fixtures import fixtures_root

ROOT = fixtures_root().parent
PAGE = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
SOURCES = [path for top in ("validator", "conformance", "docs") for path in sorted(ROOT.glob(f"{top}/**/*.py"))]
PLACES = (
    ROOT,
    ROOT / "validator/pixelproof",
    ROOT / "validator/pixelproof/_config",
    ROOT / "validator/pixelproof/cli",
    ROOT / "conformance/pixelproof_conformance",
    ROOT / "conformance/pixelproof_conformance/gateway/faults/wire",
    ROOT / "conformance/pixelproof_conformance/report/html",
    ROOT / "conformance/pixelproof_conformance/wire_checks",
    ROOT / "conformance/tests",
    ROOT / "validator/tests",
    ROOT / "schemas",
    ROOT / "schemas/openai",
)
"""From where the page may name a file: the top, or a folder that is the subject of the recipe."""

CODE = re.findall(r"`([^`\n]+)`", re.sub(r"^```.*?^```", "", PAGE, flags=re.MULTILINE | re.DOTALL))
PATH = re.compile(r"[\w.*-]*(?:/[\w.*-]*)+|[\w*-]+\.(?:py|md|yaml|toml)")
NAME = re.compile(r"_[a-z]\w+|_?[A-Z][A-Z_]{3,}|[A-Z][a-z]+|[a-z]+_[a-z_]+")
MADE_LATER = {"site/", "dist/", "pixelproof/schemas"}
"""What a command makes, and no recipe needs."""


def paths() -> list[str]:
    """Every path that the page names without a placeholder."""
    return sorted({word for word in CODE if PATH.fullmatch(word)} - MADE_LATER)


def names() -> list[str]:
    """Every name of the code."""
    return sorted({word.partition("(")[0] for word in CODE if NAME.fullmatch(word.partition("(")[0])})


@pytest.mark.parametrize("path", paths())
def test_what_a_recipe_names_is_there(path: str) -> None:
    """A file or folder is found from the top of the repository, or from the folder that the recipe is about."""
    assert any(any(place.glob(path.strip("/"))) for place in PLACES), path


@pytest.mark.parametrize("name", names())
def test_names_of_the_code_are_there(name: str) -> None:
    """A function, a class, a table or a module that the page names has this name in the code."""
    whole = re.compile(rf"\b{name}\b")
    assert any(path.stem == name or whole.search(path.read_text(encoding="utf-8")) for path in SOURCES), name


def test_the_page_is_read() -> None:
    """Paths and names are found, those of the recipes among them."""
    assert {"schemas/wire.yaml", "gateway/faults/extras.py", "report/write.py"} <= {*paths()}
    assert {"_DRESSES", "EXTRAS", "BREAKERS", "ONE_CALL", "Deviation"} <= {*names()}


def test_the_modules_of_the_tables_are_there() -> None:
    """Each module in the tables of "How the parts fit" is one, a folder with a slash behind it."""
    part = PAGE.partition("## How the parts fit")[2].partition("## House rules")[0]
    rows = re.findall(r"^\| (`[^|]+`) \|", part, re.MULTILINE)
    modules = [name if name.endswith("/") else f"{name}.py" for row in rows for name in re.findall(r"`([^`]+)`", row)]
    assert len(modules) > 50
    packages = (ROOT / "validator/pixelproof", ROOT / "conformance/pixelproof_conformance")
    assert [name for name in modules if not any((package / name).exists() for package in packages)] == []
