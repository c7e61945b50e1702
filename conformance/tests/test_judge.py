"""What a record says about requirements."""

import json
from dataclasses import replace
from typing import Any

import pytest
from pixelproof_conformance.judge import observe, read
from pixelproof_conformance.model import Case
from pixelproof_conformance.plan import make_plan

from .scripted import good_answer, picture, record, refusal, subject

PLAN = make_plan(subject())
N_OUTSIDE = "openai/generations/n-outside-1-to-10"
REJECT = next(case for case in PLAN.rejects if case.targets == (N_OUTSIDE,))
OPEN = next(case for case in PLAN.opens if "parameter-not-listed" in case.id)


def outcomes(case: Case, status: int | None, body: Any = b"", **facts: Any) -> dict[str, str]:
    """The worst outcome by flaw."""
    order = ["fail", "warn", "inconclusive", "unsupported", "pass"]
    out: dict[str, str] = {}
    for item in observe(PLAN.subject, case, record(case, status, body, **facts)):
        flaw = item.requirement.rpartition("/")[2]
        out[flaw] = min(out.get(flaw, "pass"), item.outcome, key=order.index)
    return out


def test_a_refused_negative_passes() -> None:
    """A 400 that names the parameter is what the document wants."""
    assert outcomes(REJECT, 400, refusal("n"))["n-outside-1-to-10"] == "pass"


def test_an_accepted_negative_fails() -> None:
    """A picture for a request that breaks a requirement is a failure of that requirement, and of nothing else."""
    assert outcomes(REJECT, 200, good_answer(PLAN.baseline)) == {"n-outside-1-to-10": "fail"}


def test_a_refusal_for_another_parameter_is_doubtful() -> None:
    """The refusal did not come for the reason on trial."""
    assert outcomes(REJECT, 400, refusal("size"))["n-outside-1-to-10"] == "warn"


@pytest.mark.parametrize(("blamed", "word"), [("background", "pass"), ("output_format", "pass"), ("size", "warn")])
def test_a_refusal_may_blame_either_of_two_values_that_exclude_each_other(blamed: str, word: str) -> None:
    """A transparent background and jpeg do not go together, and either of the two can be named."""
    flaw = "transparent-background-with-jpeg"
    case = next(case for case in PLAN.rejects if f"/{flaw}/" in case.id)
    assert outcomes(case, 400, refusal(blamed))[flaw] == word


@pytest.mark.parametrize(
    ("status", "word"),
    [(401, "inconclusive"), (404, "unsupported"), (429, "inconclusive"), (500, "inconclusive"), (302, "inconclusive")],
)
def test_other_statuses_decide_nothing(status: int, word: str) -> None:
    """Access, routes, load and server trouble are no judgement on a requirement."""
    assert outcomes(REJECT, status, refusal()) == {"n-outside-1-to-10": word}


def test_a_time_out_decides_nothing() -> None:
    """Trouble on the way is inconclusive, with its reason."""
    found = observe(PLAN.subject, REJECT, record(REJECT, None, failure="timeout", failure_text="no byte for 120 s"))
    assert [(item.outcome, item.message) for item in found] == [("inconclusive", "no byte for 120 s")]


def test_a_content_filter_decides_nothing() -> None:
    """A moderation refusal is about the prompt."""
    body = {"error": {"message": "rejected", "type": "x", "param": None, "code": "moderation_blocked"}}
    assert set(outcomes(PLAN.baseline, 400, body).values()) == {"inconclusive"}


def test_a_good_answer_passes_what_it_puts_to_the_test() -> None:
    """Requirements on keys that are absent are not passed by an answer."""
    found = outcomes(PLAN.baseline, 200, good_answer(PLAN.baseline))
    assert set(found.values()) == {"pass"}
    assert "created-not-in-seconds" in found
    assert "usage-not-a-count" not in found


def test_a_wrong_answer_fails_its_requirement() -> None:
    """A picture of another size fails only the size."""
    case = next(case for case in PLAN.accepts if case.body.get("size") == "1536x1024" and not case.streams)
    answer = {
        "created": 1_780_000_000,
        "data": [{"b64_json": picture(1024, 1024, kind=case.body.get("output_format", "png"))}],
    }
    found = outcomes(case, 200, answer)
    assert found["picture-of-another-size"] == "fail"
    assert found["created-missing"] == "pass"


def test_a_refused_combination_blames_the_named_parameter() -> None:
    """The permission of the blamed parameter fails; the others are left undecided."""
    case = next(case for case in PLAN.accepts if "background" in case.body and "quality" in case.body)
    found = outcomes(case, 400, refusal("background"))
    assert found["documented-background-refused"] == "fail"
    assert "documented-quality-refused" not in found


def test_a_refused_baseline_fails_the_model() -> None:
    """The simplest request of a documented model has to be accepted."""
    assert outcomes(PLAN.baseline, 400, refusal())["documented-model-refused"] == "fail"


def test_an_open_case_may_go_either_way() -> None:
    """Where the document is silent, a clean acceptance and a clean refusal both pass."""
    assert outcomes(OPEN, 200, good_answer(OPEN))["parameter-not-listed"] == "pass"
    assert outcomes(OPEN, 400, refusal("pixelproof_unlisted"))["parameter-not-listed"] == "pass"


def test_an_open_case_must_not_break_the_answer() -> None:
    """Status 200 with nothing in it is neither."""
    assert outcomes(OPEN, 200, {})["parameter-not-listed"] == "warn"


def test_a_stream_is_judged_as_a_stream() -> None:
    """A stream without its finished image fails, whatever the status says."""
    case = next(case for case in PLAN.accepts if case.streams)
    found = outcomes(case, 200, b"event: ping\ndata: {}\n\n", content_type="text/event-stream")
    assert found["not-exactly-one-completed"] == "fail"


def test_one_object_for_a_stream_fails() -> None:
    """Asking for a stream and getting one object breaks the promise of streaming."""
    case = next(case for case in PLAN.accepts if case.streams)
    assert outcomes(case, 200, good_answer(case))["no-stream-though-asked"] == "fail"


def test_a_reading_tells_why() -> None:
    """What decides nothing says so in words."""
    assert "status 429" in read(record(REJECT, 429, b"slow down")).reason


def test_an_answer_keeps_only_what_it_could_have_broken() -> None:
    """Without a picture nothing is said of pictures, and without ``stream`` nothing of streams that were asked for."""
    whole = outcomes(PLAN.baseline, 200, good_answer(PLAN.baseline))
    about_pictures = {"picture-cut-short", "picture-in-another-format", "b64-json-not-base64"}
    assert {whole[flaw] for flaw in about_pictures} == {"pass"}
    silent = {
        "no-stream-though-asked",
        "transparent-picture-without-alpha",
        "picture-of-another-size",
        "answer-untrue-of-request",
    }
    assert not silent & whole.keys()
    bare = outcomes(PLAN.baseline, 200, {"created": 1_780_000_000, "data": []})
    assert not about_pictures & bare.keys()


def test_a_request_for_a_size_puts_the_size_to_the_test() -> None:
    """And one for a stream puts the stream to the test, which an answer in one piece then fails."""
    case = replace(PLAN.baseline, body={**PLAN.baseline.body, "size": "1536x1024", "stream": True})
    seen = outcomes(case, 200, good_answer(case))
    assert seen["picture-of-another-size"] == "pass"
    assert seen["no-stream-though-asked"] == "fail"
    assert "stream-though-not-asked" not in seen


def test_a_stream_keeps_that_one_comes() -> None:
    """To a request for one; and an answer in one piece keeps that none comes unasked."""
    case = replace(PLAN.baseline, body={**PLAN.baseline.body, "stream": True})
    data = {"type": "image_generation.completed", "b64_json": picture(), "created_at": 1_780_000_000}
    stream = f"event: image_generation.completed\ndata: {json.dumps(data)}\n\n".encode()
    seen = outcomes(case, 200, stream, content_type="text/event-stream")
    assert seen["no-stream-though-asked"] == "pass"
    assert "stream-though-not-asked" not in seen
    assert outcomes(PLAN.baseline, 200, good_answer(PLAN.baseline))["stream-though-not-asked"] == "pass"


def test_a_refusal_with_the_documented_status_keeps_that_it_comes() -> None:
    """It is the only thing that can: an answer to such a request breaks the requirement."""
    plan = make_plan(subject("openai/gpt-image-2", "octen"))
    case = next(case for case in plan.rejects if case.status == 400)
    flaw = "transparent-background-not-refused"
    body = {"code": 400, "msg": "No.", "data": {}, "meta": {}}
    for status, wanted in ((400, {"pass"}), (422, {"pass"}), (200, {"fail"})):
        sent = record(case, status, body if status >= 400 else good_answer(case))
        seen = [item for item in observe(plan.subject, case, sent) if item.requirement.endswith(flaw)]
        assert {item.outcome for item in seen} == wanted


@pytest.mark.parametrize(("blamed", "wanted"), [("user", "user"), ("size", "size"), (None, "user")])
def test_a_refusal_is_a_finding_on_the_parameter_that_it_names(blamed: str | None, wanted: str) -> None:
    """Not on the one that was on trial; where it names none, that one was all that was new."""
    body = {**PLAN.baseline.body, "size": "1024x1024", "user": "user-1234"}
    case = replace(PLAN.baseline, kind="accept", body=body, targets=("openai/generations/documented-user-refused",))
    failed = {flaw for flaw, outcome in outcomes(case, 400, refusal(blamed)).items() if outcome == "fail"}
    assert f"documented-{wanted}-refused" in failed
    assert not failed & {f"documented-{other}-refused" for other in {"user", "size"} - {wanted}}
