"""Pages of tables (comparisons, the shelf of evidence) as one self-contained HTML file each.

They load nothing, run no script but their own, and show all text of strangers as text.
"""

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pixelproof_conformance.pages.document import SHARED, joined, policy, templates
from pixelproof_conformance.report.escaping import in_xml

if TYPE_CHECKING:
    from jinja2 import Environment

STYLES = ("base.css", "summary.css", "filters.css", "tables.css", "print.css")
SCRIPTS = ("address.js", "rows.js", "keys.js")


def rendered(template: str, **values: Any) -> str:
    """The page that a template of this folder makes of the values, with its style, its scripts and its policy."""
    style, script = (joined(*[SHARED / name for name in names]) for names in (STYLES, SCRIPTS))
    early = joined(SHARED / "theme.js")
    page = _environment().get_template(template)
    return page.render(style=style, script=script, early=early, policy=policy(style, early, script), **values)


@cache
def _environment() -> "Environment":
    return templates(Path(__file__).with_name("templates"), in_xml)
