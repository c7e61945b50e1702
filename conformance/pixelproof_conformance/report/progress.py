"""How far a run is: a bar on a terminal, a line now and then in CI, nothing anywhere else."""

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import TextIO, TypeAlias

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from pixelproof_conformance.model import Counts
from pixelproof_conformance.report.words import counted

Step: TypeAlias = Callable[[int, Counts, int], None]
"""Called after each case with the number of cases that are done, the counts so far and the failures so far."""

LINE_EVERY = 25


@contextmanager
def show_progress(planned: int, out: TextIO, environment: Mapping[str, str] = os.environ) -> Iterator[Step]:
    """Show on ``out`` how many of the ``planned`` cases are done, until the block ends.

    A terminal gets a bar that disappears at the end. Elsewhere a line comes every 25 cases when ``CI`` is set, and
    nothing otherwise.
    """
    if out.isatty():
        with _bar(Console(file=out)) as bar:
            task = bar.add_task("", total=planned, pictures="0 pictures", failures="")

            def move(done: int, counts: Counts, failures: int) -> None:
                told = f"[bold red]{failures} failed" if failures else "none failed"
                pictures = counted(counts.images, "picture")
                bar.update(task, completed=done, total=max(planned, done), pictures=pictures, failures=told)

            yield move
    elif environment.get("CI"):

        def line(done: int, counts: Counts, failures: int) -> None:
            if done % LINE_EVERY == 0 or done == planned:
                pictures = counted(counts.images, "picture")
                out.write(f"{done}/{planned} cases, {pictures}, {counted(failures, 'failure')}\n")
                out.flush()

        yield line
    else:
        yield lambda _done, _counts, _failures: None


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
