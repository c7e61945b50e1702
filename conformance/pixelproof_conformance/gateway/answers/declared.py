"""The way to answer of dialects that have no module here: what is made follows from their declarations alone.

The parameters that say how many pictures are made, in which size and format, are those that the rules on answers name;
answers and events have the keys that their schemas list. Keys with the name of a parameter repeat its value.
"""

from dataclasses import dataclass, field, fields, replace
from typing import Any, cast

from pixelproof._values import Json

from pixelproof_conformance.gateway.answers.base import FORMATS, Answers, transparent_jpeg
from pixelproof_conformance.gateway.answers.settings import one_of, sides, whole
from pixelproof_conformance.gateway.answers.shaping import IfDeclared, shaped
from pixelproof_conformance.gateway.calls import Call, Event, Order, Refusal
from pixelproof_conformance.gateway.delivery import picture_text

_DELIVERIES = {"b64_json": "QQ==", "url": "https://images.example.com/a.png"}
_LONGEST_EDGE = 16_383  # of what can be made
_USUAL_EDGE = 4096
_MOST_PICTURES = 16
_MOST_PREVIEWS = 8


@dataclass(frozen=True, slots=True)
class DeclaredOrder(Order):
    """An order that remembers its call, because the shape of the answer depends on the request."""

    call: Call = field(kw_only=True)


class DeclaredAnswers(Answers):
    """What the declarations of a dialect say to a call."""

    def order(self, call: Call) -> Order:
        """What the call orders, by the parameters and defaults that the rules on its answer name."""
        order = super().order(call)
        values, rules = call.values, _rules(call)
        width, height = sides(_asked(values, rules, "picture-size-not-asked", "size"), longest=_longest_edge(call))
        listed = rules.get("picture-format-not-listed", {}).get("formats", FORMATS)
        made = [name for name in FORMATS if name in listed] or FORMATS
        wanted = _asked(values, rules, "picture-format-not-asked", "output_format")
        instead = rules.get("picture-format-not-asked", {}).get("instead", {})
        wanted = instead.get(wanted, wanted) if isinstance(wanted, str) else None
        model = values.get(call.operation.model_parameter)
        previews = _asked(values, rules, "more-partial-images-than-asked", "partial_images")
        return replace(
            DeclaredOrder(**{fact.name: getattr(order, fact.name) for fact in fields(order)}, call=call),
            model=model if isinstance(model, str) else None,
            count=whole(_asked(values, rules, "another-number-of-images", "n"), 1, 1, _MOST_PICTURES),
            width=width,
            height=height,
            format=one_of(wanted, made, made[0]),
            delivery=self._delivery(call),
            streamed=order.streamed and bool(_schema(call, "stream")) and "stream-not-supported" not in rules,
            partial_images=whole(previews, 0, 0, _MOST_PREVIEWS),
        )

    def answer(self, order: Order) -> dict[str, Json]:
        """The answer in one piece, with the declared keys."""
        images = [self._image(order, index) for index in range(order.count)]
        return _as_object(_shaped(order, "answer", "answer", {**self._facts(order), "data": images}))

    def item(self, order: Order, index: int) -> dict[str, Json]:
        """One image of an answer, with the declared keys."""
        answer = _as_object(_shaped(order, "answer", "answer", {"data": [self._image(order, index)]}))
        return _as_object(answer["data"][0])

    def events(self, order: Order) -> list[Event]:
        """The answer as a stream, under the names that the rules on streams give to its events."""
        rules = _rules(_call(order))
        types = rules.get("event-not-listed", {}).get("types", ())
        final = _named(types, ".completed") or f"{'image_edit' if order.edit else 'image_generation'}.completed"
        partial = _named(types, ".partial_image") or final.replace(".completed", ".partial_image")
        offers: list[Json] = []
        facts = self._facts(order)
        usage = facts.pop("usage")
        for index in range(order.count):
            for number in range(order.partial_images):
                preview = {"b64_json": picture_text(order, index, partial=number), "partial_image_index": number}
                offers.append({**facts, **preview, "type": partial})
            offers.append({**facts, "usage": usage, "b64_json": picture_text(order, index), "type": final})
        events: list[Event] = _shaped(order, "stream", "events", [{"data": offer} for offer in offers])
        return [{"event": offer["type"], **event} for offer, event in zip(offers, events, strict=True)]

    def impossible(self, call: Call) -> Refusal | None:
        """A transparent JPEG cannot be made, where the dialect asks for transparency."""
        return transparent_jpeg(self.order(call)) if "transparent-picture-without-alpha" in _rules(call) else None

    def _delivery(self, call: Call) -> str:
        """Base64 or an address: the one that is asked for, else the first that an answer to the call can hold."""
        asked = one_of(call.values.get("response_format"), tuple(_DELIVERIES), "b64_json")
        for name in sorted(_DELIVERIES, key=lambda name: name != asked):
            answer = shaped(_schema(call, "answer"), "answer", _exchange(call), {"data": [{name: _DELIVERIES[name]}]})
            data = answer.get("data") if isinstance(answer, dict) else None
            if isinstance(data, list) and data and isinstance(data[0], dict) and data[0].keys() & _DELIVERIES == {name}:
                return name
        return asked

    def _image(self, order: Order, index: int) -> dict[str, Json]:
        facts = {"revised_prompt": IfDeclared((f"A picture of: {order.prompt}",)), **self._facts(order)}
        del facts["created"], facts["usage"]
        if order.delivery == "url":
            return {**facts, "url": self.address(order, index)}
        return {**facts, "b64_json": picture_text(order, index)}

    def _facts(self, order: Order) -> dict[str, Json]:
        """What may be told beside a picture; a setting that the dialect words otherwise is told as it was asked for."""
        known = {**self.settings(order), "model": order.model}
        asked = _call(order).values
        told = {name: IfDeclared(tuple(one[name] for one in (known, asked) if name in one)) for name in known | asked}
        now = int(self.clock())
        return {**told, "created": now, "created_at": IfDeclared((now,)), "usage": self.usage(order)}


def _schema(call: Call, section: str) -> dict[str, Json]:
    schema: dict[str, Json] = call.model_class.section(section).schema
    return schema


def _rules(call: Call) -> dict[str, dict[str, Json]]:
    """The rules that are bound on answers and streams, with their parameters."""
    sections = (_schema(call, "stream"), _schema(call, "answer"))
    return {entry["rule"]: entry["with"] for schema in sections for entry in schema.get("x-rules", ())}


def _asked(values: dict[str, Json], rules: dict[str, dict[str, Json]], rule: str, usual: str) -> Json:
    """The value of the parameter that ``rule`` is about, else its default."""
    bound = rules.get(rule, {})
    return values.get(bound.get("parameter", usual), bound.get("default"))


def _longest_edge(call: Call) -> int:
    """The longest side that a parameter of the call allows, as far as it can be made."""
    nodes = _schema(call, "request").get("properties", {}).values()
    edges = [node["x-pixel-size"]["longest-edge"] for node in nodes if "x-pixel-size" in node]
    return min(max(edges, default=_USUAL_EDGE), _LONGEST_EDGE)


def _named(types: Any, ending: str) -> str | None:
    return next((name for name in types if name.endswith(ending)), None)


def _call(order: Order) -> Call:
    return cast(DeclaredOrder, order).call


def _exchange(call: Call) -> dict[str, Json]:
    return {"request": call.values, "status": 200}


def _shaped(order: Order, section: str, key: str, offer: Json) -> Json:
    call = _call(order)
    return shaped(_schema(call, section), key, _exchange(call), offer)


def _as_object(value: Json) -> dict[str, Json]:
    return value if isinstance(value, dict) else {}
