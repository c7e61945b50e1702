"""Values of one parameter: those that its declaration allows, and those that it often does not."""

from typing import Any

from hypothesis import strategies as st

from pixelproof_conformance.model import Json
from pixelproof_conformance.strategies.texts import MOST_CHARACTERS, prompts
from pixelproof_conformance.values import documented_values

DEEP = 40
"""How deep the deepest odd value is nested; deeper ones test the JSON reader and not the parameter."""

TEXTS = prompts(max_size=120)


def allowed_values(name: str, node: dict[str, Json]) -> st.SearchStrategy[Json] | None:
    """Values that ``node`` allows; ``None`` where it takes pictures or says too little."""
    if name == "prompt":
        return TEXTS if "maxLength" not in node else prompts(max_size=min(node["maxLength"], MOST_CHARACTERS))
    if node.get("type") == "integer" and "minimum" in node and "maximum" in node:
        return st.integers(node["minimum"], node["maximum"])
    if node.get("type") == "string" and "enum" not in node and "pattern" not in node:
        return TEXTS
    values = [value for value in documented_values(node, name) if isinstance(value, (str, int, float))]
    return st.sampled_from(values) if values else None


def odd_values(node: dict[str, Json]) -> st.SearchStrategy[Json]:
    """Values that ``node`` often does not allow: other types, numbers around its limits, near misses of its words."""
    limits = [int(node[key]) for key in ("minimum", "maximum") if key in node]
    words = [value for value in node.get("enum", ()) if isinstance(value, str)]
    choices: list[st.SearchStrategy[Any]] = [
        st.booleans(),
        st.integers(-3, 20),
        st.floats(-5, 150, allow_nan=False).filter(lambda value: value != int(value)),
        st.text(st.characters(exclude_categories=["Cs"]), max_size=12),
        st.lists(st.integers(0, 3), max_size=2),
        st.just({}),
        st.integers(1, DEEP).map(_nested),
        st.sampled_from([2**31, 2**53 + 1, 2**64, -(2**63), 1e308]),
    ]
    if limits:
        choices.append(st.sampled_from(sorted({limit + step for limit in limits for step in range(-3, 4)})))
    if words:
        choices.append(st.sampled_from(sorted({near for word in words for near in _near_misses(word)})))
    return st.one_of(choices)


def _nested(depth: int) -> Json:
    value: Json = []
    for _ in range(depth):
        value = [value]
    return value


def _near_misses(word: str) -> set[str]:
    return {word.upper(), word.title(), f" {word}", f"{word} ", word[:-1], f"{word}x", word[::-1]}
