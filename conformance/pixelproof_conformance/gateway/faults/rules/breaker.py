"""What the deviations of rules share: their type, and changes to every finished picture or to what stands beside it."""

from collections.abc import Callable
from typing import TypeAlias

from pixelproof._values import Json

from pixelproof_conformance.gateway.calls import Event
from pixelproof_conformance.gateway.faults.deviation import Deviation, Served

Holder: TypeAlias = dict[str, Json]
"""The answer, or the data of an event: what holds settings and usage."""

Breaker: TypeAlias = Callable[[dict[str, Json]], Deviation]
"""Makes the deviation that breaks a rule, from the parameters with which the rule is bound."""


class RuleBroken(Deviation):
    """The deviation that breaks a rule; ``parameters`` are those with which the rule is bound."""

    def __init__(self, parameters: dict[str, Json]) -> None:
        self.parameters = parameters


class BesideChanged(RuleBroken):
    """Something beside the finished pictures is changed: the answer, or the data of each completed event."""

    def changed(self, served: Served, holder: Holder) -> Holder:
        """The answer or the data of an event, changed."""
        return holder

    def answer(self, served: Served, answer: Json) -> Json:
        """The answer, changed."""
        return self.changed(served, answer) if isinstance(answer, dict) else answer

    def events(self, served: Served, events: list[Event]) -> list[Event]:
        """The completed events, changed."""
        return [
            {**event, "data": self.changed(served, event["data"])} if is_final(event) else event for event in events
        ]


class PictureChanged(RuleBroken):
    """Every finished picture that is sent as base64 is changed, and settings that would contradict it are left out."""

    leaves_out: tuple[str, ...] = ()

    def changed(self, served: Served, text: str) -> str:
        """The base64 of a picture, changed."""
        return text

    def answer(self, served: Served, answer: Json) -> Json:
        """The answer with its pictures changed."""
        if not isinstance(answer, dict) or not isinstance(answer.get("data"), list):
            return answer
        data = [self._with_picture(served, item) for item in answer["data"]]
        return {**{name: value for name, value in answer.items() if name not in self.leaves_out}, "data": data}

    def events(self, served: Served, events: list[Event]) -> list[Event]:
        """The completed events with their pictures changed."""
        return [
            {**event, "data": self._with_picture(served, event["data"])} if is_final(event) else event
            for event in events
        ]

    def _with_picture(self, served: Served, item: Json) -> Json:
        if not isinstance(item, dict) or not isinstance(item.get("b64_json"), str):
            return item
        kept = {name: value for name, value in item.items() if name not in self.leaves_out}
        return {**kept, "b64_json": self.changed(served, item["b64_json"])}


def is_final(event: Event) -> bool:
    """Whether an event holds a finished picture."""
    return str(event.get("event", "")).endswith(".completed") and isinstance(event.get("data"), dict)


def is_partial(event: Event) -> bool:
    """Whether an event holds a preview."""
    return str(event.get("event", "")).endswith(".partial_image") and isinstance(event.get("data"), dict)
