"""Variants of an endpoint that is busy, filters a prompt, or serves only a part of what the document lists."""

import time
from collections.abc import Callable
from dataclasses import replace
from email.utils import formatdate
from itertools import count

from pixelproof_conformance.gateway.calls import Call, Refusal, Reply
from pixelproof_conformance.gateway.faults.deviation import Deviation
from pixelproof_conformance.gateway.variants.variant import Variant

EVERY = 7
"""Each seventh request is met: seldom enough that its repetition is answered, often enough that every run sees it."""

_LEGAL = "HTTP lets any server answer so at any time; it says nothing about the request."


class NowAndThen(Deviation):
    """Each seventh request is turned away; the same request is answered when it comes again."""

    def __init__(self, refusal: Callable[[], Refusal]) -> None:
        self._refusal = refusal
        self._numbers = count(1)  # its next() is one step, so threads need no lock

    def turns_away(self, call: Call) -> Refusal | None:
        """The refusal of a request whose turn it is."""
        return None if next(self._numbers) % EVERY else self._refusal()


class BadGateway(Deviation):
    """A proxy puts its page in place of each seventh answer."""

    def __init__(self) -> None:
        self._numbers = count(1)

    def reply(self, call: Call, reply: Reply) -> Reply:
        """The page of the proxy, when it is its turn."""
        if next(self._numbers) % EVERY:
            return reply
        page = b"<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>502 Bad Gateway</body>\r\n</html>\r\n"
        return Reply(502, "text/html", (page,))


class Filtered(Deviation):
    """The content filter refuses each seventh request that would be answered."""

    def __init__(self, code: str) -> None:
        self._code = code
        self._numbers = count(1)

    def refuses(self, call: Call) -> Refusal | None:
        """The refusal of the filter; a wrong request is refused for what is wrong."""
        if any(finding.severity == "error" for finding in call.findings) or next(self._numbers) % EVERY:
            return None
        message = f"Your request was rejected by the safety system ({self._code})."
        return Refusal(400, message, None, self._code, "image_generation_user_error")

    def refusal(self, call: Call, body: object) -> object:
        """The error object with the code of the filter, where the dialect gives it another."""
        error = body.get("error") if isinstance(body, dict) else None
        if isinstance(error, dict) and self._code in str(error.get("message")) and "code" in error:
            return {**body, "error": {**error, "code": self._code}}  # type: ignore[dict-item]  # it is an object
        return body


class Slow(Deviation):
    """Every answer takes a second longer."""

    def reply(self, call: Call, reply: Reply) -> Reply:
        """The reply, which waits."""
        return replace(reply, wait=reply.wait + 1.0)


class Missing(Deviation):
    """Some calls meet a route or a model that is not there."""

    def __init__(self, is_missing: Callable[[Call], bool], refusal: Refusal) -> None:
        self._is_missing = is_missing
        self._refusal = refusal

    def turns_away(self, call: Call) -> Refusal | None:
        """The refusal of what is not there."""
        return self._refusal if self._is_missing(call) else None


def _busy(*headers: tuple[str, str]) -> Refusal:
    return Refusal(429, "Too many requests.", None, "rate_limit_exceeded", "rate_limit_error", headers)


def _unwell(status: int) -> Refusal:
    return Refusal(status, "The service is overloaded. Try again.", None, "service_unavailable", "server_error")


def _is_last_model(call: Call) -> bool:
    declared = call.operation
    listed = [name for name in declared.models if name]
    model = call.values.get(declared.model_parameter)
    return isinstance(model, str) and bool(listed) and model == listed[-1]


VARIANTS: tuple[Variant, ...] = (
    Variant(
        "busy-seconds",
        f"Each {EVERY}th request gets status 429 and is to come again after a second.",
        _LEGAL,
        lambda: NowAndThen(lambda: _busy(("retry-after", "1"))),
        leaves_open="some",
    ),
    Variant(
        "busy-date",
        f"Each {EVERY}th request gets status 429 and is to come again at an HTTP date.",
        _LEGAL,
        lambda: NowAndThen(lambda: _busy(("retry-after", formatdate(time.time() + 1, usegmt=True)))),
        leaves_open="some",
    ),
    Variant(
        "busy",
        f"Each {EVERY}th request gets status 429, and no word about when to come again.",
        _LEGAL,
        lambda: NowAndThen(_busy),
        leaves_open="some",
    ),
    Variant(
        "overloaded",
        f"Each {EVERY}th request gets status 503.",
        _LEGAL,
        lambda: NowAndThen(lambda: _unwell(503)),
        leaves_open="some",
    ),
    Variant(
        "failing",
        f"Each {EVERY}th request gets status 500.",
        _LEGAL,
        lambda: NowAndThen(lambda: _unwell(500)),
        leaves_open="some",
    ),
    Variant(
        "bad-gateway",
        f"A proxy answers each {EVERY}th request with its page and status 502.",
        _LEGAL,
        BadGateway,
        leaves_open="some",
    ),
    *(
        Variant(
            f"filtered-{code.replace('_', '-')}",
            f"Each {EVERY}th request that is right is refused by the content filter, with the code {code}.",
            "Any prompt may be refused by a filter that the document does not describe.",
            lambda code=code: Filtered(code),  # type: ignore[misc]  # the default binds the code
            dialects=("anyfast", "infinityblue", "openai", "orq"),
            leaves_open="some",
        )
        for code in ("moderation_blocked", "content_policy_violation")
    ),
    Variant("slow", "Every answer takes a second longer.", "No document promises a time.", Slow),
    Variant(
        "generations-only",
        "Editing and variations have no route: status 404.",
        "An endpoint need not serve every operation of a document.",
        lambda: Missing(
            lambda call: call.operation.name != "generations", Refusal(404, "Invalid URL.", kind="not_found_error")
        ),
        operations=("edits", "variations"),
        leaves_open="operation",
    ),
    Variant(
        "last-model-not-found",
        "The last model of the document is not there: status 404.",
        "An account need not have every model.",
        lambda: Missing(
            _is_last_model, Refusal(404, "The model does not exist.", "model", "model_not_found", "not_found_error")
        ),
        dialects=("octen", "openai"),
        models=("nano-banana-2", "dall-e-3", "gpt-image-1-mini"),
        leaves_open="operation",
    ),
    Variant(
        "last-model-forbidden",
        "The account may not use the last model of the document: status 403.",
        "An account need not have every model.",
        lambda: Missing(
            _is_last_model,
            Refusal(403, "Your organization must be verified to use the model.", "model", "model_not_accessible"),
        ),
        dialects=("octen", "openai"),
        models=("nano-banana-2", "dall-e-3", "gpt-image-1-mini"),
        leaves_open="operation",
    ),
)
