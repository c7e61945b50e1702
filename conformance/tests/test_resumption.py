"""Which records stand for a case."""

import pytest
from pixelproof_conformance.model import Case, CaseFile, Record
from pixelproof_conformance.request import encode_case
from pixelproof_conformance.resumption import earlier, same_request, stands

JSON = "application/json"
FORM = "multipart/form-data"
TEXT = Case("a-case", "accept", "generations", "m", {"model": "m", "prompt": "A fox"}, "accepted")
UPLOAD = Case(
    "a-form", "accept", "edits", "m", {"model": "m", "prompt": "A fox"}, "accepted", files=(CaseFile("image"),)
)


def record(case: Case = TEXT, content_type: str = JSON, **changes: object) -> Record:
    """What was sent for a case, and an answer."""
    message = encode_case(case, content_type, {})
    facts: dict[str, object] = {"status": 200, **changes}
    return Record(case.id, "http://a", message.body, message.content_type, "", 0.0, **facts)  # type: ignore[arg-type]


@pytest.mark.parametrize("status", [200, 400, 422])
def test_an_answer_stands(status: int) -> None:
    """The endpoint said what it makes of the request."""
    assert stands(record(status=status))


@pytest.mark.parametrize("status", [302, 401, 402, 403, 404, 407, 408, 409, 425, 429, 500, 503])
def test_a_status_that_decides_nothing_does_not_stand(status: int) -> None:
    """No access, no route, too busy or broken: a later try may be answered."""
    assert not stands(record(status=status))


@pytest.mark.parametrize(
    ("failure", "wanted"),
    [
        ("connection", False),
        ("dropped", True),
        ("tls", False),
        ("interrupted", False),
        ("timeout", True),
        ("endless", True),
        ("too-large", True),
        ("protocol", True),
    ],
)
def test_what_may_have_been_paid_for_stands(failure: str, wanted: bool) -> None:
    """A request that reached the endpoint is not sent again only because its answer was bad."""
    assert stands(record(status=None, failure=failure)) is wanted


def test_the_last_settled_record_of_a_case_counts_and_the_others_have_cost() -> None:
    """A case that was sent again has several records; all of them were sent."""
    found = earlier([record(status=200), record(status=503), record(status=400), record(status=None)])
    assert [item.status for item in found.settled.values()] == [400]
    assert [item.status for item in found.lost] == [503, 200, None]


def test_the_same_request_is_the_same() -> None:
    """Byte for byte, under the same aliases."""
    assert same_request(TEXT, record(), JSON, {})
    assert not same_request(TEXT, record(), JSON, {"m": "other"})


@pytest.mark.parametrize("body", [{"model": "m", "prompt": "A cat"}, {"prompt": "A fox", "model": "m"}, {"model": "m"}])
def test_another_body_is_another_request(body: dict[str, str]) -> None:
    """Values, order and presence of parameters count."""
    case = Case("a-case", "accept", "generations", "m", body, "accepted")
    assert not same_request(case, record(), JSON, {})


def test_raw_bytes_are_compared_as_they_are() -> None:
    """A case that puts the bytes on trial."""
    raw = Case("a-case", "reject", "generations", "m", {}, "refused", raw=b"[]")
    assert same_request(raw, record(raw), JSON, {})
    assert not same_request(raw, record(), JSON, {})


def test_a_form_is_compared_by_its_parts() -> None:
    """Texts, fields, file names and types count; how the bytes of a picture are packed does not."""
    sent = record(UPLOAD, FORM)
    assert same_request(UPLOAD, sent, FORM, {})
    for other in (CaseFile("mask"), CaseFile("image", "webp"), CaseFile("image", filename="cat.png")):
        case = Case("a-form", "accept", "edits", "m", UPLOAD.body, "accepted", files=(other,))
        assert not same_request(case, sent, FORM, {})
    text = Case("a-form", "accept", "edits", "m", {**UPLOAD.body, "n": 2}, "accepted", files=UPLOAD.files)
    assert not same_request(text, sent, FORM, {})


def test_a_secret_in_the_request_is_compared_as_it_was_written() -> None:
    """The journal holds the request without its secrets."""
    secret = "key-0123456789"
    case = Case("a-case", "accept", "generations", "m", {"prompt": secret}, "accepted")
    kept = Record("a-case", "http://a", b'{"prompt":"[redacted]"}', JSON, "", 0.0, status=200)
    assert same_request(case, kept, JSON, {}, secrets=(secret,))
    assert not same_request(case, kept, JSON, {})


def test_what_may_have_been_paid_for_is_asked_again_only_on_demand() -> None:
    """The user can decide to pay twice; the first sending counts as spent."""
    late = record(status=None, failure="timeout")
    assert list(earlier([late]).settled.values()) == [late]
    assert earlier([late], pay_again=True) == ({}, (late,))
