"""Whole runs against the reference gateway, beside bare httpx calls with the same bodies.

Each round is a process of its own, so that nothing is planned or compiled before its run begins; the gateway answers
in another process. Time is the processor time of the process, after all imports. A round measures three things: the run
(planning, generating, sending, judging, writing the journal), the report in all its forms, whose page costs the same
for few requests as for many, and one ``httpx.Client`` that posts the bodies which the run has sent, in the same order.
"""

import multiprocessing
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from multiprocessing.connection import Connection
from pathlib import Path
from pkgutil import iter_modules
from statistics import median
from tempfile import TemporaryDirectory
from time import process_time
from typing import NamedTuple

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.contest import Row

MOST = 3.0
"""The largest ratio that we want to see."""

EXAMPLES = 20
SEED = 1
KEY = "sk-benchmark-0123456789"
WHOLE_DIALECTS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("openai", ()),
    ("anyfast", ()),
    ("orq", ()),
    ("octen", ()),
    ("infinityblue", ()),
    ("openai", ("gpt-image-1",)),
)


class Round(NamedTuple):
    """One measurement: processor seconds of the run, the report and the bare calls, and the number of requests."""

    ours: float
    report: float
    bare: float
    requests: int


def rows(scale: float) -> Iterator[Row]:
    """Two rows for the default run of each dialect and for one of a single model: without and with the report."""
    for dialect, models in WHOLE_DIALECTS:
        with gateway_elsewhere(dialect) as url:
            rounds = [measured(url, dialect, models) for _ in range(5 if scale >= 1 else 1)]
        name = f"runner, {dialect}{' ' if models else ''}{', '.join(models)}"
        yield row(name, rounds)
        whole = row(f"{name}, and the report", [each._replace(ours=each.ours + each.report) for each in rounds])
        yield whole._replace(goal=None, met=None)


def row(name: str, rounds: list[Round]) -> Row:
    """The line of the table for some rounds of the same run."""
    ratios = [each.ours / each.bare for each in rounds]
    return Row(
        contest=name,
        rival="httpx.Client.post",
        messages=rounds[0].requests,
        rounds=len(rounds),
        our_us=median(each.ours / each.requests for each in rounds) * 1e6,
        rival_us=median(each.bare / each.requests for each in rounds) * 1e6,
        ratio=median(ratios),
        lowest_ratio=min(ratios),
        highest_ratio=max(ratios),
        goal=f"at most {MOST:g}",
        met=median(ratios) <= MOST,
    )


def measured(url: str, dialect: str, models: tuple[str, ...]) -> Round:
    """One round in a process of its own. Raises ``RuntimeError`` when it ends without a result."""
    here, there = _fresh.Pipe()
    process = _fresh.Process(target=measure, args=(url, dialect, models, there))
    process.start()
    there.close()
    try:
        found: Round = here.recv()
    except EOFError:
        raise RuntimeError(f"the run of {dialect} ended without a result") from None
    finally:
        process.join()
    return found


def measure(url: str, dialect: str, models: tuple[str, ...], told: Connection) -> None:
    """Measures the run, then the bare calls, and tells what it found."""
    import httpx
    from pixelproof_conformance.audit import JOURNAL, run_audit
    from pixelproof_conformance.journal import read_journal
    from pixelproof_conformance.plea import Plea
    from pixelproof_conformance.report.write import write_report
    from pixelproof_conformance.runner import Options

    import_what_is_imported_late()
    plea = Plea(url, dialect, models=models, options=Options(examples=EXAMPLES, seed=SEED))
    with TemporaryDirectory() as name:
        started_run = process_time()
        report = run_audit(plea, Path(name), key=KEY)
        ran = process_time()
        write_report(report, Path(name))
        written = process_time()
        _, records = read_journal(Path(name, JOURNAL))
    sent = [(record.url, record.sent_content_type, bytes(record.sent)) for record in records]
    started = process_time()
    with httpx.Client(headers={"Authorization": f"Bearer {KEY}", "x-api-key": KEY}) as client:
        for address, content_type, body in sent:
            client.post(address, content=body, headers={"Content-Type": content_type} if content_type else {})
    told.send(Round(ran - started_run, written - ran, process_time() - started, len(sent)))


def import_what_is_imported_late() -> None:
    """Imports before the clock starts, as httpx is, what a run imports when it first needs it."""
    import encodings.idna

    import jinja2
    import PIL.Image
    import pixelproof.rules
    from pixelproof_conformance import explore, wire_checks
    from pixelproof_conformance.report.write import forms

    assert all((encodings.idna.nameprep, jinja2.Environment, explore.SHRINKING, forms()))
    PIL.Image.preinit()
    for package in (pixelproof.rules, wire_checks):
        for module in iter_modules(package.__path__):
            import_module(f"{package.__name__}.{module.name}")


@contextmanager
def gateway_elsewhere(dialect: str) -> Iterator[str]:
    """The address of a reference gateway for ``dialect``, in a process that ends with the block."""
    here, there = _fresh.Pipe()
    process = _fresh.Process(target=serve, args=(dialect, there), daemon=True)
    process.start()
    try:
        yield here.recv()
        here.send(None)
        process.join(10)
    finally:
        process.kill()


def serve(dialect: str, pipe: Connection) -> None:
    """Serves until it is told to stop."""
    from pixelproof_conformance.gateway.running import running_gateway

    with running_gateway((dialect,)) as gateway:
        pipe.send(gateway.url)
        pipe.recv()


_fresh = multiprocessing.get_context("spawn")
