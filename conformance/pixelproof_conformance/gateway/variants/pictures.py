"""Variants in the files of pictures: other kinds of PNG, JPEG and WebP than the gateway makes by itself."""

from collections.abc import Callable
from functools import lru_cache
from io import BytesIO
from typing import TypeAlias

import pybase64
from PIL import Image, PngImagePlugin
from pixelproof._values import Json

from pixelproof_conformance.gateway.calls import Event
from pixelproof_conformance.gateway.faults.deviation import Deviation, Served
from pixelproof_conformance.gateway.pictures import png_chunk
from pixelproof_conformance.gateway.variants.variant import Variant

Writing: TypeAlias = Callable[[Image.Image], bytes]

_LEGAL = "The document names the format and no kind of it; every reader of the format reads this."


_WITH_WEBP = ("infinityblue", "octen", "openai", "orq")


class PicturesWritten(Deviation):
    """Every picture of a format that is sent as base64, previews included, is written as another kind of it."""

    def __init__(self, format_name: str, writing: Writing) -> None:
        self._format = format_name
        self._writing = writing

    def answer(self, served: Served, answer: Json) -> Json:
        """The answer with its pictures written anew."""
        return {**answer, "data": [self._written(served, item) for item in answer["data"]]}

    def events(self, served: Served, events: list[Event]) -> list[Event]:
        """The events with their pictures written anew."""
        return [{**event, "data": self._written(served, event["data"])} for event in events]

    def _written(self, served: Served, item: dict[str, Json]) -> dict[str, Json]:
        if served.order.format != self._format or "b64_json" not in item:
            return item
        return {**item, "b64_json": _rewritten(item["b64_json"], self._writing)}


@lru_cache(maxsize=64)
def _rewritten(text: str, writing: Writing) -> str:
    with Image.open(BytesIO(pybase64.b64decode(text))) as picture:
        return pybase64.b64encode(writing(picture)).decode("ascii")


def _saved(picture: Image.Image, format_name: str, **options: object) -> bytes:
    file = BytesIO()
    picture.save(file, format_name, **options)
    return file.getvalue()


def _progressive(picture: Image.Image) -> bytes:
    return _saved(picture, "JPEG", progressive=True)


def _gray_jpeg(picture: Image.Image) -> bytes:
    return _saved(picture.convert("L"), "JPEG")


def _jpeg_with_facts(picture: Image.Image) -> bytes:
    exif = Image.Exif()
    exif[0x0131] = "A model of images"  # the tag for software
    return _saved(picture, "JPEG", exif=exif, comment=b"made by a model", icc_profile=b"\0" * 128)


def _palette(picture: Image.Image) -> bytes:
    if "A" in picture.getbands():
        return _saved(picture.quantize(64, method=Image.Quantize.FASTOCTREE), "PNG", compress_level=1)
    return _saved(picture.convert("P", palette=Image.Palette.WEB), "PNG", compress_level=1)


def _opaque_with_alpha(picture: Image.Image) -> bytes:
    return _saved(picture.convert("RGBA"), "PNG", compress_level=1)


def _gray_png(picture: Image.Image) -> bytes:
    return _saved(picture.convert("LA" if "A" in picture.getbands() else "L"), "PNG", compress_level=1)


def _png_with_facts(picture: Image.Image) -> bytes:
    facts = PngImagePlugin.PngInfo()
    facts.add_text("Software", "A model of images")
    facts.add_itxt("prompt", "Ein Füchslein", lang="de", zip=True)
    raw = _saved(picture, "PNG", compress_level=1, pnginfo=facts, dpi=(72, 72))
    head = raw.index(b"IDAT") - 4
    return raw[:head] + png_chunk(b"caBX", b"content credentials") + raw[head:]


def _png_in_many_chunks(picture: Image.Image) -> bytes:
    raw = _saved(picture, "PNG", compress_level=1)
    start = raw.index(b"IDAT")
    size = int.from_bytes(raw[start - 4 : start], "big")
    content = raw[start + 4 : start + 4 + size]
    pieces = [content[at : at + 500] for at in range(0, size, 500)]
    return raw[: start - 4] + b"".join(png_chunk(b"IDAT", one) for one in pieces) + raw[start + 8 + size :]


def _lossless(picture: Image.Image) -> bytes:
    return _saved(picture, "WEBP", lossless=True, quality=0, method=0)


def _extended(picture: Image.Image) -> bytes:
    exif = Image.Exif()
    exif[0x0131] = "A model of images"
    return _saved(picture, "WEBP", method=0, exif=exif)


VARIANTS: tuple[Variant, ...] = tuple(
    Variant(
        name,
        says,
        _LEGAL,
        lambda kind=kind, writing=writing: PicturesWritten(kind, writing),  # type: ignore[misc]  # the defaults bind them
        dialects=_WITH_WEBP if kind == "webp" else (),
    )
    for name, says, kind, writing in (
        ("progressive-jpeg", "JPEG pictures are progressive.", "jpeg", _progressive),
        ("gray-jpeg", "JPEG pictures are gray and have one channel.", "jpeg", _gray_jpeg),
        ("jpeg-with-facts", "JPEG pictures carry EXIF, a colour profile and a comment.", "jpeg", _jpeg_with_facts),
        ("png-palette", "PNG pictures have a palette.", "png", _palette),
        ("png-gray", "PNG pictures are gray.", "png", _gray_png),
        ("png-opaque-with-alpha", "PNG pictures have an alpha channel, opaque or not.", "png", _opaque_with_alpha),
        ("png-with-facts", "PNG pictures carry texts and content credentials.", "png", _png_with_facts),
        ("png-in-many-chunks", "The data of PNG pictures are parted into many chunks.", "png", _png_in_many_chunks),
        ("webp-lossless", "WebP pictures are lossless.", "webp", _lossless),
        ("webp-extended", "WebP pictures are in the extended form, with EXIF.", "webp", _extended),
    )
)
