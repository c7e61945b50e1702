"""Cutting a request down to a small one that shows the same."""

from hypothesis import given
from hypothesis import strategies as st
from pixelproof_conformance.reduction import reduced
from pixelproof_conformance.subject import Body

SIMPLEST: Body = {"model": "m", "prompt": "A plain red square"}
WHOLE: Body = {"model": "m", "prompt": "\u202e" * 64, "a": 1, "b": [1, 2, 3, 4], "c": "x", "d": None}


def test_what_is_not_needed_goes() -> None:
    """One parameter alone shows it, so one request is enough to find that out."""
    asked: list[Body] = []

    def shows(body: Body) -> bool:
        asked.append(body)
        return body.get("a") == 1

    assert reduced(WHOLE, SIMPLEST, shows) == {**SIMPLEST, "a": 1}
    assert asked[0] == {**SIMPLEST, "a": 1}


def test_parameters_that_need_each_other_stay() -> None:
    """A failure that two parameters show together."""
    assert reduced(WHOLE, SIMPLEST, lambda body: {"a", "c"} <= body.keys()) == {**SIMPLEST, "a": 1, "c": "x"}


def test_a_long_value_is_halved() -> None:
    """The prompt that shows it is as short as it can be."""
    found = reduced(WHOLE, SIMPLEST, lambda body: "\u202e" in body["prompt"])
    assert found == {"model": "m", "prompt": "\u202e"}


@given(st.dictionaries(st.sampled_from("abcde"), st.integers(0, 3)), st.sets(st.sampled_from("abcde")))
def test_the_result_always_shows_the_failure(body: dict[str, int], needed: set[str]) -> None:
    """Whatever is needed, it stays, and it ends."""
    whole = {**SIMPLEST, **body}
    wanted = needed & whole.keys()
    found = reduced(whole, SIMPLEST, lambda smaller: wanted <= smaller.keys())
    assert found == {**SIMPLEST, **{name: body[name] for name in wanted}}
