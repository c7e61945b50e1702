"""Proof of sharpness: every fault seeded into the reference gateway, and whether a run finds it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pixelproof import Dialect

from pixelproof_conformance.client import Client, Target
from pixelproof_conformance.gateway.faults import Fault, faults_of, wire_faults_of
from pixelproof_conformance.gateway.running import running_gateway
from pixelproof_conformance.model import Outcome
from pixelproof_conformance.runner import Options, Run
from pixelproof_conformance.subject import Subject, find_subject, subjects_of
from pixelproof_conformance.wire_checks.probing import chosen_checks

KEY = "sk-kill-table"

EXAMPLES = 20
"""Generated requests a model, as in a run without options."""


@dataclass(frozen=True, slots=True)
class Chances:
    """In how many of the runs with different seeds one fault was found, at the default settings.

    ``by`` says what found it: ``fixed cases``, which no seed changes, ``generated requests``, or fixed cases with an
    option that is not the default: ``--profile observed``, ``--account ...``. It is empty when no run found it.
    """

    fault: Fault
    by: str
    found: int
    seeds: int


@dataclass(frozen=True, slots=True)
class CleanRun:
    """A whole default run against the gateway without faults: its seed, what it blamed, and what it cost."""

    seed: int
    blamed: tuple[str, ...]
    requests: int
    images: int


@dataclass(frozen=True, slots=True)
class Kill:
    """One fault and what a run made of it. ``fault`` is ``None`` for the clean gateway.

    ``found`` is the outcome (fail, warn) of the requirement that the fault breaks, empty when the run missed it.
    ``model`` is the first model under which it was found; ``others`` are further requirements that the run blamed.
    """

    fault: Fault | None
    found: str
    model: str
    others: tuple[str, ...]
    requests: int
    images: int


def kills_of(dialect: Dialect, *, only: Sequence[str] = (), narrow: bool = False) -> Iterator[Kill]:
    """The clean gateway first, then every fault (or those that ``only`` names), each with a run of its own.

    ``only`` has names of faults; the last part of a requirement's id is enough. ``narrow`` restricts each run to the
    requirements of its fault; the published table is made without it.
    """
    # One for all runs: starting and stopping it takes longer than a run.
    with running_gateway((dialect,), key=KEY) as gateway:
        if not only:
            yield _clean(gateway.url, dialect)
        for fault in (*faults_of(dialect), *wire_faults_of(dialect)):
            if not only or {fault.name, fault.name.rpartition("/")[2]} & set(only):
                gateway.gateway.faults = (fault,)
                kill = _kill(gateway.url, dialect, fault, narrow=narrow)
                if kill is not None:
                    yield kill


def chances_of(dialect: Dialect, *, seeds: int, only: Sequence[str] = ()) -> Iterator[Chances]:
    """Every fault (or those that ``only`` names) against default runs with ``seeds`` different seeds.

    The fixed cases of a run are the same for every seed, and what they find no generated request takes back. So they
    are sent once, and only for a fault that they miss are whole runs made, one for each seed.
    """
    with running_gateway((dialect,), key=KEY) as gateway:
        for fault in (*faults_of(dialect), *wire_faults_of(dialect)):
            if not only or {fault.name, fault.name.rpartition("/")[2]} & set(only):
                gateway.gateway.faults = (fault,)
                chances = _chances(gateway.url, dialect, fault, seeds)
                if chances is not None:
                    yield chances


def clean_runs(dialect: Dialect, *, seeds: int) -> Iterator[CleanRun]:
    """Whole default runs, generated requests included, against the clean gateway: one for each seed."""
    subjects = [subject for name in dialect.operations for subject in subjects_of(dialect, dialect.operation(name))]
    with running_gateway((dialect,), key=KEY) as gateway:
        for number in range(1, seeds + 1):
            found, cost, _ = _blamed(gateway.url, subjects, (), Options(examples=EXAMPLES, seed=number))
            yield CleanRun(number, tuple(sorted(found)), *cost)


def _chances(url: str, dialect: Dialect, fault: Fault, seeds: int) -> Chances | None:
    """``None`` for a fault of the wire that cannot show: no answer of the dialect has what it breaks."""
    if fault.wire is not None:  # wire checks send fixed requests only
        kill = _kill(url, dialect, fault, narrow=False)
        by = "fixed cases" if kill and kill.found else ""
        return Chances(fault, by, seeds if by else 0, seeds) if kill else None
    if _found(url, _applicable(dialect, fault, [{}]), fault, Options()):
        return Chances(fault, "fixed cases", seeds, seeds)
    facts = [dialect.requirements[name] for name in fault.requirements]
    if all(entry.observed_only for entry in facts) and _found(
        url, _applicable(dialect, fault, [{}]), fault, Options(observed=True)
    ):
        return Chances(fault, "--profile observed", seeds, seeds)
    for account in _accounts(dialect)[1:]:
        if _found(url, _applicable(dialect, fault, [account]), fault, Options(observed=True)):
            told = ", ".join(f"--account {name}={str(value).lower()}" for name, value in account.items())
            return Chances(fault, told, seeds, seeds)
    hits = sum(
        _found(url, _applicable(dialect, fault, [{}]), fault, Options(examples=EXAMPLES, seed=number))
        for number in range(1, seeds + 1)
    )
    return Chances(fault, "generated requests" if hits else "", hits, seeds)


def _found(url: str, subjects: Sequence[Subject], fault: Fault, options: Options) -> bool:
    """Whether a run over ``subjects`` finds the fault; what comes after that is left out."""
    return any(
        not _blamed(url, [subject], (), options)[0].keys().isdisjoint(fault.requirements) for subject in subjects
    )


def _clean(url: str, dialect: Dialect) -> Kill:
    blamed: list[str] = []
    requests = images = 0
    for operation in dialect.operations:
        for subject in subjects_of(dialect, dialect.operation(operation)):
            found, cost, _ = _blamed(url, [*_beside(dialect, subject), subject], ())
            blamed += found
            requests, images = requests + cost[0], images + cost[1]
    return Kill(None, "", "", tuple(sorted(set(blamed))), requests, images)


def _kill(url: str, dialect: Dialect, fault: Fault, *, narrow: bool) -> Kill | None:
    """Runs for one model after the other until the fault is found.

    ``None`` for a fault of the wire that cannot show: no answer of the dialect has what it breaks.
    """
    shows = fault.wire is None
    requests = images = 0
    for subject in _applicable_to_wire(dialect, fault) if fault.wire is not None else _applicable(dialect, fault):
        beside = _beside(dialect, subject) if fault.wire is not None else []
        found, cost, reached = _blamed(url, [*beside, subject], fault.requirements if narrow else ())
        shows = shows or not reached.isdisjoint(fault.requirements)
        requests, images = requests + cost[0], images + cost[1]
        hits = [name for name in fault.requirements if name in found]
        if hits:
            others = tuple(sorted(set(found) - set(fault.requirements)))
            return Kill(fault, found[hits[0]], subject.name, others, requests, images)
    return Kill(fault, "", "", (), requests, images) if shows else None


def _applicable(dialect: Dialect, fault: Fault, accounts: Sequence[dict[str, bool]] | None = None) -> list[Subject]:
    from pixelproof_conformance.results import requirements_of

    operations = dict.fromkeys(dialect.requirements[name].operation for name in fault.requirements)
    out = []
    for operation in operations:
        for account in _accounts(dialect) if accounts is None else accounts:
            out += [
                subject
                for subject in subjects_of(dialect, dialect.operation(operation), (), account)
                if {facts.id for facts in requirements_of(subject)} & set(fault.requirements)
            ]
    return out


def _applicable_to_wire(dialect: Dialect, fault: Fault) -> list[Subject]:
    operations = [dialect.operation(name) for name in dialect.operations]
    every = [(operation, account) for operation in operations for account in _accounts(dialect)]
    subjects = [found for operation, account in every for found in subjects_of(dialect, operation, (), account)]
    return [subject for subject in subjects if fault.name in chosen_checks(subject)]


def _beside(dialect: Dialect, subject: Subject) -> list[Subject]:
    """The same model at generations, with which some wire checks compare the other operations."""
    if subject.operation.name == "generations" or "generations" not in dialect.operations:
        return []
    found = find_subject(dialect, dialect.operation("generations"), subject.name)
    return [] if found is None else [found]


def _accounts(dialect: Dialect) -> list[dict[str, bool]]:
    """What may be known of the caller's account: nothing, then each fact that the document speaks of, both ways."""
    facts = dialect.about.get("account", {})
    return [{}, *({name: value} for value in (True, False) for name in facts)]


def _blamed(
    url: str, subjects: list[Subject], only: tuple[str, ...], options: Options | None = None
) -> tuple[dict[str, Outcome], tuple[int, int], set[str]]:
    """Requirements that a run found broken, with the outcome, what the run cost, and what it put to the test."""
    authentication = subjects[0].dialect.about["authentication"]
    target = Target(url=url, key=KEY, key_header=authentication["header"], key_scheme=authentication.get("scheme"))
    with Client(target) as client:
        outcome = Run(
            client, options or Options(only=only, observed=True), reproduce=lambda case, record: ("", "")
        ).over(subjects)
    found: dict[str, Outcome] = {
        result.requirement: result.outcome for result in outcome.results if result.outcome in ("fail", "warn")
    }
    reached = {result.requirement for result in outcome.results if result.checks}
    return found, (outcome.counts.requests, outcome.counts.images), reached
