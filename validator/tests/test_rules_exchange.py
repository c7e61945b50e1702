"""Rules that compare an answer or a stream with what the document says about the request."""

from collections.abc import Callable
from typing import Any

import pytest
from pixelproof import Exchange, Seen, load_dialect, validate_response
from pixelproof.rules.documented_request_refused import documented_request_refused
from pixelproof.rules.event_of_another_mode import event_of_another_mode
from pixelproof.rules.previews_not_charged import previews_not_charged
from pixelproof.rules.refusal_left_out import refusal_left_out
from pixelproof.rules.refusal_with_another_status import refusal_with_another_status
from pixelproof.rules.stream_not_supported import stream_not_supported

OPERATION = load_dialect("octen").operation("generations")
REFUSED = {"model": "openai/gpt-image-2", "prompt": "A fox", "background": "transparent"}
ACCEPTED = {**REFUSED, "background": "opaque"}


def seen(
    rule: Callable[..., Any], message: Any, request: Any = None, status: int = 200, **parameters: Any
) -> list[Seen]:
    """What a rule sees in a message and the request that it replies to."""
    streamed = isinstance(message, list)
    exchange = Exchange(OPERATION, "any", message, request=request, status=status, streamed=streamed)
    return list(rule(exchange, parameters))


def test_a_documented_refusal_must_not_be_left_out() -> None:
    """Only requests that are documented to be refused count, not all that are wrong."""
    [found] = seen(refusal_left_out, {}, REFUSED)
    assert (found.path, found.actual, found.expected) == ((), 200, "400")
    assert found.note == 'The status is 200, although background is "transparent"'
    assert not seen(refusal_left_out, {}, ACCEPTED)
    assert not seen(refusal_left_out, {}, {**ACCEPTED, "n": 99})
    assert not seen(refusal_left_out, {})


@pytest.mark.parametrize(
    ("status", "flagged"),
    [(400, False), (401, False), (403, False), (404, False), (409, True), (422, True), (429, False), (500, False)],
)
def test_a_documented_refusal_has_its_status(status: int, flagged: bool) -> None:
    """Statuses about key, account, load and server say nothing about the request."""
    assert len(seen(refusal_with_another_status, {}, REFUSED, status)) == flagged
    assert not seen(refusal_with_another_status, {}, ACCEPTED, status)
    assert not seen(refusal_with_another_status, {}, None, status)


@pytest.mark.parametrize(
    ("changes", "flagged"),
    [
        ({}, True),
        ({"thinking_level": "high"}, True),
        ({"seed": 1}, True),
        ({"model": "nano-banana-2", "size": "1024x1024", "output_format": "webp"}, True),
        ({"user": None}, False),
        ({"stream": True, "n": 2}, False),
        ({"n": 99}, False),
    ],
)
def test_what_is_ignored_or_changed_is_accepted(changes: dict[str, Any], flagged: bool) -> None:
    """A refusal of it breaks the document; a refusal of what the document leaves open does not."""
    assert len(seen(documented_request_refused, {"msg": "No."}, {**ACCEPTED, **changes}, 400)) == flagged


@pytest.mark.parametrize("image", [None, "", []])
@pytest.mark.parametrize("named_by", ["event", "type"])
def test_events_fit_what_was_sent(image: Any, named_by: str) -> None:
    """An image that is empty counts as none; the type in the data counts before the name of the event."""
    modes: dict[str, Any] = {"parameter": "image", "with": ["edit.done"], "without": ["make.done"]}
    edit, make = ([{"event": name, "data": {named_by: name}}] for name in ("edit.done", "make.done"))
    without = {**ACCEPTED, "image": image} if image is not None else ACCEPTED
    for request, right, wrong in [(without, make, edit), ({**ACCEPTED, "image": "x"}, edit, make)]:
        assert not seen(event_of_another_mode, right, request, **modes)
        assert [found.path for found in seen(event_of_another_mode, wrong, request, **modes)] == [(0,)]
    assert not seen(event_of_another_mode, edit, None, **modes)


def test_previews_are_counted_against_the_usage() -> None:
    """The price is for each preview; a usage without that count says nothing."""
    done: dict[str, Any] = {"type": "done", "usage": {"output_tokens_details": {"image_tokens": 199}}}
    events = [{"data": {"type": "preview"}}, {"data": {"type": "preview"}}, {"data": done}]
    [found] = seen(previews_not_charged, events, type=["preview"], tokens=100)
    assert (found.actual, found.expected) == (199, "at least 200")
    assert not seen(previews_not_charged, events[1:], type=["preview"], tokens=100)
    assert not seen(previews_not_charged, [*events[:2], {"data": {"type": "done"}}], type=["preview"], tokens=100)


def test_a_stream_is_wrong_where_none_is_known() -> None:
    """Nothing in it matters, not even whether it has events."""
    assert [found.note for found in seen(stream_not_supported, [])] == ["The answer is a stream"]


def test_a_verdict_on_the_request_that_is_known_is_not_reached_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """As it was sent the request may be wrong in a way that its fields do not show: then no refusal of it is."""
    octen = load_dialect("octen").operation("generations")
    request, refusal = {**ACCEPTED}, {"code": 400, "msg": "No.", "data": {}, "meta": {}}
    [found] = octen.validate_response(refusal, request=request, status=400).findings
    assert found.requirement == "octen/generations/documented-request-refused"
    sent = octen.validate_request(b"text", content_type="text/plain")
    assert octen.validate_response(refusal, request=request, request_verdict=sent, status=400).verdict == "valid"
    right = octen.validate_request(request)
    monkeypatch.setattr(type(octen), "validate_request", None)
    again = validate_response(
        refusal, dialect="octen", request=request, request_verdict=right, status=400, content_type="application/json"
    )
    assert again.findings == (found,)
