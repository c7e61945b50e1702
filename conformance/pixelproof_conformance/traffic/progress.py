"""How far an audit is: a bar on a terminal, a line at each tenth in CI, nothing anywhere else."""

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from time import monotonic
from typing import TextIO, TypeAlias

from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn

Step: TypeAlias = Callable[[int, int], None]
"""Called after each step with the bytes and the exchanges of it."""


@contextmanager
def show_bytes(
    total: int | None,
    out: TextIO,
    environment: Mapping[str, str] = os.environ,
    clock: Callable[[], float] = monotonic,
) -> Iterator[Step]:
    """Show on ``out`` how many of ``total`` bytes are read and how many exchanges a second are judged."""
    started, done, judged = clock(), 0, 0

    def rate() -> str:
        return f"{judged / max(clock() - started, 1e-3):,.0f} exchanges/s"

    if out.isatty():
        with _bar(Console(file=out)) as bar:
            task = bar.add_task("", total=total or None, rate="")

            def move(size: int, exchanges: int) -> None:
                nonlocal judged
                judged += exchanges
                bar.update(task, advance=size, rate=rate())

            yield move
    elif environment.get("CI") and total:
        tenths = 0

        def line(size: int, exchanges: int) -> None:
            nonlocal done, judged, tenths
            done, judged = done + size, judged + exchanges
            if done * 10 // total > tenths:
                tenths = done * 10 // total
                out.write(f"{tenths * 10} % of {total:,} bytes, {judged:,} exchanges, {rate()}\n")
                out.flush()

        yield line
    else:
        yield lambda _size, _exchanges: None


def _bar(console: Console) -> Progress:
    return Progress(
        BarColumn(bar_width=None),
        DownloadColumn(),
        TextColumn("{task.fields[rate]}"),
        TimeRemainingColumn(),
        TextColumn("left"),
        console=console,
        transient=True,
        expand=True,
    )
