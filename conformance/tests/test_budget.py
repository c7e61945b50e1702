"""What a run may cost."""

from dataclasses import replace

import pytest
from pixelproof_conformance.budget import Budget, Caps
from pixelproof_conformance.model import Case, Counts

PAID = Case("paid", "accept", "generations", "gpt-image-1", {}, "accepted", images=3)
FREE = Case("free", "reject", "generations", "gpt-image-1", {}, "refused", images=2)
PRICES = {"gpt-image-1": 0.5}


def test_a_picture_is_counted_before_it_is_made() -> None:
    """Requests that are under way count for the cap, so two threads cannot pass it together."""
    budget = Budget(Caps(images=5), PRICES)
    assert budget.reserve(PAID)
    assert not budget.reserve(replace(PAID, id="other"))
    assert budget.counts == Counts(1, 3, 0, 1.5)
    assert budget.refused == {"--max-images": 1}


def test_a_refused_request_gives_its_pictures_back() -> None:
    """What was not made is not paid for."""
    budget = Budget(Caps(images=3), PRICES)
    budget.reserve(PAID)
    budget.correct(PAID, accepted=False, retries=0)
    assert budget.counts == Counts(1, 0, 0, 0.0)
    assert budget.reserve(replace(PAID, id="other"))


@pytest.mark.parametrize(
    ("caps", "cap"),
    [
        (Caps(requests=1), "--max-requests"),
        (Caps(images=5), "--max-images"),
        (Caps(cost=2.9), "--max-cost"),
    ],
)
def test_each_cap_is_named_when_it_is_in_the_way(caps: Caps, cap: str) -> None:
    """The report says which cap ended the run."""
    budget = Budget(caps, PRICES)
    assert budget.reserve(PAID)
    assert not budget.reserve(replace(PAID, id="other"))
    assert budget.refused == {cap: 1}


def test_a_request_that_must_be_refused_is_free() -> None:
    """Caps on pictures and money do not stop it."""
    budget = Budget(Caps(images=3, cost=1.5), PRICES)
    budget.reserve(PAID)
    assert budget.reserve(FREE)
    assert budget.counts.images == 3


def test_an_endpoint_that_accepts_what_is_wrong_pays_for_it() -> None:
    """After the first accepted negative, the others are counted before they are sent."""
    budget = Budget(Caps(images=3), PRICES)
    budget.reserve(FREE)
    budget.correct(FREE, accepted=True, retries=0)
    assert budget.counts.images == 2
    assert not budget.reserve(replace(FREE, id="other"))


def test_retries_are_requests() -> None:
    """Each try counts, and the retries are told apart."""
    budget = Budget(Caps(requests=3), PRICES)
    budget.reserve(FREE)
    budget.correct(FREE, accepted=False, retries=2)
    assert budget.counts == Counts(3, 0, 2, 0.0)
    assert not budget.reserve(PAID)


def test_what_was_spent_before_counts_for_the_caps() -> None:
    """A resumed run is the same run: its caps hold over both parts, and its counts are those of both."""
    budget = Budget(Caps(images=5), PRICES)
    budget.count(PAID, accepted=True, attempts=2)
    assert budget.counts == Counts(2, 3, 1, 1.5)
    assert not budget.reserve(replace(PAID, id="other"))


def test_a_wrong_request_that_was_accepted_before_is_remembered() -> None:
    """The resumed run counts negatives as paid ones from its start."""
    budget = Budget(Caps(images=3), PRICES)
    budget.count(FREE, accepted=True, attempts=1)
    assert not budget.reserve(replace(FREE, id="other"))
