"""JSON line by line, with the wrong place marked."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pixelproof_conformance.report.html.marked import MOST_LINES, marked_lines

BODY = {"n": 11, "data": [{"url": "a"}, {"url": "b"}], "usage": {"total": 3}, "image[]": "x"}
STREAM = [{"event": "a", "data": {"n": 1}}, {"event": "b", "data": {"n": 2}}]


@pytest.mark.parametrize(
    ("value", "place", "line"),
    [
        (BODY, "n", '  "n": 11,'),
        (BODY, "data[1].url", '      "url": "b"'),
        (BODY, "data[1]", "    {"),
        (BODY, "data", '  "data": ['),
        (BODY, "usage.missing", '  "usage": {'),
        (BODY, "image[]", '  "image[]": "x"'),
        (STREAM, "events[1].data.n", '      "n": 2'),
    ],
)
def test_the_line_of_a_place_is_marked(value: Any, place: str, line: str) -> None:
    """The line where the place begins is marked, or that of the nearest thing around a place that is missing."""
    assert [one.text for one in marked_lines(value, place) if one.marked] == [line]


@pytest.mark.parametrize("place", [None, "", "missing", "[7]", "data[", "...", "events"])
def test_what_cannot_be_found_is_not_marked(place: str | None) -> None:
    """A place that does not exist at all marks nothing."""
    assert not any(line.marked for line in marked_lines({"n": 1}, place))


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner, max_size=4),
    max_leaves=20,
)


@given(st.dictionaries(st.text(max_size=4), JSON), st.text(max_size=12))
def test_the_lines_are_json(value: Any, place: str) -> None:
    """The lines together are the value as a JSON library writes it, whatever is marked."""
    lines = marked_lines(value, place)
    assert "\n".join(line.text for line in lines) == json.dumps(value, indent=2, ensure_ascii=False)
    assert sum(line.marked for line in lines) <= 1


def test_long_values_end() -> None:
    """A value of very many lines is cut."""
    lines = marked_lines(list(range(10_000)), None)
    assert (len(lines), lines[-1].text) == (MOST_LINES + 1, "…")
