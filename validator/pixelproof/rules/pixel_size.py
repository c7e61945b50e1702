"""A size breaks the limits on sides, ratio or pixels."""

import re
from collections.abc import Iterator, Sequence

from pixelproof._values import Json, Seen
from pixelproof.rules import rule

SIZE = re.compile(r"([1-9][0-9]*)x([1-9][0-9]*)")
PARAMETERS = {
    "type": "object",
    "required": ["multiple-of", "longest-edge", "ratio", "pixels"],
    "additionalProperties": False,
    "properties": {
        "multiple-of": {"type": "integer", "minimum": 1},
        "longest-edge": {"type": "integer", "minimum": 1},
        "ratio": {"type": "integer", "minimum": 1},
        "pixels": {
            "type": "array",
            "prefixItems": [{"type": "integer", "minimum": 1}, {"type": "integer", "minimum": 1}],
            "minItems": 2,
            "maxItems": 2,
        },
    },
}
_MOST_DIGITS = 18
_SIZES_KEPT = 1024

# What was seen, by the limits (held, so that their identity stays theirs) and by the text of the size.
_judged: dict[int, tuple[Json, dict[str, tuple[Seen, ...]]]] = {}


@rule("pixel-size", on="value", parameters=PARAMETERS)
def pixel_size(value: object, limits: dict[str, Json]) -> Sequence[Seen]:
    """A size such as 1024x768 has a side, a ratio or a number of pixels that is not allowed.

    ``multiple-of`` and ``longest-edge`` hold for both sides, ``ratio`` for the long side against the short one, and
    ``pixels`` is the least and the largest product; all limits are inclusive, and each is a part with a requirement of
    its own. A text in another form than WIDTHxHEIGHT is left to the pattern beside this rule.
    Why: the limits of a model that takes free sizes depend on both numbers, which no pattern can express.
    Flagged: 1000x1000 (sides), 3856x1296 (edge), 3840x1264 (ratio), 512x512 (pixels).
    Allowed: 640x1024, 3840x1280, 3840x2160.
    Keep: parse both numbers and test every limit with them included; refuse, and never round to a size nearby.
    """
    if type(value) is not str:
        return ()
    held = _judged.get(id(limits))
    if held is None:
        held = _judged[id(limits)] = (limits, {})
    found = held[1].get(value)
    if found is None:
        found = tuple(_broken(value, limits))
        if len(held[1]) >= _SIZES_KEPT:
            held[1].clear()
        if len(value) <= 2 * _MOST_DIGITS + 1:
            held[1][value] = found
    return found


def _broken(value: str, limits: dict[str, Json]) -> Iterator[Seen]:
    match = SIZE.fullmatch(value)
    if match is None:
        return
    if max(len(side) for side in match.groups()) > _MOST_DIGITS:
        yield Seen((), value, f"at most {limits['longest-edge']} pixels on a side", part="longest-edge")
        return
    width, height = (int(side) for side in match.groups())
    broken = list(_broken_limits(width, height, limits))
    nearest = nearest_size(width, height, limits) if broken else None
    hint = f"The nearest allowed size is {nearest}." if nearest else None
    for part, expected, because in broken:
        yield Seen((), value, expected, note=f"is {value}, and {because}", part=part, hint=hint)


def _broken_limits(width: int, height: int, limits: dict[str, Json]) -> Iterator[tuple[str, str, str]]:
    """Each part that is broken, with what is expected and what is the case."""
    step, longest, ratio = limits["multiple-of"], limits["longest-edge"], limits["ratio"]
    least, most = limits["pixels"]
    if uneven := [side for side in dict.fromkeys((width, height)) if side % step]:
        are = "is not a multiple" if len(uneven) == 1 else "are not multiples"
        because = f"{' and '.join(map(str, uneven))} {are} of {step}"
        yield "multiple-of", f"sides that are multiples of {step}", because
    if max(width, height) > longest:
        yield "longest-edge", f"at most {longest} pixels on a side", f"{max(width, height)} is more than {longest}"
    if max(width, height) > ratio * min(width, height):
        yield "ratio", f"at most {ratio}:1 between the sides", f"one side is more than {ratio} times the other"
    if not least <= width * height <= most:
        because = f"{width * height} pixels are {'fewer' if width * height < least else 'more'} than allowed"
        yield "pixels", f"from {least} to {most} pixels", because


def nearest_size(width: int, height: int, limits: dict[str, Json]) -> str | None:
    """The allowed size whose sides differ least from ``width`` and ``height``; ``None`` when no size is allowed."""
    step, longest = limits["multiple-of"], limits["longest-edge"]
    last = longest // step
    start = min(max(round(width / step), 1), last)
    best: tuple[int, int, int] | None = None
    for away in range(last):
        for count in {start - away, start + away}:
            side = count * step
            other = _nearest_side(side, height, limits) if 1 <= count <= last else None
            if other is not None:
                candidate = ((side - width) ** 2 + (other - height) ** 2, side, other)
                best = candidate if best is None else min(best, candidate)
        if best is not None and (away * step) ** 2 > best[0]:
            break
    return f"{best[1]}x{best[2]}" if best else None


def _nearest_side(side: int, wanted: int, limits: dict[str, Json]) -> int | None:
    """The multiple nearest to ``wanted`` that makes an allowed size with ``side``."""
    step, longest, ratio = limits["multiple-of"], limits["longest-edge"], limits["ratio"]
    least, most = limits["pixels"]
    low = -(-max(-(-least // side), -(-side // ratio)) // step)
    high = min(longest, most // side, ratio * side) // step
    return step * min(max(round(wanted / step), low), high) if low <= high else None
