"""What the wire checks make of answers that no reference gateway gives."""

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import pytest
from pixelproof_conformance.gateway.pictures import make_picture
from pixelproof_conformance.model import Case, Outcome, Record
from pixelproof_conformance.runner import Options, Run
from pixelproof_conformance.subject import Subject
from pixelproof_conformance.wire_checks import addresses

from .scripted import Answer, ScriptedSender, good_answer, record, refusal, subject

GPT = subject()
DALL_E = subject("dall-e-2")
HTML = b"<html><body>Bad Gateway</body></html>"


def honest(case: Case) -> Answer:
    """Accepts what has to be accepted, and refuses everything else in the document's envelope."""
    if case.kind == "wire" and case.wire.startswith("wire/keys/"):
        return 401, refusal(None, "Incorrect API key provided.")
    if case.transport is not None and (case.transport.method == "GET" or case.transport.path):
        return 404, refusal(None, "Invalid URL.")
    if case.expect == "accepted":
        return 200, good_answer(case)
    return 400, refusal(case.parameter or "prompt")


def outcomes(
    script: Callable[[Case], Answer | Record], found: Subject = GPT, only: tuple[str, ...] = ("wire/",)
) -> Mapping[str, Outcome]:
    """The outcome of every wire check of a run in which ``script`` answers."""
    run = Run(ScriptedSender(script), Options(only=only), reproduce=lambda case, record: ("", ""))
    return {
        item.requirement: item.outcome for item in run.over([found]).results if item.requirement.startswith("wire/")
    }


def where(check: str, status: int, body: Any = b"", **facts: Any) -> Callable[[Case], Answer | Record]:
    """An honest endpoint that answers the own requests of one check like this."""

    def script(case: Case) -> Answer | Record:
        return record(case, status, body, **facts) if case.wire == check else honest(case)

    return script


def test_an_honest_endpoint_is_blamed_for_nothing() -> None:
    """Also where it is quite another one than the reference gateway."""
    assert {name for name, outcome in outcomes(honest).items() if outcome in ("fail", "warn")} == set()


@pytest.mark.parametrize(
    ("status", "facts", "outcome"),
    [
        (500, {}, "fail"),
        (502, {"attempts": 3}, "fail"),
        (502, {}, "fail"),
        (503, {"attempts": 3}, "inconclusive"),
        (429, {"attempts": 3}, "inconclusive"),
        (413, {}, "pass"),
        (200, {}, "warn"),
        (None, {"failure": "timeout", "failure_text": "nothing came"}, "fail"),
        (None, {"failure": "dropped", "failure_text": "closed"}, "fail"),
        (None, {"failure": "connection", "failure_text": "refused"}, "inconclusive"),
        (None, {"failure": "connection", "failure_text": "not sent", "attempts": 0}, "inconclusive"),
    ],
)
def test_a_broken_body_must_not_break_the_endpoint(status: int, facts: dict[str, Any], outcome: str) -> None:
    """A crash, a cut connection and silence fail; an outage says nothing; guessing at it is doubtful."""
    check = "wire/bodies/malformed-json"
    script = where(
        check, status, good_answer(Case("", "wire", "", "", {}, "refused")) if status == 200 else refusal(), **facts
    )
    assert outcomes(script)[check] == outcome


def test_a_connection_that_breaks_once_says_nothing() -> None:
    """The request is sent again; only when it breaks again the request is to blame."""
    check = "wire/bodies/malformed-json"

    def once(case: Case) -> Answer | Record:
        broken = case.wire == check and not case.id.endswith("/again")
        return record(case, None, failure="dropped", failure_text="closed") if broken else honest(case)

    sender = ScriptedSender(once)
    results = Run(sender, Options(only=(check,)), reproduce=lambda case, record: ("", "")).over([GPT]).results
    assert [item.outcome for item in results if item.requirement == check] == ["inconclusive"]
    assert len([case for case in sender.cases if case.id.endswith("/again")]) == 4


@pytest.mark.parametrize("times", [1, 2, 3, 4])
def test_a_server_error_now_and_then_is_no_crash(times: int) -> None:
    """The request is sent up to three times more; only when each of them fails the request is to blame."""
    check = "wire/bodies/malformed-json"
    failing = ("", "/again", "/again-2", "/again-3")[:times]

    def script(case: Case) -> Answer:
        end = next((end for end in failing[1:] if case.id.endswith(end)), "")
        again = "/again" in case.id and not end
        return (500, refusal()) if case.wire == check and not again else honest(case)

    sender = ScriptedSender(script)
    results = Run(sender, Options(only=(check,)), reproduce=lambda case, record: ("", "")).over([GPT]).results
    wanted = "fail" if times == 4 else "inconclusive"
    assert [item.outcome for item in results if item.requirement == check] == [wanted]


def test_a_large_body_may_be_accepted() -> None:
    """It is JSON with blanks in it; whether it is read is up to the endpoint, but the rest of it has to be checked."""
    check = "wire/bodies/large-body"
    assert outcomes(where(check, 413, refusal()))[check] == "pass"
    assert outcomes(where(check, 500, refusal()))[check] == "fail"


def test_a_refusal_for_a_null_is_doubtful_and_one_for_the_missing_prompt_is_right() -> None:
    """The document leaves nulls open, and SDKs send them."""
    check = "wire/bodies/null-for-absent"
    assert outcomes(where(check, 400, refusal("n", "Invalid type for 'n'.")))[check] == "warn"
    assert outcomes(where(check, 400, refusal("prompt", "Missing 'prompt'.")))[check] == "pass"


@pytest.mark.parametrize(
    ("status", "body", "kind", "found"),
    [
        (404, HTML, "text/html", {"wire/refusals/web-page": "fail"}),
        (503, HTML, "text/html", {"wire/refusals/web-page": "warn"}),
        (404, b"no", "text/plain", {"wire/refusals/not-an-object": "warn"}),
        (404, {"detail": "Not Found"}, "application/json", {"wire/refusals/framework-detail": "warn"}),
        (404, {"error": {"message": "no"}}, "application/json", {"wire/refusals/envelope-incomplete": "warn"}),
    ],
)
def test_the_shape_of_every_refusal_is_judged(status: int, body: Any, kind: str, found: dict[str, str]) -> None:
    """Also of those on routes that the document does not speak of."""
    blamed = outcomes(
        where("wire/routes/unknown-path", status, body, content_type=kind), only=("wire/refusals/", "wire/routes/")
    )
    assert {name: outcome for name, outcome in blamed.items() if name in found} == found
    assert {name for name, outcome in blamed.items() if outcome in ("fail", "warn")} == set(found)


@pytest.mark.parametrize("body", [{"error": {"message": "moderation"}}, {"created": 1_780_000_000, "data": []}])
def test_a_success_that_is_none_fails(body: dict[str, Any]) -> None:
    """An error behind a 200, and no images behind a 200."""
    blamed = outcomes(lambda case: (200, body) if case.kind == "accept" else honest(case))
    assert blamed["wire/refusals/success-status"] == "fail"


def test_a_form_is_blamed_only_when_the_usual_form_is_accepted() -> None:
    """Else the request may have been refused for another reason, and nothing is said."""
    check = "wire/shapes/chunked-upload"

    def only_usual(case: Case) -> Answer:
        return (411, refusal()) if case.wire == check else honest(case)

    def neither(case: Case) -> Answer:
        return (411, refusal()) if check in (case.wire, *case.targets) or case.id.endswith("/plain") else honest(case)

    assert outcomes(only_usual)[check] == "warn"
    assert outcomes(neither)[check] == "inconclusive"
    assert outcomes(lambda case: (429, refusal()) if case.wire == check else honest(case))[check] == "inconclusive"
    assert outcomes(lambda case: (500, refusal()) if case.wire == check else honest(case))[check] == "fail"


def test_a_form_that_is_not_accepted_breaks_no_requirement_of_the_document() -> None:
    """The usual form is sent for that, and judged like any other accepted request."""

    def only_usual(case: Case) -> Answer:
        return (400, refusal("n")) if case.kind == "accept" and case.wire else honest(case)

    def failed(sender: ScriptedSender, options: Options) -> set[str]:
        results = Run(sender, options, reproduce=lambda case, record: ("", "")).over([GPT]).results
        return {item.requirement for item in results if item.outcome == "fail"}

    sender = ScriptedSender(only_usual)
    assert failed(sender, Options()) == failed(ScriptedSender(honest), Options(skip=("wire/",)))
    assert len([case for case in sender.cases if case.id.endswith("/plain")]) == 3
    assert not any("/alone/" in case.id for case in sender.cases)


def test_a_request_behind_a_broken_one_that_is_taken_for_a_broken_one_fails() -> None:
    """What the parser says is plain text, where the endpoint itself speaks JSON."""
    seen: list[Case] = []

    def desynchronised(case: Case) -> Answer | Record:
        before = seen[-1] if seen else case
        seen.append(case)
        if before.wire == "wire/bodies/large-body" and case.kind == "reject":
            return record(case, 400, b"Invalid HTTP request received.", content_type="text/plain")
        return honest(case)

    run = Run(ScriptedSender(desynchronised), Options(concurrency=1), reproduce=lambda case, record: ("", ""))
    [result] = [item for item in run.over([GPT]).results if item.requirement == "wire/order/next-request-not-served"]
    assert result.outcome == "fail"
    assert result.failures[0].message.startswith("Behind bodies/large-body an ordinary request was not served.")


def _stream(case: Case, **facts: Any) -> Record:
    item = good_answer(case)["data"][0]
    events = [{"type": "image_generation.partial_image", "partial_image_index": 0, **item}]
    events.append({"type": "image_generation.completed", **item})
    text = "".join(f"event: {event['type']}\ndata: {json.dumps(event)}\n\n" for event in events)
    headers = {"content-type": "text/event-stream"} | facts.pop("headers", {})
    return replace(record(case, 200, text.encode()), headers=headers, **facts)


@pytest.mark.parametrize(
    ("facts", "outcome"),
    [
        ({"headers": {"content-length": "9"}}, "warn"),
        ({"seconds": 20.0, "arrivals": (19.9, 20.0)}, "warn"),
        ({"seconds": 20.0, "arrivals": (8.0, 20.0)}, "pass"),
        ({"seconds": 0.2, "arrivals": (0.2,)}, "pass"),
    ],
)
def test_a_stream_that_arrives_at_once_is_doubtful(facts: dict[str, Any], outcome: str) -> None:
    """Known by its length, or by the time of its first event; a fast answer says nothing against it."""
    script = lambda case: _stream(case, **facts) if case.streams and case.expect == "accepted" else honest(case)  # noqa: E731
    assert outcomes(script)["wire/streams/arrives-at-once"] == outcome


@pytest.mark.parametrize(
    ("url", "outcome"),
    [
        ("https://images.example/a.png", "pass"),
        ("https://api.example:8443/a.png", "pass"),
        ("/files/a.png", "fail"),
        ("file:///srv/a.png", "fail"),
        ("http://[::1/a.png", "fail"),
        ("data:image/png;base64,AAAA", "warn"),
        ("http://127.0.0.1:8000/a.png", "warn"),
        ("http://10.0.0.7/a.png", "warn"),
        ("http://minio/a.png", "warn"),
    ],
)
def test_an_address_has_to_lead_somewhere_for_the_caller(url: str, outcome: str) -> None:
    """A path leads nowhere; the name of an inner host leads nowhere from outside."""

    def script(case: Case) -> Answer | Record:
        if case.expect != "accepted":
            return honest(case)
        body = {"created": 1_780_000_000, "data": [{"url": url}] * int(case.body.get("n") or 1)}
        return replace(record(case, 200, body), url="https://api.example/v1/images/generations")

    assert outcomes(script, DALL_E)[addresses.UNUSABLE] == outcome


@pytest.mark.parametrize(
    ("facts", "outcome"),
    [
        ({"status": 200, "body": make_picture(8, 8), "content_type": "image/png"}, "pass"),
        ({"status": 200, "body": b"picture", "content_type": "text/plain"}, "warn"),
        ({"status": 403, "body": b"no", "content_type": "text/plain"}, "warn"),
        ({"status": 503, "body": b"later", "content_type": "text/plain"}, "inconclusive"),
        ({"status": None, "failure": "connection", "failure_text": "another host", "attempts": 0}, "inconclusive"),
    ],
)
def test_a_fetched_picture_is_one(facts: dict[str, Any], outcome: str) -> None:
    """A host that the user has not named is not asked, and then nothing is said."""

    def script(case: Case) -> Answer | Record:
        if case.transport is not None and case.transport.fetch is not None:
            assert case.transport.fetch == "https://images.example/a.png"
            return record(case, **facts)
        if case.expect != "accepted":
            return honest(case)
        data = [{"url": "https://images.example/a.png"}] * int(case.body.get("n") or 1)
        return 200, {"created": 1_780_000_000, "data": data}

    assert outcomes(script, DALL_E)[addresses.NOT_FETCHED] == outcome


def test_nothing_is_said_of_a_model_that_does_not_answer() -> None:
    """Without an accepted request a refusal of a broken one means nothing."""

    def closed(case: Case) -> Answer:
        return 401, refusal()

    def missing(case: Case) -> Answer:
        return 404, refusal()

    with pytest.raises(Exception, match="could not be judged"):
        outcomes(closed)
    other = Run(
        ScriptedSender(lambda case: missing(case) if case.model == "gpt-image-1" else honest(case)),
        Options(),
        reproduce=lambda case, record: ("", ""),
    )
    results = other.over([GPT, subject("gpt-image-1.5")]).results
    of_wire = {(item.model, item.requirement): item.outcome for item in results if item.requirement.startswith("wire/")}
    assert of_wire["gpt-image-1", "wire/routes/unknown-path"] == "unsupported"
    assert of_wire["gpt-image-1.5", "wire/routes/unknown-path"] == "pass"
