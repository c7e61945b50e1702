"""A text keeps its length limit in code points but not in every other unit."""

from collections.abc import Sequence

from pixelproof._values import Seen
from pixelproof.rules import rule

_MOST_BYTES = 4
"""In UTF-8, for one code point."""


@rule(
    "length-unit",
    on="value",
    parameters={"type": "integer", "minimum": 1},
    silent_on=lambda limit: {"maxLength": limit // _MOST_BYTES},
)
def length_unit(value: object, limit: int) -> Sequence[Seen]:
    """A text is within its limit in Unicode code points and beyond it in UTF-16 units or UTF-8 bytes.

    Why: documents give limits in "characters"; a provider that counts otherwise refuses what we call valid.
    Flagged: 32,000 emoji where 32,000 characters are allowed.
    Allowed: 32,000 letters a.
    Keep: count code points, as the document's word "characters" is read here, and say so in your own document.
    """
    if not isinstance(value, str) or len(value) * _MOST_BYTES <= limit or value.isascii() or len(value) > limit:
        return ()
    size = len(value.encode("utf-8", "surrogatepass"))
    if size <= limit:
        return ()
    units = len(value.encode("utf-16-le", "surrogatepass")) // 2
    note = f"has {len(value)} code points, {units} UTF-16 units and {size} UTF-8 bytes"
    return (Seen((), len(value), f"at most {limit} in every unit", note=note),)
