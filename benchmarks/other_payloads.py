"""Request bodies for the other dialects, valid ones and wrong ones, made from a seed like those for ``openai``."""

from random import Random
from typing import Any, NamedTuple

from benchmarks.payloads import Body, different, with_three_flaws
from benchmarks.prompts import prompt

_PRESETS = ("1024x1024", "1536x1024", "1024x1536", "2048x2048", "2048x1152", "3840x2160", "2160x3840")
_GEMINI = ("google/gemini-3-pro-image", "google/gemini-3.1-flash-image", "nano-banana-pro", "nano-banana-2")

_WRONG: dict[str, tuple[Any, ...]] = {
    "prompt": (42, ["A fox"], {"text": "A fox"}),
    "n": (0, "2", [1]),
    "size": ("huge", "1024*1024", 1024),
    "quality": ("ultra", "best", 3),
    "background": ("blue", "none", True),
    "moderation": ("high", "off", 1),
    "output_format": ("gif", "PNG", "image/png"),
    "output_compression": (101, -1, "80"),
    "partial_images": (4, -1, "two"),
    "stream": ("true", 1),
    "response_format": ("png", "base64"),
    "style": ("bright", 3),
    "user": (7, {"id": "user-7"}),
    "thinking_level": ("deep", 3),
    "response_modalities": ("image", 3),
    "fallbacks": ("openai/dall-e-2", 2),
    "retry": (3, "twice"),
    "orq": ("on", 5),
}


class _Group(NamedTuple):
    """Models with the values of their optional parameters.

    ``flawed`` names the parameters that can be wrong by themselves; ``wrong`` holds values for them where those of all
    dialects do not fit. Each breaks one requirement of severity error, and brings the notes that the document has.
    """

    models: tuple[str, ...]
    optional: dict[str, tuple[Any, ...]]
    flawed: tuple[str, ...]
    wrong: dict[str, tuple[Any, ...]] | None = None


_GROUPS: dict[str, tuple[_Group, ...]] = {
    "anyfast": (
        _Group(
            ("gpt-image-2",),
            {
                "size": ("preset", "free"),
                "quality": ("low", "medium", "high"),
                "output_format": ("png", "jpeg"),
                "moderation": ("auto", "low"),
            },
            ("prompt", "n", "size", "quality", "output_format", "moderation", "output_compression"),
        ),
    ),
    "infinityblue": (
        _Group(
            ("gpt-image-2",),
            {
                "size": ("preset", "free", "auto"),
                "background": ("opaque", "auto"),
                "moderation": ("auto", "low"),
                "output_format": ("png", "jpeg", "webp"),
                "response_format": ("b64_json", "url"),
                "user": ("user-17", "user-42"),
            },
            (
                "prompt",
                "n",
                "size",
                "background",
                "moderation",
                "quality",
                "stream",
                "output_format",
                "output_compression",
                "partial_images",
                "response_format",
                "user",
            ),
        ),
    ),
    "octen": (
        _Group(
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
            (
                "prompt",
                "n",
                "size",
                "quality",
                "background",
                "output_format",
                "output_compression",
                "moderation",
                "response_format",
                "stream",
                "partial_images",
                "user",
            ),
        ),
        _Group(
            _GEMINI,
            {
                "thinking_level": ("minimal", "high"),
                "response_modalities": (["text", "image"], ["image"]),
                "output_format": ("png", "jpeg"),
                "response_format": ("b64_json",),
                "user": ("user-17", "user-42"),
            },
            (
                "prompt",
                "size",
                "output_format",
                "thinking_level",
                "response_modalities",
                "response_format",
                "user",
            ),
        ),
    ),
    "orq": (
        _Group(
            ("openai/gpt-image-1",),
            {
                "n": (1, 2, 4, 10),
                "background": ("transparent", "opaque", "auto"),
                "moderation": ("low", "auto"),
                "output_format": ("png", "jpeg", "webp"),
                "fallbacks": ([{"model": "openai/dall-e-3"}],),
                "retry": ({"count": 3, "on_codes": [429, 503]}, {"count": 1}),
            },
            (
                "prompt",
                "n",
                "size",
                "response_format",
                "quality",
                "style",
                "background",
                "output_format",
                "output_compression",
                "moderation",
                "fallbacks",
                "retry",
                "orq",
            ),
            {"size": (1024, ["1024x1024"]), "quality": (3, True), "response_format": ("url",), "style": ("vivid",)},
        ),
        _Group(
            ("openai/dall-e-3",),
            {
                "n": (1,),
                "response_format": ("url", "b64_json"),
                "style": ("vivid", "natural"),
                "fallbacks": ([{"model": "openai/gpt-image-1"}, {"model": "openai/dall-e-2"}],),
                "retry": ({"count": 3, "on_codes": [429, 503]}, {"count": 1}),
            },
            (
                "prompt",
                "n",
                "size",
                "response_format",
                "quality",
                "style",
                "background",
                "output_format",
                "output_compression",
                "moderation",
                "fallbacks",
                "retry",
                "orq",
            ),
            {
                "size": (1024, ["1024x1024"]),
                "quality": (3, True),
                "background": ("transparent", "opaque"),
                "output_format": ("jpeg", "webp"),
                "output_compression": (80, 100),
                "moderation": ("low", "auto"),
            },
        ),
    ),
}

DIALECTS = tuple(_GROUPS)


def other_payloads(dialect: str, count: int) -> tuple[bytes, ...]:
    """``count`` different bodies that the document of ``dialect`` allows for generations."""
    return different(count, Random(len(dialect)), lambda random: _valid_body(random, random.choice(_GROUPS[dialect])))


def other_three_error_payloads(dialect: str, count: int) -> tuple[bytes, ...]:
    """``count`` such bodies with exactly three parameters at fault, and with the notes that come with the faults."""

    def wrong_body(random: Random) -> Body:
        group = random.choice(_GROUPS[dialect])
        flaws = {name: (group.wrong or _WRONG).get(name, _WRONG[name]) for name in group.flawed}
        return with_three_flaws(random, _valid_body(random, group), flaws)

    return different(count, Random(len(dialect) + 1), wrong_body)


def _valid_body(random: Random, group: _Group) -> Body:
    body: Body = {"model": random.choice(group.models), "prompt": prompt(random)}
    body |= {name: random.choice(values) for name, values in group.optional.items() if random.random() < 0.4}
    if body.get("size") == "preset":
        body["size"] = random.choice(_PRESETS)
    elif body.get("size") == "free":
        body["size"] = f"{16 * random.randint(56, 120)}x{16 * random.randint(56, 120)}"
    if body.get("stream"):
        body.pop("n", None)
    return body
