"""The pictures that come in with a request, as far as the gateway paints them into its own: their mean colours."""

from collections.abc import Iterator
from functools import lru_cache

from pixelproof._base64 import decode_base64
from pixelproof._picture import colours_of, read_picture

from pixelproof_conformance.gateway.calls import Call, Colour

FIELDS = ("image", "image[]")
_MOST_PIXELS = 1_000_000
_MOST_BYTES = 1 << 20


def colours_of_references(call: Call) -> tuple[Colour, ...]:
    """The mean colour of each picture, in the order in which they came, without those that are too large."""
    found = (_mean(data) for data in _references(call))
    return tuple(colour for colour in found if colour is not None)


def _references(call: Call) -> Iterator[bytes]:
    for name, content in call.uploads:
        if name in FIELDS and content.nbytes <= _MOST_BYTES:
            yield bytes(content)
    for field in FIELDS:
        value = call.values.get(field)
        for item in value if isinstance(value, list) else [value]:
            if isinstance(item, str) and len(item) <= 2 * _MOST_BYTES:
                yield decode_base64(item, data_url=True).data


@lru_cache(maxsize=64)
def _mean(data: bytes) -> Colour | None:
    picture = read_picture(data)
    if picture is None or picture.width * picture.height > _MOST_PIXELS:
        return None
    colours = colours_of(data, 1, max_pixels=_MOST_PIXELS)
    return None if colours is None else (colours[0], colours[1], colours[2])
