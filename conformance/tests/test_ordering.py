"""The order of paid requests."""

import os
import subprocess
import sys

import pytest
from pixelproof import known_dialects, load_dialect
from pixelproof_conformance.ordering import paid_order
from pixelproof_conformance.plan import Plan, make_plan
from pixelproof_conformance.prices import PriceTable, declared_prices
from pixelproof_conformance.subject import subjects_of

from .scripted import subject

PLAN = make_plan(subject())
UNKNOWN = PriceTable("nobody", {})


def uncovered(plan: Plan, cases: tuple[object, ...], pictures: int) -> int:
    """How many permissions no case shows when the pictures are all that can be paid."""
    left = pictures
    wanted = {target for case in (*plan.accepts, *plan.opens) for target in case.targets}
    for case in cases:
        left -= case.images  # type: ignore[attr-defined]
        if left < 0:
            break
        wanted -= set(case.targets)  # type: ignore[attr-defined]
    return len(wanted)


@pytest.mark.parametrize("name", known_dialects())
def test_every_paid_case_is_sent_once(name: str) -> None:
    """The order leaves nothing out."""
    dialect = load_dialect(name)
    for operation in dialect.operations:
        plan = make_plan(subjects_of(dialect, dialect.operation(operation))[0])
        ordered = paid_order(plan, declared_prices(dialect))
        assert sorted(case.id for case in ordered) == sorted(case.id for case in (*plan.accepts, *plan.opens))


def test_half_of_the_pictures_show_every_requirement() -> None:
    """The rest adds further values; in the order of the plan most of them would be needed for that."""
    ordered, planned = paid_order(PLAN, UNKNOWN), (*PLAN.accepts, *PLAN.opens)
    assert uncovered(PLAN, ordered, PLAN.images // 2) == 0
    assert uncovered(PLAN, planned, PLAN.images // 2) > 5
    for pictures in range(2, PLAN.images):
        assert uncovered(PLAN, ordered, pictures) <= uncovered(PLAN, planned, pictures)


def test_ten_pictures_for_one_more_value_come_late() -> None:
    """The upper end of n costs ten pictures and shows little that is new."""
    images = [case.images for case in paid_order(PLAN, UNKNOWN)]
    assert images.index(10) > len(images) // 2


def test_a_dear_request_waits_for_cheap_ones() -> None:
    """By the price table: high quality after low quality where both show as much."""
    rows = [{"when": {"quality": "high"}, "usd": 1.0}, {"usd": 0.01}]
    ordered = paid_order(PLAN, PriceTable("a test", {"gpt-image-1": {"pictures": rows}}))
    high = [index for index, case in enumerate(ordered) if case.body.get("quality") in ("high", "auto")]
    low = [index for index, case in enumerate(ordered) if case.body.get("quality") == "low"]
    assert low[0] < high[0]
    assert sum(high) / len(high) > sum(low) / len(low)


def test_the_order_has_no_chance_in_it() -> None:
    """A resumed run goes on where it was."""
    assert paid_order(PLAN, UNKNOWN) == paid_order(PLAN, UNKNOWN)


def test_the_order_does_not_depend_on_the_process() -> None:
    """Processes that give the members of a set in another order send paid requests in the same one."""
    told = (
        "from pixelproof import load_dialect\n"
        "from pixelproof_conformance.ordering import paid_order\n"
        "from pixelproof_conformance.plan import make_plans\n"
        "from pixelproof_conformance.prices import declared_prices\n"
        "from pixelproof_conformance.subject import subjects_of\n"
        "dialect = load_dialect('anyfast')\n"
        "[plan, *_] = make_plans(subjects_of(dialect, dialect.operation('generations')))\n"
        "print([case.id for case in paid_order(plan, declared_prices(dialect))])\n"
    )
    orders = {
        subprocess.run(
            [sys.executable, "-c", told],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(orders) == 1
