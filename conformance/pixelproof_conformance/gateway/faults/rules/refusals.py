"""Rules on refusals, broken in their envelope or their status."""

from copy import deepcopy
from dataclasses import replace

from pixelproof._values import Json

from pixelproof_conformance.gateway.calls import Call, Reply
from pixelproof_conformance.gateway.faults.rules.breaker import Breaker, RuleBroken

_MESSAGES = ("message", "msg")


class SaysNothing(RuleBroken):
    """A refusal has an empty message."""

    def refusal(self, call: Call, body: Json) -> Json:
        """The same envelope, its messages emptied."""
        place = call.operation.refusal_message
        names = (*_MESSAGES, place.rpartition("/")[2]) if place else _MESSAGES
        return _emptied(body, names)


class BlamesAnother(RuleBroken):
    """A refusal blames a parameter that is not at fault."""

    def refusal(self, call: Call, body: Json) -> Json:
        """The same envelope with the name of another parameter."""
        place = call.operation.blame
        if not place:
            return body
        body = deepcopy(body)
        *above, last = place[1:].split("/")
        holder = body
        for step in above:
            holder = holder[step]
        others = [name for name in call.operation.parameters if name != holder.get(last) and name in call.values]
        if holder.get(last) and others:
            holder[last] = others[0]
        return body


class AnotherStatus(RuleBroken):
    """A refusal comes with the status 422 in place of 400."""

    def reply(self, call: Call, reply: Reply) -> Reply:
        """The same refusal with another status."""
        return replace(reply, status=422)


def _emptied(value: Json, names: tuple[str, ...]) -> Json:
    if isinstance(value, dict):
        return {
            key: "" if key in names or (key == "error" and isinstance(item, str)) else _emptied(item, names)
            for key, item in value.items()
        }
    return value


BREAKERS: dict[str, Breaker] = {
    "refusal-blames-another-parameter": BlamesAnother,
    "refusal-with-another-status": AnotherStatus,
    "refusal-without-message": SaysNothing,
}
