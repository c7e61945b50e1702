"""Legal variants: each changes what goes over the wire, and no run blames any of them."""

import asyncio
import random
import secrets
from collections.abc import Iterator
from contextlib import ExitStack
from functools import cache
from typing import Any, TypeAlias

import pytest
from pixelproof import UsageError, known_dialects, load_dialect
from pixelproof_conformance.gateway.app import create_app
from pixelproof_conformance.gateway.running import RunningGateway
from pixelproof_conformance.gateway.serving import Gateway
from pixelproof_conformance.gateway.variants import VARIANTS, Variant, find_variants, variants_of
from pixelproof_conformance.legal_variants import SkippedTime, court, hear

from .gateway_client import Request, written
from .gateway_requests import DOCUMENTED, IMAGE, IMAGES, TEXT, VALID, WRONG

Wire: TypeAlias = tuple[int, tuple[tuple[bytes, bytes], ...], tuple[bytes, ...], tuple[float, ...]]
"""A reply as it goes out: status, headers, the chunks of its body, and how long was waited for it."""

NOW = 1_780_000_000.0
EACH = [(dialect, variant) for dialect in known_dialects() for variant in variants_of(dialect)]
IDS = [f"{dialect}-{variant.name}" for dialect, variant in EACH]
MISSED_AT_MOST = 4
"""Requirements that may stay undecided beside those of a quiet run, when each seventh request is turned away."""


LONGEST = 120.0
"""Seconds that such a run may wait, all its threads together."""


def of_open_questions(dialect: str) -> Iterator[Request]:
    """Requests about which most documents say nothing."""
    for operation in load_dialect(dialect).operations:
        files = () if operation == "generations" else (IMAGE,)
        base = next(one.body for one in VALID[dialect] if one.operation == operation)
        for more in (
            {"pixelproof_unlisted": 1},
            {"user": None},
            {"prompt": ""},
            {"user": "a" * 100},
            {"prompt": "a" * 5000},
            {"prompt": "\N{ROBOT FACE}" * 32_000},
            {"model": "Füchslein"},
            {"model": "dall-e-3", "prompt": "Ein Füchslein"},
            {"model": "openai/gpt-image-1-mini"},
            {"model": "openai/dall-e-3", "prompt": "Ein Füchslein"},
            {"n": 5},
            {"n": 2, "stream": True},
        ):
            yield Request(dialect, operation, {**base, **more}, files)
        yield Request(dialect, operation, base, files, content_type="text/plain")
    if dialect == "octen":
        yield Request(dialect, "generations", {**base, "image": [TEXT] * 5})
        yield Request(dialect, "generations", {"model": "google/gemini-3-pro-image", "prompt": "A fox", "size": "9x9"})
    if "edits" in load_dialect(dialect).operations:
        yield Request(dialect, "edits", VALID[dialect][0].body, IMAGES * 3)
    twice = b'{"model": "%s", "prompt": "A", "prompt": "B"}' % str(VALID[dialect][0].body["model"]).encode()
    yield Request(dialect, "generations", twice)
    for kind in ("jpeg", "webp"):
        yield Request(dialect, "generations", {**VALID[dialect][0].body, "output_format": kind})


@cache
def requests_to(dialect: str) -> tuple[Request, ...]:
    """The requests whose replies are compared."""
    return (*VALID[dialect], *WRONG[dialect], *DOCUMENTED.get(dialect, ()), *of_open_questions(dialect))


def wire_of(gateway: Gateway, request: Request) -> Wire:
    """The reply of a gateway to one request, as an HTTP server is given it."""
    waits: list[float] = []

    async def sleep(seconds: float) -> None:
        waits.append(seconds)

    operation = load_dialect(request.dialect).operation(request.operation)
    body, content_type = written(request, operation)
    authentication = load_dialect(request.dialect).about["authentication"]
    headers = {
        "host": "gateway.test",
        "content-type": request.content_type or content_type,
        "accept-encoding": "gzip, deflate",
        authentication["header"].lower(): f"{authentication.get('scheme', '')} any".strip(),
    }
    scope = {
        "type": "http",
        "method": operation.method,
        "path": operation.path,
        "scheme": "http",
        "query_string": b"",
        "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
    }
    sent: list[dict[str, Any]] = []

    asked = iter([{"type": "http.request", "body": body, "more_body": False}])

    async def receive() -> dict[str, Any]:
        for message in asked:
            return message
        await asyncio.Event().wait()  # the client stays until it has its answer
        raise AssertionError

    async def send(message: Any) -> None:
        sent.append(message)

    asyncio.run(create_app(gateway, sleep=sleep)(scope, receive, send))
    chunks = tuple(message["body"] for message in sent[1:] if message.get("body"))
    return sent[0]["status"], tuple(map(tuple, sent[0]["headers"])), chunks, tuple(waits)


def gateway_with(dialect: str, *variants: str) -> Gateway:
    """A gateway whose clock stands still."""
    return Gateway([dialect], variants=variants, clock=lambda: NOW)


@cache
def clean_wires(dialect: str) -> tuple[Wire, ...]:
    """What the gateway without variants sends."""
    gateway = gateway_with(dialect)
    return tuple(wire_of(gateway, request) for request in requests_to(dialect))


@pytest.mark.parametrize(("dialect", "variant"), EACH, ids=IDS)
def test_a_variant_changes_what_goes_over_the_wire(
    dialect: str, variant: Variant, monkeypatch: pytest.MonkeyPatch
) -> None:
    """For at least one request the status, the headers, the bytes or the time of the reply are others."""
    monkeypatch.setattr(secrets, "token_hex", lambda size: "0" * 2 * size)
    gateway = gateway_with(dialect, variant.name)
    pairs = zip(requests_to(dialect), clean_wires(dialect), strict=True)
    assert any(wire_of(gateway, request) != clean for request, clean in pairs)


@pytest.fixture(scope="module")
def courts() -> Iterator[dict[str, RunningGateway]]:
    """A running gateway for each dialect."""
    with ExitStack() as stack:
        yield {name: stack.enter_context(court(load_dialect(name))) for name in known_dialects()}


@pytest.mark.parametrize(("dialect", "variant"), EACH, ids=IDS)
def test_no_run_blames_a_legal_variant(dialect: str, variant: Variant, courts: dict[str, RunningGateway]) -> None:
    """Nothing fails, and nothing is warned of but what the document has a milder word for."""
    heard = hear(courts[dialect], load_dialect(dialect), (variant,), narrow=True, examples=2)
    assert heard.false_alarms == ()
    assert heard.judged > len(heard.undecided) or variant.leaves_open == "operation"


@pytest.mark.parametrize("dialect", known_dialects())
@pytest.mark.parametrize("turn", range(4))
def test_no_run_blames_several_variants_at_once(dialect: str, turn: int, courts: dict[str, RunningGateway]) -> None:
    """Eight variants by chance work together, and are not blamed either."""
    chosen = random.Random(f"{dialect} {turn}").sample(variants_of(dialect), 8)
    heard = hear(courts[dialect], load_dialect(dialect), chosen, narrow=True, examples=2, seed=turn)
    assert heard.false_alarms == (), [variant.name for variant in chosen]


@pytest.mark.parametrize("name", ["busy-seconds", "busy-date", "busy", "overloaded", "bad-gateway"])
def test_an_endpoint_that_is_busy_now_and_then_is_judged_all_the_same(
    name: str, courts: dict[str, RunningGateway]
) -> None:
    """Requests that are turned away are sent again after a wait, so that nearly everything is settled."""
    dialect, time = load_dialect("openai"), SkippedTime()
    quiet = hear(courts["openai"], dialect, (), narrow=True, examples=0)
    [variant] = find_variants([name], [dialect])
    heard = hear(courts["openai"], dialect, (variant,), narrow=True, examples=0, time=time)
    assert len(heard.undecided) <= len(quiet.undecided) + MISSED_AT_MOST
    assert len(time.waits) >= quiet.requests // 7
    assert time.skipped < LONGEST


def test_names_are_checked() -> None:
    """A name that is not known is answered with the closest ones, a variant that is not legal with its dialects."""
    with pytest.raises(UsageError, match="unknown variant 'stream-crfl'; do you mean stream-crlf"):
        gateway_with("openai", "stream-crfl")
    with pytest.raises(UsageError, match="'direct-group-missing-400' is legal in anyfast, not in openai"):
        gateway_with("openai", "direct-group-missing-400")


def test_the_order_of_the_names_makes_no_difference(monkeypatch: pytest.MonkeyPatch) -> None:
    """Several variants work in the order of the table."""
    monkeypatch.setattr(secrets, "token_hex", lambda size: "0" * 2 * size)
    names = ["gzip", "stream-crlf", "stream-comments", "extra-keys", "charset-named"]
    request = Request("openai", "generations", {"model": "gpt-image-1", "prompt": "A fox", "stream": True})
    one, other = (wire_of(gateway_with("openai", *order), request) for order in (names, names[::-1]))
    assert one == other
    assert (b"content-encoding", b"gzip") in one[1]


def test_a_gateway_says_which_variants_are_switched_on() -> None:
    """They can be changed while it runs, and the old ones are off then."""
    gateway = gateway_with("openai", "gzip")
    gateway.vary("slow", "busy")
    assert [variant.name for variant in gateway.variants] == ["busy", "slow"]


def test_every_variant_has_a_name_of_its_own_and_is_legal_somewhere() -> None:
    """No name stands twice, and each is legal in some dialect here."""
    names = [variant.name for variant in VARIANTS]
    assert len(set(names)) == len(names)
    assert {variant.name for _, variant in EACH} == set(names)
