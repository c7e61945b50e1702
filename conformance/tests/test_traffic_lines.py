"""Lines of logs, checked by hand as ``schemas/meta/traffic.yaml`` describes them."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pixelproof import File
from pixelproof._meta import meta_validator
from pixelproof_conformance.traffic.line_reader import ANSWERS, REQUESTS, read_line
from pixelproof_conformance.traffic.recorded import UNKNOWN, Recorded, RecordError

VALUES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-5, 1200),
    st.sampled_from(["", "POST", "aGk=", "ä"]),
    st.just([]),
    st.just({}),
)
KEYS = (*REQUESTS, *ANSWERS, "method", "url", "path", "status", "account", "content_type", "dialect", "operation", "id")


@settings(max_examples=400)
@given(value=st.dictionaries(st.sampled_from(KEYS), VALUES, max_size=4))
def test_a_line_is_read_when_its_schema_allows_it(value: dict[str, Any]) -> None:
    """The checks by hand and the published schema agree on every line."""
    try:
        read_line(value)
    except RecordError:
        readable = False
    else:
        readable = True
    assert readable == meta_validator("traffic").is_valid(value), value


def test_a_whole_line_is_read() -> None:
    """Everything that a line can say about a form and its answer."""
    one = read_line(
        {
            "method": "POST",
            "url": "http://h/v1/images/edits",
            "request": {"prompt": "A fox"},
            "files": [{"field": "image", "content_base64": "aGk=", "filename": "a.png"}],
            "request_content_type": "multipart/form-data; boundary=x",
            "request_headers": {"Authorization": "Bearer abc"},
            "status": 200,
            "answer_base64": "e30=",
            "content_type": "application/json",
        }
    )
    assert one == Recorded(
        method="POST",
        address="http://h/v1/images/edits",
        request={"prompt": "A fox"},
        files=(File("image", b"hi", "a.png", None),),
        request_type="multipart/form-data; boundary=x",
        status=200,
        answer=b"{}",
        answer_type="application/json",
        headers=(("Authorization", "Bearer abc"),),
    )


def test_the_content_type_is_that_of_the_only_message() -> None:
    """Without an answer it is the request's; the headers of the request have it as well."""
    assert read_line({"body": "{}", "content_type": "text/plain"}).request_type == "text/plain"
    headers = [{"name": "Content-Type", "value": "text/html"}]
    assert read_line({"body": "{}", "request_headers": headers}).request_type == "text/html"


def test_what_is_not_recorded_is_not_known() -> None:
    """A request that is null is a request; one that is absent is unknown."""
    assert read_line({"answer": {}}).request is UNKNOWN
    assert read_line({"request": None}).request is None
    assert read_line({"request": {}}).answer is UNKNOWN
    assert (read_line({"answer": None}).status, read_line({"request": None}).status) == (200, None)


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ([], "it is an array of 0, not an object with an exchange"),
        ({"method": "GET"}, "it has nothing to judge; it needs one of request, body"),
        ({"request": {}, "body": "{}"}, "it has request and body; one of them says it all"),
        ({"request": {}, "status": "2xx"}, 'its status is "2xx"; it has to be a status from 100 to 999'),
        ({"request": {}, "status": 7}, "its status is 7"),
        ({"request": {}, "status": "099"}, "its status is 99"),
        ({"request": " {}"}, "its request is text; write it as an object, or as body"),
        ({"answer": "{}"}, "its answer is text; write it as an object, or as answer_body"),
        ({"body": "", "files": [{"field": "image", "content_base64": ""}]}, "it has body and files"),
        ({"request": {}, "account": {"a": 1}}, "its account is"),
        ({"body_base64": "?"}, 'its body_base64 is "\\?", which is no padded base64'),
        ({"request": {}, "files": [{}]}, "among its files; each needs field and content_base64"),
        ({"case": "a", "sent": {}}, "it is a damaged record of a journal"),
    ],
)
def test_a_line_that_says_nothing_is_named(value: Any, words: str) -> None:
    """With the key and its value."""
    with pytest.raises(RecordError, match=words):
        read_line(value)
