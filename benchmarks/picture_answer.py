"""An answer with a PNG of 1.6 MB, judged with its request for size, format, alpha channel and completeness."""

import json
from collections.abc import Iterator
from functools import partial

from pixelproof import load_dialect

from benchmarks import engines
from benchmarks.contest import Contender, Contest, Rival
from benchmarks.pictures import decode_with_pillow, noise_base64

REQUEST = {
    "model": "gpt-image-1",
    "prompt": "A fox made of glass",
    "size": "1024x1024",
    "background": "transparent",
    "output_format": "png",
}
USAGE = {
    "total_tokens": 4171,
    "input_tokens": 11,
    "output_tokens": 4160,
    "input_tokens_details": {"text_tokens": 11, "image_tokens": 0},
}
SETTINGS = {"background": "transparent", "output_format": "png", "quality": "high", "size": "1024x1024"}


def contests(scale: float) -> Iterator[Contest]:
    """One answer, 2.2 MB of JSON."""
    operation = load_dialect("openai").operation("generations")
    image = {"b64_json": noise_base64(max(1, round(400 * scale)))}
    answers = (json.dumps({"created": 1777593600, **SETTINGS, "data": [image], "usage": USAGE}).encode(),)
    yield Contest(
        "picture-answer",
        engines.pixelproof(partial(operation.validate_response, request=REQUEST), answers),
        (
            Rival(engines.orjson_loads(answers), most=1.3),
            Rival(
                Contender("json + base64 + Pillow", _judge_with_pillow, answers, errors=lambda right: int(not right))
            ),
        ),
    )


def _judge_with_pillow(answer: bytes) -> bool:
    found = [decode_with_pillow(image["b64_json"]) for image in json.loads(answer)["data"]]
    return found == [("PNG", (1024, 1024), True)]
