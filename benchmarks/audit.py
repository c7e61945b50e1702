"""Recorded traffic judged on one core, beside what it costs to parse the same lines: requests, and whole exchanges."""

import json
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import orjson
from jiter import from_json
from pixelproof_conformance.traffic.ledger import Terms
from pixelproof_conformance.traffic.piece_reader import PieceReader
from pixelproof_conformance.traffic.sources import Piece
from pixelproof_conformance.traffic.tally import Tally

from benchmarks.contest import Contender, Contest, Rival
from benchmarks.payloads import valid_payloads
from benchmarks.picture_answer import REQUEST, SETTINGS, USAGE
from benchmarks.pictures import noise_base64

MOST_US = 1e6 / 150_000
"""At least 150,000 recorded requests are to be judged in a second on one core."""

_ADDRESS = {"method": "POST", "path": "/v1/images/generations", "status": 200}


def contests(scale: float) -> Iterator[Contest]:
    """A piece of a log, as one process gets it, of 2 MiB: requests with their status, and exchanges with a picture."""
    for name, lines, most in (
        ("audit, requests", requests(max(10, round(7000 * scale))), MOST_US),
        ("audit, exchanges with a picture", exchanges(max(3, round(180 * scale))), None),
    ):
        pieces = [b"".join(f"{line}\n".encode() for line in lines)]
        yield Contest(
            name,
            Contender(
                "pixelproof",
                audited,
                pieces,
                lambda tally: sum(group.seen for key, group in tally.groups.items() if key.outcome == "fail"),
            ),
            tuple(
                Rival(Contender(f"{parser}, only reads", _each(parse), [piece.splitlines() for piece in pieces]))
                for parser, parse in (("orjson.loads", orjson.loads), ("jiter, strict", _strict), ("json", json.loads))
            ),
            each=len(lines),
            most_us=most,
        )


def requests(count: int) -> list[str]:
    """What a gateway logs of requests: method, path, status, and a body of the valid payloads."""
    return [_line({**_ADDRESS, "request": json.loads(body)}) for body in valid_payloads(count)]


def exchanges(count: int) -> list[str]:
    """Requests with their answers, each with a PNG of 1024x1024 pixels that has hardly any content: 8 KB."""
    answer = {"created": 1777593600, **SETTINGS, "data": [{"b64_json": noise_base64(1)}], "usage": USAGE}
    return [
        _line({**_ADDRESS, "request": {**REQUEST, "user": f"user-{number}"}, "answer": answer})
        for number in range(count)
    ]


def audited(piece: bytes) -> Tally:
    """The tally of a piece."""
    return _READER.judge(Piece(0, 0, len(piece), lines=piece))


_READER = PieceReader(Terms("openai"))


def _line(value: dict[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _strict(line: bytes) -> Any:
    return from_json(line, catch_duplicate_keys=True, allow_inf_nan=False)


def _each(parse: Callable[[bytes], Any]) -> Callable[[Sequence[bytes]], None]:
    def parsed(lines: Sequence[bytes]) -> None:
        for line in lines:
            parse(line)

    return parsed
