"""Which pairs of values a property test has tried together, and Hypothesis led towards those that it has not."""

from itertools import combinations
from typing import TypeAlias

from hypothesis import target

from pixelproof_conformance.model import Json
from pixelproof_conformance.strategies.requests import GeneratedRequest

_LONGEST_WORD = 20

Value: TypeAlias = tuple[str, str]
"""A parameter and the class of its value."""


class Combinations:
    """The pairs of parameters with their kinds of values that were seen so far; its length is their number.

    A word, a small number, ``null`` and a truth value each are a kind of their own. Longer texts and larger numbers are
    of one kind when they have about the same length, lists when they have as many items, up to three. One object counts
    over all examples of a test, so it stands outside of the test's function.
    """

    def __init__(self) -> None:
        self._seen: set[tuple[Value, Value]] = set()

    def __len__(self) -> int:
        return len(self._seen)

    def add(self, request: GeneratedRequest) -> int:
        """Counts the pairs of ``request``, and says how many of them were not seen before."""
        parts = {**request.body, **{file.field: file.format for file in request.described_files}}
        found = set(combinations(sorted((name, kind_of(value)) for name, value in parts.items()), 2))
        new = len(found - self._seen)
        self._seen |= found
        return new

    def aim(self, request: GeneratedRequest) -> None:
        """Counts ``request``, and lets Hypothesis look for others with as much that is new; within a test only."""
        target(float(self.add(request)), label="new combinations")


def kind_of(value: Json) -> str:
    """The class of a value, as :class:`Combinations` tells values apart."""
    if value is None or isinstance(value, bool):
        return str(value)
    if isinstance(value, int | float):
        digits = len(str(int(abs(value)))) if abs(value) < 1e15 else 16
        return (
            f"{type(value).__name__} {value}"
            if digits == 1
            else f"{type(value).__name__} of {digits} digits {value < 0}"
        )
    if isinstance(value, str):
        return f"word {value}" if len(value) <= _LONGEST_WORD and value.isascii() else f"text {len(value).bit_length()}"
    return f"{type(value).__name__} {min(len(value), 3)}"
