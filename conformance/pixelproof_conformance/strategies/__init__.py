"""Hypothesis strategies for image requests and answers, to use in property tests of your own.

    >>> from hypothesis import find
    >>> from pixelproof_conformance import strategies as images
    >>> wrong = images.one_fault_requests("openai", model="gpt-image-1", requirement="n-outside-1-to-10")
    >>> request = find(wrong, lambda request: request.body["n"] > 0)
    >>> request.body["n"], request.parameter
    (11, 'n')

In a test they stand in ``@given(images.valid_requests("openai", "generations"))``. Everything is drawn from the
declarations of a dialect and confirmed by the validator: a valid request has no finding of error severity, a request
with one fault breaks one requirement and no other. A failing example shrinks to a small request. Arguments are checked
when a strategy is made, and a wrong one is shown.
"""

from pixelproof_conformance.strategies.combinations import Combinations
from pixelproof_conformance.strategies.exchanges import GeneratedExchange, one_fault_exchanges, valid_exchanges
from pixelproof_conformance.strategies.pictures import pictures
from pixelproof_conformance.strategies.requests import (
    GeneratedRequest,
    boundary_requests,
    one_fault_requests,
    valid_requests,
)
from pixelproof_conformance.strategies.texts import prompts

__all__ = [
    "Combinations",
    "GeneratedExchange",
    "GeneratedRequest",
    "boundary_requests",
    "one_fault_exchanges",
    "one_fault_requests",
    "pictures",
    "prompts",
    "valid_exchanges",
    "valid_requests",
]
