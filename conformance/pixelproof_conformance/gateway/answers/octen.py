"""The dialect ``octen``: one endpoint that generates and edits, for two families of models that answer differently."""

import secrets
from dataclasses import replace
from math import log

from pixelproof._values import Json

from pixelproof_conformance.gateway.answers.base import Answers, named, transparent_jpeg
from pixelproof_conformance.gateway.answers.settings import pictures_in, sides
from pixelproof_conformance.gateway.calls import Call, Order, Refusal

_GEMINI, _GEMINI_WITH_TEXT, _GPT = "gemini", "gemini with text", "gpt"
_GEMINI_NAMES = ("google/", "nano-banana")
_LONGEST_EDGE = 16_383  # of what can be made
_MOST_PIXELS = {"png": _LONGEST_EDGE**2, "jpeg": 1 << 24, "webp": 1 << 24}
_GEMINI_SIZES = (
    (1024, 1024),
    (832, 1248),
    (1248, 832),
    (864, 1184),
    (1184, 864),
    (896, 1152),
    (1152, 896),
    (768, 1344),
    (1344, 768),
    (1536, 672),
)


class DialectAnswers(Answers):
    """What the Octen document says to a call."""

    def order(self, call: Call) -> Order:
        """What the call orders; parameters of the other family change nothing."""
        order = super().order(call)
        width, height = sides(call.values.get("size"), longest=_LONGEST_EDGE)
        edit = pictures_in(call.values.get("image")) > 0
        order = replace(order, family=_GPT, width=width, height=height, delivery="b64_json", edit=edit)
        if not (order.model or "").startswith(_GEMINI_NAMES):
            return order
        modalities = call.values.get("response_modalities", ["text", "image"])
        with_text = isinstance(modalities, list) and "text" in modalities
        width, height = nearest_size(*sides(call.values.get("size"), longest=10**9))
        return replace(
            order,
            family=_GEMINI_WITH_TEXT if with_text else _GEMINI,
            width=width,
            height=height,
            count=1,
            format="png" if order.format == "webp" else order.format,
            background="opaque",
            quality="low",
            compression=None,
            streamed=False,
        )

    def impossible(self, call: Call) -> Refusal | None:
        """The document accepts every size, and leaves a transparent JPEG open; neither can be made without end."""
        order = self.order(call)
        width, height = sides(call.values.get("size"), longest=10**9)
        if order.family != _GPT:
            return None
        if max(width, height) > _LONGEST_EDGE or width * height > _MOST_PIXELS[order.format]:
            message = f"Invalid value for 'size': a {order.format} of {width}x{height} pixels cannot be made here."
            return Refusal(400, message, "size", "invalid_value")
        return transparent_jpeg(order)

    def answer(self, order: Order) -> dict[str, Json]:
        """The answer: settings that were applied from a GPT model, text and parts from a Gemini model."""
        answer = super().answer(order)
        answer = {"id": f"img-{secrets.token_hex(8)}", "created": answer["created"], **answer}
        if order.family == _GPT:
            return {**answer, **self.settings(order)}
        answer["output_format"] = order.format
        parts: list[Json] = [{"type": "image", "index": index} for index in range(order.count)]
        if order.family == _GEMINI_WITH_TEXT:
            answer["text"] = f"Here is the picture: {order.prompt}"
            parts = [{"type": "text", "text": answer["text"]}, *parts]
        return {**answer, "parts": parts}

    def refusal(self, refusal: Refusal) -> Json:
        """The envelope of the provider's error pages; the code is the status."""
        message = named(refusal)
        if refusal.code == "missing_required_parameter":
            message = f"Missing parameter {refusal.parameter}"
        return {"code": refusal.status, "msg": message, "data": {}, "meta": {}}


def nearest_size(width: int, height: int) -> tuple[int, int]:
    """The size of a Gemini model whose aspect ratio is nearest to that of ``width`` and ``height``."""
    return min(_GEMINI_SIZES, key=lambda size: abs(log(size[0] / size[1]) - log(width / height)))
