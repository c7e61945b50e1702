"""Variants in what is made: sizes, formats, previews and ways of delivery where the document leaves the choice."""

from collections.abc import Callable
from dataclasses import replace
from typing import TypeAlias

from pixelproof._values import Json

from pixelproof_conformance.gateway.calls import Call, Order
from pixelproof_conformance.gateway.faults.deviation import Deviation, Served
from pixelproof_conformance.gateway.variants.variant import Variant

Choice: TypeAlias = Callable[[Call, Order], Order]

_DALL_E = ("dall-e-2", "dall-e-3")
_SIZES = {"dall-e-2": (256, 256), "dall-e-3": (1792, 1024), "gpt": (1024, 1536), "gpt-image-1": (1024, 1536)}
_GEMINI = ("gemini", "gemini with text")


class Chosen(Deviation):
    """Something else is made, where the request and the document leave the choice."""

    def __init__(self, choice: Choice) -> None:
        self._choice = choice

    def order(self, call: Call, order: Order) -> Order:
        """The order with the other choice."""
        return self._choice(call, order)


class AddressBeside(Deviation):
    """Every image comes as base64 and as an address."""

    def answer(self, served: Served, answer: Json) -> Json:
        """The answer with the missing one of the two."""
        order = served.order
        if order.family == "gpt-image-1":  # which always returns base64, and nothing else
            return answer
        text = replace(order, delivery="b64_json")
        data = [
            {**item, "url": served.answers.address(order, index), **_only_base64(served.answers.item(text, index))}
            for index, item in enumerate(answer["data"])
        ]
        return {**answer, "data": data}


def _only_base64(item: dict[str, Json]) -> dict[str, Json]:
    return {"b64_json": item["b64_json"]}


def _is_left_open(call: Call, parameter: str) -> bool:
    return bool(call.values.get(parameter, "auto") == "auto")


def _another_size(call: Call, order: Order) -> Order:
    if not _is_left_open(call, "size"):
        return order
    dialect = call.operation.dialect
    if dialect == "octen":
        width, height = (1344, 768) if order.family in _GEMINI else (1254, 1254)
    elif dialect == "infinityblue":
        width, height = 1024, 768
    else:
        width, height = _SIZES.get(order.family, (640, 480))
    return replace(order, width=width, height=height)


def _larger_from_gemini(call: Call, order: Order) -> Order:
    if order.family not in _GEMINI:
        return order
    return replace(order, width=order.width * 2, height=order.height * 2)


def _best_quality(call: Call, order: Order) -> Order:
    is_open = _is_left_open(call, "quality") and order.family not in (*_GEMINI, *_DALL_E)
    return replace(order, quality="high") if is_open else order


def _transparent(call: Call, order: Order) -> Order:
    refuses = order.family in (*_GEMINI, *_DALL_E) or order.model == "openai/gpt-image-2"
    is_open = _is_left_open(call, "background") and order.format != "jpeg" and not refuses
    return replace(order, background="transparent") if is_open else order


def _another_format(call: Call, order: Order) -> Order:
    promised = call.operation.dialect == "openai" and order.family not in _DALL_E
    if "output_format" in call.values or promised:
        return order
    is_opaque_alone = order.family in _GEMINI or order.family == "dall-e-2"
    return replace(order, format="jpeg" if is_opaque_alone and order.background == "opaque" else "webp")


def _one_preview_fewer(call: Call, order: Order) -> Order:
    return replace(order, partial_images=max(order.partial_images - 1, 0))


def _no_previews(call: Call, order: Order) -> Order:
    return replace(order, partial_images=0)


def _one_image_in_a_stream(call: Call, order: Order) -> Order:
    return replace(order, count=1) if order.streamed else order


def _address(call: Call, order: Order) -> Order:
    dialect = call.operation.dialect
    is_promised = dialect == "orq" and (
        "response_format" in call.values or (order.family == "gpt-image-1" and call.operation.name != "variations")
    )
    if dialect == "openai":
        is_promised = order.model is None or order.model in call.operation.models
    return order if is_promised else replace(order, delivery="url", streamed=False)


def _base64(call: Call, order: Order) -> Order:
    return order if "response_format" in call.values else replace(order, delivery="b64_json")


VARIANTS: tuple[Variant, ...] = (
    Variant(
        "another-size-by-itself",
        "Where no size is asked for, or auto, the picture is not a square of 1024 pixels.",
        "The document leaves the size to the model, or names no default.",
        lambda: Chosen(_another_size),
        dialects=("infinityblue", "octen", "openai", "orq"),
        models=("dall-e-2", "dall-e-3", "google/gemini-3-pro-image"),
    ),
    Variant(
        "larger-pictures-from-gemini",
        "The Gemini models make pictures of twice the sides.",
        "The document maps a size to an aspect ratio and names no pixels.",
        lambda: Chosen(_larger_from_gemini),
        dialects=("octen",),
        models=("google/gemini-3-pro-image",),
    ),
    Variant(
        "best-quality-by-itself",
        "Where no quality is asked for, or auto, the highest is chosen.",
        "The document leaves the quality to the model.",
        lambda: Chosen(_best_quality),
        dialects=("infinityblue", "octen", "openai", "orq"),
    ),
    Variant(
        "transparent-by-itself",
        "Where no background is asked for, or auto, it is transparent.",
        "With auto the model chooses the background.",
        lambda: Chosen(_transparent),
        dialects=("octen", "openai", "orq"),
        models=("openai/gpt-image-1-mini",),
    ),
    Variant(
        "another-format-by-itself",
        "Where no output format is asked for, the picture is a WebP or a JPEG.",
        "The document names no default.",
        lambda: Chosen(_another_format),
        dialects=("octen", "openai", "orq"),
        models=("dall-e-2", "dall-e-3", "google/gemini-3-pro-image"),
    ),
    Variant(
        "one-preview-fewer",
        "A stream has one partial image fewer than was asked for.",
        "The document allows fewer.",
        lambda: Chosen(_one_preview_fewer),
        dialects=("octen", "openai"),
    ),
    Variant(
        "no-previews",
        "A stream has no partial images.",
        "The document allows fewer.",
        lambda: Chosen(_no_previews),
        dialects=("octen", "openai"),
    ),
    Variant(
        "one-image-in-a-stream",
        "A stream brings one image, however many were asked for.",
        "The document does not say how several images travel in a stream.",
        lambda: Chosen(_one_image_in_a_stream),
        dialects=("octen", "openai"),
    ),
    Variant(
        "addresses-where-open",
        "Images come as addresses wherever the document does not promise base64.",
        "The document shows both, or none.",
        lambda: Chosen(_address),
        dialects=("anyfast", "openai", "orq"),
        models=("an unlisted model",),
    ),
    Variant(
        "base64-where-open",
        "Images come as base64 wherever no response format is asked for.",
        "The document names no default.",
        lambda: Chosen(_base64),
        dialects=("orq",),
        models=("dall-e-2",),
    ),
    Variant(
        "base64-and-address",
        "Images come as base64 and as an address.",
        "The document says which of them comes, and not that it comes alone.",
        AddressBeside,
        dialects=("anyfast", "infinityblue", "orq"),
        models=("gpt-image-2-c", "dall-e-2"),
        warns=("b64-json-beside-url", "url-beside-b64-json", "b64-json-though-url-asked", "url-though-b64-json-asked"),
    ),
)
