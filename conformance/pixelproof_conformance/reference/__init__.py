"""The generated pages of the documentation, as values: dialects, rules and formats in, Markdown out.

Everything on these pages is read from the declarations, the rules, the fixtures and the faults, so a page cannot say
something else than the program does. ``docs/generate.py`` writes them; a test says when one is stale.
"""

from collections.abc import Sequence

from pixelproof import Dialect, load_dialect
from pixelproof._locate import is_dialect_folder, schemas_root

from pixelproof_conformance.reference.commands_page import commands_page
from pixelproof_conformance.reference.config_page import config_page, config_schema_text
from pixelproof_conformance.reference.dialect_page import dialect_page
from pixelproof_conformance.reference.formats_page import formats_page
from pixelproof_conformance.reference.requirements_page import requirements_pages
from pixelproof_conformance.reference.rules_page import rules_page
from pixelproof_conformance.reference.wire_page import wire_page

__all__ = [
    "commands_page",
    "config_schema_text",
    "dialect_page",
    "formats_page",
    "generated_pages",
    "own_dialects",
    "requirements_pages",
    "rules_page",
    "wire_page",
]


def generated_pages(dialects: Sequence[Dialect] | None = None) -> dict[str, str]:
    """Every generated page by its path below ``docs/``; ``dialects`` are the ones of this distribution by default."""
    chosen = own_dialects() if dialects is None else [*dialects]
    pages = {f"dialects/{dialect.name}.md": dialect_page(dialect) for dialect in chosen}
    return {
        **pages,
        **requirements_pages(chosen),
        "rules.md": rules_page(chosen),
        "wire-checks.md": wire_page(),
        "commands.md": commands_page(),
        "configuration-keys.md": config_page(),
        "formats.md": formats_page(),
    }


def own_dialects() -> list[Dialect]:
    """The dialects of this distribution, by name; what others add through paths and entry points is left out."""
    return [load_dialect(folder) for folder in sorted(schemas_root().iterdir()) if is_dialect_folder(str(folder))]
