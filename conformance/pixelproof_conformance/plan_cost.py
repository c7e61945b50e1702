"""What a plan costs before it is sent: requests, pictures, tokens and money, for one subject and in total."""

from collections.abc import Iterable
from dataclasses import dataclass

from pixelproof_conformance.model import Case, Json
from pixelproof_conformance.plan import Plan, most_explored
from pixelproof_conformance.prices import NOTHING, UNKNOWN, Amount, PriceTable


@dataclass(frozen=True, slots=True)
class Cost:
    """What some requests cost when the endpoint keeps to the document and accepts all that is left open.

    ``tokens`` are output tokens without those of previews, which are at most ``preview_tokens``; ``money`` is in US
    dollars. ``explored`` requests and pictures are an upper bound and not part of the other numbers.
    """

    requests: int = 0
    free_requests: int = 0
    images: int = 0
    tokens: Amount = NOTHING
    preview_tokens: int = 0
    money: Amount = NOTHING
    explored_requests: int = 0
    explored_images: int = 0

    def __add__(self, other: "Cost") -> "Cost":
        return Cost(
            self.requests + other.requests,
            self.free_requests + other.free_requests,
            self.images + other.images,
            self.tokens + other.tokens,
            self.preview_tokens + other.preview_tokens,
            self.money + other.money,
            self.explored_requests + other.explored_requests,
            self.explored_images + other.explored_images,
        )


def cost_of(plan: Plan, prices: PriceTable, *, examples: int = 0, repeat: int = 1) -> Cost:
    """What a run over ``plan`` costs, with ``examples`` generated requests, and everything sent ``repeat`` times.

    A generated request that is paid for is taken to cost as much as the dearest of the fixed cases for one picture.
    """
    paid = [case for case in plan.cases if case.expect != "refused" and case.images]
    requests, images = most_explored(examples)
    explored = _dearest(paid, prices).times(images * repeat) if images else NOTHING
    money = _sum(prices.cost(case) for case in paid).times(repeat)
    return Cost(
        requests=plan.requests(repeat),
        free_requests=plan.requests(repeat) - len(paid) * repeat,
        images=plan.images * repeat,
        tokens=_sum(prices.tokens(case) for case in paid).times(repeat),
        preview_tokens=sum(prices.preview_tokens(case) for case in paid) * repeat,
        money=money + Amount(0.0, explored.most),
        explored_requests=requests * repeat,
        explored_images=images * repeat,
    )


def cost_json(cost: Cost) -> dict[str, Json]:
    """The cost as JSON; an upper end that nobody knows is null."""
    return {
        "requests": cost.requests,
        "free_requests": cost.free_requests,
        "pictures": cost.images,
        "explored_requests_at_most": cost.explored_requests,
        "explored_pictures_at_most": cost.explored_images,
        "output_tokens": _json(cost.tokens),
        "preview_tokens_at_most": cost.preview_tokens,
        "usd": _json(cost.money),
    }


def _json(amount: Amount) -> dict[str, Json]:
    return {"at_least": amount.least, "at_most": amount.most}


def _dearest(cases: Iterable[Case], prices: PriceTable) -> Amount:
    each = [prices.cost(case).times(1 / case.images) for case in cases]
    ends = [amount.most for amount in each]
    if not each or None in ends:
        return UNKNOWN
    return Amount(0.0, max(end for end in ends if end is not None))


def _sum(amounts: Iterable[Amount]) -> Amount:
    total = Amount()
    for amount in amounts:
        total += amount
    return total
