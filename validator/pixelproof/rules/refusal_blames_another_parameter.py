"""A refusal blames a parameter that is not at fault."""

from collections.abc import Iterator

from pixelproof._exchange import Exchange
from pixelproof._values import Json, Seen
from pixelproof.rules import rule


def _blames_one(exchange: Exchange, parameters: dict[str, Json]) -> bool:
    blamed = exchange.operation.blamed_parameter(exchange.message)
    return exchange.request is not None and blamed is not None and bool(_wrong(exchange))


def _wrong(exchange: Exchange) -> set[str]:
    """The parameters of the request that are wrong."""
    findings = exchange.request_verdict().findings
    pointers = (finding.pointer for finding in findings if finding.severity == "error")
    return {pointer[1:].partition("/")[0].removesuffix("[]") for pointer in pointers}


@rule("refusal-blames-another-parameter", on="refusal", applies=_blames_one)
def refusal_blames_another_parameter(exchange: Exchange, parameters: dict[str, Json]) -> Iterator[Seen]:
    """One parameter of the request is wrong, and the refusal blames another one.

    Why: whoever reads it mends the wrong thing.
    Flagged: ``n`` is 11, and the refusal names ``size``.
    Allowed: the refusal names ``n``, or none.
    Keep: take the name from the check that failed; translate the names of the provider.
    """
    blamed = exchange.operation.blamed_parameter(exchange.message)
    if exchange.request is None or blamed is None or exchange.status not in (400, 422):
        return
    wrong = _wrong(exchange)
    if wrong and blamed not in wrong:
        yield Seen(
            (),
            blamed,
            " or ".join(sorted(wrong)),
            note=f"The refusal blames {blamed[:40]}, not {' or '.join(sorted(wrong))}",
        )
