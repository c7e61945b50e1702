"""Values that somebody else has parsed."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pixelproof import UsageError
from pixelproof._events import listed_events
from pixelproof._foreign import flaw_of_value
from pixelproof._parse import parse_json

texts = st.text(st.characters(exclude_categories=["Cs"]))
values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | texts,
    lambda inner: st.lists(inner) | st.dictionaries(texts, inner),
    max_leaves=20,
)


def nested(levels: int, *, in_objects: bool = False) -> Any:
    """Return a value inside so many arrays or objects."""
    value: Any = 1
    for _ in range(levels):
        value = {"a": value} if in_objects else [value]
    return value


@given(values)
def test_json_has_no_flaw(value: Any) -> None:
    """Every value that JSON can say is fine."""
    assert flaw_of_value(value) is None


@pytest.mark.parametrize("in_objects", [True, False])
def test_nesting_is_limited_as_in_raw_bodies(in_objects: bool) -> None:
    """Parsed values may nest as deep as raw ones, and a bomb ends in a flaw."""
    assert parse_json(b"[" * 201 + b"]" * 201)[1] is None
    assert flaw_of_value(nested(201, in_objects=in_objects)) is None
    assert parse_json(b"[" * 202 + b"]" * 202)[1] is not None
    for levels in (202, 100_000):
        flaw = flaw_of_value(nested(levels, in_objects=in_objects))
        assert flaw is not None
        assert flaw.message == "The body is nested deeper than 201 levels."


def test_a_value_that_holds_itself_is_too_deep() -> None:
    """A list in itself ends in a flaw and not in a loop."""
    value: list[Any] = []
    value += [value, value]
    assert flaw_of_value(value) is not None


@pytest.mark.parametrize("value", ["\ud800", {"a": ["x\udfff"]}, {"\ud83e": 1}])
def test_half_a_pair_of_surrogates(value: Any) -> None:
    """A string that cannot be sent as UTF-8 is a flaw, as a key too."""
    flaw = flaw_of_value(value)
    assert flaw is not None
    assert "half a pair of surrogates" in flaw.message


@pytest.mark.parametrize("sign", [1, -1])
def test_integers_are_limited_as_in_raw_bodies(sign: int) -> None:
    """4300 digits are read, one more is not."""
    assert flaw_of_value(sign * (10**4300 - 1)) is None
    assert flaw_of_value([sign * 10**4300]) == ("The body has an integer of more than 4300 digits.", None)


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ({1, 2}, "a value of the type set is no JSON value"),
        ([b"raw"], "a value of the type bytes is no JSON value"),
        ({"a": 1j}, "a value of the type complex is no JSON value"),
        ({1: 2}, "the key 1 is no string"),
        ({None: 2}, "the key null is no string"),
    ],
)
def test_what_no_reader_makes_is_a_wrong_call(value: Any, words: str) -> None:
    """A Python value that JSON does not have is a mistake of the caller, told with the value."""
    with pytest.raises(UsageError, match=words):
        flaw_of_value(value)


def test_events_are_objects() -> None:
    """What is no object becomes the data of an event; what cannot be judged is replaced by the reason."""
    event = {"event": "x", "data": {}}
    assert listed_events([event, "text", 3, None, nested(300)]) == [
        event,
        {"data": "text"},
        {"data": 3},
        {"data": None},
        {"data": "The body is nested deeper than 201 levels."},
    ]
    assert listed_events(iter([event])) == [event]


@pytest.mark.parametrize("events", ["data: {}", {"data": {}}, None, 5])
def test_what_is_no_list_of_events(events: Any) -> None:
    """A text, an object, null or a number in place of a list is a mistake of the caller."""
    with pytest.raises(UsageError, match="is no stream; give raw bytes, or a list of events"):
        listed_events(events)
