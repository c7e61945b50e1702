"""The dialect ``infinityblue``: one image in one JSON object, whatever is asked, as base64 or as an address."""

from dataclasses import replace

from pixelproof._values import Json

from pixelproof_conformance.gateway.answers.base import Answers
from pixelproof_conformance.gateway.calls import Call, Order, Refusal

_KINDS = {401: "authentication_error", 403: "permission_error", 404: "not_found_error", 500: "server_error"}
_CODES = {
    "invalid_type": "invalid_parameter",
    "integer_below_min_value": "invalid_parameter",
    "integer_above_max_value": "invalid_parameter",
    "duplicate_parameter": "invalid_request_body",
    "string_above_max_length": "prompt_too_long",
}


class DialectAnswers(Answers):
    """What the Infinity Blue document says to a call."""

    def order(self, call: Call) -> Order:
        """What the call orders: streaming and quality have no effect, and one image is all there is."""
        return replace(super().order(call), count=1, quality="low", streamed=False)

    def answer(self, order: Order) -> dict[str, Json]:
        """The answer; the provider's pages show no details of the output tokens."""
        answer = super().answer(order)
        del answer["usage"]["output_tokens_details"]
        return answer

    def refusal(self, refusal: Refusal) -> Json:
        """The error object, with the types and codes of the provider's pages."""
        code = _CODES.get(str(refusal.code), refusal.code)
        if refusal.status == 404:
            code = "endpoint_not_found"
        elif refusal.parameter in ("size", "model") and code == "invalid_value":
            code = f"invalid_{refusal.parameter}"
        elif code == "invalid_value":
            code = "invalid_parameter"
        return {
            "error": {
                "message": refusal.message,
                "type": _KINDS.get(refusal.status, "invalid_request_error"),
                "param": refusal.parameter,
                "code": code,
            }
        }
