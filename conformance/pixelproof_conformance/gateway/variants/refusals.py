"""Variants in the words of refusals, of which most documents show none."""

from collections.abc import Callable
from typing import TypeAlias

from pixelproof._blame import texts_of
from pixelproof._values import Json

from pixelproof_conformance.gateway.calls import Call
from pixelproof_conformance.gateway.faults.deviation import Deviation
from pixelproof_conformance.gateway.variants.variant import Variant

Change: TypeAlias = Callable[[dict[str, Json], str], Json]
"""From the body of a refusal and its message to another body."""

_WITH_OBJECT = ("anyfast", "infinityblue", "openai", "orq")
_WITH_PARAMETER = ("infinityblue", "openai")
_LEGAL = "The document shows no refusal."


class Worded(Deviation):
    """A refusal says the same in another shape."""

    def __init__(self, change: Change) -> None:
        self._change = change

    def refusal(self, call: Call, body: Json) -> Json:
        """The refusal in the other shape; one without a message stays as it is."""
        texts = texts_of(body, call.operation.refusal_message)
        return self._change(body, texts[0]) if texts else body


def _with_error(**facts: Json) -> Change:
    return lambda body, message: {**body, "error": {**_error(body), **facts}}


def _without(*names: str) -> Change:
    def changed(body: dict[str, Json], message: str) -> Json:
        return {**body, "error": {name: value for name, value in _error(body).items() if name not in names}}

    return changed


def _error(body: dict[str, Json]) -> dict[str, Json]:
    error = body.get("error")
    return error if isinstance(error, dict) else {"message": str(error)}


def _terse(body: dict[str, Json], message: str) -> Json:
    return {"error": {"message": "Bad Request", "type": "invalid_request_error", "param": None, "code": None}}


VARIANTS: tuple[Variant, ...] = (
    Variant(
        "error-param-null",
        "Refusals name no parameter: it is null.",
        _LEGAL,
        lambda: Worded(_with_error(param=None)),
        dialects=_WITH_PARAMETER,
    ),
    Variant(
        "error-param-absent",
        "Refusals have no key for the parameter.",
        _LEGAL,
        lambda: Worded(_without("param")),
        dialects=_WITH_PARAMETER,
    ),
    Variant(
        "error-code-null",
        "Refusals have no code: it is null.",
        _LEGAL,
        lambda: Worded(_with_error(code=None)),
        dialects=_WITH_OBJECT,
    ),
    Variant(
        "error-code-absent",
        "Refusals have no key for the code.",
        _LEGAL,
        lambda: Worded(_without("code")),
        dialects=_WITH_OBJECT,
    ),
    Variant(
        "error-code-number",
        "Refusals have a number as their code.",
        _LEGAL,
        lambda: Worded(_with_error(code=40001)),
        dialects=_WITH_OBJECT,
    ),
    Variant(
        "error-extra-keys",
        "Refusals have keys that no document lists.",
        _LEGAL,
        lambda: Worded(lambda body, message: {**body, "request_id": "req-1", "docs": None, "retryable": False}),
    ),
    Variant(
        "error-as-text",
        "A refusal is an object whose error is a text.",
        _LEGAL,
        lambda: Worded(lambda body, message: {"error": message}),
    ),
    Variant(
        "error-at-the-top",
        "A refusal is an object with a message and no error object.",
        _LEGAL,
        lambda: Worded(lambda body, message: {"message": message, "status": "error"}),
    ),
    Variant(
        "error-as-msg",
        "A refusal is an object with the message under msg.",
        _LEGAL,
        lambda: Worded(lambda body, message: {"code": 400, "msg": message, "data": {}}),
    ),
    Variant("error-terse", "A refusal says no more than Bad Request.", _LEGAL, lambda: Worded(_terse)),
    Variant(
        "error-as-problem",
        "A refusal is a problem of RFC 9457, with a title and a detail.",
        _LEGAL,
        lambda: Worded(lambda body, message: {"type": "about:blank", "title": "Bad Request", "detail": message}),
    ),
)
