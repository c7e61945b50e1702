import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pixelproof._text import pointer
from pixelproof.formats._places import lines_of

TEXT = b"""{
  "prompt": "a \\"quoted\\" {brace}",
  "data": [
    {"url": "x"},
    {
      "b64_json": "y",
      "a/b~c": [[], {}, 1]
    }
  ],
  "\\u006e": 1
}
"""


@pytest.mark.parametrize(
    ("place", "line"),
    [
        ("", 1),
        ("/prompt", 2),
        ("/data", 3),
        ("/data/0", 4),
        ("/data/0/url", 4),
        ("/data/1", 5),
        ("/data/1/b64_json", 6),
        ("/data/1/a~1b~0c", 7),
        ("/data/1/a~1b~0c/2", 7),
        ("/n", 10),
        ("/missing", 1),
        ("/data/1/missing", 5),
        ("/data/9/missing", 3),
    ],
)
def test_json(place: str, line: int) -> None:
    """A place has the line of its key or item; a missing one that of its nearest parent."""
    assert lines_of(TEXT, {place}) == {place: line}


def test_several_places() -> None:
    """Places are found in one pass, in whatever order they are asked for."""
    assert lines_of(TEXT, ["/n", "", "/data/0"]) == {"/n": 10, "": 1, "/data/0": 4}


@pytest.mark.parametrize(
    ("content", "line"),
    [
        (b'{\n"a": 1,\n"b":: 2}', 3),
        (b'{\n"a": 1,\n"a": 2}', 3),
        (b"{", 1),
        (b'{"a": "\xff"}', 1),
        (b"[" * 1000, 1),
        (b'\n\n{"a": \nx}', 4),
    ],
)
def test_not_json(content: bytes, line: int) -> None:
    """What cannot be read has the line at which reading failed."""
    assert lines_of(content, {"", "/a"}) == {"": line, "/a": line}


def test_events() -> None:
    """A place in a stream has the line on which its event starts."""
    stream = b": hello\n\nevent: a\ndata: 1\n\nevent: b\r\ndata: 2\r\n\r\ndata: 3\n\n"
    assert lines_of(stream, {"/0/data", "/1", "/2/data/x", "/3", ""}) == {"/0/data": 3, "/1": 6, "/2/data/x": 9}


@pytest.mark.parametrize("content", [b"", b"--x\r\n\r\n--x--", b"\xef\xbb\xbf{}", b"\x00\xff"])
def test_anything_else(content: bytes) -> None:
    """Of anything else no lines are known, and nothing is raised."""
    assert lines_of(content, {"/a"}) == {}
    assert lines_of(content, set()) == {}


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


def expected(value: Any, path: tuple[str | int, ...], line: int, lines: dict[str, int]) -> int:
    """Notes the lines of ``value`` as ``json.dumps(value, indent=1)`` writes it; returns the line of its end."""
    lines[pointer(path)] = line
    members = [*enumerate(value)] if isinstance(value, list) else [*value.items()] if isinstance(value, dict) else []
    if not members:
        return line
    for key, member in members:
        line = expected(member, (*path, key), line + 1, lines)
    return line + 1


@given(st.lists(VALUES, min_size=1, max_size=3) | st.dictionaries(st.text(), VALUES, min_size=1, max_size=3))
def test_every_place(value: Any) -> None:
    """Every place of any value is found on the line that a pretty printer puts it on."""
    lines: dict[str, int] = {}
    expected(value, (), 1, lines)
    assert lines_of(json.dumps(value, indent=1).encode(), lines) == lines


@given(st.binary() | st.text(alphabet='{}[]",:\\n \n1').map(str.encode))
def test_never_raises(content: bytes) -> None:
    """Whatever the content, a line is a number from 1 to the number of lines, or is not known."""
    for line in lines_of(content, {"", "/0", "/0/data"}).values():
        assert 1 <= line <= content.count(b"\n") + content.count(b"\r") + 1
