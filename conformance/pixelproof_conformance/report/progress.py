"""How far a run is: a bar on a terminal, a line now and then in CI, nothing anywhere else."""

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import TextIO, TypeAlias

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from pixelproof_conformance.model import Counts
from pixelproof_conformance.report.words import counted

Step: TypeAlias = Callable[[int, int, Counts, int], None]
"""Called after each case: cases done, cases planned, the counts so far, the failures so far."""

LINE_EVERY = 25


@contextmanager
def show_progress(planned: int, out: TextIO, environment: Mapping[str, str] = os.environ) -> Iterator[Step]:
    """Show on ``out`` how many cases are done, until the block ends; ``planned`` may be 0 when it is not known yet.

    A terminal gets a bar that disappears at the end. Elsewhere a line comes every 25 cases and at the end when ``CI``
    is set, and nothing otherwise.
    """
    if out.isatty():
        with _bar(Console(file=out)) as bar:
            task = bar.add_task("", total=planned or None, pictures="0 pictures", failures="")

            def move(done: int, planned: int, counts: Counts, failures: int) -> None:
                told = f"[bold red]{failures} failed" if failures else "none failed"
                pictures = counted(counts.images, "picture")
                bar.update(task, completed=done, total=max(planned, done), pictures=pictures, failures=told)

            yield move
    elif environment.get("CI"):
        last = ""

        def line(done: int, planned: int, counts: Counts, failures: int) -> None:
            nonlocal last
            pictures = counted(counts.images, "picture")
            last = f"{done}/{planned} cases, {pictures}, {counted(failures, 'failure')}\n"
            if done % LINE_EVERY == 0:
                out.write(last)
                out.flush()
                last = ""

        yield line
        out.write(last)
    else:
        yield lambda _done, _planned, _counts, _failures: None


def _bar(console: Console) -> Progress:
    return Progress(
        BarColumn(bar_width=None),
        MofNCompleteColumn(),
        TextColumn("{task.fields[pictures]}"),
        TextColumn("{task.fields[failures]}"),
        TimeRemainingColumn(),
        TextColumn("left"),
        console=console,
        transient=True,
        expand=True,
    )
