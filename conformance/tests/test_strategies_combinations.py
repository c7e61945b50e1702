"""What counts as a combination, and that Hypothesis is led to those that were not seen."""

import pytest
from hypothesis import HealthCheck, given, seed, settings
from pixelproof_conformance import strategies as images
from pixelproof_conformance.model import CaseFile, Json
from pixelproof_conformance.strategies.combinations import kind_of

from .scripted import subject

GPT = subject()


def request(body: dict[str, Json], *files: CaseFile) -> images.GeneratedRequest:
    """A request with this body."""
    return images.GeneratedRequest(GPT, body, files)


def test_a_pair_counts_once() -> None:
    """Three parameters are three pairs; another value of one of them makes two new pairs."""
    seen = images.Combinations()
    assert seen.add(request({"model": "a", "n": 1, "size": "auto"})) == 3
    assert seen.add(request({"size": "auto", "n": 1, "model": "a"})) == 0
    assert seen.add(request({"model": "a", "n": 1, "size": "1024x1024"})) == 2
    assert len(seen) == 5


def test_a_file_counts_by_its_format() -> None:
    """A form's files are parameters like its fields."""
    seen = images.Combinations()
    seen.add(request({"model": "a"}, CaseFile("image", format="png")))
    assert seen.add(request({"model": "a"}, CaseFile("image", format="jpeg"))) == 1


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("low", "high", False),
        ("x" * 100, "y" * 120, True),
        ("x" * 100, "y" * 1000, False),
        (1, 2, False),
        (50, 60, True),
        (50, -60, False),
        (50, 50.0, False),
        (1e300, 1e200, True),
        (True, 1, False),
        (None, "None", False),
        ([1, 2, 3], [1, 2, 3, 4], True),
        ([], {}, False),
    ],
)
def test_values_of_one_kind_are_one_value(one: Json, other: Json, same: bool) -> None:
    """Words and small numbers are told apart; long texts and large numbers by their length."""
    assert (kind_of(one) == kind_of(other)) is same


def test_hypothesis_hears_of_what_is_new(monkeypatch: pytest.MonkeyPatch) -> None:
    """The number of new pairs is what it is to make large."""
    told: list[tuple[float, str]] = []
    monkeypatch.setattr(
        "pixelproof_conformance.strategies.combinations.target", lambda score, label: told.append((score, label))
    )
    seen = images.Combinations()
    for _ in range(2):
        seen.aim(request({"model": "a", "n": 1, "size": "auto"}))
    assert told == [(3.0, "new combinations"), (0.0, "new combinations")]


def test_it_works_within_a_property_test() -> None:
    """One object counts over all examples."""
    seen = images.Combinations()

    @seed(1)
    @settings(max_examples=30, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(images.valid_requests("openai", "generations", model="gpt-image-1"))
    def gateway(request: images.GeneratedRequest) -> None:
        seen.aim(request)

    gateway()
    assert len(seen) > 30
