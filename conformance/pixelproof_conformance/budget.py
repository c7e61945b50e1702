"""What a run may cost: requests, pictures and money, counted before they are spent."""

import threading
from dataclasses import dataclass

from pixelproof_conformance.model import Case, Record
from pixelproof_conformance.prices import NOTHING, Amount, PriceTable, usage_of
from pixelproof_conformance.reported import Counts

MAYBE_PAID = ("dropped", "timeout", "endless", "too-large", "protocol", "interrupted")
"""Failures after which pictures may have been made, though nobody saw them."""


@dataclass(frozen=True, slots=True)
class Caps:
    """Upper limits of a run; ``None`` is no limit. ``cost`` is in US dollars, by the price table of the run."""

    requests: int | None = None
    images: int | None = None
    cost: float | None = None


@dataclass(frozen=True, slots=True)
class _Reserved:
    images: int
    cost: Amount


class Budget:
    """Counts what is spent and refuses what would go beyond a cap. Shared by all threads of a run."""

    def __init__(self, caps: Caps, prices: PriceTable) -> None:
        self._caps = caps
        self._prices = prices
        self._lock = threading.Lock()
        self._reserved: dict[str, _Reserved] = {}
        self._requests = self._images = self._retries = self._input_tokens = self._output_tokens = 0
        self._least_cost = self._careful_cost = 0.0
        self._open_ends = 0
        self._accepts_what_is_wrong = False
        self.refused: dict[str, int] = {}
        self.unpriced: set[str] = set()
        """Models whose paid requests ``--max-cost`` holds back, because nobody knows their price."""

    @property
    def counts(self) -> Counts:
        """What has been spent so far, pictures that are asked for at this moment included."""
        return Counts(
            self._requests,
            self._images,
            self._retries,
            round(self._least_cost, 6),
            None if self._open_ends else round(self._careful_cost, 6),
            self._input_tokens,
            self._output_tokens,
        )

    def reserve(self, case: Case) -> bool:
        """Takes what ``case`` costs when the endpoint keeps to the document; ``False`` when a cap forbids it.

        Once the endpoint has accepted a request that it should refuse, such requests are counted as paid ones, too.
        """
        with self._lock:
            free = case.expect == "refused" and not self._accepts_what_is_wrong
            images, cost = (0, NOTHING) if free else (case.images, self._prices.cost(case))
            cap = self._cap_in_the_way(images, cost, case.model)
            if cap:
                self.refused[cap] = self.refused.get(cap, 0) + 1
                return False
            self._reserved[case.id] = _Reserved(images, cost)
            self._add(1, images, cost)
        return True

    def correct(self, case: Case, record: Record, *, accepted: bool) -> None:
        """Settles the reservation: a refused request made no pictures, an accepted negative did."""
        with self._lock:
            reserved = self._reserved.pop(case.id)
            self._add(1, reserved.images, reserved.cost, -1)
            self._spend(case, record, accepted=accepted)

    def count(self, case: Case, record: Record, *, accepted: bool) -> None:
        """Adds what an earlier part of the same run has spent on ``case``; no cap forbids it any more."""
        with self._lock:
            self._spend(case, record, accepted=accepted)

    def count_lost(self, record: Record) -> None:
        """Adds the requests of an earlier part of the run whose answers decided nothing."""
        with self._lock:
            self._add(record.attempts, 0, NOTHING)
            self._retries += max(0, record.attempts - 1)

    def _spend(self, case: Case, record: Record, *, accepted: bool) -> None:
        self._accepts_what_is_wrong |= accepted and case.expect == "refused"
        maybe = record.failure in MAYBE_PAID and case.expect != "refused"
        images = case.images if accepted or maybe else 0
        usage = usage_of(record)
        self._add(record.attempts, images, self._prices.spent(case, usage) if images else NOTHING)
        self._retries += max(0, record.attempts - 1)
        self._input_tokens += usage.input or 0
        self._output_tokens += usage.output or 0

    def _cap_in_the_way(self, images: int, cost: Amount, model: str) -> str | None:
        caps = self._caps
        if caps.requests is not None and self._requests + 1 > caps.requests:
            return "--max-requests"
        # A request that should be refused costs nothing, until an endpoint that accepts it has used the cap up.
        if caps.images is not None and self._images + images > caps.images:
            return "--max-images"
        if caps.cost is not None and images:
            if not cost.known:
                self.unpriced.add(model)
                return "--max-cost"
            if self._careful_cost + cost.careful > caps.cost + 1e-9:
                return "--max-cost"
        return None

    def _add(self, requests: int, images: int, cost: Amount, sign: int = 1) -> None:
        self._requests += sign * requests
        self._images += sign * images
        self._least_cost += sign * cost.least
        self._careful_cost += sign * cost.careful
        self._open_ends += sign * (cost.most is None)
