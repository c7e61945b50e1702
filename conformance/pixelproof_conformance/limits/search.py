"""Finds the last accepted place on a scale, in few probes. Knows nothing of requests."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, TypeAlias

Verdict: TypeAlias = Literal["same", "stricter", "looser", "not-monotone", "inconclusive"]

Probe: TypeAlias = Callable[[int], bool | None]
"""Whether the place is accepted; ``None`` when that cannot be told."""


@dataclass(frozen=True, slots=True)
class Bound:
    """What was found: ``last`` is the outermost accepted place, ``None`` when none was accepted.

    ``open_end`` says that the scale ended before the endpoint refused anything.
    """

    verdict: Verdict
    last: int | None
    open_end: bool = False


def find_bound(probe: Probe, *, innermost: int, documented: int | None, outermost: int) -> Bound:
    """The outermost accepted place between ``innermost`` and ``outermost``; places grow outwards.

    The documented place and the one after it are asked first, so an endpoint that keeps to its document costs two
    probes. Raises :class:`ValueError` when the documented place lies outside the scale.
    """
    if documented is None:
        return _undocumented(probe, innermost, outermost)
    if not innermost <= documented <= outermost:
        raise ValueError(f"the documented place {documented} is not between {innermost} and {outermost}")
    inside = probe(documented)
    outside = probe(documented + 1) if documented < outermost else False
    if inside is None or outside is None:
        return Bound("inconclusive", documented if inside else None)
    if inside and not outside:
        return Bound("same", documented, open_end=documented == outermost)
    if outside and not inside:
        return Bound("not-monotone", documented + 1)
    if inside:
        return _outwards(probe, documented + 1, outermost)
    if documented == innermost:
        return Bound("stricter", None)
    first = probe(innermost)
    if first is None:
        return Bound("inconclusive", None)
    return _between(probe, innermost, documented, "stricter") if first else Bound("stricter", None)


def _undocumented(probe: Probe, innermost: int, outermost: int) -> Bound:
    last = probe(outermost)
    if last is None:
        return Bound("inconclusive", None)
    if last:
        return Bound("same", outermost, open_end=True)
    first = probe(innermost)
    if not first:
        return Bound("inconclusive", None)
    return _between(probe, innermost, outermost, "same")


def _outwards(probe: Probe, accepted: int, outermost: int) -> Bound:
    """Doubles the step until a place is refused, then halves."""
    step = 1
    while accepted < outermost:
        place = min(accepted + step, outermost)
        answer = probe(place)
        if answer is None:
            return Bound("inconclusive", accepted)
        if not answer:
            return _between(probe, accepted, place, "looser")
        accepted, step = place, step * 2
    return Bound("looser", accepted, open_end=True)


def _between(probe: Probe, accepted: int, refused: int, verdict: Verdict) -> Bound:
    while refused - accepted > 1:
        middle = (accepted + refused) // 2
        answer = probe(middle)
        if answer is None:
            return Bound("inconclusive", accepted)
        if answer:
            accepted = middle
        else:
            refused = middle
    return Bound(verdict, accepted)
