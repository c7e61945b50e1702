"""What a run may cost: requests and pictures, counted before they are spent."""

import threading
from dataclasses import dataclass, replace

from pixelproof_conformance.model import Case, Counts


@dataclass(frozen=True, slots=True)
class Caps:
    """Upper limits of a run; ``None`` is no limit. ``cost`` is in US dollars, by the declared price of a picture."""

    requests: int | None = None
    images: int | None = None
    cost: float | None = None


class Budget:
    """Counts what is spent and refuses what would go beyond a cap. Shared by all threads of a run."""

    def __init__(self, caps: Caps, price: dict[str, float]) -> None:
        self._caps = caps
        self._price = price
        self._lock = threading.Lock()
        self._counts = Counts()
        self._reserved: dict[str, int] = {}
        self._accepts_what_is_wrong = False
        self.refused: dict[str, int] = {}

    @property
    def counts(self) -> Counts:
        """What has been spent so far, pictures that are asked for at this moment included."""
        return self._counts

    def reserve(self, case: Case) -> bool:
        """Takes what ``case`` costs when the endpoint keeps to the document; ``False`` when a cap forbids it.

        Once the endpoint has accepted a request that it should refuse, such requests are counted as paid ones, too.
        """
        with self._lock:
            images = 0 if case.expect == "refused" and not self._accepts_what_is_wrong else case.images
            cap = self._cap_in_the_way(images, case.model)
            if cap:
                self.refused[cap] = self.refused.get(cap, 0) + 1
                return False
            self._reserved[case.id] = images
            self._add(1, images, case.model)
        return True

    def correct(self, case: Case, *, accepted: bool, retries: int) -> None:
        """Settles the reservation: a refused request made no pictures, an accepted negative did."""
        spent = case.images if accepted else 0
        with self._lock:
            self._accepts_what_is_wrong |= accepted and case.expect == "refused"
            self._add(retries, spent - self._reserved.pop(case.id), case.model)
            self._counts = replace(self._counts, retries=self._counts.retries + retries)

    def count(self, case: Case, *, accepted: bool, attempts: int) -> None:
        """Adds what an earlier part of the same run has spent on ``case``; no cap forbids it any more."""
        with self._lock:
            self._accepts_what_is_wrong |= accepted and case.expect == "refused"
            self._add(attempts, case.images if accepted else 0, case.model)
            self._counts = replace(self._counts, retries=self._counts.retries + attempts - 1)

    def _cap_in_the_way(self, images: int, model: str) -> str | None:
        counts, caps = self._counts, self._caps
        if caps.requests is not None and counts.requests + 1 > caps.requests:
            return "--max-requests"
        # A request that should be refused costs nothing, until an endpoint that accepts it has used the cap up.
        if caps.images is not None and counts.images + images > caps.images:
            return "--max-images"
        if caps.cost is not None and counts.cost + images * self._price.get(model, 0.0) > caps.cost:
            return "--max-cost"
        return None

    def _add(self, requests: int, images: int, model: str) -> None:
        counts = self._counts
        self._counts = Counts(
            counts.requests + requests,
            counts.images + images,
            counts.retries,
            round(counts.cost + images * self._price.get(model, 0.0), 6),
        )
