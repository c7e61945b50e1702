"""Judging requests, answers, refusals and streams of one operation."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from pixelproof import Dialect, Operation, UsageError, Verdict, load_dialect
from pixelproof._cache import CACHE_VARIABLE

Acme = Callable[..., Path]
PROMPT = "A red fox in the snow."
GPT = {"model": "gpt-image-1", "prompt": PROMPT}
DOT = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR4nGNoSHAAAAIkAOGPI4BhAAAAAElFTkSuQmCC"
USAGE = {
    "total_tokens": 3,
    "input_tokens": 1,
    "output_tokens": 2,
    "input_tokens_details": {"text_tokens": 1, "image_tokens": 0},
}
COMPLETED = {"type": "image_generation.completed", "b64_json": DOT, "usage": USAGE}


@pytest.fixture(scope="module")
def openai() -> Operation:
    """The generations of the OpenAI dialect."""
    return load_dialect("openai").operation("generations")


@pytest.fixture
def house(acme: Acme, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Operation]:
    """The operation of the small dialect, in which one text can be replaced."""
    monkeypatch.setenv(CACHE_VARIABLE, str(tmp_path / "cache"))
    return lambda *change: load_dialect(acme(*change)).operation("generations")


def flaws(verdict: Verdict) -> list[str]:
    """Return the last parts of the ids of all findings, in their order."""
    return [finding.requirement.rpartition("/")[2] for finding in verdict.findings]


@pytest.mark.parametrize(
    ("request_", "name"),
    [
        ({"model": "small"}, "small"),
        ({"model": "large"}, "large"),
        ({"model": "large-2027"}, "large"),
        ({"model": "large-20270"}, "small"),
        ({"model": "other"}, "small"),
        ({"model": 5}, "small"),
        ({}, "small"),
        ({"style": "flat"}, "large"),
        ({"model": None, "style": "flat"}, "large"),
        ({"style": None}, "small"),
        ([], "small"),
        (None, "small"),
    ],
)
def test_which_kind_of_model_is_meant(house: Callable[..., Operation], request_: Any, name: str) -> None:
    """By name, by pattern, by a parameter that only one kind has; everything else is unlisted or the default."""
    assert house().model_class(request_).name == name


def test_nothing_is_known_of_other_models(openai: Operation) -> None:
    """An unlisted model and an unknown request have kinds of their own."""
    assert openai.model_class({"model": "nobody"}).name == "an unlisted model"
    assert openai.model_class(None).name == "an unknown request"
    assert openai.model_class({"prompt": PROMPT, "stream": False}).name == "an unnamed GPT image model"


def test_a_finding_says_everything(openai: Operation) -> None:
    """Place, value, what was expected, the statement and its source, and what to do."""
    [finding] = openai.validate_request({"model": "dall-e-3", "prompt": PROMPT, "n": 2}).findings
    assert finding._asdict() == {
        "requirement": "openai/generations/n-not-1-for-dall-e-3",
        "severity": "error",
        "outcome": "INVALID",
        "pointer": "/n",
        "parameter": "n",
        "message": "n is 2. With dall-e-3 only one image can be asked for.",
        "expected": "exactly 1",
        "actual": 2,
        "source": "openai.txt#n",
        "hint": "The nearest allowed value is 1. Send one request for each image.",
    }


def test_places_in_answers_and_streams(openai: Operation) -> None:
    """The pointer leads into the message; the parameter is the same place as people write it."""
    [finding] = openai.validate_response({"created": 1, "data": [{"b64_json": DOT, "url": 5}]}).findings
    assert (finding.pointer, finding.parameter) == ("/data/0/url", "data[0].url")
    [finding] = openai.validate_stream([{"data": {**COMPLETED, "quality": "hd"}}]).findings
    assert (finding.pointer, finding.parameter) == ("/0/data/quality", "events[0].data.quality")
    assert finding.message.startswith('events[0].data.quality is "hd". ')


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({"model": "gpt-image-1"}, "prompt is missing. A prompt is required."),
        ({"model": "gpt-image-1", "prompt": None}, "prompt is null. A prompt is required."),
        ([], "The message is an array of 0. The body is a JSON object of parameters."),
        (b"{", "The body is not JSON: EOF while parsing an object at line 1 column 1. The body is JSON."),
        (
            b'{"n":1,"n":2}',
            (
                "n stands twice. A body that names a parameter twice has no agreed meaning;"
                " what happens to it is not said."
            ),
        ),
    ],
)
def test_messages_are_sentences(openai: Operation, body: Any, message: str) -> None:
    """A message says what was seen where, and then what the document says."""
    assert message in [finding.message for finding in openai.validate_request(body).findings]


def test_findings_come_in_a_fixed_order(openai: Operation) -> None:
    """The model first, then parameters that are not listed, then the order of the document."""
    body = {"user": 1, "size": "x", "n": 99, "zoom": 1, "prompt": 5, "model": "nobody", "background": "x"}
    found = openai.validate_request(body).findings
    assert [finding.parameter for finding in found] == ["model", "zoom", "prompt", "background", "n", "size", "user"]
    assert openai.validate_request(dict(reversed(body.items()))).findings == found


@pytest.mark.parametrize(
    ("body", "verdict"),
    [
        (GPT, "valid"),
        ({"prompt": PROMPT, "quality": "auto", "output_format": "png"}, "valid"),
        ({**GPT, "seed": 1}, "warn"),
        ({**GPT, "seed": 1, "n": 0}, "invalid"),
    ],
)
def test_the_verdict_is_that_of_the_worst_finding(openai: Operation, body: Any, verdict: str) -> None:
    """Any error makes a message invalid, else any warning makes it warn; notes change nothing."""
    assert openai.validate_request(body).verdict == verdict


@pytest.mark.parametrize("body", [GPT, {**GPT, "n": 0}, {**GPT, "n": None, "zoom": {"a": None}}, [], "text", 5, None])
def test_bytes_and_values_are_judged_alike(openai: Operation, body: Any) -> None:
    """A body gives the same verdict parsed, as bytes, as a bytearray and as memory."""
    raw = json.dumps(body).encode()
    verdict = openai.validate_request(body)
    assert openai.validate_request(raw) == verdict
    assert openai.validate_request(bytearray(raw)) == openai.validate_request(memoryview(raw)) == verdict


def test_judging_changes_nothing(openai: Operation) -> None:
    """The values that are judged stay what they were."""
    body: dict[str, Any] = {**GPT, "n": None, "zoom": {"a": None}}
    answer: dict[str, Any] = {"created": None, "data": [{"b64_json": DOT, "url": None}]}
    before = json.dumps([body, answer])
    openai.validate_request(body)
    openai.validate_response(answer, request=body)
    assert json.dumps([body, answer]) == before


def test_a_second_verdict_is_the_first(openai: Operation) -> None:
    """Nothing is left over from one request to the next."""
    bodies = [GPT, {**GPT, "n": 0}, {"prompt": PROMPT}, {"prompt": PROMPT, "stream": True}, {"model": 5}, b"{"]
    first = [openai.validate_request(body) for body in bodies]
    assert [openai.validate_request(body) for body in reversed(bodies)] == first[::-1]


def test_the_observed_profile_is_stricter(openai: Operation) -> None:
    """What only official pages and measurements say is a note, and of full severity under the profile observed."""
    refusal = {"message": "No."}
    assert openai.validate_response(refusal, status=400).verdict == "valid"
    observed = openai.validate_response(refusal, status=400, profile="observed")
    assert [(finding.severity, finding.outcome) for finding in observed.findings] == [("error", "INVALID")]


def test_what_depends_on_the_account(house: Callable[..., Operation]) -> None:
    """Unknown, it is a warning; known to be missing, an error; known to be there, nothing."""
    body = {"prompt": PROMPT, "model": "small", "style": "round"}
    operation = house()
    assert operation.validate_request(body).verdict == "warn"
    assert operation.validate_request(body, account={"verified": False}).verdict == "invalid"
    assert operation.validate_request(body, account={"verified": True}).verdict == "valid"
    assert operation.validate_request(body, account={"other": True}).verdict == "warn"


def test_one_place_is_reported_once(house: Callable[..., Operation]) -> None:
    """A requirement with two constraints at one place gives one finding there."""
    operation = house("maximum: 8\n", "maximum: 8\n        multipleOf: 2\n")
    assert flaws(operation.validate_request({"prompt": PROMPT, "n": 9})) == ["n-above-8"]


ADVICE = """\
      - rule: duplicate-key
        id: acme/generations/parameter-twice
        says: No parameter stands twice.
        source: acme.txt#body
        outcome: INVALID
"""
CONSTANT = """\
      - rule: model-left-open
        id: acme/generations/model-left-open
        says: The model is named.
        source: acme.txt#model
        outcome: UNSTATED
        severity: info
        observed-severity: error
        account: verified
"""


def test_constant_advice_follows_profile_and_account(house: Callable[..., Operation]) -> None:
    """A note that holds for every request of a kind is worked out once, and still heeds profile and account."""
    operation = house(ADVICE, CONSTANT)
    body = {"prompt": PROMPT, "model": "small"}
    for _ in range(2):
        assert operation.validate_request(body, profile="observed").verdict == "invalid"
        assert operation.validate_request(body, account={"verified": True}).findings == ()
        assert operation.validate_request(body, account={"verified": False}).verdict == "invalid"
        assert operation.validate_request(body).verdict == "valid"
        assert flaws(operation.validate_request(body)) == ["model-left-open"]


def test_findings_stay_what_they_are(openai: Operation) -> None:
    """A body that is changed after it was judged does not change what was found in it."""
    body = {"model": "gpt-image-1", "prompt": ["A fox", {"at": "night"}]}
    verdict = openai.validate_request(body)
    body["prompt"][1]["at"] = "noon"  # type: ignore[index]
    assert [finding.actual for finding in verdict.findings] == [["A fox", {"at": "night"}]]


def test_models_without_end_do_not_fill_the_memory(openai: Operation) -> None:
    """A client that invents models costs time, and the table of models stays small."""
    for number in range(400):
        assert flaws(openai.validate_request({"model": f"model-{number}", "prompt": PROMPT})) == ["model-not-listed"]
    assert len(openai._settled) <= 256 + len(openai.models)
    assert openai.validate_request({"model": "dall-e-2", "prompt": PROMPT}).findings == ()
    assert "dall-e-2" in openai._settled


@pytest.mark.parametrize("request_", [None, b"{", b"[]", [], "text", {"prompt": "\ud800"}])
def test_without_its_request_less_is_known(openai: Operation, request_: Any) -> None:
    """A request that is not given or cannot be read is unknown, and an answer is judged by itself."""
    answer = {"created": 1, "data": [{"url": "https://images.example.com/a.png"}]}
    assert openai.validate_response(answer, request=request_).verdict == "valid"
    known = openai.validate_response(answer, request=GPT)
    assert sorted(flaws(known)) == ["b64-json-missing-from-gpt", "url-from-gpt"]


def test_the_request_of_an_answer_may_be_raw(openai: Operation) -> None:
    """Bytes are read, and what is null in them counts as left out."""
    answer = {"created": 1, "data": [{"b64_json": DOT}]}
    raw = json.dumps({**GPT, "n": 2, "size": None}).encode()
    found = flaws(openai.validate_response(answer, request=raw))
    assert sorted(found) == ["another-number-of-images-than-asked", "picture-of-no-listed-size"]


@pytest.mark.parametrize(("status", "verdict"), [(200, "invalid"), (201, "invalid"), (400, "valid"), (503, "valid")])
def test_the_status_makes_a_refusal(openai: Operation, status: int, verdict: str) -> None:
    """From 400 on, the message is judged as a refusal."""
    answer = {"error": {"message": "No.", "type": "x", "param": None, "code": None}}
    assert openai.validate_response(answer, status=status).verdict == verdict


def test_a_raw_stream_is_judged_like_its_events(openai: Operation) -> None:
    """Bytes and the list of their events give the same verdict."""
    partial = {"type": "image_generation.partial_image", "b64_json": DOT, "partial_image_index": 1}
    events = [{"event": event["type"], "data": event} for event in (partial, COMPLETED)]
    raw = "".join(f"event: {event['event']}\ndata: {json.dumps(event['data'])}\n\n" for event in events).encode()
    verdict = openai.validate_stream(events)
    assert flaws(verdict) == ["partial-images-out-of-order"]
    assert openai.validate_stream(raw) == openai.validate_stream(bytearray(raw)) == verdict


def test_a_list_is_no_stream_where_an_answer_belongs(openai: Operation) -> None:
    """An answer that is a list is an answer of the wrong type; its items are no events."""
    [finding] = openai.validate_response([{"data": {"b64_json": "x"}}], request=GPT).findings
    assert (finding.requirement, finding.pointer) == ("openai/generations/answer-not-an-object", "")


def test_verdicts_are_json(openai: Operation) -> None:
    """A verdict as plain values has the field names of a finding."""
    verdict = openai.validate_request({**GPT, "n": 0})
    form = json.loads(json.dumps(verdict.as_dict()))
    assert form["verdict"] == "invalid"
    assert form["findings"][0]["requirement"] == "openai/generations/n-outside-1-to-10"
    assert list(form["findings"][0]) == list(verdict.findings[0]._fields)


def test_operations_are_found_by_name() -> None:
    """An operation is built once; an unknown one is refused with the known ones."""
    dialect: Dialect = load_dialect("openai")
    assert dialect.operation("generations") is dialect.operation("generations")
    with pytest.raises(UsageError, match=r"the dialect 'openai' has no operation 'videos'; it has generations"):
        dialect.operation("videos")


def test_facts_of_an_operation(openai: Operation) -> None:
    """Method, path, parameters and models stand in the order of the document."""
    assert (openai.method, openai.path, openai.is_form) == ("POST", "/v1/images/generations", False)
    assert openai.parameters[:3] == ("prompt", "background", "model")
    assert openai.models == ("gpt-image-1", "gpt-image-1-mini", "gpt-image-1.5", "dall-e-2", "dall-e-3")
    assert openai.permissions["n"] == "openai/generations/documented-n-refused"
