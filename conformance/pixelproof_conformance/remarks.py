"""What a reader has to know about a run as a whole: what was not sent and why, what was paid for without an answer."""

from collections.abc import Collection, Iterable, Iterator, Mapping

from pixelproof_conformance.budget import Budget
from pixelproof_conformance.model import Record
from pixelproof_conformance.resumption import MAYBE_PAID


def remarks(
    budget: Budget, unsent: Mapping[str, Collection[str]], records: Iterable[Record], others: int, *, again: bool
) -> Iterator[str]:
    """Sentences on caps, on ``unsent`` cases by their reason, on ``records`` without a whole answer.

    ``others`` counts records of an earlier run that are not of today's requests; ``again`` says that it was judged
    again and nothing sent.
    """
    for cap, count in sorted(budget.refused.items()):
        yield f"{cap} was reached. Planned requests that were not sent: {count}."
    if budget.unpriced:
        yield (
            f"No price is known for {', '.join(sorted(budget.unpriced))}, so --max-cost held back what costs"
            " something there; --prices can name one."
        )
    for reason, cases in unsent.items():
        yield f"Planned requests that were not sent: {len(cases)}, because {reason}. Resume the run later."
    lost = sum(record.failure in MAYBE_PAID for record in records)
    if lost:
        yield (
            f"Requests that went out and got no whole answer: {lost}. They may have been paid for, so a resumed run"
            " sends them again only with --pay-again."
        )
    if others:
        yield (
            f"{others} recorded requests are not those that this version makes for their cases;"
            f" {'they were not judged' if again else 'these cases were sent again'}."
        )
