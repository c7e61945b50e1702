"""Writes ``kill-table.md``: which faults of the reference gateway a run finds, and which legal variants it blames.

Run it with ``uv run python docs/kill_table.py``; it takes some minutes for each dialect. Names of dialects as arguments
restrict it to these.
"""

import contextlib
import io
import platform
import re
import sys
from datetime import UTC, datetime
from pathlib import Path

from pixelproof import __version__
from pixelproof.cli import main
from pixelproof_conformance.reference import own_dialects

PAGE = Path(__file__).resolve().parent / "kill-table.md"
OPENING = """\
# Kill table

A checker that finds nothing may be blind. So every fault of the [reference gateway](reference-gateway.md) is seeded,
one at a time, and a run has to find it. A run against the gateway without faults has to find nothing.

Each row is a fault. **Outcome** is what the run said of the requirement that the fault breaks: `fail`, `warn` where the
document leaves room for it, or `missed`. **Model** is the first model under which it was found. **Also blamed** are
other requirements that the run found broken: one deviation can break several promises at once.

A checker that cries wolf is no use either. So every [legal variant](reference-gateway.md#read-it-in-another-way),
another defensible reading of the document, is served too, one at a time. A run may blame none of them. It may warn of
what the document has a milder word for, and leave undecided what was not there or was turned away.

Measured on {date} with pixelproof {version} on Python {python} by

```console
{command}
```

`uv run python docs/kill_table.py` writes this page.

| Dialect | Faults | Found | Legal variants | Blamed |
|---|---|---|---|---|
"""
SUM = re.compile(
    r"^## (\w[\w-]*)\n\n(\d+) of (\d+) faults found\. (\d+) of (\d+) legal variants blamed\.", re.MULTILINE
)


def written(dialects: list[str]) -> str:
    """The page for these dialects, in their order."""
    arguments = ["kill-table", "--format", "markdown"]
    for name in dialects:
        arguments += ["--dialect", name]
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        main(arguments)
    command = f"pixelproof {' '.join(arguments)}"
    date = datetime.now(UTC).strftime("%Y-%m-%d")
    opening = OPENING.format(date=date, version=__version__, python=platform.python_version(), command=command)
    table = out.getvalue()
    rows = "".join(
        f"| [{name}](#{name}) | {faults} | {found} | {variants} | {blamed} |\n"
        for name, found, faults, blamed, variants in SUM.findall(table)
    )
    return f"{opening}{rows}\n{table}".rstrip() + "\n"


if __name__ == "__main__":
    PAGE.write_text(written(sys.argv[1:] or [dialect.name for dialect in own_dialects()]), encoding="utf-8")
