"""Builds the documentation as a website that needs no network: ``uv run --group docs python docs/build_site.py``.

The pages stay where people read them in the repository. They are laid out in a folder of their own under the same
paths, so that links between them hold as they are; a link to another file of the repository takes the file along, and
one to a folder becomes its README or plain text. The order of the pages is that of ``docs/README.md``.

``build_site.py [FOLDER]`` writes to FOLDER, ``site/`` by default. Exits with 1 when a link or anchor leads nowhere, or
when a page would load something from another host.
"""

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from html.parser import HTMLParser
from importlib.util import find_spec
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PATTERNS = ("*.md", "docs/**/*.md", "examples/**/*.md", "fixtures/*.md", "benchmarks/*.md", "reports/**/README.md")
INDEX = "docs/README.md"
LARGEST_FILE = 10_000_000
"""Bytes. A linked file beyond this stays in the repository, and its link becomes text."""

_FENCE = re.compile(r"^ *(`{3,}).*?^ *\1`*$", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"(?P<image>!?)\[(?P<text>(?:[^\[\]]|\[[^\[\]]*\])*)\]\((?P<target>[^)\s]+)\)")
_SECTION = re.compile(r"^## (.+)$", re.MULTILINE)
_TITLE = re.compile(r"^# (.+)$", re.MULTILINE)
_LOADS = {"script": "src", "img": "src", "iframe": "src", "source": "src", "video": "src", "audio": "src"}

Nav = list[dict[str, "str | Nav"]]


def pages_of(root: Path) -> list[str]:
    """Every page of the repository, as paths below ``root`` with slashes."""
    found = {path.relative_to(root).as_posix() for pattern in PATTERNS for path in root.glob(pattern)}
    return sorted(found)


def lay_out(root: Path, target: Path) -> list[str]:
    """Copies every page into ``target`` under its path, with what it links to; returns the paths."""
    pages = pages_of(root)
    for name in pages:
        text = (root / name).read_text(encoding="utf-8")
        laid = target / name
        laid.parent.mkdir(parents=True, exist_ok=True)
        laid.write_text(_for_the_site(text, name, pages, root, target), encoding="utf-8")
    return pages


def _for_the_site(text: str, page: str, pages: list[str], root: Path, target: Path) -> str:
    """The page with the links that the site can follow; code is left alone."""

    def linked(match: re.Match[str]) -> str:
        path, _, fragment = match["target"].partition("#")
        if not path or re.match(r"[a-z]+:", path):
            return match[0]
        file = Path(os.path.normpath(root / Path(page).parent / path))
        if file.is_dir() and (file / "README.md").is_file():
            file = file / "README.md"
            path = f"{path.rstrip('/')}/README.md"
        name = file.relative_to(root).as_posix() if file.is_relative_to(root) else ""
        if name not in pages and not (name and file.is_file() and _is_taken_along(file)):
            return match["text"]
        if name not in pages:
            beside = target / name
            beside.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(file, beside)
        where = f"{path}#{fragment}" if fragment else path
        return f"{match['image']}[{match['text']}]({where})"

    pieces = []
    place = 0
    for start, end in _spans_of_code(text):
        pieces += [_LINK.sub(linked, _html(text[place:start])), text[start:end]]
        place = end
    return "".join([*pieces, _LINK.sub(linked, _html(text[place:]))])


def _is_taken_along(file: Path) -> bool:
    """Whether a linked file that is no page stands on the site: the text of a page would take the place of a page."""
    return file.suffix != ".md" and file.stat().st_size <= LARGEST_FILE


def _html(text: str) -> str:
    """Folded parts whose content is Markdown, in the form that the generator knows."""
    return re.sub(r"^<details>", "<details markdown>", text, flags=re.MULTILINE)


def _spans_of_code(text: str) -> Iterator[tuple[int, int]]:
    """Where code blocks stand. Code within a line is no span of its own: the text of a link may be code."""
    for match in _FENCE.finditer(text):
        yield match.span()


def navigation(root: Path, pages: list[str]) -> Nav:
    """The menu: the home page, the sections of the index with the pages that they link to, then all that is left."""
    index = (root / INDEX).read_text(encoding="utf-8")
    menu: Nav = [{"Home": "README.md"}, {"Contents": INDEX}]
    left = [name for name in pages if name not in ("README.md", INDEX)]
    parts = _SECTION.split(index)[1:]
    for title, body in zip(parts[::2], parts[1::2], strict=True):
        entries: Nav = []
        for match in _LINK.finditer(body):
            name = os.path.normpath(Path(INDEX).parent / match["target"].partition("#")[0])
            if name in left:
                left.remove(name)
                entries.append({_title_of(root / name): name})
        if entries:
            menu.append({title: entries})
    more: Nav = [{_title_of(root / name): name} for name in left]
    return [*menu, {"More": more}] if more else menu


def _title_of(page: Path) -> str:
    found = _TITLE.search(page.read_text(encoding="utf-8"))
    return found[1].replace("`", "") if found else page.stem


def settings(menu: Nav) -> str:
    """The settings of the generator: no font, script or picture from another host, and links that work from a disk."""
    theme = {
        "variant": "modern",
        "font": False,
        "features": ["content.code.copy", "navigation.sections", "navigation.top", "navigation.footer", "toc.follow"],
        "palette": [
            {"media": "(prefers-color-scheme: light)", "scheme": "default"},
            {"media": "(prefers-color-scheme: dark)", "scheme": "slate"},
        ],
    }
    slugify = {"object": "pymdownx.slugs.slugify", "kwds": {"case": "lower"}}
    extensions: dict[str, object] = {
        "attr_list": {},
        "md_in_html": {},
        "tables": {},
        "sane_lists": {},
        "toc": {"permalink": True, "slugify": slugify},
        "pymdownx.highlight": {},
        "pymdownx.superfences": {},
        "pymdownx.inlinehilite": {},
    }
    project: dict[str, object] = {
        "site_name": "Pixelproof",
        "site_description": "Tells whether an image-generation API keeps what its document says",
        "docs_dir": "pages",
        "site_dir": "site",
        "use_directory_urls": False,
        "extra": {"generator": False},
        "theme": theme,
        "nav": menu,
        "markdown_extensions": extensions,
    }
    return "[project]\n" + "".join(f"{key} = {_toml(value)}\n" for key, value in project.items())


def _toml(value: object) -> str:
    """A value as inline TOML."""
    if isinstance(value, dict):
        inner = ", ".join(f"{json.dumps(key)} = {_toml(item)}" for key, item in value.items())
        return f"{{{inner}}}"
    if isinstance(value, list):
        return f"[{', '.join(map(_toml, value))}]"
    return json.dumps(value, ensure_ascii=False)


class _Loads(HTMLParser):
    """Collects what a page loads by itself from another host."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Looks at one element."""
        facts = dict(attrs)
        address = facts.get(_LOADS.get(tag, ""))
        if tag == "link" and facts.get("rel") not in ("canonical", "next", "prev", "alternate"):
            address = facts.get("href")
        if address and re.match(r"(https?:)?//", address):
            self.found.append(f"<{tag}> loads {address}")
        if tag in ("pre", "div") and "mermaid" in (facts.get("class") or "").split():
            self.found.append("a diagram needs a script from another host")


def loads_of(site: Path) -> list[str]:
    """What the pages of a built site would load from other hosts, one line each."""
    found = []
    for page in sorted(site.rglob("*.html")):
        parser = _Loads()
        parser.feed(page.read_text(encoding="utf-8"))
        found += [f"{page.relative_to(site)}: {what}" for what in parser.found]
    return found


def build(target: Path) -> int:
    """Builds the site into ``target``, which is replaced; returns the exit status."""
    if find_spec("zensical") is None:
        sys.stderr.write("error: zensical is missing; run this with 'uv run --group docs', on Python 3.11.5 or newer\n")
        return 2
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        pages = lay_out(ROOT, work / "pages")
        (work / "zensical.toml").write_text(settings(navigation(ROOT, pages)), encoding="utf-8")
        command = [sys.executable, "-m", "zensical", "build", "--strict"]
        done = subprocess.run(  # noqa: S603 - the generator of this group
            command, cwd=work, capture_output=True, encoding="utf-8", check=False, env={**os.environ, "NO_COLOR": "1"}
        )
        if done.returncode:
            sys.stderr.write(f"{done.stdout}{done.stderr}")
            return 1
        others = loads_of(work / "site")
        if others:
            sys.stderr.write("\n".join([*others, ""]))
            return 1
        shutil.rmtree(target, ignore_errors=True)
        shutil.copytree(work / "site", target)
    sys.stdout.write(f"{len(pages)} pages in {target}\n")
    return 0


if __name__ == "__main__":
    sys.exit(build(Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "site"))
