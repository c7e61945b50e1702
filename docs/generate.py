"""Writes the generated pages from the declarations, the index of the published evidence, and the outputs of examples.

Run it with ``uv run python docs/generate.py``. ``--pages`` leaves the examples alone; pages that are named
(``docs/generate.py README.md``) have their examples run, and nothing else is written.
"""

import argparse
import sys
import tempfile
from pathlib import Path

from pixelproof_conformance.reference import config_schema_text, generated_pages
from pixelproof_conformance.reference.examples import Folder, refreshed
from pixelproof_conformance.shelf import written_index

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent


def write(path: Path, text: str) -> None:
    """Write a page that is another now, and say so."""
    if not path.is_file() or path.read_text(encoding="utf-8") != text:
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
        sys.stdout.write(f"{path.relative_to(ROOT)}\n")


def write_generated() -> None:
    """Write every page that the declarations make, and the index of the published evidence."""
    write(ROOT / "schemas" / "meta" / "config.json", config_schema_text())
    for name, text in generated_pages().items():
        write(HERE / name, text)
    for page in written_index(ROOT / "reports", ROOT / "README.md"):
        sys.stdout.write(f"{page.relative_to(ROOT)}\n")


def written_by_hand() -> list[Path]:
    """The pages whose examples are run."""
    generated = {HERE / name for name in generated_pages()}
    found = [*HERE.glob("*.md"), *HERE.glob("tutorials/*.md"), *ROOT.glob("examples/*/README.md")]
    return [ROOT / "README.md", *sorted({*found} - generated)]


def refresh(page: Path) -> None:
    """Run the examples of a page, and write the outputs that are others now."""
    with tempfile.TemporaryDirectory() as name, Folder(Path(name), ROOT) as folder:
        write(page, refreshed(page.read_text(encoding="utf-8"), folder))


def parser() -> argparse.ArgumentParser:
    """The options of the command."""
    command = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    command.add_argument("--pages", action="store_true", help="write the generated pages, and run no examples")
    command.add_argument("page", nargs="*", type=Path, help="run the examples of these pages, and write nothing else")
    return command


if __name__ == "__main__":
    asked = parser().parse_args()
    named = [page.resolve() for page in asked.page]
    if not named:
        write_generated()
    for path in [] if asked.pages else named or written_by_hand():
        refresh(path)
