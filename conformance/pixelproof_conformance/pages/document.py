"""What every HTML page of ours has in common: style and scripts inside, a strict policy, and text that stays text."""

import base64
import hashlib
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from jinja2 import Environment

SHARED = Path(__file__).with_name("assets")
"""Style and scripts that all pages use."""


@cache
def joined(*files: Path) -> str:
    """The text of several files of style or script, as one."""
    return "\n".join(file.read_text(encoding="utf-8").rstrip("\n") for file in files)


def policy(style: str, *scripts: str) -> str:
    """A content security policy that allows this style, these scripts and pictures as data, and nothing else."""
    allowed = " ".join(f"'{_hash(script)}'" for script in scripts)
    return (
        f"default-src 'none'; style-src '{_hash(style)}'; script-src {allowed}; "
        "img-src data:; base-uri 'none'; form-action 'none'"
    )


def templates(folder: Path, shown: Callable[[str], str]) -> "Environment":
    """The templates of a folder. All text is escaped; what is no markup goes through ``shown`` before."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    def finalize(value: Any) -> Any:
        return shown(value) if isinstance(value, str) and not hasattr(value, "__html__") else value

    return Environment(
        loader=FileSystemLoader([folder, Path(__file__).with_name("templates")]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=finalize,
    )


def _hash(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
