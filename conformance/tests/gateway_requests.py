"""Requests for each dialect that together show every fault in answers, streams and refusals."""

import base64
from typing import Any

from pixelproof import File
from pixelproof_conformance.gateway.pictures import make_picture

from .gateway_client import Request

PICTURE = make_picture(64, 64)
TEXT = base64.b64encode(PICTURE).decode()
IMAGE = File("image", PICTURE, "a.png", "image/png")
IMAGES = (IMAGE._replace(field="image[]"), IMAGE._replace(field="image[]"))
MASK = File("mask", make_picture(64, 64, alpha=True), "mask.png", "image/png")

FOX = {"prompt": "A fox"}
GPT = {**FOX, "model": "gpt-image-1"}
DALL_E_2 = {**FOX, "model": "dall-e-2"}
DALL_E_3 = {**FOX, "model": "dall-e-3"}
GPT_2 = {**FOX, "model": "gpt-image-2"}
CHEAPER = {**FOX, "model": "gpt-image-2-c"}
OCTEN = {**FOX, "model": "openai/gpt-image-2"}
MINI = {**FOX, "model": "openai/gpt-image-1-mini"}
GEMINI = {**FOX, "model": "nano-banana-2"}
ORQ = {**FOX, "model": "openai/gpt-image-1"}
ORQ_2 = {**FOX, "model": "openai/dall-e-2"}
VARIED = {"model": "openai/dall-e-2"}


def _of(dialect: str, operation: str, *bodies: dict[str, Any], files: tuple[File, ...] = ()) -> tuple[Request, ...]:
    return tuple(Request(dialect, operation, body, files) for body in bodies)


VALID: dict[str, tuple[Request, ...]] = {
    "openai": _of(
        "openai",
        "generations",
        GPT,
        {**GPT, "n": 2},
        {**GPT, "size": "1536x1024"},
        {**GPT, "quality": "high", "background": "opaque"},
        {**GPT, "background": "transparent"},
        {**GPT, "output_format": "webp"},
        {**GPT, "stream": True},
        {**GPT, "stream": True, "partial_images": 2},
        DALL_E_2,
        DALL_E_3,
        {**DALL_E_2, "response_format": "b64_json"},
        {**FOX, "model": "other"},
    ),
    "octen": _of(
        "octen",
        "generations",
        OCTEN,
        {**OCTEN, "n": 2},
        {**OCTEN, "size": "100x300"},
        {**OCTEN, "quality": "high", "background": "opaque"},
        {**MINI, "background": "transparent"},
        {**OCTEN, "output_format": "webp"},
        {**OCTEN, "stream": True},
        {**OCTEN, "stream": True, "partial_images": 2},
        {**OCTEN, "stream": True, "image": TEXT},
        GEMINI,
        {**GEMINI, "output_format": "webp"},
        {**GEMINI, "output_format": "jpeg"},
        {**GEMINI, "response_modalities": ["image"]},
        {**GEMINI, "response_modalities": ["text", "image"]},
        {**GEMINI, "stream": True},
        {**GEMINI, "size": "1000x500"},
    ),
    "infinityblue": _of(
        "infinityblue",
        "generations",
        GPT_2,
        {**GPT_2, "size": "1536x1024"},
        {**GPT_2, "background": "opaque"},
        {**GPT_2, "output_format": "webp"},
        {**GPT_2, "response_format": "url"},
        {**GPT_2, "response_format": "b64_json"},
        {**GPT_2, "stream": True},
    ),
    "anyfast": (
        *_of(
            "anyfast",
            "generations",
            GPT_2,
            {**GPT_2, "n": 2},
            {**GPT_2, "size": "1536x1024", "quality": "high"},
            {**GPT_2, "output_format": "jpeg"},
        ),
        *_of("anyfast", "edits", GPT_2, {**GPT_2, "n": 2}, CHEAPER, files=(IMAGE,)),
        *_of("anyfast", "edits", {**CHEAPER, "response_format": "url"}, files=(IMAGE,)),
        *_of("anyfast", "edits", {**GPT_2, "size": "1536x1024"}, files=IMAGES),
        *_of("anyfast", "edits", {**GPT_2, "output_format": "jpeg"}, files=(IMAGE, MASK)),
    ),
    "orq": (
        *_of(
            "orq",
            "generations",
            ORQ,
            {**ORQ, "n": 2},
            {**ORQ, "size": "1536x1024", "quality": "high", "background": "opaque"},
            {**ORQ, "background": "transparent"},
            {**ORQ, "output_format": "webp"},
            {**ORQ, "fallbacks": [{"model": "openai/dall-e-3"}], "retry": {"count": 2}},
            ORQ_2,
            {**FOX, "model": "openai/dall-e-3"},
            {**ORQ_2, "response_format": "url"},
            {**ORQ_2, "response_format": "b64_json"},
            {**FOX, "model": "other/model"},
        ),
        *_of("orq", "edits", ORQ, {**ORQ, "fallbacks": '[{"model": "openai/dall-e-2"}]'}, files=(IMAGE,)),
        *_of("orq", "edits", {**ORQ, "size": "1536x1024", "quality": "high"}, files=IMAGES),
        *_of("orq", "edits", ORQ_2, {**ORQ_2, "response_format": "url"}, files=(IMAGE, MASK)),
        *_of("orq", "edits", {**ORQ_2, "response_format": "b64_json"}, files=(IMAGE,)),
        *_of(
            "orq",
            "variations",
            VARIED,
            {**VARIED, "n": 2, "size": "512x512"},
            {**VARIED, "response_format": "url"},
            {**VARIED, "response_format": "b64_json", "size": "512x512"},
            files=(IMAGE,),
        ),
    ),
}
"""Requests that are answered, and whose answers have nothing wrong with them."""

DOCUMENTED: dict[str, tuple[Request, ...]] = {
    "octen": _of("octen", "generations", {**OCTEN, "prompt": "A fox that looks at the moon in winter"}),
    "anyfast": (
        *_of(
            "anyfast",
            "generations",
            {**GPT_2, "prompt": "A fox that looks at the moon in winter"},
            {**GPT_2, "n": 1},
            {**GPT_2, "moderation": "low"},
            {**GPT_2, "moderation": "auto", "output_format": "png"},
            {**GPT_2, "output_format": "jpeg", "output_compression": 50},
        ),
        *_of(
            "anyfast",
            "edits",
            {**GPT_2, "prompt": "A fox that looks at the moon in winter"},
            {**GPT_2, "n": 1},
            {**GPT_2, "output_format": "jpeg", "output_compression": 50},
            CHEAPER,
            files=(IMAGE,),
        ),
        *_of("anyfast", "edits", GPT_2, files=IMAGES),
    ),
    "orq": (
        *_of(
            "orq",
            "generations",
            {**ORQ, "prompt": "A fox that looks at the moon in winter"},
            {**ORQ, "model": "openai/gpt-image-1-mini"},
            {**ORQ, "output_format": "jpeg", "output_compression": 50},
            {**ORQ, "moderation": "low"},
            {**ORQ, "size": "1024x1536", "quality": "low"},
            {**ORQ, "quality": "low"},
            {**ORQ, "background": "auto", "output_format": "png"},
            {**FOX, "model": "openai/dall-e-3", "style": "natural"},
        ),
        *_of(
            "orq",
            "edits",
            {**ORQ, "prompt": "A fox that looks at the moon in winter"},
            {**ORQ, "model": "openai/gpt-image-1-mini"},
            {**ORQ_2, "response_format": "b64_json", "quality": "standard"},
            {**ORQ, "quality": "high", "fallbacks": '[{"model": "openai/dall-e-2"}]'},
            {**ORQ, "retry": '{"count": 2}'},
            {**ORQ, "fallbacks": '[{"model": "openai/dall-e-2"}]', "retry": '{"count": 2}'},
            files=(IMAGE,),
        ),
        *_of("orq", "edits", ORQ, files=IMAGES),
        *_of(
            "orq",
            "variations",
            {"model": "openai/gpt-image-1-mini"},
            {**VARIED, "size": "1024x1024"},
            {**VARIED, "fallbacks": '[{"model": "openai/dall-e-3"}]'},
            {**VARIED, "retry": '{"count": 2}'},
            {**VARIED, "response_format": "url", "fallbacks": '[{"model": "openai/dall-e-3"}]'},
            files=(IMAGE,),
        ),
    ),
}
"""More documented values, each of which a fault refuses."""

WRONG: dict[str, tuple[Request, ...]] = {
    "openai": _of("openai", "generations", {**GPT, "n": 11}),
    "octen": _of("octen", "generations", {**OCTEN, "n": 11}, {**OCTEN, "background": "transparent"}),
    "infinityblue": _of("infinityblue", "generations", {**GPT_2, "n": 2}, {**GPT_2, "background": "transparent"}),
    "anyfast": (
        *_of("anyfast", "generations", {**GPT_2, "n": 11}),
        *_of("anyfast", "edits", {**GPT_2, "n": 11}, files=(IMAGE,)),
    ),
    "orq": (
        *_of("orq", "generations", {**ORQ, "n": 0}),
        *_of("orq", "edits", {"model": "openai/gpt-image-1"}, files=(IMAGE,)),
        *_of("orq", "variations", {**VARIED, "n": 0}, files=(IMAGE,)),
    ),
}
"""Requests that are refused."""

LET_IN: dict[str, tuple[Request, ...]] = {
    "infinityblue": _of("infinityblue", "generations", {**GPT_2, "response_format": "png"}),
    "anyfast": (
        *_of("anyfast", "generations", {**FOX, "model": "other"}),
        *_of("anyfast", "edits", {**FOX, "model": "other"}, files=(IMAGE,)),
    ),
}
"""Wrong requests whose answers, where nothing is checked, show what no documented request can show."""
