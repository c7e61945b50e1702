"""The website: what is laid out for the generator, its menu, and that nothing is loaded from elsewhere."""

import importlib.util
import tomllib
from pathlib import Path
from types import ModuleType

import pytest
from pixelproof_conformance.fixtures import fixtures_root

ROOT = fixtures_root().parent


def loaded() -> ModuleType:
    """The script, which is no part of a package."""
    spec = importlib.util.spec_from_file_location("build_site", ROOT / "docs" / "build_site.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


SITE = loaded()


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """A repository of three pages, a file, and two folders."""
    files = {
        "README.md": "# Home\n[guide](docs/guide.md#one) ![p](docs/p.svg) [code](src/a.py) [none](src) "
        "[ex](examples/x/)\n"
        "```text\n[guide](src)\n```\n<details>\n\n[out](../elsewhere.md) [web](https://example.org/)\n\n</details>\n",
        "docs/README.md": "# Index\n\n## Do\n\n[G](guide.md)\n",
        "docs/guide.md": "# The `guide`\n\n## One\n",
        "docs/p.svg": "<svg/>",
        "src/a.py": "",
        "examples/x/README.md": "# Example\n",
    }
    for name, text in files.items():
        path = tmp_path / "repository" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return tmp_path / "repository"


def test_links_are_those_that_the_site_can_follow(small: Path, tmp_path: Path) -> None:
    """Linked files come along, folders become their README or text, and what stands in code is left alone."""
    SITE.lay_out(small, tmp_path / "pages")
    assert (tmp_path / "pages" / "README.md").read_text(encoding="utf-8") == (
        "# Home\n[guide](docs/guide.md#one) ![p](docs/p.svg) [code](src/a.py) none [ex](examples/x/README.md)\n"
        "```text\n[guide](src)\n```\n<details markdown>\n\nout [web](https://example.org/)\n\n</details>\n"
    )
    assert (tmp_path / "pages" / "src" / "a.py").is_file()
    assert (tmp_path / "pages" / "docs" / "p.svg").read_text(encoding="utf-8") == "<svg/>"


def test_the_menu_follows_the_index(small: Path) -> None:
    """The sections of the index come in their order, and a page that it leaves out stands at the end."""
    assert SITE.navigation(small, SITE.pages_of(small)) == [
        {"Home": "README.md"},
        {"Contents": "docs/README.md"},
        {"Do": [{"The guide": "docs/guide.md"}]},
        {"More": [{"Example": "examples/x/README.md"}]},
    ]


def test_the_settings_are_read_as_they_are_meant(small: Path) -> None:
    """The settings are TOML, without fonts of another host, and with the menu."""
    menu = SITE.navigation(small, SITE.pages_of(small))
    project = tomllib.loads(SITE.settings(menu))["project"]
    assert project["nav"] == menu
    assert project["theme"]["font"] is False


def test_the_index_leads_to_every_page() -> None:
    """No page of the documentation has to be guessed: the index links to all of them."""
    index = (ROOT / "docs" / "README.md").read_text(encoding="utf-8")
    pages = [path.relative_to(ROOT / "docs").as_posix() for path in sorted((ROOT / "docs").rglob("*.md"))]
    single = [name for name in pages if name != "README.md"]
    assert [name for name in single if f"]({name})" not in index] == []


def test_what_would_be_loaded_from_elsewhere_is_found(tmp_path: Path) -> None:
    """Scripts, styles and pictures of another host are named; a link that a reader follows is not."""
    (tmp_path / "a.html").write_text(
        '<link rel="stylesheet" href="//cdn.example/a.css"><script src="https://cdn.example/a.js"></script>'
        '<img src="b.png"><a href="https://example.org/">x</a><pre class="mermaid">a</pre>',
        encoding="utf-8",
    )
    assert SITE.loads_of(tmp_path) == [
        "a.html: <link> loads //cdn.example/a.css",
        "a.html: <script> loads https://cdn.example/a.js",
        "a.html: a diagram needs a script from another host",
    ]


@pytest.mark.skipif(importlib.util.find_spec("zensical") is None, reason="needs the group docs, as .ci/run has it")
def test_the_site_builds_strictly(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """Every link and anchor of every page leads somewhere, and the home page has the picture beside it."""
    assert SITE.build(tmp_path / "site") == 0, capfd.readouterr().err
    assert "docs/images/report.png" in (tmp_path / "site" / "index.html").read_text(encoding="utf-8")
    assert (tmp_path / "site" / "docs" / "images" / "report.png").stat().st_size > 0
