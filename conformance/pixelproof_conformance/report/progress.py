"""How far a run is: a bar on a terminal, a line now and then in CI, nothing anywhere else."""

import os
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import TextIO, TypeAlias

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, ProgressColumn, Task, TextColumn, TimeRemainingColumn
from rich.table import Column
from rich.text import Text

from pixelproof_conformance.report.words import counted
from pixelproof_conformance.reported import Counts

Life: TypeAlias = Callable[[], str]
"""What is under way at this moment, in a few words; empty when nothing is."""

LINE_EVERY = 25
QUIET_SECONDS = 60.0
"""After so long without a finished case a line in CI says that the run still lives."""


class Step:
    """Called after each case: cases done, cases planned, the counts so far, the failures so far. This one is silent."""

    def __call__(self, done: int, planned: int, counts: Counts, failures: int) -> None:
        """One more case is done."""

    def watch(self, life: Life) -> None:
        """Show from now on what ``life`` says, too."""


@contextmanager
def show_progress(
    planned: int, out: TextIO, environment: Mapping[str, str] = os.environ, *, quiet_seconds: float = QUIET_SECONDS
) -> Iterator[Step]:
    """Show on ``out`` how many cases are done, until the block ends; ``planned`` may be 0 when it is not known yet.

    A terminal gets a bar that disappears at the end, with what is under way. Elsewhere a line comes every 25 cases,
    after ``quiet_seconds`` without one, and at the end, when ``CI`` is set, and nothing otherwise.
    """
    if out.isatty():
        living = _LifeColumn()
        with _bar(Console(file=out), living) as bar:
            yield _Bar(bar, living, planned)
    elif environment.get("CI"):
        lines = _Lines(out, quiet_seconds)
        try:
            yield lines
        finally:
            lines.end()
    else:
        yield Step()


class _Bar(Step):
    def __init__(self, bar: Progress, living: "_LifeColumn", planned: int) -> None:
        self._bar = bar
        self._living = living
        self._task = bar.add_task("", total=planned or None, pictures="0 pictures", failures="")

    def __call__(self, done: int, planned: int, counts: Counts, failures: int) -> None:
        told = f"[bold red]{failures} failed" if failures else "none failed"
        pictures = counted(counts.images, "picture")
        self._bar.update(self._task, completed=done, total=max(planned, done), pictures=pictures, failures=told)

    def watch(self, life: Life) -> None:
        self._living.life = life


class _LifeColumn(ProgressColumn):
    max_refresh = 0.5

    def __init__(self) -> None:
        super().__init__(Column(no_wrap=True))
        self.life: Life = str

    def render(self, task: Task) -> Text:
        return Text(self.life())


class _Lines(Step):
    def __init__(self, out: TextIO, quiet_seconds: float) -> None:
        self._out = out
        self._quiet_seconds = quiet_seconds
        self._lock = threading.Lock()
        self._last = ""
        self._moved = threading.Event()
        self._over = False
        self._thread: threading.Thread | None = None

    def __call__(self, done: int, planned: int, counts: Counts, failures: int) -> None:
        pictures = counted(counts.images, "picture")
        with self._lock:
            self._last = f"{done}/{planned} cases, {pictures}, {counted(failures, 'failure')}\n"
            if done % LINE_EVERY == 0:
                self._write()
        self._moved.set()

    def watch(self, life: Life) -> None:
        self._thread = threading.Thread(target=self._keep_alive, args=(life,), daemon=True, name="pixelproof-life")
        self._thread.start()

    def end(self) -> None:
        self._over = True
        self._moved.set()
        if self._thread is not None:
            self._thread.join()
        if self._last:
            self._write()

    def _keep_alive(self, life: Life) -> None:
        while not self._over:
            if self._moved.wait(self._quiet_seconds):
                self._moved.clear()
                continue
            with self._lock:
                if said := life():
                    self._last = ", ".join(part for part in (self._last.rstrip(), said) if part) + "\n"
                    self._write()

    def _write(self) -> None:
        self._out.write(self._last)
        self._out.flush()
        self._last = ""


def _bar(console: Console, living: ProgressColumn) -> Progress:
    return Progress(
        BarColumn(bar_width=None),
        MofNCompleteColumn(),
        TextColumn("{task.fields[pictures]}"),
        TextColumn("{task.fields[failures]}"),
        living,
        TimeRemainingColumn(),
        TextColumn("left"),
        console=console,
        transient=True,
        expand=True,
    )
