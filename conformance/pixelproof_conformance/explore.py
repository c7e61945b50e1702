"""What lies beyond the fixed cases: Hypothesis makes requests, valid ones and ones with one flaw, and shrinks failures.

Requests stay inside the caps of the run; when a cap is reached the exploration ends as if nothing more was found.
Each failure is reported once: when one is found, the search goes on for others, a few times.
"""

from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from tempfile import gettempdir
from typing import TYPE_CHECKING, Any

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from hypothesis.configuration import set_hypothesis_home_dir
from hypothesis.database import DirectoryBasedExampleDatabase
from hypothesis.errors import Flaky, FlakyFailure

from pixelproof_conformance.declarations import is_refused
from pixelproof_conformance.judge import observe
from pixelproof_conformance.model import Case, Json, Observation
from pixelproof_conformance.plan import make_plan
from pixelproof_conformance.results import identity
from pixelproof_conformance.subject import (
    Body,
    Subject,
    baseline_body,
    contradicts_itself,
    split_files,
    tolerated,
    whole_body,
)
from pixelproof_conformance.values import documented_values

if TYPE_CHECKING:
    from pixelproof_conformance.runner import Run

DIFFERENT_FAILURES = 4
"""How many different failures one exploration looks for."""

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=120).filter(str.strip)


class _DeviationError(AssertionError):
    """The endpoint did something that the document does not allow; Hypothesis shrinks the request that shows it."""


def explore(run: "Run", subject: Subject, observations: list[Observation]) -> None:
    """Adds what ``run.options.examples`` generated requests show to ``observations``."""
    known = {identity(item, subject.operation.name) for item in observations if item.outcome == "fail"}
    for turn in range(DIFFERENT_FAILURES):
        found = _search(run, subject, known, turn, observations)
        if found is None:
            return
        known.add(found)


def _search(run: "Run", subject: Subject, known: set[str], turn: int, observations: list[Observation]) -> str | None:
    """One search for a failure that is not ``known``; the observations of its smallest request are kept."""
    options = run.options
    count = 0
    last: tuple[str, list[Observation]] | None = None
    exhausted = False

    def attempt(body: Body) -> None:
        nonlocal count, last, exhausted
        if exhausted:
            return
        count += 1
        case = _case(subject, body, f"{turn}-{count}")
        if case is None:
            return
        record = run.send(subject, case)
        if record is None:
            exhausted = True
            return
        run.advance(case, record)
        seen = list(observe(subject, case, record, profile=options.profile))
        failures = [item for item in seen if item.outcome == "fail"]
        new = [name for name in (identity(item, subject.operation.name) for item in failures) if name not in known]
        if new:
            last = (new[0], seen)
            raise _DeviationError(new[0])
        observations.extend(seen)

    # Hypothesis keeps a folder of its own; it must not appear wherever the user happens to be.
    set_hypothesis_home_dir(Path(gettempdir()) / "pixelproof-hypothesis")
    database = DirectoryBasedExampleDatabase(options.example_folder) if options.example_folder else None
    search = seed(options.seed + turn)(
        settings(
            max_examples=options.examples,
            deadline=None,
            database=database,
            phases=[Phase.reuse, Phase.generate, Phase.shrink] if database else [Phase.generate, Phase.shrink],
            suppress_health_check=list(HealthCheck),
            report_multiple_bugs=False,
            print_blob=False,
            derandomize=False,
        )(given(bodies(subject))(attempt))
    )
    # A flaky endpoint answers the same request differently; what was seen last still stands in the journal.
    with suppress(_DeviationError, Flaky, FlakyFailure):
        search()
    if last is None:
        return None
    observations.extend(last[1])
    return last[0]


def bodies(subject: Subject) -> st.SearchStrategy[Body]:
    """Requests of ``subject``: half of them break something, the others are valid with values in new combinations."""
    plan = make_plan(subject)
    starts = [whole_body(case) for case in (plan.baseline, *plan.accepts)]
    broken = [whole_body(case) for case in plan.rejects if case.raw is None]
    valid = _valid_bodies(subject, starts)
    return st.one_of(valid, valid, _broken_bodies(subject, valid), st.sampled_from(broken or starts))


def _valid_bodies(subject: Subject, starts: list[Body]) -> st.SearchStrategy[Body]:
    """An accepted request with some parameters set anew or added, as long as it stays valid; one picture each."""
    optional: dict[str, st.SearchStrategy[Json]] = {}
    for name, node in subject.schema.get("properties", {}).items():
        values = _values_of(name, node)
        if (
            values is not None
            and name not in dict(subject.base)
            and not is_refused(node, subject.operation.requirements)
        ):
            optional[name] = values

    @st.composite
    def build(draw: st.DrawFn) -> Body:
        body = {name: value for name, value in draw(st.sampled_from(starts)).items() if name != "n"}
        chosen = draw(st.lists(st.sampled_from(sorted(optional)), unique=True, max_size=5)) if optional else []
        for name in chosen:
            wider = {**body, name: draw(optional[name])}
            if not any(finding.severity == "error" for finding in subject.judge(wider).findings):
                body = wider
        return body

    return build()


def _values_of(name: str, node: dict[str, Json]) -> st.SearchStrategy[Json] | None:
    if name == "prompt":
        return TEXTS
    if name == "n":  # every picture costs; the boundary has a fixed case of its own
        return st.just(1)
    if node.get("type") == "integer" and "minimum" in node and "maximum" in node:
        return st.integers(node["minimum"], node["maximum"])
    if node.get("type") == "string" and "enum" not in node and "pattern" not in node:
        return TEXTS
    values = [value for value in documented_values(node, name) if isinstance(value, (str, int, float))]
    return st.sampled_from(values) if values else None


def _broken_bodies(subject: Subject, valid: st.SearchStrategy[Body]) -> st.SearchStrategy[Body]:
    """Valid requests with one value replaced; which requirement that breaks is for the validator to say."""
    properties = subject.schema.get("properties", {})

    @st.composite
    def build(draw: st.DrawFn) -> Body:
        name = draw(st.sampled_from(sorted(properties)))
        return {**draw(valid), name: draw(_nasty(properties[name]))}

    return build()


def _nasty(node: dict[str, Json]) -> st.SearchStrategy[Json]:
    """Values that ``node`` often does not allow: other types, numbers around its limits, near misses of its words."""
    limits = [int(node[key]) for key in ("minimum", "maximum") if key in node]
    words = [value for value in node.get("enum", ()) if isinstance(value, str)]
    choices: list[st.SearchStrategy[Any]] = [
        st.booleans(),
        st.integers(-3, 20),
        st.floats(-5, 150, allow_nan=False).filter(lambda value: value != int(value)),
        st.text(max_size=12),
        st.lists(st.integers(0, 3), max_size=2),
        st.just({}),
    ]
    if limits:
        choices.append(st.sampled_from(limits).flatmap(lambda limit: st.integers(limit - 3, limit + 3)))
    if words:
        choices.append(st.sampled_from(words).flatmap(lambda word: st.sampled_from(sorted(_near_misses(word)))))
    return st.one_of(choices)


def _near_misses(word: str) -> set[str]:
    return {word.upper(), word.title(), f" {word}", f"{word} ", word[:-1], f"{word}x", word[::-1]}


def _case(subject: Subject, body: Body, name: str) -> Case | None:
    """The request as a case, or ``None`` when the document leaves open what must happen to it."""
    findings = subject.judge(body).findings
    errors = [finding for finding in findings if finding.severity == "error"]
    fields, files = split_files(body)
    facts: dict[str, Any] = {}
    if errors:
        if len({finding.requirement for finding in errors}) > 1:
            return None
        first = errors[0]
        facts = {"expect": "refused", "targets": (first.requirement,), "parameter": first.parameter}
        if first.outcome == "R400":
            facts["status"] = 400
    elif contradicts_itself(body) or any(
        finding.severity == "warning" and finding.requirement not in tolerated(subject) for finding in findings
    ):
        return None
    else:
        facts = {"expect": "accepted", "targets": tuple(_permissions(subject, fields)), "images": fields.get("n", 1)}
    identifier = f"{subject.operation.name}/{subject.name}/explore/{name}"
    operation, fields = subject.operation.name, subject.fields(fields)
    return Case(identifier, "explore", operation, subject.name, fields, files=files, why="generated", **facts)


def _permissions(subject: Subject, fields: Body) -> Iterable[str]:
    base = baseline_body(subject)
    operation = subject.operation
    if operation.permission:
        yield operation.permission
    for name, permission in operation.permissions.items():
        if name in fields and fields[name] != base.get(name):
            yield permission
