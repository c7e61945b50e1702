"""The order of paid requests: what shows most for its money goes first, so that a cap leaves the least uncovered."""

from functools import lru_cache
from math import fsum

from pixelproof_conformance.accepted import key_of
from pixelproof_conformance.declarations import requirement_ids
from pixelproof_conformance.model import Case
from pixelproof_conformance.plan import Plan
from pixelproof_conformance.prices import PriceTable
from pixelproof_conformance.subject import Subject

_VALUE_OF_A_VALUE = 0.1
"""A further value of a parameter is worth less than a requirement that nothing else has shown."""

_LEAST_COST = 1e-6


def paid_order(plan: Plan, prices: PriceTable) -> tuple[Case, ...]:
    """The cases of ``plan`` that may cost something, by newly covered requirements for their cost, best first.

    The cost is that of the price table, and the number of pictures where it knows none. Cases of equal worth keep
    their order, so the result is the same in every run.
    """
    costs = _costs(plan, prices)
    covered = _shown_by(plan.subject, plan.baseline)
    left = [(case, _shown_by(plan.subject, case)) for case in (*plan.accepts, *plan.opens)]
    out: list[Case] = []
    while left:
        best = max(
            range(len(left)), key=lambda index: (_worth(left[index][1] - covered) / costs[left[index][0].id], -index)
        )
        case, shown = left.pop(best)
        covered |= shown
        out.append(case)
    return tuple(out)


def _costs(plan: Plan, prices: PriceTable) -> dict[str, float]:
    cases = (*plan.accepts, *plan.opens)
    amounts = {case.id: prices.cost(case) for case in cases}
    if all(amount.known for amount in amounts.values()):
        return {name: max(amount.careful, _LEAST_COST) for name, amount in amounts.items()}
    return {case.id: float(case.images) for case in cases}


def _worth(shown: frozenset[str]) -> float:
    # A plain sum of fractions depends on the order in which a set gives its members, which differs from run to run.
    return fsum(_VALUE_OF_A_VALUE if " " in name else 1.0 for name in shown)


def _shown_by(subject: Subject, case: Case) -> frozenset[str]:
    """What a case puts to the test: requirements by their id, values as "parameter value"."""
    values = {f"{name} {key_of(value)}" for name, value in case.body.items() if name != "prompt"}
    streamed = _stream_requirements(subject) if case.streams else frozenset()
    return frozenset({*case.targets, *values, *streamed})


@lru_cache(maxsize=256)
def _stream_requirements(subject: Subject) -> frozenset[str]:
    return frozenset(requirement_ids(subject.section("stream").schema, subject.operation.requirements))
