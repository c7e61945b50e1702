"""Valid request bodies for the other dialects, made from a seed like those for ``openai``."""

from random import Random
from typing import Any

from benchmarks.payloads import Body, different
from benchmarks.prompts import prompt

_PRESETS = ("1024x1024", "1536x1024", "1024x1536", "2048x2048", "2048x1152", "3840x2160", "2160x3840")
_GEMINI = ("google/gemini-3-pro-image", "google/gemini-3.1-flash-image", "nano-banana-pro", "nano-banana-2")

# By dialect: groups of models, each with the values of its optional parameters.
_GROUPS: dict[str, tuple[tuple[tuple[str, ...], dict[str, tuple[Any, ...]]], ...]] = {
    "anyfast": (
        (
            ("gpt-image-2",),
            {
                "size": ("preset", "free"),
                "quality": ("low", "medium", "high"),
                "output_format": ("png", "jpeg"),
                "moderation": ("auto", "low"),
            },
        ),
    ),
    "infinityblue": (
        (
            ("gpt-image-2",),
            {
                "size": ("preset", "free", "auto"),
                "background": ("opaque", "auto"),
                "moderation": ("auto", "low"),
                "output_format": ("png", "jpeg", "webp"),
                "response_format": ("b64_json", "url"),
                "user": ("user-17", "user-42"),
            },
        ),
    ),
    "octen": (
        (
            ("openai/gpt-image-2", "openai/gpt-image-1-mini"),
            {
                "n": (1, 2, 4, 10),
                "size": ("preset", "auto"),
                "quality": ("low", "medium", "high", "auto"),
                "background": ("opaque", "auto"),
                "output_format": ("png", "jpeg", "webp"),
                "moderation": ("low", "auto"),
                "response_format": ("b64_json",),
                "stream": (True, False),
                "user": ("user-17", "user-42"),
            },
        ),
        (
            _GEMINI,
            {
                "thinking_level": ("minimal", "high"),
                "response_modalities": (["text", "image"], ["image"]),
                "output_format": ("png", "jpeg"),
                "response_format": ("b64_json",),
                "user": ("user-17", "user-42"),
            },
        ),
    ),
    "orq": (
        (
            ("openai/gpt-image-1",),
            {
                "n": (1, 2, 4, 10),
                "background": ("transparent", "opaque", "auto"),
                "moderation": ("low", "auto"),
                "output_format": ("png", "jpeg", "webp"),
                "fallbacks": ([{"model": "openai/dall-e-3"}],),
                "retry": ({"count": 3, "on_codes": [429, 503]}, {"count": 1}),
            },
        ),
        (
            ("openai/dall-e-3",),
            {
                "n": (1,),
                "response_format": ("url", "b64_json"),
                "style": ("vivid", "natural"),
                "fallbacks": ([{"model": "openai/gpt-image-1"}, {"model": "openai/dall-e-2"}],),
                "retry": ({"count": 3, "on_codes": [429, 503]}, {"count": 1}),
            },
        ),
    ),
}

DIALECTS = tuple(_GROUPS)


def other_payloads(dialect: str, count: int) -> tuple[bytes, ...]:
    """``count`` different bodies that the document of ``dialect`` allows for generations."""
    groups = _GROUPS[dialect]

    def valid_body(random: Random) -> Body:
        models, optional = random.choice(groups)
        body: Body = {"model": random.choice(models), "prompt": prompt(random)}
        body |= {name: random.choice(values) for name, values in optional.items() if random.random() < 0.4}
        if body.get("size") == "preset":
            body["size"] = random.choice(_PRESETS)
        elif body.get("size") == "free":
            body["size"] = f"{16 * random.randint(56, 120)}x{16 * random.randint(56, 120)}"
        if body.get("stream"):
            body.pop("n", None)
        return body

    return different(count, Random(len(dialect)), valid_body)
