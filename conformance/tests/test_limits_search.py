"""Finding a bound on a scale, in few probes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pixelproof_conformance.limits.search import Bound, find_bound


class Endpoint:
    """Accepts what ``accepts`` says, and counts the probes."""

    def __init__(self, accepts: object) -> None:
        self.accepts = accepts
        self.asked: list[int] = []

    def __call__(self, place: int) -> bool | None:
        """Whether the place is accepted."""
        self.asked.append(place)
        answer: bool | None = self.accepts(place) if callable(self.accepts) else place <= int(str(self.accepts))
        return answer


SCALE = {"innermost": 1, "documented": 100, "outermost": 1000}


@given(real=st.integers(1, 1000), documented=st.integers(1, 999))
def test_every_bound_is_found_exactly_and_in_few_probes(real: int, documented: int) -> None:
    """Two probes when it is the documented one, and about two for every halving otherwise; none is asked twice."""
    endpoint = Endpoint(real)
    found = find_bound(endpoint, innermost=1, documented=documented, outermost=1000)
    assert found.last == real
    assert found.verdict == ("same" if real == documented else "stricter" if real < documented else "looser")
    assert found.open_end == (real == 1000)
    assert len(endpoint.asked) == len(set(endpoint.asked)) <= 22
    assert real != documented or len(endpoint.asked) == 2


def test_an_endpoint_without_a_bound_is_asked_to_the_end_of_the_scale() -> None:
    """The steps double, so a thousand places take a dozen probes."""
    endpoint = Endpoint(10_000)
    assert find_bound(endpoint, **SCALE) == Bound("looser", 1000, open_end=True)
    assert len(endpoint.asked) <= 12


def test_an_endpoint_that_accepts_nothing_is_stricter() -> None:
    """The innermost place was asked, and refused as well."""
    assert find_bound(Endpoint(0), **SCALE) == Bound("stricter", None)


def test_refusing_inside_and_accepting_outside_is_no_bound() -> None:
    """The documented place is refused, the one after it is not."""
    assert find_bound(Endpoint(lambda place: place != 100), **SCALE) == Bound("not-monotone", 101)


@pytest.mark.parametrize("silent", [100, 101, 1, 50])
def test_an_answer_that_says_nothing_leaves_the_bound_open(silent: int) -> None:
    """A 429 is no refusal, wherever on the way it comes."""
    real = 100 if silent >= 100 else 30
    endpoint = Endpoint(lambda place: None if place == silent else place <= real)
    assert find_bound(endpoint, **SCALE).verdict == "inconclusive"


@given(real=st.integers(1, 1000))
def test_a_bound_that_no_document_states_is_found_from_the_outside(real: int) -> None:
    """The outermost place is asked first: mostly nothing is refused there."""
    endpoint = Endpoint(real)
    found = find_bound(endpoint, innermost=1, documented=None, outermost=1000)
    assert found == Bound("same", real, open_end=real == 1000)
    assert endpoint.asked[0] == 1000


def test_a_documented_place_outside_the_scale_is_a_mistake_of_the_caller() -> None:
    """It is said at the door, with the numbers."""
    with pytest.raises(ValueError, match="the documented place 2000 is not between 1 and 1000"):
        find_bound(Endpoint(1), innermost=1, documented=2000, outermost=1000)
