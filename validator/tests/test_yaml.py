"""YAML as plain values with the line of every place."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pixelproof import DialectError
from pixelproof._yaml import MAX_YAML_BYTES, read_yaml

TEXT = """\
# a comment
a: 1
b:
  - x
  - c: true
    d: [1.5, null, "2"]
"""


def test_values_are_plain() -> None:
    """Mappings, sequences, strings, numbers, booleans and null come back as Python values."""
    assert read_yaml(TEXT, "file")[0] == {"a": 1, "b": ["x", {"c": True, "d": [1.5, None, "2"]}]}


def test_every_place_has_its_line() -> None:
    """A key has the line on which it stands, an item the line on which it starts, counted from 1."""
    lines = read_yaml(TEXT, "file")[1]
    assert {
        path: lines.of(path) for path in [("a",), ("b",), ("b", 0), ("b", 1, "c"), ("b", 1, "d"), ("b", 1, "d", 2)]
    } == {
        ("a",): 2,
        ("b",): 3,
        ("b", 0): 4,
        ("b", 1, "c"): 5,
        ("b", 1, "d"): 6,
        ("b", 1, "d", 2): 6,
    }


def test_an_unknown_place_has_the_line_of_its_parent() -> None:
    """What is missing is looked for at the next place above; without any, it is the first line."""
    lines = read_yaml(TEXT, "file")[1]
    assert lines.of(("b", 1, "missing", "deeper")) == lines.of(("b", 1)) == 5
    assert lines.of(("missing",)) == lines.of(()) == 2


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "file: is empty; it has to hold one YAML mapping"),
        ("# nothing\n", "file: is empty; it has to hold one YAML mapping"),
        ("a: 1\na: 2\n", "file:2: the key 'a' stands twice in one mapping"),
        ("a:\n  b: 1\n  b: 1\n", "file:3: the key 'b' stands twice in one mapping"),
        ("1: a\n", "file:1: the key 1 is not a string; put it in quotes"),
        ("on: a\n", "file:1: the key True is not a string; put it in quotes"),
        ("a: 2026-01-01\n", "file:1: the value '2026-01-01' is read as date; put it in quotes"),
        ("a: [on, off]\n", "file:1: the value 'on' is read as true; put it in quotes"),
        ("a:\n  - No\n", "file:2: the value 'No' is read as false; put it in quotes"),
        ("a: 16:9\n", "file:1: the value '16:9' is read as 969; put it in quotes"),
        ("a: 0777\n", "file:1: the value '0777' is read as 511; put it in quotes"),
        ("a: 1_000\n", "file:1: the value '1_000' is read as 1000; put it in quotes"),
        ("a: !!binary aGk=\n", "file:1: the value 'aGk=' is read as bytes; put it in quotes"),
        ("a: &x 1\nb: *x\n", "file:1: uses a YAML alias (*name); write the value out instead"),
        ("a: [1\nb: 2\n", "file:2:2: is not valid YAML: did not find expected ',' or ']'"),
        ("a: 1\n---\nb: 1\n", "file:2:1: is not valid YAML: but found another document"),
        (
            "a: !python/object:os.system x\n",
            "file:1:4: is not valid YAML: could not determine a constructor for the tag ",
        ),
        ("a: \x00\n", "file: is not valid YAML: "),
        ("? [a]\n: 1\n", "file:1: the key [] is not a string; put it in quotes"),
    ],
)
def test_what_is_refused(text: str, message: str) -> None:
    """Whatever is not one plain document is refused with its line, on one line."""
    with pytest.raises(DialectError) as caught:
        read_yaml(text, "file")
    assert str(caught.value).startswith(message)
    assert "\n" not in str(caught.value)


def test_aliases_make_no_bomb() -> None:
    """A short text that stands for a billion values is refused at its first alias."""
    bomb = "a: &a [x, x]\n" + "".join(f"{b}: &{b} [*{a}, *{a}]\n" for a, b in zip("abcdefgh", "bcdefghi", strict=True))
    with pytest.raises(DialectError, match="uses a YAML alias"):
        read_yaml(bomb, "file")


def test_a_value_that_holds_itself_is_refused() -> None:
    """An anchor inside its own value ends in an error and not in a loop."""
    with pytest.raises(DialectError, match="uses a YAML alias"):
        read_yaml("a: &a [*a]\n", "file")


def test_a_hundred_levels_are_read() -> None:
    """The limit is above what a dialect needs."""
    assert json.dumps(read_yaml("[" * 100 + "]" * 100, "file")[0]) == "[" * 100 + "]" * 100


@pytest.mark.parametrize("text", ["[" * 50_000, "a: " + "{b: " * 5_000, "- " * 5_000])
def test_nesting_makes_no_crash(text: str) -> None:
    """A text that nests too deep is refused."""
    with pytest.raises(DialectError, match="file:1: is nested deeper than 100 levels"):
        read_yaml(text, "file")


def test_size_is_limited() -> None:
    """A text above the limit is not parsed."""
    with pytest.raises(DialectError, match=r"has 4194305 characters; more than 4194304 are not read"):
        read_yaml("#" * (MAX_YAML_BYTES + 1), "file")


names = st.text(st.characters(codec="ascii", categories=["Lu", "Ll"]), min_size=1)
values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(st.characters(codec="ascii", min_codepoint=32)),
    lambda inner: st.lists(inner) | st.dictionaries(names, inner),
    max_leaves=20,
)


@given(values.filter(lambda value: value is not None))
def test_json_is_yaml(value: object) -> None:
    """A JSON document without surprises is read as the same value."""
    assert read_yaml(json.dumps(value), "file")[0] == value


@given(st.text())
def test_no_text_raises_anything_else(text: str) -> None:
    """Any text is a value or a DialectError."""
    try:
        read_yaml(text, "file")
    except DialectError as error:
        assert str(error).startswith("file")  # noqa: PT017
