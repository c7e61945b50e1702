"""Several pictures in one request: whether what comes back shows something of each of them.

References that are flat swatches of two colours are put into an accepted request that has several pictures anyway. In
the picture that comes back both colours are looked for.
"""

import base64
import colorsys
from collections.abc import Iterator
from dataclasses import replace
from itertools import cycle

from pixelproof._picture import colours_of

from pixelproof_conformance.model import Case, CaseFile, Json, Observation
from pixelproof_conformance.upload import make_upload
from pixelproof_conformance.values import PROMPT
from pixelproof_conformance.wire_checks.ground import Exchange, Ground

NOT_ALL = "wire/references/not-all-seen"
SWATCHES = {"magenta": (208, 24, 208), "green": (24, 176, 24)}
"""Two colours at opposite places of the colour circle, as red, green and blue."""

WISH = "Show the colour of each given picture as an upright stripe. All stripes are of the same width; nothing else."
FIELDS = ("image", "image[]")
LEAST_SHARE = 0.05
"""How much of the picture a colour has to fill to count as seen; two equal stripes fill half each."""

_FLAT = ("png", "jpeg", "webp")
_GRID = 32
_MOST_PIXELS = 16_000_000
_HUE_TOLERANCE = 1 / 12  # of the colour circle, to both sides
_LEAST_SATURATION = 0.25
_LEAST_VALUE = 0.2


def cases(ground: Ground) -> Iterator[Case]:
    """None: an accepted request with several pictures is dressed."""
    return iter(())


def with_swatches(case: Case) -> Case | None:
    """The case with swatches for its pictures; ``None`` where there are not several, or none to look at comes back.

    A case that puts its prompt on trial keeps it.
    """
    body = case.body
    if body.get("prompt") != PROMPT or case.streams or body.get("response_format") == "url":
        return None
    files = [file for file in case.files if file.field in FIELDS]
    texts = [name for name in FIELDS if isinstance(body.get(name), list) and len(body[name]) > 1]
    colours = cycle(SWATCHES.values())
    if len(files) > 1 and all(file.format in _FLAT for file in files):
        changed = [replace(file, colour=next(colours)) if file.field in FIELDS else file for file in case.files]
        return replace(case, body={**body, "prompt": WISH}, files=tuple(changed))
    if texts:
        swatches = [_text(next(colours)) for _ in body[texts[0]]]
        return replace(case, body={**body, texts[0]: swatches, "prompt": WISH})
    return None


def judge(ground: Ground, exchanges: list[Exchange]) -> Iterator[Observation]:
    """Whether both colours are seen in the first picture that came back."""
    for exchange in exchanges if ground.wants(NOT_ALL) else ():
        if NOT_ALL in exchange.case.targets:
            yield _of(ground, exchange, exchanges)


def _of(ground: Ground, exchange: Exchange, exchanges: list[Exchange]) -> Observation:
    if not exchange.accepted:
        return ground.open(NOT_ALL, exchange, exchange.reading.reason)
    grid = colours_of(_first_picture(exchange, exchanges), _GRID, max_pixels=_MOST_PIXELS)
    if grid is None:
        return ground.open(NOT_ALL, exchange, "no picture came with the answer that could be looked at")
    hues = _hues(grid)
    if len(hues) < LEAST_SHARE * _GRID * _GRID:
        return ground.open(NOT_ALL, exchange, "the picture has hardly any colours, so it does not tell")
    shares = {name: _share(hues, colour) for name, colour in SWATCHES.items()}
    lost = [name for name, share in shares.items() if share < LEAST_SHARE]
    if not lost:
        return ground.kept(NOT_ALL, exchange)
    measured = ", ".join(f"{name} {100 * share:.1f} %" for name, share in shares.items())
    message = (
        f"The pictures that were given are flat, in turn {' and '.join(SWATCHES)}. In data[0] hardly any"
        f" {' and '.join(lost)} is left. Models take references as guidance, so look at the picture first;"
        " if it is so each time, a reference was lost on the way."
    )
    expected = f"at least {100 * LEAST_SHARE:.0f} % of each colour"
    return ground.seen(NOT_ALL, exchange, message, parameter="data[0]", expected=expected, actual=measured)


def _first_picture(exchange: Exchange, exchanges: list[Exchange]) -> bytes:
    """The bytes of the first picture that came, or that was fetched from its address; empty when there is neither."""
    for index, decoded, _ in exchange.pictures:
        if index == 0:
            return decoded.data
    address = exchange.images[0].get("url") if exchange.images else None
    fetched = {other.case.transport.fetch: other for other in exchanges if other.case.transport is not None}
    found = fetched.get(address) if isinstance(address, str) else None
    return b"" if found is None else found.record.body


def _hues(grid: bytes) -> list[float]:
    """The hues, from 0 to 1, of the fields that have a colour at all."""
    fields = (grid[start : start + 3] for start in range(0, len(grid), 3))
    colours = (colorsys.rgb_to_hsv(*(channel / 255 for channel in field)) for field in fields)
    return [hue for hue, saturation, value in colours if saturation >= _LEAST_SATURATION and value >= _LEAST_VALUE]


def _share(hues: list[float], colour: tuple[int, int, int]) -> float:
    wanted = colorsys.rgb_to_hsv(*(channel / 255 for channel in colour))[0]
    apart = (abs(hue - wanted) for hue in hues)
    return sum(min(one, 1 - one) <= _HUE_TOLERANCE for one in apart) / (_GRID * _GRID)


def _text(colour: tuple[int, int, int]) -> Json:
    return base64.b64encode(make_upload(CaseFile("image", colour=colour)).content).decode()
