"""The way to answer that all dialects start from: settings by the usual names, the usual keys back."""

from collections.abc import Callable
from copy import deepcopy
from typing import Any

from pixelproof import Dialect, Finding
from pixelproof._values import Json

from pixelproof_conformance.gateway.answers.settings import one_of, pictures_in, sides, switched_on, text, whole
from pixelproof_conformance.gateway.calls import Call, Event, Order, Refusal
from pixelproof_conformance.gateway.delivery import FileStore, picture, picture_text
from pixelproof_conformance.gateway.references import colours_of_references
from pixelproof_conformance.gateway.refusals import refusal_of

FORMATS = ("png", "jpeg", "webp")
QUALITIES = ("low", "medium", "high")
_OUTPUT_TOKENS = {"low": 272, "medium": 1056, "high": 4160}  # of a picture of 1024x1024
_TOKENS_OF_PREVIEW = 100
_TOKENS_OF_SOURCE = 194
_CHARACTERS_OF_TOKEN = 4


class Answers:
    """What a dialect says to a call. A subclass overrides where its document says something else.

    ``clock`` gives Unix seconds; pictures that are delivered by address go into ``store``.
    """

    def __init__(self, dialect: Dialect, store: FileStore, clock: Callable[[], float]) -> None:
        self.dialect = dialect
        self.store = store
        self.clock = clock

    def order(self, call: Call) -> Order:
        """What the call orders. A parameter that the operation does not list changes nothing."""
        values = {name: value for name, value in call.values.items() if name in call.operation.parameters}
        width, height = sides(values.get("size"))
        delivery = one_of(values.get("response_format"), ("url", "b64_json"), "b64_json")
        return Order(
            model=values["model"] if isinstance(values.get("model"), str) else None,
            family="",
            prompt=text(values.get("prompt")),
            origin=call.origin,
            count=whole(values.get("n"), 1, 1, 10),
            width=width,
            height=height,
            format=one_of(values.get("output_format"), FORMATS, "png"),
            background="transparent" if values.get("background") == "transparent" else "opaque",
            quality=one_of(values.get("quality"), QUALITIES, "low"),
            compression=whole(values["output_compression"], 100, 0, 100) if "output_compression" in values else None,
            delivery=delivery,
            streamed=switched_on(values.get("stream")),
            partial_images=whole(values.get("partial_images"), 0, 0, 3),
            sources=sum(pictures_in(values.get(name)) for name in ("image", "image[]")),
            references=colours_of_references(call),
            edit=call.operation.name != "generations",
        )

    def answer(self, order: Order) -> dict[str, Json]:
        """The answer in one piece."""
        data = [self.item(order, index) for index in range(order.count)]
        return {"created": int(self.clock()), "data": data, "usage": self.usage(order)}

    def item(self, order: Order, index: int) -> dict[str, Json]:
        """One image of an answer."""
        if order.delivery == "url":
            return {"url": self.address(order, index)}
        return {"b64_json": picture_text(order, index)}

    def address(self, order: Order, index: int = 0) -> str:
        """An address under which a picture of the order can be fetched."""
        return f"{order.origin}/files/{self.store.keep(picture(order, index), order.format)}"

    def settings(self, order: Order) -> dict[str, Json]:
        """The settings that answers and events repeat."""
        return {
            "background": order.background,
            "output_format": order.format,
            "quality": order.quality,
            "size": order.size,
        }

    def events(self, order: Order) -> list[Event]:
        """The answer as a stream: for each image its previews, then the finished one."""
        family = "image_edit" if order.edit else "image_generation"
        settings = {"created_at": int(self.clock()), **self.settings(order)}
        events: list[Event] = []

        def add(kind: str, facts: dict[str, Json]) -> None:
            name = f"{family}.{kind}"
            events.append({"event": name, "data": {"type": name, **facts}})

        for index in range(order.count):
            for partial in range(order.partial_images):
                preview = {"b64_json": picture_text(order, index, partial=partial), "partial_image_index": partial}
                add("partial_image", {**preview, **settings})
            final = {"b64_json": picture_text(order, index), **settings}
            add("completed", {**final, "usage": self.usage(order)})
        return events

    def usage(self, order: Order) -> dict[str, Json]:
        """The token counts of the order: a price list of our own, in which everything adds up."""
        share = order.width * order.height / (1024 * 1024)
        text_tokens = 1 + len(order.prompt) // _CHARACTERS_OF_TOKEN
        sources = order.sources * _TOKENS_OF_SOURCE
        each = max(1, round(_OUTPUT_TOKENS[order.quality] * share))
        previews = order.partial_images * _TOKENS_OF_PREVIEW if order.streamed else 0
        pictures = order.count * (each + previews)
        return {
            "input_tokens": text_tokens + sources,
            "input_tokens_details": {"image_tokens": sources, "text_tokens": text_tokens},
            "output_tokens": pictures,
            "output_tokens_details": {"image_tokens": pictures, "text_tokens": 0},
            "total_tokens": text_tokens + sources + pictures,
        }

    def refused(self, call: Call, finding: Finding) -> Refusal:
        """Why a call with this finding, which is an error, is not served."""
        return refusal_of(call, finding)

    def impossible(self, call: Call) -> Refusal | None:
        """Why a documented call cannot be served by this gateway; ``None`` when it can."""
        return None

    def refusal(self, refusal: Refusal) -> Json:
        """A refusal in the envelope that ``dialect.yaml`` shows: its example with message, parameter and code set.

        Without a place for the parameter the message names it.
        """
        shape: dict[str, Any] = self.dialect.about.get("refusal", {})
        body: Json = deepcopy(shape.get("example", {}))
        places = {
            shape.get("message", "/error/message"): refusal.message if "parameter" in shape else named(refusal),
            shape.get("parameter"): refusal.parameter,
            shape.get("code"): refusal.code,
        }
        for place, value in places.items():
            if place is not None:
                *above, last = place[1:].split("/")
                holder = body
                for step in above:
                    holder = holder.setdefault(step, {})
                holder[last] = value
        return body


def transparent_jpeg(order: Order) -> Refusal | None:
    """The refusal of a transparent picture in a format that cannot be transparent."""
    if order.background != "transparent" or order.format != "jpeg":
        return None
    message = "Invalid value for 'output_format': a jpeg cannot have a transparent background."
    return Refusal(400, message, "output_format", "invalid_value")


def named(refusal: Refusal) -> str:
    """The message of a refusal, with its parameter named in it."""
    if refusal.parameter is None or f"'{refusal.parameter}'" in refusal.message:
        return refusal.message
    return f"Parameter '{refusal.parameter}': {refusal.message}"
