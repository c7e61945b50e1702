"""Whatever a client or a provider sends is judged: no input ends in an exception."""

import json
import math
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pixelproof import Operation, Verdict, known_dialects, load_dialect

OPERATIONS = [
    load_dialect(dialect).operation(operation)
    for dialect in known_dialects()
    for operation in load_dialect(dialect).operations
]
NAMES = sorted({name for operation in OPERATIONS for name in operation.parameters})
KEYS = [
    *("created", "data", "b64_json", "url", "revised_prompt", "usage", "input_tokens", "input_tokens_details"),
    *("total_tokens", "output_tokens", "text_tokens", "error", "message", "param", "code", "msg", "type", "event"),
    *("partial_image_index", "parts", "text", "fallbacks", "retry", "cache", "orq", "", "a/b~c", "\0", "\ud800"),
]
TEXTS = [
    *("", " ", "auto", "1024x1024", "16x16", "0x0", "99999999x1", "transparent", "opaque", "png", "jpeg", "webp"),
    *(
        "gpt-image-1",
        "dall-e-2",
        "dall-e-3",
        "openai/gpt-image-2",
        "gemini",
        "url",
        "true",
        "1",
        "-1",
        "1e9",
        "a" * 5000,
    ),
    *("image_generation.partial_image", "image_generation.completed", "image_edit.completed", "data:image/png;base64,"),
    *("iVBORw0KGgoAAAANSUhEUg==", "/9j/4AAQ", "R0lGODlh", "UklGRg==", "https://a", "\ud800", "\x1b[31m", "🦊" * 300),
]


def nested(levels: int) -> Any:
    """Return a value in so many arrays."""
    value: Any = 1
    for _ in range(levels):
        value = [value]
    return value


leaves = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.sampled_from([0, 1, 10, 11, 2**63, 10**400, math.inf, -math.inf, math.nan, 1.5, 1e308])
    | st.floats()
    | st.sampled_from(TEXTS)
    | st.text(max_size=20)
    | st.sampled_from([150, 400, 20_000]).map(nested)
    | st.sampled_from([1, -1]).map(lambda sign: sign * 10**4400)
)
names = st.sampled_from(NAMES) | st.sampled_from(KEYS) | st.text(max_size=5)
values = st.recursive(
    leaves, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(names, inner, max_size=5), max_leaves=12
)
requests = st.dictionaries(st.sampled_from(NAMES), values, max_size=6) | values
images = st.dictionaries(st.sampled_from(["b64_json", "url", "revised_prompt"]), leaves, max_size=3)
answers = (
    st.fixed_dictionaries(
        {},
        optional={
            "created": leaves,
            "data": st.lists(images | leaves, max_size=3) | leaves,
            "usage": st.dictionaries(names, values, max_size=4),
            "error": st.dictionaries(st.sampled_from(["message", "type", "param", "code"]), leaves, max_size=4)
            | leaves,
            "size": leaves,
            "background": leaves,
            "output_format": leaves,
        },
    )
    | values
)
events = st.fixed_dictionaries(
    {},
    optional={
        "event": st.sampled_from(TEXTS) | leaves,
        "data": st.fixed_dictionaries(
            {}, optional={"type": leaves, "b64_json": leaves, "partial_image_index": leaves, "usage": values}
        )
        | values,
    },
)
operations = st.sampled_from(OPERATIONS)
many = settings(max_examples=100)


def check(verdict: Verdict) -> None:
    """The verdict fits its findings, and each message is a sentence that can be printed."""
    severities = {finding.severity for finding in verdict.findings}
    word = "invalid" if "error" in severities else "warn" if "warning" in severities else "valid"
    assert verdict.verdict == word
    for finding in verdict.findings:
        assert finding.message.isprintable()
        assert finding.pointer == "" or finding.pointer.startswith("/")
        assert finding.message.endswith(".")


@many
@given(operations, requests, st.sampled_from(["document", "observed"]))
def test_any_request(operation: Operation, body: Any, profile: Any) -> None:
    """Any value is judged as a request."""
    check(operation.validate_request(body, profile=profile))


@many
@given(operations, answers, st.none() | requests, st.sampled_from([200, 400, 401, 500]))
def test_any_answer_and_refusal(operation: Operation, answer: Any, request: Any, status: int) -> None:
    """Any value is judged as an answer and as a refusal of any request."""
    check(operation.validate_response(answer, request=request, status=status))


@many
@given(operations, st.lists(events | values, max_size=4), st.none() | requests)
def test_any_stream(operation: Operation, stream: list[Any], request: Any) -> None:
    """Any list is judged as a stream that replies to any request."""
    check(operation.validate_stream(stream, request=request))


@many
@given(operations, st.binary(max_size=200), st.binary(max_size=80), st.none() | st.text(max_size=20))
def test_any_bytes(operation: Operation, raw: bytes, request: bytes, content_type: str | None) -> None:
    """Any bytes are judged as a request, an answer, a refusal and a stream."""
    check(operation.validate_request(raw, content_type=content_type))
    check(operation.validate_response(raw, request=request, content_type=content_type))
    check(operation.validate_response(raw, request=request, status=400))
    check(operation.validate_stream(raw, request=request, content_type=content_type))


@many
@given(
    operations, st.lists(st.sampled_from(["data: ", "event: ", "\n", "\r\n", "{", "}", '"type":', "[DONE]", "\0", ":"]))
)
def test_any_lines(operation: Operation, pieces: list[str]) -> None:
    """Bytes that are almost a stream are judged as one."""
    check(operation.validate_stream("".join(pieces).encode()))


BOMBS = {
    "arrays": b"[" * 500_000,
    "closed arrays": b"[" * 100_000 + b"]" * 100_000,
    "objects": b'{"a":' * 200_000,
    "huge integer": b'{"n":' + b"9" * 100_000 + b"}",
    "huge exponent": b'{"n":1e999999999,"created":-1e999999999}',
    "NaN": b'{"n":NaN,"prompt":"x"}',
    "not UTF-8": b'{"prompt":"\xff\xfe"}',
    "half a pair": b'{"prompt":"\\ud800","\\udfff":1}',
    "nul": b"\0" * 1000,
    "many keys": json.dumps({f"key-{number}": None for number in range(20_000)}).encode(),
    "many duplicates": b"{" + b'"n":1,' * 20_000 + b'"n":1}',
    "long key": b'{"' + b"k" * 1_000_000 + b'":1}',
    "many images": json.dumps({"created": 1, "data": [{"b64_json": "AAAA"}] * 5_000}).encode(),
}


@pytest.mark.parametrize("raw", BOMBS.values(), ids=BOMBS)
def test_bombs(raw: bytes) -> None:
    """Bodies that are made to break a reader get a verdict like all others."""
    openai = load_dialect("openai").operation("generations")
    for request in (raw, {"model": "gpt-image-1", "prompt": "x"}):
        check(openai.validate_response(raw, request=request))
        check(openai.validate_response(raw, request=request, status=400))
        check(openai.validate_stream(b"data: " + raw + b"\n\n", request=request))
    check(openai.validate_request(raw))


@pytest.mark.parametrize(
    "answer", [[], [{}], "text", "", 5, 1.5, True, None, [None], [[[]]], {"data": [None]}, {"": ""}]
)
def test_answers_that_are_no_answers(answer: Any) -> None:
    """A list, a text, a number or nothing in place of an answer is a finding."""
    openai = load_dialect("openai").operation("generations")
    verdict = openai.validate_response(answer, request={"model": "gpt-image-1", "prompt": "x"})
    check(verdict)
    assert verdict.verdict == "invalid"
