"""Values of one parameter: those that its declaration allows, and those that it often does not."""

from typing import Any

from hypothesis import strategies as st

from pixelproof_conformance.model import Json
from pixelproof_conformance.strategies.texts import ALPHABET, MOST_CHARACTERS, SHORT_TEXTS, prompts
from pixelproof_conformance.values import documented_values

DEEP = 40
"""How deep the deepest odd value is nested; deeper ones test the JSON reader and not the parameter."""


def _nested(depth: int) -> Json:
    value: Json = []
    for _ in range(depth):
        value = [value]
    return value


ANYTHING: st.SearchStrategy[Any] = st.one_of(
    st.booleans(),
    st.integers(-3, 20),
    st.floats(-5, 150, allow_nan=False).filter(lambda value: value != int(value)),
    st.text(ALPHABET, max_size=12),
    st.lists(st.integers(0, 3), max_size=2),
    st.just({}),
    st.integers(1, DEEP).map(_nested),
    st.sampled_from([2**31, 2**53 + 1, 2**64, -(2**63), 1e308]),
)
"""Values of every type, some of which hardly any parameter allows."""


def allowed_values(name: str, node: dict[str, Json], *, long_prompts: bool = True) -> st.SearchStrategy[Json] | None:
    """Values that ``node`` allows; ``None`` where it takes pictures or says too little."""
    if name == "prompt":
        longest = min(node.get("maxLength", 1000), MOST_CHARACTERS)
        return prompts(max_size=longest) if long_prompts else SHORT_TEXTS
    if node.get("type") == "integer" and "minimum" in node and "maximum" in node:
        return st.integers(node["minimum"], node["maximum"])
    if node.get("type") == "string" and "enum" not in node and "pattern" not in node:
        return SHORT_TEXTS
    values = [value for value in documented_values(node, name) if isinstance(value, (str, int, float))]
    return st.sampled_from(values) if values else None


def odd_values(node: dict[str, Json]) -> st.SearchStrategy[Json]:
    """Values that ``node`` often does not allow: other types, numbers around its limits, near misses of its words."""
    limits = [int(node[key]) for key in ("minimum", "maximum") if key in node]
    words = [value for value in node.get("enum", ()) if isinstance(value, str)]
    near: list[st.SearchStrategy[Any]] = []
    if limits:
        near.append(st.sampled_from(sorted({limit + step for limit in limits for step in range(-3, 4)})))
    if words:
        near.append(st.sampled_from(sorted({miss for word in words for miss in _near_misses(word)})))
    return st.one_of(ANYTHING, *near) if near else ANYTHING


def _near_misses(word: str) -> set[str]:
    return {word.upper(), word.title(), f" {word}", f"{word} ", word[:-1], f"{word}x", word[::-1]}
