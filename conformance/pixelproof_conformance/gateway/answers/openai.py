"""The dialect ``openai``: GPT image models answer base64 with settings and usage, the dall-e models an address."""

from dataclasses import replace

from pixelproof import Finding
from pixelproof._values import Json

from pixelproof_conformance.gateway.answers.base import Answers
from pixelproof_conformance.gateway.answers.settings import one_of
from pixelproof_conformance.gateway.calls import Call, Order, Refusal

_GPT, _DALL_E_2, _DALL_E_3 = "gpt", "dall-e-2", "dall-e-3"
_FROM_THE_MODEL = "image_generation_user_error"
_COMBINATIONS = {
    "openai/generations/transparent-background-with-jpeg": (
        "Transparent background is not supported for JPEG output format",
        "invalid_transparent_background_output_format",
    ),
    "openai/generations/output-compression-with-png": (
        "Compression less than 100 is not supported for PNG output format",
        "invalid_png_output_compression",
    ),
}


class DialectAnswers(Answers):
    """What the OpenAI document says to a call."""

    def order(self, call: Call) -> Order:
        """What the call orders: the dall-e models know neither formats nor backgrounds nor streams."""
        order = replace(super().order(call), family=self.family(call.values))
        if order.family == _GPT:
            return replace(order, delivery="b64_json")
        return replace(
            order,
            format="png",
            background="opaque",
            compression=None,
            delivery=one_of(call.values.get("response_format"), ("url", "b64_json"), "url"),
            streamed=False,
        )

    def family(self, values: dict[str, Json]) -> str:
        """Which models a request means; one without a model means dall-e-2 unless a parameter is for others only."""
        model = values.get("model")
        if model in (_DALL_E_2, _DALL_E_3):
            return str(model)
        for_gpt = self.dialect.about["absent-model"][0]["when-any-of"]
        return _GPT if model is not None or any(name in values for name in for_gpt) else _DALL_E_2

    def answer(self, order: Order) -> dict[str, Json]:
        """The answer in one piece; only the GPT image models repeat settings and count tokens."""
        answer = super().answer(order)
        if order.family == _GPT:
            return {
                "created": answer["created"],
                "background": order.background,
                "data": answer["data"],
                "output_format": order.format,
                "quality": order.quality,
                "size": order.size,
                "usage": answer["usage"],
            }
        return {"created": answer["created"], "data": answer["data"]}

    def item(self, order: Order, index: int) -> dict[str, Json]:
        """One image of an answer; dall-e-3 tells what it made of the prompt."""
        item = super().item(order, index)
        return {"revised_prompt": f"A picture of: {order.prompt}", **item} if order.family == _DALL_E_3 else item

    def refused(self, call: Call, finding: Finding) -> Refusal:
        """Why a call is not served; combinations have codes of their own."""
        refusal = super().refused(call, finding)
        if finding.requirement in _COMBINATIONS:
            message, code = _COMBINATIONS[finding.requirement]
            return replace(refusal, message=message, code=code, kind=_FROM_THE_MODEL)
        return refusal

    def refusal(self, refusal: Refusal) -> Json:
        """The error object: always message, type, param and code."""
        return {
            "error": {
                "message": refusal.message,
                "type": refusal.kind,
                "param": refusal.parameter,
                "code": refusal.code,
            }
        }
