"""The request names no model, and the document does not say which one is used."""

from collections.abc import Iterator

from pixelproof._exchange import Exchange
from pixelproof._values import Json, Seen
from pixelproof.rules import rule


@rule("model-left-open", on=("always", "request"))
def model_left_open(exchange: Exchange, parameters: dict[str, Json]) -> Iterator[Seen]:
    """The request names no model, but a parameter in it selects a family of models.

    Why: price and limits depend on a model that the caller did not choose.
    Flagged: ``{"prompt": "A fox", "output_format": "webp"}``.
    Allowed: the same with ``"model": "gpt-image-1"``.
    Keep: choose the model at one documented place, and name it in the answer or in your own document.
    """
    yield Seen(("model",), None, "the name of a model", note="is not named")
