"""Writes the generated pages from the declarations, the index of the published evidence, and the outputs of examples.

Run it with ``uv run python docs/generate.py``. ``--pages`` leaves the examples alone.
"""

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


if __name__ == "__main__":
    pages = {HERE / name: text for name, text in generated_pages().items()}
    write(ROOT / "schemas" / "meta" / "config.json", config_schema_text())
    for page, text in pages.items():
        write(page, text)
    for page in written_index(ROOT / "reports", ROOT / "README.md"):
        sys.stdout.write(f"{page.relative_to(ROOT)}\n")
    by_hand = [ROOT / "README.md", *sorted(HERE.glob("*.md")), *sorted(HERE.glob("tutorials/*.md"))]
    by_hand += sorted(ROOT.glob("examples/*/README.md"))
    for page in [] if "--pages" in sys.argv else by_hand:
        if page not in pages:
            with tempfile.TemporaryDirectory() as name, Folder(Path(name), ROOT) as folder:
                write(page, refreshed(page.read_text(encoding="utf-8"), folder))
