"""The table of wire checks, and what the checks add to a plan."""

from importlib import import_module

import pytest
from pixelproof import Dialect, known_dialects, load_dialect
from pixelproof._locate import schemas_root
from pixelproof._meta import read_checked
from pixelproof._wire_table import WireCheck, wire_checks
from pixelproof.rules import find_rule
from pixelproof_conformance.gateway.faults import find_faults, wire_faults_of
from pixelproof_conformance.gateway.faults.wire import MAKERS
from pixelproof_conformance.model import Case
from pixelproof_conformance.plan import Plan, make_plan, make_plans
from pixelproof_conformance.subject import Subject, subjects_of, whole_body

from .scripted import subject

GPT = subject()


def all_plans() -> list[Plan]:
    """The plans of whole runs over every dialect."""
    dialects = [load_dialect(name) for name in known_dialects()]
    return [plan for dialect in dialects for plan in make_plans(every_subject(dialect))]


def every_subject(dialect: Dialect) -> list[Subject]:
    """The subjects of a whole run."""
    return [found for name in dialect.operations for found in subjects_of(dialect, dialect.operation(name))]


def test_the_table_conforms_to_its_format() -> None:
    """At run time the table is read without this, because it takes longer than reading it."""
    value, _ = read_checked(schemas_root() / "wire.yaml", "wire")
    names = [entry["id"] for entry in value["checks"]]
    assert len(names) == len(set(names)) > 40


@pytest.mark.parametrize("check", wire_checks(), ids=lambda check: check.id)
def test_a_check_has_a_module_a_fault_and_known_rules(check: WireCheck) -> None:
    """Its family judges it, the gateway can break it, and the rules that it is left to exist."""
    family = import_module(f"pixelproof_conformance.wire_checks.{check.family}")
    assert callable(family.judge)
    assert callable(family.cases)
    assert check.id in MAKERS
    assert [rule for rule in check.left_to if find_rule(rule) is None] == []


def test_no_fault_is_without_a_check() -> None:
    """A fault that breaks nothing of the table would never be found."""
    assert set(MAKERS) == {check.id for check in wire_checks()}


@pytest.mark.parametrize("name", known_dialects())
def test_a_fault_of_the_wire_is_found_by_its_name(name: str) -> None:
    """As ``serve --fault`` does it."""
    faults = wire_faults_of(name)
    assert len(faults) > 25
    assert {find_faults([fault.name], [name])[0].name for fault in faults} == {fault.name for fault in faults}


def test_a_check_is_left_to_a_document_that_says_the_same() -> None:
    """OpenAI's document says what size a picture has; one that does not leaves it to the check."""
    [check] = [check for check in wire_checks() if check.id == "wire/pictures/other-size"]
    assert not check.applies_to(GPT.operation, GPT.dialect.about)
    assert check._replace(left_to=()).applies_to(GPT.operation, GPT.dialect.about)


def test_the_wire_checks_cost_no_picture() -> None:
    """The accepted requests of a plan are the same ones, some of them in another form."""
    for plan in all_plans():
        bare = make_plan(plan.subject)
        assert plan.images == bare.images
        assert [case.id for case in plan.accepts] == [case.id for case in bare.accepts]


def test_a_default_run_stays_within_its_bounds() -> None:
    """For gpt-image-1 at most 150 requests and 40 pictures, the generated requests included."""
    [plan] = make_plans([GPT])
    assert len(plan.cases) + 20 <= 150
    assert plan.images <= 40


def _to_be_refused(case: Case) -> bool:
    return case.kind == "wire" and case.raw is None and case.wire.split("/")[1] in ("bodies", "routes", "order")


def test_the_requests_of_the_checks_own_cannot_be_served() -> None:
    """The validator finds an error in each of them, so that a careful endpoint makes no picture for it."""
    checked = 0
    for plan in all_plans():
        for case in filter(_to_be_refused, plan.own):
            verdict = plan.subject.judge(whole_body(case))
            assert verdict.verdict == "invalid", case.id
            checked += 1
    assert checked > 40


def test_each_request_of_the_checks_own_is_followed_by_an_ordinary_one() -> None:
    """Those that the plan has anyway come first; no two odd ones have the same follower."""
    [plan] = make_plans([GPT])
    assert plan.probe is not None
    followers = [follower for _, follower in plan.probe.pairs]
    assert len({follower.id for follower in followers}) == len(plan.own) > 15
    assert {follower.kind for follower in followers} == {"reject"}


def test_a_plan_of_the_wire_checks_alone_makes_followers_of_its_own() -> None:
    """``--only wire/bodies/`` needs no case of the document."""
    [plan] = make_plans([GPT], only=["wire/bodies/"])
    assert (plan.rejects, plan.accepts) == ((), ())
    assert {case.wire for case in plan.own if case.wire.startswith("wire/order/")} == {
        "wire/order/next-request-not-served"
    }


def test_what_does_not_depend_on_the_model_is_asked_once() -> None:
    """The second model gets the checks on answers, and no request of their own."""
    first, second = make_plans([GPT, subject("gpt-image-1.5")])
    assert len(first.own) > 15
    assert second.own == ()
    assert second.probe is not None
    assert "wire/refusals/web-page" in second.probe.ground.checks


def test_the_checks_can_be_left_out() -> None:
    """``--skip wire/`` gives the plan of the document alone."""
    [plan] = make_plans([GPT], skip=["wire/"])
    assert plan.cases == make_plan(GPT).cases
