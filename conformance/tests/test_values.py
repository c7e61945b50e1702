"""Values made from declarations."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from pixelproof_conformance.declarations import Constraint
from pixelproof_conformance.model import Json
from pixelproof_conformance.values import MISSING, breaking_values, documented_values, pixel_sizes

LIMITS = {"multiple-of": 16, "longest-edge": 3840, "ratio": 3, "pixels": [655_360, 8_294_400]}


def broken(node: dict[str, Json], keyword: str, name: str = "p") -> list[Json]:
    """Values that break one keyword."""
    return breaking_values(Constraint((name,), keyword, node, "r"), name)


def test_a_range_is_tried_at_both_ends() -> None:
    """Documented values of an integer are its limits."""
    assert documented_values({"type": "integer", "minimum": 1, "maximum": 10}) == [1, 10]


def test_a_range_is_broken_on_both_sides() -> None:
    """The nearest value beyond each limit comes first."""
    node = {"type": "integer", "minimum": 1, "maximum": 10}
    assert broken(node, "minimum")[0] == 0
    assert broken(node, "maximum")[0] == 11


def test_a_length_limit_is_tried_exactly_and_broken_by_one() -> None:
    """The longest prompt has the limit, the broken one a character more, in ASCII and in astral characters."""
    node = {"type": "string", "maxLength": 1000}
    assert len(documented_values(node, "prompt")[-1]) == 1000
    assert [len(text) for text in broken(node, "maxLength", "prompt")] == [1001, 1001]
    assert not broken(node, "maxLength", "prompt")[1].isascii()


def test_values_off_a_list_hold_a_wrong_case_and_a_wrong_type() -> None:
    """A closed list is broken by capitals, by another word, by nothing and by a number, never by a listed value."""
    values = broken({"enum": ["png", "jpeg"]}, "enum", "output_format")
    assert values == ["PNG", "gif", "", 7]


def test_a_required_parameter_is_broken_by_leaving_it_out() -> None:
    """The marker for a missing value is the only way to break it."""
    assert broken({"required": ["prompt"]}, "required") == [MISSING]


def test_pixel_sizes_keep_every_limit() -> None:
    """The documented sizes include the smallest and the largest area and both extreme ratios."""
    sizes = [tuple(map(int, size.split("x"))) for size in pixel_sizes(LIMITS)]
    areas = [width * height for width, height in sizes]
    assert min(areas) == 655_360
    assert max(areas) == 8_294_400
    assert {max(size) / min(size) for size in sizes} >= {3.0}
    for width, height in sizes:
        assert width % 16 == height % 16 == 0
        assert max(width, height) <= 3840
        assert max(width, height) <= 3 * min(width, height)


def test_each_part_of_a_pixel_size_is_broken_by_sizes_that_break_it() -> None:
    """Multiples, edge, ratio and area have breaking sizes of their own."""
    node = {"x-pixel-size": LIMITS}
    sizes = {
        part: [tuple(map(int, size.split("x"))) for size in broken(node, f"x-pixel-size/{part}")]
        for part in ("multiple-of", "longest-edge", "ratio", "pixels")
    }
    assert any(width % 16 or height % 16 for width, height in sizes["multiple-of"])
    assert all(max(size) > 3840 for size in sizes["longest-edge"])
    assert any(max(size) > 3 * min(size) for size in sizes["ratio"])
    assert {size[0] * size[1] < 655_360 for size in sizes["pixels"]} == {True, False}


@given(st.sampled_from(["string", "integer", "number", "boolean", "array", "object"]))
def test_a_type_is_broken_by_values_of_other_types_only(kind: str) -> None:
    """No value that is offered to break a type is of that type."""
    numbers = {"integer": int, "number": (int, float), "boolean": bool}
    types: dict[str, Any] = {"string": str, "array": list, "object": dict, **numbers}
    for value in broken({"type": kind}, "type"):
        same = isinstance(value, types[kind]) and isinstance(value, bool) == (kind == "boolean")
        assert not same, (kind, value)
