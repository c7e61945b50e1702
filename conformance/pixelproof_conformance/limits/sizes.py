"""Scales over sizes in pixels: step, longest edge, ratio and number of pixels, each varied alone."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from math import isqrt

from pixelproof_conformance.model import Json

Pixels = tuple[int, int]


@dataclass(frozen=True, slots=True)
class SizeScale:
    """Places are numbered outwards; ``at`` gives the pixels of a place, ``stated`` is the documented bound."""

    measure: str
    side: str
    innermost: int
    documented: int
    outermost: int
    at: Callable[[int], Pixels]
    shown: Callable[[int, int], str]
    stated: str

    def size(self, place: int) -> str:
        """The size of a place as a request names it."""
        return "{}x{}".format(*self.at(place))

    def written(self, place: int) -> str:
        """The size of a place with what is measured on it."""
        return f"{self.shown(*self.at(place))} ({self.size(place)})"


def size_scales(limits: dict[str, Json], part: str) -> Iterator[SizeScale]:
    """The scales of one part of ``x-pixel-size``: ``multiple-of``, ``longest-edge``, ``ratio`` or ``pixels``.

    Every size keeps the other parts, as far as the scale goes; only documented bounds that are given make a scale.
    """
    step, edge = int(limits.get("multiple-of", 1)), int(limits.get("longest-edge", 4096))
    ratio, (low, high) = limits.get("ratio", 3), limits.get("pixels", [1, edge * edge])
    if part == "multiple-of":
        yield _steps(step, low)
    elif part == "longest-edge":
        yield _edges(step, edge, ratio, (low, high))
    elif part == "ratio":
        yield from _ratios(step, edge, ratio, (low, high))
    elif part == "pixels":
        yield from _areas(step, low, high)


def _up(value: float, step: int) -> int:
    return -int(-value // step) * step


def _steps(step: int, low: int) -> SizeScale:
    """Finer and finer multiples, one halving a place: 16, 8, 4, 2, 1."""
    side = _up(low**0.5, step)
    side += 0 if side // step % 2 else step  # a multiple of the step and of nothing coarser

    def at(place: int) -> Pixels:
        return (side + (step >> place if place else 0), side)

    return SizeScale("step", "least", 0, 0, step.bit_length() - 1, at, lambda w, h: f"{_finest(w, h)}", f"{step}")


def _finest(width: int, height: int) -> int:
    both = width | height
    return both & -both


def _edges(step: int, edge: int, ratio: float, pixels: tuple[int, int]) -> SizeScale:
    low, high = pixels

    def at(place: int) -> Pixels:
        width = place * step
        return (width, _up(max(width / ratio, low / width), step))

    last = edge // step
    outermost = last
    while (size := at(outermost + 1))[0] * size[1] <= high:
        outermost += 1
    innermost = _up(low**0.5, step) // step
    return SizeScale("longest edge", "most", innermost, last, outermost, at, lambda w, h: f"{max(w, h):,}", f"{edge:,}")


def _ratios(step: int, edge: int, ratio: float, pixels: tuple[int, int]) -> Iterator[SizeScale]:
    low, high = pixels
    short = int(min(edge / (ratio * 1.25), (high / (ratio * 1.25)) ** 0.5)) // step * step
    if short < step or short * short < low:
        return
    last = int(short * ratio) // step
    outermost = min(edge, high // short) // step
    for name, turned in (("width / height", False), ("height / width", True)):

        def at(place: int, turned: bool = turned) -> Pixels:
            return (short, place * step) if turned else (place * step, short)

        yield SizeScale(
            name, "most", short // step, last, outermost, at, lambda w, h: f"{max(w, h) / min(w, h):.3g}", f"{ratio:g}"
        )


def _areas(step: int, low: int, high: int) -> Iterator[SizeScale]:
    """Squares and the oblongs one step beside them, so that the number of pixels grows in small strides."""

    def at(place: int) -> Pixels:
        return ((place + 1) // 2 * step, place // 2 * step)

    def area(place: int) -> int:
        width, height = at(place)
        return width * height

    most = next(place for place in range(2 * isqrt(high) // step + 2, 0, -1) if area(place) <= high)
    least = next(place for place in range(2, most + 1) if area(place) >= low)
    shown: Callable[[int, int], str] = lambda w, h: f"{w * h:,}"  # noqa: E731 - one expression, used twice
    yield SizeScale("pixels", "least", -most, -least, -2, lambda place: at(-place), shown, f"{low:,}")
    yield SizeScale("pixels", "most", least, most, most * 3 // 2, at, shown, f"{high:,}")
