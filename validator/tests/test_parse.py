"""Strict parsing of JSON bodies."""

import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pixelproof import _parse
from pixelproof._parse import parse_json

texts = st.text(st.characters(exclude_categories=["Cs"]))
values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | texts,
    lambda inner: st.lists(inner) | st.dictionaries(texts, inner),
    max_leaves=20,
)


@given(values)
def test_what_json_can_say_is_read(value: object) -> None:
    """Every JSON value comes back as it was written, from bytes, text and memory."""
    text = json.dumps(value)
    raw = text.encode()
    assert parse_json(raw) == parse_json(text) == parse_json(bytearray(raw)) == parse_json(memoryview(raw))
    assert parse_json(raw) == (value, None)


@given(st.binary() | st.text())
def test_no_input_raises(raw: bytes | str) -> None:
    """Whatever comes in is a value or a flaw that says why in one sentence."""
    _, flaw = parse_json(raw)
    assert flaw is None or (flaw.message.endswith(".") and "\n" not in flaw.message)


@given(values, st.data())
def test_a_body_that_is_cut_off_is_refused(value: object, data: st.DataObject) -> None:
    """No beginning of an object or array is taken for the whole."""
    raw = json.dumps([value]).encode()
    cut = data.draw(st.integers(0, len(raw) - 1))
    assert parse_json(raw[:cut])[1] is not None


@pytest.mark.parametrize(
    ("raw", "message"),
    [
        (b"", "The body is empty; it has to be a JSON object."),
        (b" \r\n\t", "The body is empty; it has to be a JSON object."),
        (
            b"\xef\xbb\xbf{}",
            "The body starts with a byte order mark; JSON is sent without one (RFC 8259, section 8.1).",
        ),
        (b"\n <html>", "The body is HTML or XML, not JSON."),
    ],
)
def test_common_mistakes_have_words_of_their_own(raw: bytes, message: str) -> None:
    """An empty body, a byte order mark and a page are told as such."""
    assert parse_json(raw) == (None, (message, None))


@pytest.mark.parametrize(
    "raw",
    [
        b'{"a":1,}',
        b"{'a':1}",
        b'{"a":NaN}',
        b"[Infinity]",
        b"[-Infinity]",
        b"[01]",
        b"[1.]",
        b"[.5]",
        b"[+1]",
        b"[0x1]",
        b'["\\x41"]',
        b'["\n"]',
        b'["\\ud800"]',
        b'["\\udc00\\ud800"]',
        b'["\xff"]',
        b'["\xed\xa0\x80"]',
        b"{}{}",
        b"{} x",
        b"// c\n{}",
        b"[1 2]",
        b'{"a" 1}',
        b"nul",
        b"\x00",
        "{}".encode("utf-16"),
    ],
)
def test_what_json_does_not_allow_is_refused(raw: bytes) -> None:
    """What a lenient reader would let through is a flaw, without a key."""
    value, flaw = parse_json(raw)
    assert value is None
    assert flaw is not None
    assert flaw.message.startswith("The body is not JSON: ")
    assert flaw.key is None


@pytest.mark.parametrize(
    ("raw", "key"),
    [
        (b'{"n":1,"n":1}', "n"),
        (b'{"n":1,"\\u006e":2}', "n"),
        (b'{"a":{"b":[{"c":1,"c":2}]}}', "c"),
        (b'{"":1,"":2}', ""),
        ('{"größe":1,"größe":2}'.encode(), "größe"),
    ],
)
def test_a_key_that_stands_twice_is_named(raw: bytes, key: str) -> None:
    """A key that stands twice in one object is a flaw with that key."""
    value, flaw = parse_json(raw)
    assert value is None
    assert flaw is not None
    assert flaw.key == key
    assert flaw.message.startswith("The body names a key twice: ")


def test_one_key_in_several_objects_is_fine() -> None:
    """Only keys of one object are compared."""
    assert parse_json(b'[{"a":1},{"a":{"a":2}}]') == ([{"a": 1}, {"a": {"a": 2}}], None)


@pytest.mark.parametrize(("depth", "readable"), [(201, True), (202, False), (100_000, False)])
def test_nesting_is_limited(depth: int, readable: bool) -> None:
    """201 levels are read; a bomb of brackets is a flaw and no crash."""
    assert (parse_json(b"[" * depth + b"]" * depth)[1] is None) is readable


def test_integers_are_exact() -> None:
    """An integer of forty digits is neither rounded nor refused; one of five thousand digits is refused."""
    assert parse_json(b"9" * 40) == (10**40 - 1, None)
    assert parse_json(b"9" * 5000)[1] is not None


def test_a_number_beyond_floats_is_infinite() -> None:
    """1e999 is JSON; what it becomes is above every limit."""
    assert parse_json(b"[1e999,-1e999]") == ([math.inf, -math.inf], None)


def test_size_is_limited(monkeypatch: pytest.MonkeyPatch) -> None:
    """A body above the limit is not read at all."""
    monkeypatch.setattr(_parse, "MAX_BODY_BYTES", 10)
    assert parse_json(b'"12345678"')[1] is None
    value, flaw = parse_json(b'"123456789"')
    assert value is None
    assert flaw == ("The body has 11 bytes; more than 10 are not read.", None)
