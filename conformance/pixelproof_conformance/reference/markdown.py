"""Pieces of Markdown as GitHub shows it: cells, code, tables, anchors and the addresses of headings."""

import re
from collections.abc import Iterable, Sequence

_NOT_IN_SLUG = re.compile(r"[^\w\- ]")
_LITERAL = re.compile(r"(``.+?``|`[^`]+`)", re.DOTALL)
_ACTIVE = re.compile(r"[\\*<|]|(?<!\w)_|_(?!\w)")

GENERATED = "<!-- Written by docs/generate.py from the declarations. Do not edit. -->"


def code(text: str) -> str:
    """``text`` as inline code; a bar is escaped, because the text may stand in a cell."""
    fence = "`" * (max((len(run) for run in re.findall("`+", text)), default=0) + 1)
    pad = " " if text.startswith("`") or text.endswith("`") else ""
    return f"{fence}{pad}{text}{pad}{fence}".replace("|", r"\|")


def prose(text: str) -> str:
    """Text of a declaration or docstring: literals in backticks become code, what Markdown would act on is escaped."""
    parts = _LITERAL.split(text)
    return "".join(code(part.strip("`")) if index % 2 else _escaped(part) for index, part in enumerate(parts))


def _escaped(text: str) -> str:
    return _ACTIVE.sub(lambda found: f"\\{found[0]}", text)


def link(text: str, target: str) -> str:
    """A link; ``text`` is Markdown already."""
    return f"[{text}]({target})"


def anchor(name: str) -> str:
    """A place that a link ``#name`` leads to."""
    return f'<a name="{name}"></a>'


def slug(heading: str) -> str:
    """The fragment under which GitHub finds a heading; ``heading`` is Markdown without links."""
    return _NOT_IN_SLUG.sub("", heading.replace("`", "").lower()).replace(" ", "-")


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    """The lines of a table; line ends within a cell become ``<br>``."""
    lines = [f"| {' | '.join(head)} |", f"|{'---|' * len(head)}"]
    lines += [f"| {' | '.join(cell.replace(chr(10), '<br>') for cell in row)} |" for row in rows]
    return lines


def page(lines: Iterable[str]) -> str:
    """A generated page: the lines below a note that says where they come from."""
    return "\n".join([GENERATED, "", *lines]).rstrip() + "\n"
