"""The dialect ``anyfast``: a list of images and no more; the cheaper model for editing returns addresses."""

from dataclasses import replace

from pixelproof._values import Json

from pixelproof_conformance.gateway.answers.base import Answers, named
from pixelproof_conformance.gateway.calls import Call, Order, Refusal

_CHEAPER = "gpt-image-2-c"


class DialectAnswers(Answers):
    """What the AnyFast document says to a call."""

    def order(self, call: Call) -> Order:
        """What the call orders; the quality is medium by default."""
        order = super().order(call)
        quality = order.quality if "quality" in call.values else "medium"
        delivery = "url" if order.model == _CHEAPER else "b64_json"
        return replace(order, quality=quality, delivery=delivery, streamed=False)

    def answer(self, order: Order) -> dict[str, Json]:
        """The answer: the time and the images."""
        answer = super().answer(order)
        return {"created": answer["created"], "data": answer["data"]}

    def refusal(self, refusal: Refusal) -> Json:
        """The error object: message, type and code."""
        kind = "authentication_error" if refusal.status == 401 else refusal.kind
        code = refusal.code or ("invalid_api_key" if refusal.status == 401 else "invalid_request")
        return {"error": {"message": named(refusal), "type": kind, "code": code}}
