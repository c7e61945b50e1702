"""What a run may cost."""

from dataclasses import replace

import pytest
from pixelproof_conformance.budget import Budget, Caps
from pixelproof_conformance.model import Case, Record
from pixelproof_conformance.prices import PriceTable
from pixelproof_conformance.reported import Counts

PAID = Case("paid", "accept", "generations", "gpt-image-1", {}, "accepted", images=3)
FREE = Case("free", "reject", "generations", "gpt-image-1", {}, "refused", images=2)
PRICES = PriceTable("a test", {"gpt-image-1": {"pictures": [{"usd": 0.5}]}})


def record(attempts: int = 1, body: bytes = b"", failure: str | None = None) -> Record:
    """What came back for a case after so many tries."""
    return Record("a-case", "http://a", b"", "", "", 0.0, body=body, attempts=attempts, failure=failure)


def test_a_picture_is_counted_before_it_is_made() -> None:
    """Requests that are under way count for the cap, so two threads cannot pass it together."""
    budget = Budget(Caps(images=5), PRICES)
    assert budget.reserve(PAID)
    assert not budget.reserve(replace(PAID, id="other"))
    assert budget.counts == Counts(1, 3, 0, 1.5, 1.5)
    assert budget.refused == {"--max-images": 1}


def test_a_refused_request_gives_its_pictures_back() -> None:
    """What was not made is not paid for."""
    budget = Budget(Caps(images=3), PRICES)
    budget.reserve(PAID)
    budget.correct(PAID, record(), accepted=False)
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
    budget.correct(FREE, record(), accepted=True)
    assert budget.counts.images == 2
    assert not budget.reserve(replace(FREE, id="other"))


def test_retries_are_requests() -> None:
    """Each try counts, and the retries are told apart."""
    budget = Budget(Caps(requests=3), PRICES)
    budget.reserve(FREE)
    budget.correct(FREE, record(3), accepted=False)
    assert budget.counts == Counts(3, 0, 2, 0.0)
    assert not budget.reserve(PAID)


def test_what_was_spent_before_counts_for_the_caps() -> None:
    """A resumed run is the same run: its caps hold over both parts, and its counts are those of both."""
    budget = Budget(Caps(images=5), PRICES)
    budget.count(PAID, record(2), accepted=True)
    assert budget.counts == Counts(2, 3, 1, 1.5, 1.5)
    assert not budget.reserve(replace(PAID, id="other"))


def test_a_wrong_request_that_was_accepted_before_is_remembered() -> None:
    """The resumed run counts negatives as paid ones from its start."""
    budget = Budget(Caps(images=3), PRICES)
    budget.count(FREE, record(), accepted=True)
    assert not budget.reserve(replace(FREE, id="other"))


@pytest.mark.parametrize("failure", ["timeout", "endless", "too-large", "protocol", "interrupted"])
def test_an_answer_that_never_came_whole_may_have_been_paid_for(failure: str) -> None:
    """Its pictures stay counted, so that a cap holds in the worst case."""
    budget = Budget(Caps(images=5), PRICES)
    budget.reserve(PAID)
    budget.correct(PAID, record(failure=failure), accepted=False)
    assert budget.counts.images == 3
    assert not budget.reserve(replace(PAID, id="other"))


def test_tokens_that_an_answer_names_are_counted_and_priced() -> None:
    """A table with prices of tokens makes the cost exact, whatever was taken for it before."""
    entry = {"pictures": [{"output-tokens": 5000}], "tokens": {"text-input": 5, "image-output": 40}}
    budget = Budget(Caps(), PriceTable("a test", {"gpt-image-1": entry}))
    budget.reserve(PAID)
    assert budget.counts.cost_at_most == pytest.approx(3 * 5000 * 40e-6)
    usage = b'{"usage": {"input_tokens": 9, "output_tokens": 800, "input_tokens_details": {"text_tokens": 9}}}'
    budget.correct(PAID, record(body=usage), accepted=True)
    assert (budget.counts.input_tokens, budget.counts.output_tokens) == (9, 800)
    assert budget.counts.cost == budget.counts.cost_at_most == pytest.approx(9 * 5e-6 + 800 * 40e-6)


def test_without_a_price_the_cost_has_no_upper_end() -> None:
    """What is not known is not counted as free."""
    budget = Budget(Caps(), PriceTable("a test", {}))
    budget.reserve(PAID)
    assert (budget.counts.cost, budget.counts.cost_at_most) == (0.0, None)
    budget.correct(PAID, record(), accepted=False)
    assert budget.counts.cost_at_most == 0.0


def test_a_cap_on_money_holds_back_what_nobody_can_price() -> None:
    """Free requests still go out, and the model is named."""
    budget = Budget(Caps(cost=100.0), PriceTable("a test", {}))
    assert budget.reserve(FREE)
    assert not budget.reserve(PAID)
    assert budget.unpriced == {"gpt-image-1"}
    assert budget.refused == {"--max-cost": 1}


def test_a_cap_on_money_counts_with_the_dearest_price_that_may_apply() -> None:
    """A request that leaves its quality open may cost as much as the best one."""
    rows = [{"when": {"quality": "low"}, "usd": 0.01}, {"when": {"quality": "high"}, "usd": 0.2}]
    table = PriceTable("a test", {"gpt-image-1": {"pictures": rows}})
    budget = Budget(Caps(cost=0.5), table)
    assert not budget.reserve(PAID)
    assert budget.reserve(replace(PAID, body={"quality": "low"}))
