"""Request bodies for ``openai`` generations, made from a seed: the same on every machine, no two alike."""

import json
from collections.abc import Callable
from random import Random
from typing import Any

from benchmarks.prompts import prompt

Body = dict[str, Any]

_SEED = 20260501
_GPT = ("gpt-image-1", "gpt-image-1-mini", "gpt-image-1.5")
_NAMED = (*_GPT, "dall-e-2", "dall-e-3")
_OFTEN = 0.4

_FLAWS: dict[str, tuple[Any, ...]] = {
    "prompt": (42, ["A fox"], {"text": "A fox"}),
    "n": (0, 11, 100, "2", [1]),
    "size": ("1025x1024", "huge", "1024*1024", 1024),
    "quality": ("ultra", "best", 3),
    "user": (7, {"id": "user-7"}),
}
_FLAWS_OF_GPT: dict[str, tuple[Any, ...]] = {
    **_FLAWS,
    "background": ("blue", "none", True),
    "moderation": ("high", "off"),
    "output_format": ("gif", "PNG", "image/png"),
    "output_compression": (101, -1, "80"),
    "partial_images": (4, -1, "two"),
    "stream": ("true", 1),
    "response_format": ("url", "b64_json"),
    "style": ("vivid", "natural"),
}
_FLAWS_OF_DALL_E: dict[str, tuple[Any, ...]] = {
    **_FLAWS,
    "background": ("opaque", "transparent"),
    "moderation": ("low", "auto"),
    "output_format": ("png", "webp"),
    "output_compression": (80, 100),
    "partial_images": (0, 2),
    "stream": (True, False),
    "response_format": ("png", "base64"),
}


def valid_payloads(count: int) -> tuple[bytes, ...]:
    """``count`` bodies that the document allows, over all models and parameters.

    One in six names no model. Half of these use parameters of the GPT image models, which gives a finding of severity
    info; the others mean dall-e-2.
    """
    return different(count, Random(_SEED), lambda random: _valid_body(random, random.choice((*_NAMED, ""))))


def three_error_payloads(count: int) -> tuple[bytes, ...]:
    """``count`` bodies that name a model and have exactly three parameters at fault."""
    return different(count, Random(_SEED + 1), _body_with_three_errors)


def long_prompt_payload(characters: int, *, ascii_only: bool) -> bytes:
    """A body for a GPT image model whose prompt has ``characters`` code points, many of them emoji or none."""
    random = Random(_SEED + 2)
    text = ""
    while len(text) < characters:
        sentence = prompt(random)
        text += f"{sentence.encode('ascii', 'ignore').decode()} " if ascii_only else f"{sentence} 🦊🌊 "
    return _compact({"model": "gpt-image-1", "prompt": text[:characters], "size": "1024x1024"})


def different(count: int, random: Random, make: Callable[[Random], Body]) -> tuple[bytes, ...]:
    """``count`` bodies made by ``make``, as bytes, with their keys in any order and no two alike."""
    found: dict[bytes, None] = {}
    while len(found) < count:
        body = list(make(random).items())
        random.shuffle(body)
        # One client in four sends what Python's json.dumps writes by default: ASCII only, with spaces.
        found[json.dumps(dict(body)).encode() if random.random() < 0.25 else _compact(dict(body))] = None
    return tuple(found)


def with_three_flaws(random: Random, body: Body, flaws: dict[str, tuple[Any, ...]]) -> Body:
    """``body`` with three parameters of ``flaws``, whether they were in it or not, and a wrong value for each."""
    return body | {name: random.choice(flaws[name]) for name in random.sample(sorted(flaws), 3)}


def _compact(body: Body) -> bytes:
    return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()


def _valid_body(random: Random, model: str) -> Body:
    optional: Body
    if model in _GPT:
        optional = _options_of_gpt(random)
    elif model == "dall-e-3":
        optional = {
            "n": 1,
            "quality": random.choice(("hd", "standard", "auto")),
            "response_format": random.choice(("url", "b64_json")),
            "size": random.choice(("1024x1024", "1792x1024", "1024x1792")),
            "style": random.choice(("vivid", "natural")),
        }
    else:
        optional = {
            "n": random.randint(1, 10),
            "quality": random.choice(("standard", "auto")),
            "response_format": random.choice(("url", "b64_json")),
            "size": random.choice(("256x256", "512x512", "1024x1024")),
        }
    optional["user"] = f"user-{random.randrange(10**6)}"
    body: Body = {"prompt": prompt(random)}
    if model:
        body["model"] = model
    elif random.random() < 0.5:
        optional = _options_of_gpt(random)
        body["background"] = "auto"
    body |= {name: value for name, value in optional.items() if random.random() < _OFTEN}
    if body.get("output_format", "png") == "png":
        body.pop("output_compression", None)
    if body.get("stream") is True:
        body.pop("n", None)
    else:
        body.pop("partial_images", None)
    return body


def _options_of_gpt(random: Random) -> Body:
    background = random.choice(("transparent", "opaque", "auto"))
    formats = ("png", "webp") if background == "transparent" else ("png", "webp", "jpeg")
    return {
        "background": background,
        "moderation": random.choice(("low", "auto")),
        "n": random.randint(1, 10),
        "output_compression": random.randint(0, 100),
        "output_format": random.choice(formats),
        "partial_images": random.randint(0, 3),
        "quality": random.choice(("low", "medium", "high", "auto")),
        "size": random.choice(("1024x1024", "1536x1024", "1024x1536", "auto")),
        "stream": random.choice((True, False)),
    }


def _body_with_three_errors(random: Random) -> Body:
    model = random.choice(_NAMED)
    flaws = _FLAWS_OF_GPT if model in _GPT else _FLAWS_OF_DALL_E
    body = with_three_flaws(random, _valid_body(random, model), flaws)
    if body.get("stream") is not True and body.get("partial_images") in range(4) and model in _GPT:
        del body["partial_images"]  # without streaming it would be a fourth finding
    return body
