"""The part of ``docs/comparison-with-schemathesis.md`` that is measured."""

from benchmarks.schemathesis.comparison import Comparison
from benchmarks.schemathesis.tables import Table, detail_tables, markdown, summary_tables, troubles

BEGIN = "<!-- Figures: written by benchmarks/schemathesis/run.py. Do not edit. -->"
END = "<!-- End of the figures. -->"


def with_figures(page: str, comparison: Comparison) -> str:
    """``page`` with the figures between its two marks. Raises ``ValueError`` where a mark is missing."""
    before, begin, rest = page.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"the page lacks one of the marks {BEGIN!r} and {END!r}")
    return f"{before}{BEGIN}\n\n{figures(comparison)}\n{END}{after}"


def figures(comparison: Comparison) -> str:
    """Facts and tables as Markdown."""
    facts = comparison.facts
    measured = (
        f"Measured on {facts['date']}: pixelproof {facts['pixelproof']}, Schemathesis {facts['schemathesis']} with"
        f" Hypothesis {facts['hypothesis for Schemathesis']}, Python {facts['python']}, {facts['machine']},"
        f" {facts['runs at a time']} runs at a time, by"
    )
    blocks = [measured, f"```console\n{facts['command']}\n```"]
    if "note" in facts:
        blocks.append(facts["note"])
    blocks += [_block(table) for table in summary_tables(comparison)]
    if told := troubles(comparison):
        blocks.append("### Runs that came to no result\n\n" + "\n".join(f"- {line}" for line in told))
    blocks += [_block(table) for table in detail_tables(comparison)]
    return "\n\n".join(block.rstrip("\n") for block in blocks) + "\n"


def _block(table: Table) -> str:
    return f"### {table.title}\n\n{markdown(table)}"
