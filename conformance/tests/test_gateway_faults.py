from collections import defaultdict
from functools import cache
from typing import Any

import pixelproof
import pytest
from pixelproof_conformance.fixtures import Fixture, expand, load_fixtures
from pixelproof_conformance.gateway.faults import Fault, faults_of, find_faults
from pixelproof_conformance.gateway.faults.deviation import Deviation
from pixelproof_conformance.gateway.serving import Gateway

from .gateway_client import Request, breaks, broken, send
from .gateway_requests import DALL_E_2, DALL_E_3, DOCUMENTED, GPT, LET_IN, VALID, WRONG

DIALECTS = ("openai", "octen", "infinityblue", "anyfast", "orq")
REFUSES_NOTHING = ("nothing-checked", "errors-as-success")


def of_kind(*kinds: str) -> list[Any]:
    """The faults of these kinds of all dialects, as parameters of a test."""
    return [
        pytest.param(dialect, fault, id=f"{dialect}-{fault.name}")
        for dialect in DIALECTS
        for fault in faults_of(dialect)
        if fault.kind in kinds
    ]


@cache
def breaking_requests() -> dict[str, list[Request]]:
    """The requests of the flagged fixtures, by the requirement that they break."""
    found: dict[str, list[Request]] = defaultdict(list)
    for fixture in load_fixtures():
        if fixture.on == "request" and fixture.flagged and all(fixture.data.get("account", {}).values()):
            found[fixture.requirement].append(_request(fixture))
    return found


@cache
def documented_requests(dialect: str) -> list[Request]:
    """Requests of a dialect that are not wrong: those of the tables and of the fixtures."""
    fixtures = [one for one in load_fixtures() if one.path.startswith(f"{dialect}/") and one.on == "request"]
    accepted = [_request(one) for one in fixtures if one.data["expect"]["verdict"] != "invalid"]
    return [*VALID[dialect], *DOCUMENTED.get(dialect, ()), *accepted]


def _request(fixture: Fixture) -> Request:
    dialect, operation, *_ = fixture.path.split("/")
    expanded = expand(fixture)
    return Request(dialect, operation, expanded.message, expanded.files, fixture.data.get("content_type"))


def requests_of(dialect: str, fault: Fault) -> list[Request]:
    """The requests of the tables to the operations of a fault."""
    operations = {requirement.split("/")[1] for requirement in fault.requirements}
    return [one for one in (*VALID[dialect], *WRONG[dialect]) if one.operation in operations]


def openai(body: Any) -> Request:
    """A request for the openai dialect."""
    return Request("openai", "generations", body)


@pytest.mark.parametrize("dialect", DIALECTS)
def test_every_requirement_that_can_be_checked_has_a_fault(dialect: str) -> None:
    """There is exactly one derived fault for each checkable requirement, under its id."""
    derived = [fault.requirements for fault in faults_of(dialect) if fault.kind != "behaviour"]
    requirements = pixelproof.load_dialect(dialect).requirements.values()
    assert derived == [(one.id,) for one in requirements if one.checkable]


@pytest.mark.parametrize(("dialect", "fault"), of_kind("not-enforced"))
def test_a_requirement_that_is_not_enforced_lets_its_breach_pass(dialect: str, fault: Fault) -> None:
    """A request that breaks it alone is refused by the clean gateway and answered with the fault."""
    requests = breaking_requests().get(fault.name, [])
    if not any(name.startswith(f"{dialect}/") for name in breaking_requests()):
        pytest.skip("the dialect has no fixtures yet")
    passed = {send(request, fault).status_code == 200 for request in requests}
    assert True in passed
    assert {send(request).status_code for request in requests} <= {400, 415}


@pytest.mark.parametrize(("dialect", "fault"), of_kind("not-enforced"))
def test_a_requirement_that_is_not_enforced_leaves_the_others_alone(dialect: str, fault: Fault) -> None:
    """A request that is wrong in several ways is still refused."""
    operation = fault.name.split("/")[1]
    assert send(Request(dialect, operation, {"n": "many", "stream": "perhaps"}), fault).status_code == 400


@pytest.mark.parametrize(("dialect", "fault"), of_kind("mishandled"))
def test_a_request_that_is_mishandled_gets_no_answer(dialect: str, fault: Fault) -> None:
    """What is left open gets an empty object, what is promised to be accepted a refusal; the clean gateway differs."""
    outcome = pixelproof.load_dialect(dialect).requirements[fault.name].outcome
    for request in breaking_requests().get(fault.name, []):
        clean, response = send(request), send(request, fault)
        if clean.status_code != 200 or fault.name not in breaks(request):
            continue  # it breaks something else as well and is refused for it, or it cannot be sent like this
        if outcome in ("NOOP", "COERCE"):
            assert response.status_code == 400
        else:
            assert (response.status_code, response.json()) == (200, {})


@pytest.mark.parametrize(("dialect", "fault"), of_kind("refused"))
def test_a_documented_value_is_refused(dialect: str, fault: Fault) -> None:
    """For one documented request the validator reports just the permission that is broken."""
    operation = fault.name.split("/")[1]
    requests = (request for request in documented_requests(dialect) if request.operation == operation)
    assert any(broken(request, fault) == {fault.name} for request in requests)


REFUSED: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "documented-request-refused": ({**GPT, "background": "auto", "moderation": "low"}, {**GPT, "moderation": "low"}),
    "documented-prompt-refused": ({**DALL_E_2, "prompt": "a" * 501}, {**DALL_E_2, "prompt": "a" * 500}),
    "documented-background-refused": ({**GPT, "background": "opaque"}, {**GPT, "background": "transparent"}),
    "documented-model-refused": (DALL_E_3, GPT),
    "documented-moderation-refused": ({**GPT, "moderation": "low"}, {**GPT, "moderation": "auto"}),
    "documented-n-refused": ({**GPT, "n": 2}, {**GPT, "n": 1}),
    "documented-output-compression-refused": (
        {**GPT, "output_format": "webp", "output_compression": 1},
        {**GPT, "output_format": "webp", "output_compression": 0},
    ),
    "documented-output-format-refused": ({**GPT, "output_format": "webp"}, {**GPT, "output_format": "jpeg"}),
    "documented-partial-images-refused": (
        {**GPT, "stream": True, "partial_images": 1},
        {**GPT, "stream": True, "partial_images": 0},
    ),
    "documented-quality-refused": ({**GPT, "quality": "high"}, {**GPT, "quality": "low"}),
    "documented-response-format-refused": (
        {**DALL_E_2, "response_format": "b64_json"},
        {**DALL_E_2, "response_format": "url"},
    ),
    "documented-size-refused": ({**GPT, "size": "1024x1536"}, {**GPT, "size": "1024x1024"}),
    "documented-stream-refused": ({**GPT, "stream": True}, {**GPT, "stream": False}),
    "documented-style-refused": ({**DALL_E_3, "style": "natural"}, {**DALL_E_3, "style": "vivid"}),
    "documented-user-refused": ({**GPT, "user": "u"}, GPT),
}


@pytest.mark.parametrize("flaw", REFUSED)
def test_a_neighbour_of_a_refused_value_is_accepted(flaw: str) -> None:
    """What is refused is one value (or pair, or half of a range), and the refusal blames its parameter."""
    refused, accepted = REFUSED[flaw]
    assert broken(openai(refused), flaw) == {f"openai/generations/{flaw}"}
    assert broken(openai(accepted), flaw) == set()


@pytest.mark.parametrize(("dialect", "fault"), of_kind("not-kept"))
def test_a_requirement_that_is_not_kept_is_reported(dialect: str, fault: Fault) -> None:
    """One of the fixed requests shows the breach, by itself where that is possible."""
    if any(fault.name in broken(request, fault) for request in requests_of(dialect, fault)):
        return
    # Only an answer whose request is wrong or not known can break it.
    let_in = [request for request in LET_IN.get(dialect, ()) if request.operation == fault.name.split("/")[1]]
    assert any(fault.name in broken(request, fault, "nothing-checked", known=False) for request in let_in)


@pytest.mark.parametrize("fault", [fault for fault in faults_of("openai") if fault.kind == "not-kept"], ids=str)
def test_a_breach_comes_alone(fault: Fault) -> None:
    """The gateway breaks nothing but the requirement in at least one exchange, so that a finding means something."""
    alone = any(broken(request, fault) == {fault.name} for request in requests_of("openai", fault))
    assert alone or fault.name.endswith("/refusal-not-an-object")  # what is no object cannot say why either


@pytest.mark.parametrize(("dialect", "fault"), of_kind("behaviour"))
def test_a_fault_of_behaviour_breaks_what_it_says(dialect: str, fault: Fault) -> None:
    """Every requirement that the fault names is broken by one of the fixed requests, or by what it lets in."""
    if fault.name in REFUSES_NOTHING:
        enforced = [one.name for one in faults_of(dialect) if one.kind == "not-enforced"]
        assert list(fault.requirements) == enforced
        requests = [request for name in enforced for request in breaking_requests().get(name, [])]
        assert {send(request, fault).status_code for request in requests} <= {200}
        return
    found = set().union(*(broken(request, fault) for request in requests_of(dialect, fault)))
    assert set(fault.requirements) <= found


def test_faults_can_be_combined() -> None:
    """Two faults at once both show, and the last part of an id is enough to name one."""
    answer = send(openai({**GPT, "size": "1536x1024"}), "drops-size", "created-missing").json()
    assert "created" not in answer
    assert answer["size"] == "1024x1024"


def test_a_fault_concerns_the_operation_of_its_requirements() -> None:
    """A fault in edits leaves generations alone."""
    [fault] = find_faults(["anyfast/edits/data-not-an-array"], ["anyfast"])
    for request in VALID["anyfast"]:
        assert (fault.name in broken(request, fault)) == (request.operation == "edits")


def test_a_fault_of_another_distribution_is_served() -> None:
    """A fault is a value with a deviation; a gateway takes one that is not in the list."""

    class NoData(Deviation):
        def answer(self, served: Any, answer: Any) -> Any:
            return {**answer, "data": []}

    requirement = "openai/generations/another-number-of-images-than-asked"
    fault = Fault("no-data", (requirement,), "Answers hold no images.", "behaviour", NoData())
    assert broken(openai(GPT), fault) == {requirement}


def test_an_unknown_fault_is_told_with_its_neighbours() -> None:
    """The message shows the name, the closest known ones and how to list all."""
    with pytest.raises(pixelproof.UsageError) as caught:
        Gateway(["openai"], faults=["created-mising"])
    assert "unknown fault 'created-mising'" in str(caught.value)
    assert "openai/generations/created-missing" in str(caught.value)
    assert "--list-faults" in str(caught.value)
