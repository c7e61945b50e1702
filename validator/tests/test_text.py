"""Values and places as text for people."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pixelproof._text import dotted, kind_of, pointer, shortened, shown

values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)
paths = st.lists(st.text() | st.integers(0, 99)).map(tuple)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("huge", '"huge"'),
        ("", '""'),
        ('say "hi"', '"say \\"hi\\""'),
        ("a\nb\x1b[31m", '"a\\u000ab\\u001b[31m"'),
        ("größe 🦊", '"größe 🦊"'),
        ("a" * 72, f'"{"a" * 72}"'),
        ("a" * 73, f'"{"a" * 48}…" (73 characters)'),
        ("\0" * 100, '"' + "\\u0000" * 48 + '…" (100 characters)'),
        (12, "12"),
        (-5, "-5"),
        (10**30, "an integer of 100 bits"),
        (1.5, "1.5"),
        (True, "true"),
        (False, "false"),
        (None, "null"),
        ([], "an array of 0"),
        ([[1]], "[[1]]"),
        ([1, 2], "an array of 2"),
        ({}, "{}"),
        ({"a": 1, "b\n": 2}, '{"a", "b\\u000a"}'),
        (dict.fromkeys("abcde", 0), '{"a", "b", "c", "d", …}'),
        (b"bytes", "b'bytes'"),
    ],
)
def test_a_value_is_shown(value: Any, text: str) -> None:
    """A value is shown as JSON where that is short, and described where it is long."""
    assert shown(value) == text


@given(values)
def test_whatever_is_shown_fits_on_a_line(value: Any) -> None:
    """No value breaks the line or reaches the terminal as a control character, and none is endless."""
    text = shown(value)
    assert text.isprintable()
    assert len(text) < 500


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("x", "a string"),
        (True, "a boolean"),
        (1, "an integer"),
        (1.0, "a number"),
        ([], "an array"),
        ({}, "an object"),
        (None, "null"),
    ],
)
def test_kinds_have_names(value: Any, words: str) -> None:
    """Each JSON type has its name; a boolean is no integer."""
    assert kind_of(value) == words


@pytest.mark.parametrize(
    ("value", "short"),
    [
        ("a" * 200, "a" * 200),
        ("a" * 201, f"{'a' * 80}… (201 characters)"),
        (10**40, 10**40),
        (1.5, 1.5),
        (None, None),
        (True, True),
        ([1, 2], [1, 2]),
        ({"a": "b" * 300}, {"a": "b" * 300}),
        (["a" * 500], f'["{"a" * 48}…" (500 characters)]'),
        ({"a": "b" * 500}, '{"a"}'),
        (b"1234", "4 bytes"),
        (memoryview(b"12"), "2 bytes"),
        (float("inf"), "inf"),
    ],
)
def test_values_in_findings_are_short(value: Any, short: Any) -> None:
    """A short value is kept as it is; a long text is cut, and a large container described."""
    assert shortened(value) == short


@given(values)
def test_values_in_findings_have_a_limit(value: Any) -> None:
    """Whatever stands in a finding takes a few hundred characters at most, numbers aside."""
    short = shortened(value)
    assert isinstance(short, int) or len(repr(short)) < 900


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ((), ""),
        (("n",), "n"),
        (("data", 0, "b64_json"), "data[0].b64_json"),
        ((0, "data", "type"), "[0].data.type"),
        (("usage", "input_tokens"), "usage.input_tokens"),
        (("image[]", 1), "image[]"),
        ((1,), "[1]"),
    ],
)
def test_a_place_as_people_write_it(path: tuple[str | int, ...], text: str) -> None:
    """Keys are joined with dots and indices stand in brackets."""
    assert dotted(path) == text


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ((), ""),
        (("n",), "/n"),
        (("data", 0, "b64_json"), "/data/0/b64_json"),
        (("a/b", "~"), "/a~1b/~0"),
        (("~1",), "/~01"),
        (("",), "/"),
        (("", ""), "//"),
    ],
)
def test_a_place_as_a_json_pointer(path: tuple[str | int, ...], text: str) -> None:
    """Steps start with a slash, in which tilde and slash are escaped (RFC 6901)."""
    assert pointer(path) == text


@given(paths)
def test_a_json_pointer_leads_back(path: tuple[str | int, ...]) -> None:
    """Read by the rules of RFC 6901, a pointer names the same steps."""
    steps = [step.replace("~1", "/").replace("~0", "~") for step in pointer(path).split("/")[1:]]
    assert steps == [str(step) for step in path]


@given(st.text())
def test_what_is_shown_of_a_text_is_its_beginning(text: str) -> None:
    """A short printable text is shown as JSON would write it."""
    if len(text) <= 72 and text.isprintable() and "\\" not in text:
        assert json.loads(shown(text)) == text
