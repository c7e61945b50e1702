"""Writes the generated pages of this folder from the declarations: ``uv run python docs/generate.py``."""

import sys
from pathlib import Path

from pixelproof_conformance.reference import generated_pages

HERE = Path(__file__).resolve().parent

if __name__ == "__main__":
    for name, text in generated_pages().items():
        path = HERE / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
        sys.stdout.write(f"{path.relative_to(HERE.parent)}\n")
