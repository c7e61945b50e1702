"""A stream with three previews and the finished picture, 0.4 MB each, as raw server-sent events."""

import json
from collections.abc import Iterator
from functools import partial
from typing import Any

import orjson
from pixelproof import load_dialect

from benchmarks import engines
from benchmarks.contest import Contender, Contest, Rival
from benchmarks.picture_answer import REQUEST, USAGE
from benchmarks.pictures import decode_with_pillow, noise_base64

_REQUEST = {**REQUEST, "stream": True, "partial_images": 3}


def contests(scale: float) -> Iterator[Contest]:
    """One stream of 1.6 MB."""
    operation = load_dialect("openai").operation("generations")
    text = noise_base64(max(1, round(73 * scale)))
    events = [{"type": "image_generation.partial_image", "partial_image_index": i, "b64_json": text} for i in range(3)]
    events.append({"type": "image_generation.completed", "b64_json": text, "usage": USAGE})
    streams = (b"".join(f"event: {event['type']}\ndata: {json.dumps(event)}\n\n".encode() for event in events),)
    yield Contest(
        "stream",
        engines.pixelproof(partial(operation.validate_stream, request=_REQUEST), streams),
        (
            Rival(Contender("split + orjson.loads", _read_with_orjson, streams)),
            Rival(
                Contender("split + json + base64 + Pillow", _judge_with_pillow, streams, lambda right: int(not right))
            ),
        ),
    )


def _read_with_orjson(stream: bytes) -> list[Any]:
    return [orjson.loads(block.partition(b"\ndata: ")[2]) for block in stream.split(b"\n\n") if block]


def _judge_with_pillow(stream: bytes) -> bool:
    blocks = [json.loads(block.partition(b"\ndata: ")[2]) for block in stream.split(b"\n\n") if block]
    found = [decode_with_pillow(event["b64_json"]) for event in blocks]
    return found == [("PNG", (1024, 1024), True)] * 4
