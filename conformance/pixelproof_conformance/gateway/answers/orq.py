"""The dialect ``orq``: a router, so the last part of the model's name decides how it answers."""

from dataclasses import replace

from pixelproof._values import Json

from pixelproof_conformance.gateway.answers.base import Answers, named, transparent_jpeg
from pixelproof_conformance.gateway.answers.settings import one_of, whole
from pixelproof_conformance.gateway.calls import Call, Order, Refusal

_ALWAYS_BASE64 = "gpt-image-1"
_DALL_E = ("dall-e-2", "dall-e-3")
_CODES = {404: "not_found", 405: "method_not_allowed", 413: "request_too_large", 500: "internal_error"}
_MOST_IMAGES = 10
_PAGE = "https://docs.orq.ai/reference/errors"


class DialectAnswers(Answers):
    """What the orq document says to a call."""

    def order(self, call: Call) -> Order:
        """What the call orders; the family is the model's name without its provider."""
        order = super().order(call)
        family = (order.model or "").rpartition("/")[2]
        by_default = "url" if family in _DALL_E or call.operation.name == "variations" else "b64_json"
        delivery = one_of(call.values.get("response_format"), ("url", "b64_json"), by_default)
        if family == _ALWAYS_BASE64 and call.operation.name != "variations":
            delivery = "b64_json"
        # The table of editing has no number of images; the provider's own pages have it.
        count = whole(call.values.get("n"), 1, 1, _MOST_IMAGES)
        return replace(order, family=family, count=count, delivery=delivery, streamed=False)

    def impossible(self, call: Call) -> Refusal | None:
        """The document gives no limit for the number of images, and does not say what a transparent JPEG would be."""
        asked = call.values.get("n")
        if call.operation.name == "generations" and isinstance(asked, int | float) and asked > _MOST_IMAGES:
            message = f"Invalid 'n': integer above maximum value. Expected a value <= {_MOST_IMAGES}, but got {asked}."
            return Refusal(400, message, "n", "integer_above_max_value")
        return transparent_jpeg(self.order(call))

    def answer(self, order: Order) -> dict[str, Json]:
        """The answer; the dall-e models count no tokens."""
        answer = super().answer(order)
        if order.family in _DALL_E:
            del answer["usage"]
        return answer

    def item(self, order: Order, index: int) -> dict[str, Json]:
        """One image of an answer; dall-e-3 tells what it made of the prompt."""
        item = super().item(order, index)
        return {**item, "revised_prompt": f"A picture of: {order.prompt}"} if order.family == "dall-e-3" else item

    def refusal(self, refusal: Refusal) -> Json:
        """The error object: code, message and the page about errors."""
        code = _CODES.get(refusal.status, "invalid_request_body")
        if refusal.status == 401:
            code = refusal.code or "authentication_required"
        return {"error": {"code": code, "message": named(refusal), "doc_url": _PAGE}}
