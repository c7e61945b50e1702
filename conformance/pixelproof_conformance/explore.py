"""What lies beyond the fixed cases: Hypothesis makes requests, valid ones and ones with one flaw.

Requests stay inside the caps of the run; when a cap is reached the exploration ends as if nothing more was found.
Each failure is reported once, with a small request that shows it; then the search goes on for others. A request has its
id from its content, so that the same one is never sent twice, neither within a run nor when the run is resumed.
"""

from collections.abc import Iterable
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from tempfile import gettempdir
from typing import TYPE_CHECKING, Any

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from hypothesis.configuration import set_hypothesis_home_dir
from hypothesis.database import DirectoryBasedExampleDatabase
from hypothesis.errors import Flaky, FlakyFailure

from pixelproof_conformance.accepted import key_of
from pixelproof_conformance.declarations import promised
from pixelproof_conformance.drawing import BACKEND, spared_from_collection
from pixelproof_conformance.model import Case, Observation
from pixelproof_conformance.noise import steady
from pixelproof_conformance.plan import make_plan, most_explored, pictures_of
from pixelproof_conformance.reduction import reduced
from pixelproof_conformance.results import identity
from pixelproof_conformance.strategies.bodies import oddly_changed, recombined_bodies
from pixelproof_conformance.subject import (
    UNLISTED_MODEL,
    Body,
    Subject,
    baseline_body,
    contradicts_itself,
    split_files,
    tolerated,
    whole_body,
)

if TYPE_CHECKING:
    from pixelproof_conformance.runner import Run

DIFFERENT_FAILURES = 4
"""How many different failures one exploration looks for."""

SHRINKING = 2
"""For every example this many more requests may be sent, to find a small one that shows a failure."""


class _DeviationError(AssertionError):
    """The endpoint did something that the document does not allow."""


def explore(run: "Run", subject: Subject, observations: list[Observation]) -> None:
    """Adds what ``run.options.examples`` generated requests show to ``observations``."""
    known = {identity(item, subject.operation.name) for item in observations if item.outcome == "fail"}
    exploration = _Exploration(run, subject, known)
    for turn in range(DIFFERENT_FAILURES):
        before = len(known)
        exploration.search(turn, observations)
        if len(known) == before:
            return


class _Exploration:
    """The searches for failures of one subject, within one allowance of requests and pictures."""

    def __init__(self, run: "Run", subject: Subject, known: set[str]) -> None:
        self.run, self.subject, self.known = run, subject, known
        plan = make_plan(subject)
        self.sent_before = {key_of(whole_body(case)) for case in plan.cases if case.raw is None}
        self.bodies = bodies(subject)
        self.requests_left, self.pictures_left = most_explored(run.options.examples)
        self.shrinking_left = run.options.examples * SHRINKING
        self.answers: dict[str, list[Observation]] = {}

    def search(self, turn: int, observations: list[Observation]) -> None:
        """One search for a failure that is not known; the observations of a small request that shows it are kept."""
        found: tuple[str, Body] | None = None

        def attempt(body: Body) -> None:
            nonlocal found
            seen, sent_now = self.ask(body)
            new = next((name for name in self.failures(seen) if name not in self.known), None)
            if new is not None:
                found = (new, body)
                raise _DeviationError(new)
            if sent_now:
                observations.extend(seen)

        options = self.run.options
        # Hypothesis keeps a folder of its own; it must not appear wherever the user happens to be.
        set_hypothesis_home_dir(Path(gettempdir()) / "pixelproof-hypothesis")
        database = DirectoryBasedExampleDatabase(options.example_folder) if options.example_folder else None
        search = seed(options.seed + turn)(
            settings(
                backend=BACKEND,
                max_examples=options.examples,
                deadline=None,
                database=database,
                phases=[Phase.reuse, Phase.generate] if database else [Phase.generate],
                suppress_health_check=list(HealthCheck),
                report_multiple_bugs=False,
                print_blob=False,
                derandomize=False,
            )(given(self.bodies)(attempt))
        )
        # A flaky endpoint answers the same request differently; what was seen last still stands in the journal.
        with spared_from_collection(), suppress(_DeviationError, Flaky, FlakyFailure):
            search()
        if found is not None:
            name, body = found
            smallest = reduced(body, baseline_body(self.subject), lambda smaller: self.shows(smaller, name))
            observations.extend(self.answers[key_of(smallest)])
            self.known.add(name)

    def shows(self, body: Body, name: str) -> bool:
        """Whether a request shows the same failure."""
        seen, _ = self.ask(body, shrinking=True)
        return name in self.failures(seen)

    def failures(self, seen: list[Observation]) -> list[str]:
        """The identities of what failed, every time where a request was sent several times."""
        certain = seen
        if self.run.options.repeat > 1:
            certain = steady(seen, {item.case: self.run.sent[item.case] for item in seen})
        return [identity(item, self.subject.operation.name) for item in certain if item.outcome == "fail"]

    def ask(self, body: Body, *, shrinking: bool = False) -> tuple[list[Observation], bool]:
        """What a request shows, and whether it was sent just now; nothing where it is not worth it or not allowed."""
        key = key_of(body)
        if key in self.answers:
            return self.answers[key], False
        if key in self.sent_before:
            return [], False
        case = _case(self.subject, body, sha256(key.encode("utf-8", "replace")).hexdigest()[:12])
        if case is None or not self.allowed(case, shrinking=shrinking):
            return [], False
        seen = self.run.ask(self.subject, case)
        if seen is None:
            self.requests_left = self.shrinking_left = 0
            return [], False
        self.answers[key] = seen
        return seen, True

    def allowed(self, case: Case, *, shrinking: bool) -> bool:
        """Takes one request from the allowance, and a picture where the request should be accepted."""
        if shrinking:
            self.shrinking_left -= 1
            return self.shrinking_left >= 0
        pictures = 0 if case.expect == "refused" else case.images
        if self.requests_left <= 0 or pictures > self.pictures_left:
            return False
        self.requests_left -= 1
        self.pictures_left -= pictures
        return True


def bodies(subject: Subject) -> st.SearchStrategy[Body]:
    """Requests of ``subject``: half of them break something, the others are valid with values in new combinations."""
    valid = recombined_bodies(subject)
    return st.one_of(valid, oddly_changed(subject, valid))


def _case(subject: Subject, body: Body, name: str) -> Case | None:
    """The request as a case, or ``None`` when the document leaves open what must happen to it."""
    findings = subject.judge(body).findings
    errors = [found for found in findings if found.severity == "error" and found.requirement not in tolerated(subject)]
    fields, files = split_files(body)
    facts: dict[str, Any] = {}
    if errors:
        if len({finding.requirement for finding in errors}) > 1:
            return None
        first = errors[0]
        if first.outcome == "UNSTATED":
            return None
        facts = {"expect": "refused", "targets": (first.requirement,), "parameter": first.parameter}
        if first.outcome == "R400":
            facts["status"] = 400
    elif (
        contradicts_itself(body)
        or UNLISTED_MODEL in dict(subject.base).values()  # which values such a model takes no document says
        or not _is_promised(subject, body)
        or any(finding.severity == "warning" and finding.requirement not in tolerated(subject) for finding in findings)
    ):
        return None
    else:
        facts = {"expect": "accepted", "targets": tuple(_permissions(subject, fields)), "images": pictures_of(fields)}
    identifier = f"{subject.operation.name}/{subject.name}/explore/{name}"
    operation, fields = subject.operation.name, subject.fields(fields)
    return Case(identifier, "explore", operation, subject.name, fields, files=files, why="generated", **facts)


def _is_promised(subject: Subject, body: Body) -> bool:
    """Whether no number in the body is larger than the document promises."""
    for name, node in subject.schema.get("properties", {}).items():
        value = body.get(name)
        most = promised(node, subject.operation.requirements)
        if isinstance(value, int) and value > most.get("maximum", value):
            return False
        if isinstance(value, list) and len(value) > most.get("maxItems", len(value)):
            return False
    return True


def _permissions(subject: Subject, fields: Body) -> Iterable[str]:
    base = baseline_body(subject)
    operation = subject.operation
    if operation.permission:
        yield operation.permission
    for name, permission in operation.permissions.items():
        if name in fields and fields[name] != base.get(name):
            yield permission
