"""Proof of fairness: every legal variant of the reference gateway, and whether a run blames it for anything."""

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from threading import Lock
from time import monotonic

from pixelproof import Dialect

from pixelproof_conformance.client import Client, Target
from pixelproof_conformance.gateway.running import RunningGateway, running_gateway
from pixelproof_conformance.gateway.variants import VARIANTS, Variant, variants_of
from pixelproof_conformance.pacing import Clock
from pixelproof_conformance.runner import Options, Run
from pixelproof_conformance.subject import Subject, subjects_of

KEY = "sk-legal-variants"
EXAMPLES = 20
"""Generated requests a model, as many as a run makes when nothing is said."""

LARGE = "50-mb"
"""How the flaws end whose requests are of 50 MB, which take longer than all others together."""

_UNDECIDED = ("inconclusive", "unsupported", "not-run", "error")


@dataclass(frozen=True, slots=True)
class Hearing:
    """One or several variants at once and what a run made of them, each requirement by its id.

    ``failed`` are those that the run found broken, ``warned`` those that it warned of, ``undecided`` those on which it
    came to no end. ``judged`` counts all requirements that it was to judge, those of each model for themselves.
    """

    variants: tuple[Variant, ...]
    failed: tuple[str, ...]
    warned: tuple[str, ...]
    undecided: tuple[str, ...]
    judged: int
    requests: int
    images: int

    @property
    def false_alarms(self) -> tuple[str, ...]:
        """The requirements that were blamed although the document leaves them open; warnings only where it allows.

        A warning of a wire check is none: it says that no document promises what it looks for.
        """
        allowed = {flaw for variant in self.variants for flaw in variant.warns}
        doubted = [name for name in self.warned if not name.startswith("wire/")]
        return (*self.failed, *(name for name in doubted if name.rpartition("/")[2] not in allowed))


def hearings_of(dialect: Dialect, *, narrow: bool = False, examples: int = EXAMPLES) -> Iterator[Hearing]:
    """Every variant of a dialect, with a run of its own at the default settings and without waiting.

    ``narrow`` restricts each run to one operation, in turn, and there to its first model and those that show the
    variant, and leaves out what needs files of 50 MB; the published figures are made without it.
    """
    with court(dialect) as gateway:
        for variant in variants_of(dialect):
            yield hear(gateway, dialect, (variant,), narrow=narrow, examples=examples)


def court(dialect: Dialect) -> AbstractContextManager[RunningGateway]:
    """A running gateway for hearings, which does not wait where it is said to be slow."""
    return running_gateway((dialect,), key=KEY, sleep=_no_sleep)


def hear(
    gateway: RunningGateway,
    dialect: Dialect,
    variants: Sequence[Variant],
    *,
    narrow: bool = False,
    examples: int = EXAMPLES,
    seed: int = 0,
    time: "SkippedTime | None" = None,
) -> Hearing:
    """One run against ``gateway`` with ``variants`` switched on, for which waiting takes no time."""
    gateway.gateway.vary(*variants)
    authentication = dialect.about["authentication"]
    target = Target(
        url=gateway.url, key=KEY, key_header=authentication["header"], key_scheme=authentication.get("scheme")
    )
    too_large = tuple(name for name in dialect.requirements if name.endswith(LARGE)) if narrow else ()
    options = Options(examples=examples, seed=seed, skip=too_large)
    with Client(target, clock=(time or SkippedTime()).clock) as client:
        run = Run(client, options, reproduce=lambda case, record: ("", ""))
        outcome = run.over(_subjects(dialect, variants, narrow=narrow))

    def with_outcome(*words: str) -> tuple[str, ...]:
        return tuple(sorted({result.requirement for result in outcome.results if result.outcome in words}))

    return Hearing(
        tuple(variants),
        with_outcome("fail"),
        with_outcome("warn"),
        with_outcome(*_UNDECIDED),
        sum(result.outcome != "disabled" for result in outcome.results),
        outcome.counts.requests,
        outcome.counts.images,
    )


class SkippedTime:
    """Time that passes at once where somebody waits; ``waits`` are the seconds of each wait, ``skipped`` their sum."""

    def __init__(self) -> None:
        self.waits: list[float] = []
        self.skipped = 0.0
        self._lock = Lock()

    @property
    def clock(self) -> Clock:
        """The clock of a client that lives in this time."""
        return Clock(monotonic=lambda: monotonic() + self.skipped, sleep=self._skip)

    def _skip(self, seconds: float) -> None:
        with self._lock:
            self.waits.append(seconds)
            self.skipped += seconds


def _subjects(dialect: Dialect, variants: Sequence[Variant], *, narrow: bool) -> list[Subject]:
    found: list[Subject] = []
    shown = {model for variant in variants for model in variant.models}
    for operation in _operations(dialect, variants) if narrow else dialect.operations:
        subjects = subjects_of(dialect, dialect.operation(operation))
        found += [one for one in subjects if not narrow or one is subjects[0] or one.name in shown]
    return found


def _operations(dialect: Dialect, variants: Sequence[Variant]) -> Sequence[str]:
    """One operation that all the variants concern, another one for the next variant; all where one may be missing."""
    common = [
        name
        for name in dialect.operations
        if all(not variant.operations or name in variant.operations for variant in variants)
    ]
    if not common or any(variant.leaves_open == "operation" for variant in variants):
        return dialect.operations
    turn = sum(VARIANTS.index(variant) for variant in variants)
    return [common[turn % len(common)]]


async def _no_sleep(seconds: float) -> None:
    """Time that passes at once."""
