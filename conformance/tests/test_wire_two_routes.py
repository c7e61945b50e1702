"""What two routes make of the same value or the same model, where the document says the same about both."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from pixelproof_conformance.model import Case, Record
from pixelproof_conformance.plan import make_plans
from pixelproof_conformance.reported import Result
from pixelproof_conformance.runner import Options, Run
from pixelproof_conformance.subject import Subject
from pixelproof_conformance.wire_checks import models
from pixelproof_conformance.wire_checks.ground import Exchange, Ground
from pixelproof_conformance.wire_checks.models import ONE_ROUTE
from pixelproof_conformance.wire_checks.parity import VALUE

from .scripted import Answer, ScriptedSender, picture, record, refusal, subject

ROUTES = (subject("gpt-image-2", "anyfast"), subject("gpt-image-2", "anyfast", "edits"))
OF_ORQ = (subject("gpt-image-1", "orq"), subject("gpt-image-1", "orq", "edits"))
GOOD = {"created": 1_780_000_000, "data": [{"b64_json": picture(8, 8)}]}
LET_IN: Answer = (200, GOOD)
FILTERED: Answer = (400, {"error": {"message": "no", "code": "moderation_blocked"}})
TURNED_AWAY: Answer = (400, refusal("model"))


def judged(
    check: str,
    script: Callable[[Case], Answer | Record | None],
    subjects: tuple[Subject, ...] = ROUTES,
    only: tuple[str, ...] = (),
) -> Result:
    """What a whole run says of the check at edits; without an answer of ``script`` it is what the document wants."""

    def answer(case: Case) -> Answer | Record:
        usual = (400, refusal(case.parameter)) if case.expect == "refused" else LET_IN
        return script(case) or usual

    run = Run(
        ScriptedSender(answer), Options(only=only, skip=("wire/bodies/",)), reproduce=lambda case, record: ("", "")
    )
    found = [item for item in run.over(subjects).results if item.requirement == check]
    assert {item.operation for item in found} == {subjects[-1].operation.name}
    return found[0]


def with_value(name: str, value: str, **replies: Answer) -> Callable[[Case], Answer | None]:
    """Answers requests in which a parameter has this value, as the operation's own entry of ``replies`` says."""
    return lambda case: replies.get(case.operation) if str(case.body.get(name)) == value else None


REFUSED: Answer = (400, refusal("n"))


@pytest.mark.parametrize(
    ("name", "value", "replies", "outcome"),
    [
        ("n", "2", {"edits": REFUSED}, "warn"),
        ("n", "2", {"generations": REFUSED}, "warn"),
        ("n", "2", {"generations": REFUSED, "edits": REFUSED}, "pass"),
        ("n", "2", {"edits": (503, refusal())}, "pass"),
        ("n", "2", {"edits": (403, refusal())}, "pass"),
        ("n", "11", {"edits": LET_IN}, "warn"),
        ("n", "11", {"edits": LET_IN, "generations": LET_IN}, "pass"),
        ("prompt", "", {"edits": REFUSED}, "warn"),
        ("quality", "high", {"edits": REFUSED}, "pass"),
        ("quality", "LOW", {"edits": LET_IN}, "pass"),
        ("pixelproof_unlisted", "text", {"edits": REFUSED}, "pass"),
    ],
    ids=[
        "open-and-refused-by-edits",
        "open-and-refused-by-generations",
        "refused-by-both",
        "an-outage",
        "no-access",
        "wrong-and-served-by-edits",
        "wrong-and-served-by-both",
        "an-empty-prompt",
        "documented-for-generations-only",
        "open-for-edits-only",
        "listed-for-neither",
    ],
)
def test_a_value_has_to_be_treated_alike_where_it_is_documented_alike(
    name: str, value: str, replies: dict[str, Answer], outcome: str
) -> None:
    """What the document leaves to one route, and what one route was not asked for or did not decide, says nothing."""
    assert judged(VALUE, with_value(name, value, **replies)).outcome == outcome


def test_a_difference_is_one_finding_that_names_both_requests() -> None:
    """The one at generations, too, which stands elsewhere in the report."""
    result = judged(VALUE, with_value("n", "2", edits=REFUSED))
    [failure] = result.failures
    assert failure.message.startswith(
        "n=2 is served by generations (generations/gpt-image-2/open/several-images-without-direct-group/n=2)"
        " and refused by edits (edits/gpt-image-2/open/several-images-without-direct-group/n=2),"
        " and the document says the same about it on both."
    )
    assert failure.parameter == "n"
    assert failure.case == "edits/gpt-image-2/open/several-images-without-direct-group/n=2"


def test_a_combined_request_that_is_refused_blames_none_of_its_values() -> None:
    """Which of them it was refused for is not known; alone each of them is served."""

    def script(case: Case) -> Answer | None:
        return REFUSED if case.operation == "edits" and {"size", "output_format", "n"} <= case.body.keys() else None

    assert judged(VALUE, script).outcome == "pass"


def test_a_value_that_is_let_through_beside_others_is_not_compared_with_the_value_alone() -> None:
    """A compression without effect alone may be refused there; with the jpeg format it is another matter."""

    def script(case: Case) -> Answer | None:
        alone = "output_compression" in case.body and "output_format" not in case.body
        if alone and case.operation == "edits":
            return 503, refusal()
        return REFUSED if alone else None

    assert judged(VALUE, script).outcome == "pass"


def test_without_generations_nothing_is_compared() -> None:
    """A run over edits alone has no other side, and one over a model that only edits has none either."""
    assert judged(VALUE, lambda case: None, ROUTES[1:]).outcome == "not-run"
    [plan] = make_plans([subject("gpt-image-2-c", "anyfast", "edits")])
    assert plan.probe is not None
    assert not {VALUE, ONE_ROUTE} & plan.probe.ground.checks.keys()


def test_the_comparison_alone_sends_the_requests_that_it_needs() -> None:
    """``--only wire/parity/`` asks both routes for what they have in common."""
    first, second = make_plans(ROUTES, only=["wire/parity/"])
    for plan in (first, second):
        assert min(len(plan.rejects), len(plan.opens), len(plan.accepts)) > 2
    assert make_plans(ROUTES[:1], only=["wire/parity/"])[0].rejects == ()


def unlisted(case: Case) -> str:
    """The route that a request for an unlisted model goes to; empty for any other request."""
    if case.wire != ONE_ROUTE:
        return ""
    return "generations" if case.transport is not None and case.transport.path else case.operation


@pytest.mark.parametrize(
    ("replies", "outcome"),
    [
        ({"generations": TURNED_AWAY, "edits": TURNED_AWAY}, "pass"),
        ({"generations": LET_IN, "edits": LET_IN}, "pass"),
        ({"generations": TURNED_AWAY, "edits": (404, refusal("model"))}, "pass"),
        ({"generations": TURNED_AWAY, "edits": LET_IN}, "warn"),
        ({"generations": LET_IN, "edits": (403, refusal("model"))}, "warn"),
        ({"generations": LET_IN, "edits": (401, refusal())}, "inconclusive"),
        ({"generations": (429, refusal()), "edits": LET_IN}, "inconclusive"),
        ({"generations": FILTERED, "edits": LET_IN}, "inconclusive"),
    ],
)
@pytest.mark.parametrize("subjects", [ROUTES, OF_ORQ], ids=["refused-by-the-document", "left-open"])
def test_an_unknown_model_is_let_in_on_both_routes_or_on_none(
    subjects: tuple[Subject, ...], replies: dict[str, Answer], outcome: str
) -> None:
    """Whatever the document says about it; a missing key, a rate limit and a content filter say nothing."""
    assert judged(ONE_ROUTE, lambda case: replies.get(unlisted(case)), subjects, (ONE_ROUTE,)).outcome == outcome


def test_the_request_for_generations_is_one_to_generations() -> None:
    """It has its path, its content type and its body, and the same model as the one to edits."""
    _, plan = make_plans(OF_ORQ)
    here, there = [case for case in plan.own if case.wire == ONE_ROUTE]
    assert there.transport is not None
    assert (there.transport.path, there.content_type) == ("/v2/router/images/generations", "application/json")
    assert there.raw is not None
    assert json.loads(there.raw)["model"] == here.body["model"] == "openai/pixelproof-unlisted-model"
    assert here.files != ()


@pytest.mark.parametrize("turn", [1, -1], ids=["in-order", "the-other-way-round"])
def test_the_order_in_which_answers_come_changes_nothing(turn: int) -> None:
    """Requests are sent in parallel; each answer belongs to its own route."""
    _, plan = make_plans(ROUTES)
    assert plan.probe is not None
    status = {"generations": 400, "edits": 200}
    here, there = [case for case in plan.own if case.wire == ONE_ROUTE]
    exchanges = [Exchange(case, record(case, status[unlisted(case)], GOOD)) for case in (here, there)]
    [found] = models.judge(Ground(plan.subject, {ONE_ROUTE: plan.probe.ground.checks[ONE_ROUTE]}), exchanges[::turn])
    assert found.message.startswith(f'The model "pixelproof-unlisted-model" is let in by edits ({here.id})')
    assert found.case == here.id


@pytest.mark.parametrize(("text", "none", "parts"), [(True, False, "gpt-4o-mini"), (False, True, "without a model")])
def test_a_text_model_and_no_model_are_compared_too(text: bool, none: bool, parts: str) -> None:
    """For these the requests of other checks and of the document serve."""

    def script(case: Case) -> Answer | None:
        of_text = case.wire == "wire/models/text-model-served"
        of_none = case.id.endswith("model-missing/without-model")
        return LET_IN if case.operation == "edits" and ((of_text and text) or (of_none and none)) else None

    result = judged(ONE_ROUTE, script)
    [failure] = result.failures
    assert result.outcome == "warn"
    assert parts in failure.message
    assert "is let in by edits (edits/gpt-image-2/" in failure.message
    assert "turned away by generations (generations/gpt-image-2/" in failure.message


def test_models_without_generations_cost_one_more_request() -> None:
    """A run over edits alone asks generations itself."""
    facts: dict[str, Any] = {"generations": LET_IN, "edits": TURNED_AWAY}
    assert judged(ONE_ROUTE, lambda case: facts.get(unlisted(case)), ROUTES[1:]).outcome == "warn"
