"""The limits on a free size: every limit at its boundary, and the nearest size that is allowed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pixelproof.rules.pixel_size import nearest_size, pixel_size

LIMITS = {"multiple-of": 16, "longest-edge": 3840, "ratio": 3, "pixels": [655_360, 8_294_400]}
ALLOWED = [
    (width, height)
    for width in range(16, 3841, 16)
    for height in range(16, 3841, 16)
    if max(width, height) <= 3 * min(width, height) and 655_360 <= width * height <= 8_294_400
]


def parts(size: object) -> list[str | None]:
    """The parts that a size breaks."""
    return [seen.part for seen in pixel_size(size, LIMITS)]


@pytest.mark.parametrize(
    "size", ["640x1024", "816x816", "2880x2880", "3840x2160", "2160x3840", "3840x1280", "480x1440"]
)
def test_a_size_on_the_boundary_is_allowed(size: str) -> None:
    """All limits are inclusive."""
    assert parts(size) == []


@pytest.mark.parametrize(
    ("size", "broken"),
    [
        ("1000x1000", ["multiple-of"]),
        ("1024x1025", ["multiple-of"]),
        ("3856x1296", ["longest-edge"]),
        ("1296x3856", ["longest-edge"]),
        ("3840x1264", ["ratio"]),
        ("1264x3840", ["ratio"]),
        ("800x800", ["pixels"]),
        ("640x1008", ["pixels"]),
        ("3840x2176", ["pixels"]),
        ("1x1", ["multiple-of", "pixels"]),
        ("999999999999999999x1", ["multiple-of", "longest-edge", "ratio", "pixels"]),
        ("9" * 5000 + "x1", ["longest-edge"]),
    ],
)
def test_every_broken_limit_is_named(size: str, broken: list[str]) -> None:
    """Each part stands for a requirement of its own, and all broken ones are told at once."""
    assert parts(size) == broken
    assert parts(size) == broken, "a size that is remembered is judged alike"


@pytest.mark.parametrize(
    "size", ["auto", "", "1024", "1024x", "x1024", "01x16", "1024x1024x3", "1024X1024", "\uff11x\uff11", 3, None]
)
def test_what_is_no_size_is_left_to_the_pattern(size: object) -> None:
    """The grammar is a pattern in the schema, so that nothing is told twice."""
    assert parts(size) == []


def test_the_finding_names_the_side_and_the_nearest_allowed_size() -> None:
    """What was seen says why, and what to do instead."""
    (seen,) = pixel_size("1024x1000", LIMITS)
    assert seen.note == "is 1024x1000, and 1000 is not a multiple of 16"
    assert seen.hint == "The nearest allowed size is 1024x992."


def test_limits_are_kept_apart() -> None:
    """A size that is remembered as fine under one set of limits is judged anew under another."""
    assert parts("1024x1024") == []
    assert [seen.part for seen in pixel_size("1024x1024", LIMITS | {"longest-edge": 512})] == ["longest-edge"]


def test_impossible_limits_have_no_nearest_size() -> None:
    """Limits that no size keeps give no advice."""
    assert nearest_size(16, 16, LIMITS | {"longest-edge": 160}) is None


@given(st.integers(1, 6000), st.integers(1, 6000))
def test_the_nearest_size_is_the_nearest(width: int, height: int) -> None:
    """No allowed size lies nearer than the one that is proposed."""

    def away(size: tuple[int, int]) -> int:
        return (size[0] - width) ** 2 + (size[1] - height) ** 2

    proposed = str(nearest_size(width, height, LIMITS)).split("x")
    found = (int(proposed[0]), int(proposed[1]))
    assert found in ALLOWED
    assert away(found) == min(map(away, ALLOWED))
