"""Requests of one subject as bodies in which files stand under their field: what all other strategies are made of."""

from collections.abc import Callable, Sequence
from functools import cache
from itertools import combinations
from typing import TypeVar

from hypothesis import strategies as st

from pixelproof_conformance.broken import broken_requests, changes
from pixelproof_conformance.declarations import constraints, is_refused
from pixelproof_conformance.model import Json
from pixelproof_conformance.plan import make_plan
from pixelproof_conformance.rule_cases import Attempt
from pixelproof_conformance.strategies.values import allowed_values, odd_values
from pixelproof_conformance.subject import Body, Subject, baseline_body, tolerated, whole_body
from pixelproof_conformance.trial import Trial

T = TypeVar("T")

MOST_SET_ANEW = 3
"""How many parameters of an accepted request are set anew at once."""


@cache
def valid_bodies(subject: Subject, *, images: bool = False) -> st.SearchStrategy[Body]:
    """Accepted requests with some parameters set anew or added, as long as they stay valid.

    Each asks for one picture, unless ``images`` lets the number of pictures vary, too.
    """
    plan = make_plan(subject)
    optional: dict[str, st.SearchStrategy[Json]] = {}
    for name, node in subject.schema.get("properties", {}).items():
        values = st.just(1) if name == "n" and not images else allowed_values(name, node)
        fixed = name in dict(subject.base) or is_refused(node, subject.operation.requirements)
        if values is not None and not fixed:
            optional[name] = values
    simplest = baseline_body(subject).keys()
    some_start = one_of_these([whole_body(case) for case in (plan.baseline, *plan.accepts)])
    some_names = st.lists(st.sampled_from(sorted(optional)), unique=True, max_size=5) if optional else st.just([])

    @st.composite
    def build(draw: st.DrawFn) -> Body:
        start = draw(some_start)
        # Each one is kept or not by a choice of its own, so that a failing example loses those that do not matter.
        kept = {name: start[name] for name in start if name != "n" and (name in simplest or draw(st.booleans()))}
        body = kept if not has_errors(subject, kept) else start
        for name in draw(some_names):
            wider = {**body, name: draw(optional[name])}
            if not has_errors(subject, wider):
                body = wider
        return body

    return build().filter(lambda body: not has_errors(subject, body))


def recombined_bodies(subject: Subject) -> st.SearchStrategy[Body]:
    """As :func:`valid_bodies`, drawn in few choices and with short prompts: quick to make, slow to shrink."""
    plan = make_plan(subject)
    optional: dict[str, st.SearchStrategy[Json]] = {}
    for name, node in subject.schema.get("properties", {}).items():
        # Every picture costs, so one is asked for; the bounds have fixed cases of their own.
        values = st.just(1) if name == "n" else allowed_values(name, node, long_prompts=False)
        fixed = name in dict(subject.base) or is_refused(node, subject.operation.requirements)
        if values is not None and not fixed:
            optional[name] = values
    some_start = one_of_these([whole_body(case) for case in (plan.baseline, *plan.accepts)])
    # One choice among all small sets of parameters costs a tenth of the time that a list of choices takes.
    names = sorted(optional)
    some_names = st.sampled_from([found for size in range(MOST_SET_ANEW + 1) for found in combinations(names, size)])

    @st.composite
    def build(draw: st.DrawFn) -> Body:
        body = {name: value for name, value in draw(some_start).items() if name != "n"}
        for name in draw(some_names):
            wider = {**body, name: draw(optional[name])}
            if not has_errors(subject, wider):
                body = wider
        return body

    return build()


@cache
def odd_bodies(subject: Subject) -> st.SearchStrategy[Body]:
    """Valid requests with one value replaced; which requirements that breaks is for the validator to say."""
    return oddly_changed(subject, valid_bodies(subject))


def oddly_changed(subject: Subject, valid: st.SearchStrategy[Body]) -> st.SearchStrategy[Body]:
    """Requests of ``valid`` with one value replaced."""
    odd = {name: odd_values(node) for name, node in subject.schema.get("properties", {}).items()}
    some_name = st.sampled_from(sorted(odd))

    @st.composite
    def build(draw: st.DrawFn) -> Body:
        name = draw(some_name)
        return {**draw(valid), name: draw(odd[name])}

    return build()


@cache
def bodies_breaking(subject: Subject, requirement: str) -> st.SearchStrategy[Attempt]:
    """Requests that break ``requirement`` and nothing else that is as grave; empty where none can be made."""
    ways = [change for name, change in _ways(subject) if name == requirement]
    known = [attempt for name, attempt in _broken(subject) if name == requirement]
    if not known:
        return st.nothing()
    some_known = one_of_these(known)
    if not ways:
        return some_known
    valid, some_way = valid_bodies(subject), st.sampled_from(ways)

    @st.composite
    def build(draw: st.DrawFn) -> Attempt:
        fallback = draw(some_known)
        body = draw(some_way)(draw(valid))
        changed = Attempt(fallback.label, fallback.parameter, body)
        return changed if _breaks_alone(subject, changed, requirement) else fallback

    return build()


def one_of_these(values: Sequence[T]) -> st.SearchStrategy[T]:
    """One of ``values``, which may be too large to be shown: Hypothesis writes out what a strategy samples from."""
    return st.integers(0, len(values) - 1).map(values.__getitem__)


def breakable(subject: Subject) -> tuple[str, ...]:
    """The requirements on requests that one request can break alone, in the order in which they are found."""
    return tuple(dict.fromkeys(name for name, _ in _broken(subject)))


def has_errors(subject: Subject, body: Body) -> bool:
    """Whether the validator finds an error in a request that the simplest one of its model does not have."""
    findings = subject.judge(body).findings
    return any(found.severity == "error" and found.requirement not in tolerated(subject) for found in findings)


@cache
def _broken(subject: Subject) -> tuple[tuple[str, Attempt], ...]:
    plan = make_plan(subject)
    bases = [baseline_body(subject), *(whole_body(case) for case in plan.accepts)]
    found = broken_requests(Trial(subject), bases)
    return tuple((name, attempt) for name, attempt in found if _breaks_alone(subject, attempt, name))


def _breaks_alone(subject: Subject, attempt: Attempt, requirement: str) -> bool:
    """Whether ``requirement`` is the only error; one that is no error itself has none beside it.

    A case of a run may break two requirements on one value, as a word that no model knows does. Here it may not.
    """
    operation = subject.operation
    if attempt.raw is None:
        verdict = subject.judge(attempt.body)
    else:
        verdict = operation.validate_request(attempt.raw, content_type=attempt.content_type)
    broken = {finding.requirement for finding in verdict.findings}
    errors = {finding.requirement for finding in verdict.findings if finding.severity == "error"}
    return requirement in broken and errors <= {requirement}


@cache
def _ways(subject: Subject) -> tuple[tuple[str, Callable[[Json], Json]], ...]:
    schema = subject.schema
    return tuple(
        (constraint.requirement, change)
        for constraint in constraints(schema)
        for _, _, change in changes(constraint, schema)
    )
