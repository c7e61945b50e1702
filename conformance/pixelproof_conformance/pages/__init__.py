"""Pages of tables (comparisons, the shelf of evidence) as one self-contained HTML file each.

They load nothing, run no script, and show all text of strangers as text.
"""

import base64
import hashlib
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pixelproof_conformance.report.escaping import in_xml

if TYPE_CHECKING:
    from jinja2 import Environment

_HERE = Path(__file__).parent


def rendered(template: str, **values: Any) -> str:
    """The page that a template of this folder makes of the values, with its style and its policy."""
    style = (_HERE / "style.css").read_text(encoding="utf-8")
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    # Pictures from beside the page, for badges; nothing else is loaded and nothing runs.
    policy = (
        f"default-src 'none'; style-src 'sha256-{digest}'; img-src 'self' file:; base-uri 'none'; form-action 'none'"
    )
    return _environment().get_template(template).render(style=style, policy=policy, **values)


@cache
def _environment() -> "Environment":
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    return Environment(
        loader=FileSystemLoader(_HERE),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_shown,
    )


def _shown(value: Any) -> Any:
    return in_xml(value) if isinstance(value, str) and not hasattr(value, "__html__") else value
