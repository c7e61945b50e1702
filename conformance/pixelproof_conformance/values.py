"""Values made from declarations: those that a schema allows, at its boundaries, and those that break one constraint.

Everything here reads the folded schemas of the validator (constraints beside requirement ids). Whether a made request
really breaks exactly one requirement is not decided here but by the validator, in :mod:`pixelproof_conformance.trial`.
"""

from collections.abc import Callable
from typing import Any

from pixelproof_conformance.declarations import Constraint
from pixelproof_conformance.model import Json

MISSING: Any = type("Missing", (), {"__repr__": lambda self: "MISSING"})()
"""Stands for a parameter that is taken out."""

LONG_LETTER = "a"
ASTRAL = "\N{ROBOT FACE}"
"""A character outside the basic plane: one code point, two UTF-16 units, four UTF-8 bytes."""

PROMPT = "A plain red square on a white background"
UNLISTED_KEY = "pixelproof_unlisted"


def documented_values(node: dict[str, Json], name: str = "") -> list[Json]:
    """The values of a parameter that are worth trying: all of a list, both ends of a range, a sample of free text."""
    for listed in ("x-samples", "examples", "enum"):
        if listed in node:
            return list(node[listed])
    if "const" in node:
        return [node["const"]]
    if "x-pixel-size" in node:
        return pixel_sizes(node["x-pixel-size"]) + (["auto"] if "auto" in node.get("pattern", "") else [])
    kind = node.get("type")
    if kind == "boolean":
        return [False, True]
    if kind in ("integer", "number"):
        ends = [node.get("minimum"), node.get("maximum")]
        return sorted({int(end) for end in ends if end is not None}) or [1]
    if kind == "string":
        longest = node.get("maxLength")
        text = PROMPT if name == "prompt" else "1024x1024" if name == "size" else f"pixelproof-{name or 'text'}"
        return [text] if longest is None or name != "prompt" else [text, LONG_LETTER * longest]
    if kind in ("object", "array"):
        sample = sample_value(node, name)
        return [] if sample is MISSING else [sample]
    return []


def sample_value(node: dict[str, Json], name: str = "") -> Json:
    """One small value that ``node`` allows, or ``MISSING`` where it says too little."""
    kind = node.get("type")
    for listed in ("x-samples", "examples"):
        if listed in node:
            return node[listed][0]
    if kind == "object":
        properties = node.get("properties", {})
        out = {key: sample_value(properties.get(key, {}), key) for key in node.get("required", ())}
        return MISSING if MISSING in out.values() else out
    if kind == "array":
        item = sample_value(node.get("items", {}), name)
        return MISSING if item is MISSING else [item] * max(1, node.get("minItems", 1))
    values = documented_values(node, name)
    return values[0] if values else MISSING


def pixel_sizes(limits: dict[str, Json]) -> list[str]:
    """Sizes just within each limit: the cheapest first, then the largest areas and the extreme ratios."""
    step, edge, ratio = limits.get("multiple-of", 1), limits.get("longest-edge", 4096), limits.get("ratio", 3)
    low, high = limits.get("pixels", [1, edge * edge])
    found = set()
    for width in range(step, edge + 1, step):
        for height in (_up(low / width, step), int(high / width) // step * step, _up(width / ratio, step)):
            shape_fits = max(width, height) <= ratio * min(width, height)
            if 0 < height <= edge and low <= width * height <= high and shape_fits:
                found |= {(width, height), (height, width)}
    if not found:
        return []
    cheapest = min(found, key=lambda size: (size[0] * size[1], abs(size[0] - size[1]), size))
    most = max(found, key=lambda size: (size[0] * size[1], size))
    widest = max(found, key=lambda size: (size[0] / size[1], size))
    tallest = max(found, key=lambda size: (size[1] / size[0], size))
    return [f"{width}x{height}" for width, height in dict.fromkeys((cheapest, most, widest, tallest))]


def _up(value: float, step: int) -> int:
    return -int(-value // step) * step


def breaking_values(constraint: Constraint, name: str) -> list[Json]:
    """Values that break ``constraint``, nearest to the boundary first; ``MISSING`` means: take the value out."""
    maker = _BREAKERS.get(constraint.keyword) or _BREAKERS.get(constraint.keyword.partition("/")[0])
    return maker(constraint, name) if maker else []


_OF_ANOTHER_TYPE: dict[str, list[Json]] = {
    "string": [42, True, ["text", "text"], {}],
    "integer": ["1", 1.5, True, [1]],
    "number": ["1", True, [1]],
    "boolean": ["true", 1],
    "array": [{}, "text"],
    "object": ["text", []],
}


def _break_type(constraint: Constraint, name: str) -> list[Json]:
    kind = constraint.node["type"]
    return _OF_ANOTHER_TYPE.get(kind, []) if isinstance(kind, str) else []


def _break_enum(constraint: Constraint, name: str) -> list[Json]:
    listed = constraint.node["enum"]
    words = [value for value in listed if isinstance(value, str)]
    other = {"size": "1000x1000", "output_format": "gif", "quality": "ultra"}.get(name, "pixelproof")
    return [value for value in (*(word.upper() for word in words[:1]), other, "", 7) if value not in listed]


def _break_minimum(constraint: Constraint, name: str) -> list[Json]:
    return [constraint.node["minimum"] - 1, constraint.node["minimum"] - 1000]


def _break_maximum(constraint: Constraint, name: str) -> list[Json]:
    return [constraint.node["maximum"] + 1, constraint.node["maximum"] + 100_000]


def _break_max_length(constraint: Constraint, name: str) -> list[Json]:
    over = constraint.node["maxLength"] + 1
    return [LONG_LETTER * over, ASTRAL * over]


def _break_not(constraint: Constraint, name: str) -> list[Json]:
    refused = constraint.node["not"]
    if "pattern" in refused:
        return ["1024x1024", "1000x700"] if name == "size" else ["someone@example.com", "pixelproof"]
    if "contains" in refused:
        return [[*documented_values(constraint.node.get("items", {})), "pixelproof"]]
    if "const" in refused.get("items", {}):
        return [[refused["items"]["const"]]]
    if refused:
        return documented_values(refused, name)
    known = [value for value in documented_values(_without_not(constraint.node), name) if value is not False]
    return known[-1:] or [_PLAUSIBLE.get(name, "text")]


_PLAUSIBLE: dict[str, Json] = {"stream": True, "n": 1, "partial_images": 1, "output_compression": 50}


def _without_not(node: dict[str, Json]) -> dict[str, Json]:
    return {key: value for key, value in node.items() if key != "not"}


def _break_pattern(constraint: Constraint, name: str) -> list[Json]:
    if "x" in constraint.node["pattern"] and name == "size":
        return ["1024X1024", "1024", "1024 x 1024", "large", "-1024x1024"]
    return ["\N{WHITE QUESTION MARK ORNAMENT}", ""]


def _break_pixel_size(constraint: Constraint, name: str) -> list[Json]:
    limits = constraint.node["x-pixel-size"]
    step, edge, ratio = limits.get("multiple-of", 1), limits.get("longest-edge", 4096), limits.get("ratio", 3)
    low, high = limits.get("pixels", [1, edge * edge])
    side = _up(low**0.5, step)
    candidates = {
        "multiple-of": [(side + step // 2, side), (side, side + 1)],
        "longest-edge": [
            (edge + step, _up((edge + step) / ratio, step)),
            (_up((edge + step) / ratio, step), edge + step),
        ],
        "ratio": [(edge, int(edge / ratio) // step * step - step), (side // step * step // 2, side * 2)],
        "pixels": [(side - step, side - step), (edge, _up(high / edge, step) + step)],
    }
    part = constraint.keyword.partition("/")[2]
    return [f"{width}x{height}" for width, height in candidates.get(part, []) if width > 0 and height > 0]


_BREAKERS: dict[str, Callable[[Constraint, str], list[Json]]] = {
    "type": _break_type,
    "enum": _break_enum,
    "const": lambda constraint, name: ["pixelproof", ""],
    "minimum": _break_minimum,
    "maximum": _break_maximum,
    "maxLength": _break_max_length,
    "minLength": lambda constraint, name: [""],
    "minItems": lambda constraint, name: [[]],
    "maxItems": lambda constraint, name: [
        [sample_value(constraint.node["items"], name)] * (constraint.node["maxItems"] + 1)
    ],
    "not": _break_not,
    "pattern": _break_pattern,
    "required": lambda constraint, name: [MISSING],
    "additionalProperties": lambda constraint, name: ["text"],
    "x-pixel-size": _break_pixel_size,
    "x-length-unit": lambda constraint, name: [ASTRAL * constraint.node["x-length-unit"]],
}
