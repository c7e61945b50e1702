import json
from functools import cache
from typing import Any

import pixelproof
import pytest
from pixelproof_conformance.gateway.app import create_app
from pixelproof_conformance.gateway.faults import Fault, faults_of, find_faults
from pixelproof_conformance.gateway.faults.deviation import Deviation
from pixelproof_conformance.gateway.serving import Gateway
from starlette.testclient import TestClient

PATH = "/v1/images/generations"
DIALECT = pixelproof.load_dialect("openai")
OPERATION = DIALECT.operation("generations")
FAULTS = {fault.name: fault for fault in faults_of("openai")}
G = {"prompt": "A fox", "model": "gpt-image-1"}
D2 = {"prompt": "A fox", "model": "dall-e-2"}
D3 = {"prompt": "A fox", "model": "dall-e-3"}

# Requests that together show every fault in answers, streams and refusals.
SHOWING: tuple[dict[str, Any], ...] = (
    G,
    {**G, "n": 2},
    {**G, "size": "1536x1024"},
    {**G, "quality": "high", "background": "opaque"},
    {**G, "background": "transparent"},
    {**G, "output_format": "webp"},
    {**G, "stream": True},
    {**G, "stream": True, "partial_images": 2},
    D2,
    D3,
    {**D2, "response_format": "b64_json"},
    {"prompt": "A fox", "model": "other"},
    {**G, "n": 11},
)

# For each requirement on requests a request that breaks it and nothing else; bytes are sent as they are.
BREAKING: dict[str, Any] = {
    "body-not-an-object": [],
    "prompt-missing": {"model": "gpt-image-1"},
    "parameter-not-listed": {**G, "seed": 1},
    "prompt-not-a-string": {**G, "prompt": 3},
    "prompt-empty": {**G, "prompt": ""},
    "background-not-listed": {**G, "background": "white"},
    "model-not-a-string": {**G, "model": 3},
    "model-not-listed": {**G, "model": "other"},
    "moderation-not-listed": {**G, "moderation": "high"},
    "n-not-a-whole-number": {**G, "n": "2"},
    "n-outside-1-to-10": {**G, "n": 11},
    "output-compression-not-a-whole-number": {**G, "output_format": "webp", "output_compression": "9"},
    "output-compression-outside-0-to-100": {**G, "output_format": "webp", "output_compression": 101},
    "output-format-not-listed": {**G, "output_format": "gif"},
    "partial-images-not-a-whole-number": {**G, "stream": True, "partial_images": 1.5},
    "partial-images-outside-0-to-3": {**G, "stream": True, "partial_images": 4},
    "quality-not-listed": {**G, "model": "other", "quality": "best"},
    "response-format-not-listed": {**D2, "response_format": "png"},
    "size-not-listed": {**G, "model": "other", "size": "9x9"},
    "stream-not-a-boolean": {**G, "stream": "yes"},
    "style-not-listed": {**D3, "style": "plain"},
    "user-not-a-string": {**G, "user": 3},
    "body-not-json": b'{"prompt": "A fox"',
    "parameter-twice": b'{"prompt": "A fox", "prompt": "A fox"}',
    "parameter-null": {**G, "n": None},
    "prompt-too-long-for-gpt": {**G, "prompt": "a" * 32_001},
    "prompt-length-depends-on-unit": {**G, "prompt": "\N{FOX FACE}" * 32_000},
    "quality-not-for-gpt": {**G, "quality": "hd"},
    "response-format-not-for-gpt": {**G, "response_format": "url"},
    "size-not-for-gpt": {**G, "size": "256x256"},
    "background-not-for-dall-e": {**D2, "background": "opaque"},
    "moderation-not-for-dall-e": {**D2, "moderation": "low"},
    "output-compression-not-for-dall-e": {**D2, "output_compression": 50},
    "output-format-not-for-dall-e": {**D3, "output_format": "webp"},
    "partial-images-not-for-dall-e": {**D2, "partial_images": 1},
    "stream-not-for-dall-e": {**D2, "stream": True},
    "prompt-too-long-for-dall-e-2": {**D2, "prompt": "a" * 1001},
    "quality-not-for-dall-e-2": {**D2, "quality": "hd"},
    "size-not-for-dall-e-2": {**D2, "size": "1024x1536"},
    "style-not-for-dall-e-2": {**D2, "style": "vivid"},
    "prompt-too-long-for-dall-e-3": {**D3, "prompt": "a" * 4001},
    "n-not-1-for-dall-e-3": {**D3, "n": 2},
    "quality-not-for-dall-e-3": {**D3, "quality": "low"},
    "size-not-for-dall-e-3": {**D3, "size": "256x256"},
    "style-not-for-gpt": {**G, "style": "vivid"},
    "transparent-background-with-jpeg": {**G, "background": "transparent", "output_format": "jpeg"},
    "output-compression-with-png": {**G, "output_compression": 50},
    "default-output-compression-with-png": {**G, "output_compression": 100},
    "partial-images-without-stream": {**G, "partial_images": 1},
    "stream-of-several-images": {**G, "stream": True, "n": 2},
    "gpt-model-not-named": {"prompt": "A fox", "moderation": "low"},
}

# For each permission a documented request that is refused, and one that is not.
REFUSED: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "documented-request-refused": ({**G, "background": "auto", "moderation": "low"}, {**G, "moderation": "low"}),
    "documented-prompt-refused": ({**D2, "prompt": "a" * 501}, {**D2, "prompt": "a" * 500}),
    "documented-background-refused": ({**G, "background": "opaque"}, {**G, "background": "transparent"}),
    "documented-model-refused": (D3, G),
    "documented-moderation-refused": ({**G, "moderation": "low"}, {**G, "moderation": "auto"}),
    "documented-n-refused": ({**G, "n": 2}, {**G, "n": 1}),
    "documented-output-compression-refused": (
        {**G, "output_format": "webp", "output_compression": 1},
        {**G, "output_format": "webp", "output_compression": 0},
    ),
    "documented-output-format-refused": ({**G, "output_format": "webp"}, {**G, "output_format": "jpeg"}),
    "documented-partial-images-refused": (
        {**G, "stream": True, "partial_images": 1},
        {**G, "stream": True, "partial_images": 0},
    ),
    "documented-quality-refused": ({**G, "quality": "high"}, {**G, "quality": "low"}),
    "documented-response-format-refused": ({**D2, "response_format": "b64_json"}, {**D2, "response_format": "url"}),
    "documented-size-refused": ({**G, "size": "1024x1536"}, {**G, "size": "1024x1024"}),
    "documented-stream-refused": ({**G, "stream": True}, {**G, "stream": False}),
    "documented-style-refused": ({**D3, "style": "natural"}, {**D3, "style": "vivid"}),
    "documented-user-refused": ({**G, "user": "u"}, G),
}

REFUSES_NOTHING = ("nothing-checked", "errors-as-success")


@cache
def client(*faults: str | Fault) -> TestClient:
    """A client of a gateway with these faults."""
    return TestClient(create_app(Gateway(["openai"], faults=faults)), headers={"authorization": "Bearer any"})


def sent(fault: str | Fault, body: Any) -> Any:
    """The HTTP response of a gateway with the fault."""
    raw = body if isinstance(body, bytes) else json.dumps(body)
    return client(fault).post(PATH, content=raw, headers={"content-type": "application/json"})


def broken(fault: str | Fault, body: dict[str, Any]) -> set[str]:
    """The requirements that the answer of a gateway with the fault breaks, by the strict profile."""
    response = sent(fault, body)
    kind = response.headers["content-type"]
    facts: dict[str, Any] = {"request": body, "content_type": kind, "profile": "observed"}
    if response.content.startswith((b"event:", b"data:")) or kind.startswith("text/event-stream"):
        verdict = OPERATION.validate_stream(response.content, **facts)
    else:
        verdict = OPERATION.validate_response(response.content, status=response.status_code, **facts)
    return {finding.requirement for finding in verdict.findings}


def of_kind(*kinds: str) -> list[str]:
    """The names of the faults of these kinds."""
    return [name for name, fault in FAULTS.items() if fault.kind in kinds]


def full(flaws: Any) -> set[str]:
    """The ids of requirements by their flaws."""
    return {f"openai/generations/{flaw}" for flaw in flaws}


def test_every_requirement_that_can_be_checked_has_a_fault() -> None:
    """There is exactly one derived fault for each checkable requirement, under its id."""
    derived = [fault.requirements for fault in FAULTS.values() if fault.kind != "behaviour"]
    assert derived == [(one.id,) for one in DIALECT.requirements.values() if one.checkable]


def test_the_tables_of_these_tests_are_complete() -> None:
    """Each fault in what is let in has its request here, so that none goes untested."""
    assert full(BREAKING) == set(of_kind("not-enforced", "mishandled"))
    assert full(REFUSED) == set(of_kind("refused"))


@pytest.mark.parametrize("flaw", BREAKING)
def test_a_breaking_request_breaks_one_requirement(flaw: str) -> None:
    """The validator confirms for each request of the table that it is wrong in nothing but what it is listed for."""
    findings = OPERATION.validate_request(BREAKING[flaw]).findings
    assert full([flaw]) <= {finding.requirement for finding in findings}
    assert {finding.requirement for finding in findings if finding.severity == "error"} <= full([flaw])


@pytest.mark.parametrize("name", of_kind("not-enforced"))
def test_a_requirement_that_is_not_enforced_lets_its_breach_pass(name: str) -> None:
    """The clean gateway refuses the request; with the fault it is answered with pictures or a stream."""
    body = BREAKING[name.rpartition("/")[2]]
    assert sent("drops-size", body).status_code == 400
    response = sent(name, body)
    assert response.status_code == 200
    assert "event:" in response.text or response.json()["data"]


@pytest.mark.parametrize("name", of_kind("not-enforced"))
def test_a_requirement_that_is_not_enforced_leaves_the_others_alone(name: str) -> None:
    """Another wrong request is still refused."""
    other = {**G, "n": 0} if "/n-" not in name else {**G, "output_format": "gif"}
    assert sent(name, other).status_code == 400


@pytest.mark.parametrize("name", of_kind("mishandled"))
def test_a_request_that_is_mishandled_gets_an_empty_answer(name: str) -> None:
    """An open question is answered with an empty object; an ordinary request still gets its picture."""
    response = sent(name, BREAKING[name.rpartition("/")[2]])
    assert (response.status_code, response.json()) == (200, {})
    assert broken(name, G) == set()


@pytest.mark.parametrize("name", of_kind("refused"))
def test_a_documented_value_is_refused(name: str) -> None:
    """The validator reports the permission that is broken; a neighbouring value is accepted."""
    refused, accepted = REFUSED[name.rpartition("/")[2]]
    assert broken(name, refused) == {name}
    assert broken(name, accepted) == set()


@pytest.mark.parametrize("name", of_kind("not-kept"))
def test_a_requirement_that_is_not_kept_is_reported(name: str) -> None:
    """One of the fixed requests shows the breach, and nothing else but it."""
    assert any(broken(name, body) == {name} for body in SHOWING) or name.endswith("/refusal-not-an-object")
    assert name in set().union(*(broken(name, body) for body in SHOWING))


@pytest.mark.parametrize("name", sorted(set(of_kind("behaviour")) - set(REFUSES_NOTHING)))
def test_a_fault_of_behaviour_breaks_what_it_says(name: str) -> None:
    """Every requirement that the fault names is broken by one of the fixed requests."""
    assert set(FAULTS[name].requirements) <= set().union(*(broken(name, body) for body in SHOWING))


@pytest.mark.parametrize("name", REFUSES_NOTHING)
def test_a_gateway_that_refuses_nothing(name: str) -> None:
    """Every wrong request is answered with status 200."""
    assert set(FAULTS[name].requirements) == set(of_kind("not-enforced"))
    assert {sent(name, BREAKING[flaw]).status_code for flaw in BREAKING} == {200}


def test_faults_can_be_combined() -> None:
    """Two faults at once both show."""
    found = find_faults(["drops-size", "created-missing"], ["openai"])
    both = TestClient(create_app(Gateway(["openai"], faults=found)), headers={"authorization": "Bearer any"})
    answer = both.post(PATH, json={**G, "size": "1536x1024"}).json()
    assert "created" not in answer
    assert answer["size"] == "1024x1024"


def test_a_fault_of_another_distribution_is_served() -> None:
    """A fault is a value with a deviation; a gateway takes one that is not in the list."""

    class NoData(Deviation):
        def answer(self, served: Any, answer: Any) -> Any:
            return {**answer, "data": []}

    requirement = "openai/generations/another-number-of-images-than-asked"
    fault = Fault("no-data", (requirement,), "Answers hold no images.", "behaviour", NoData())
    assert broken(fault, G) == {requirement}


def test_an_unknown_fault_is_told_with_its_neighbours() -> None:
    """The message shows the name, the closest known ones and how to list all."""
    with pytest.raises(pixelproof.UsageError) as caught:
        Gateway(["openai"], faults=["created-mising"])
    assert "unknown fault 'created-mising'" in str(caught.value)
    assert "openai/generations/created-missing" in str(caught.value)
    assert "--list-faults" in str(caught.value)
