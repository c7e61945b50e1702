"""Rules on the pictures of an answer, broken in the bytes of the pictures."""

from io import BytesIO
from zlib import crc32

import pybase64

from pixelproof_conformance.gateway.calls import Order
from pixelproof_conformance.gateway.faults.deviation import Served
from pixelproof_conformance.gateway.faults.rules.breaker import Breaker, PictureChanged
from pixelproof_conformance.gateway.pictures import make_picture, truncate_picture

_NO_PICTURE = b'{"error": "the image could not be made"}'
_SMALLER = (512, 512)
_TINY = (64, 64)


class PrefixedText(PictureChanged):
    """The base64 stands behind the prefix of a data URL."""

    def changed(self, served: Served, text: str) -> str:
        """The text with the prefix."""
        return f"data:image/{served.order.format};base64,{text}"


class BytesChanged(PictureChanged):
    """The bytes of every picture are replaced."""

    def replaced(self, order: Order, content: bytes) -> bytes:
        """The bytes that are sent in place of ``content``."""
        return content

    def changed(self, served: Served, text: str) -> str:
        """The base64 of the bytes that are sent in its place."""
        return pybase64.b64encode(self.replaced(served.order, pybase64.b64decode(text))).decode("ascii")


class NoPicture(BytesChanged):
    """An error text is sent as the picture."""

    def replaced(self, order: Order, content: bytes) -> bytes:
        """A JSON text."""
        return _NO_PICTURE


class PictureCut(BytesChanged):
    """Half of the picture is missing."""

    def replaced(self, order: Order, content: bytes) -> bytes:
        """The first half."""
        return truncate_picture(content)


class PictureAndMore(BytesChanged):
    """A JSON text follows the picture."""

    def replaced(self, order: Order, content: bytes) -> bytes:
        """The picture and the text."""
        return content + _NO_PICTURE


class OtherFormat(BytesChanged):
    """The picture has another format than the one that was asked for."""

    leaves_out = ("output_format",)

    def replaced(self, order: Order, content: bytes) -> bytes:
        """The picture as a PNG, or a PNG as a WebP."""
        alpha = order.background == "transparent"
        other = "png" if order.format != "png" else "webp"
        return make_picture(order.width, order.height, format=other, alpha=alpha, seed=crc32(content))


class OtherSize(BytesChanged):
    """The picture has another size than the one that was asked for."""

    leaves_out = ("size",)

    def replaced(self, order: Order, content: bytes) -> bytes:
        """A smaller picture."""
        width, height = _SMALLER if (order.width, order.height) != _SMALLER else _TINY
        alpha = order.background == "transparent" and order.format != "jpeg"
        return make_picture(width, height, format=order.format, alpha=alpha, seed=crc32(content))


class WithoutAlpha(BytesChanged):
    """A picture that should be transparent is opaque."""

    def replaced(self, order: Order, content: bytes) -> bytes:
        """The picture without an alpha channel."""
        if order.background != "transparent":
            return content
        return make_picture(order.width, order.height, format=order.format, seed=crc32(content))


class WithHoles(BytesChanged):
    """A picture that should be opaque is transparent in places."""

    def replaced(self, order: Order, content: bytes) -> bytes:
        """The picture with transparent pixels, where its format can have them."""
        if order.background == "transparent" or order.format == "jpeg":
            return content
        return make_picture(order.width, order.height, format=order.format, alpha=True, seed=crc32(content))


class UnlistedFormat(BytesChanged):
    """The picture is a GIF."""

    leaves_out = ("output_format",)

    def replaced(self, order: Order, content: bytes) -> bytes:
        """A GIF of the same size."""
        from PIL import Image

        file = BytesIO()
        Image.new("P", (order.width, order.height), crc32(content) % 256).save(file, "GIF")
        return file.getvalue()


BREAKERS: dict[str, Breaker] = {
    "junk-after-picture": PictureAndMore,
    "not-a-picture": NoPicture,
    "not-base64": PrefixedText,
    "opaque-picture-with-transparency": WithHoles,
    "picture-cut-short": PictureCut,
    "picture-format-not-asked": OtherFormat,
    "picture-format-not-listed": UnlistedFormat,
    "picture-size-not-asked": OtherSize,
    "picture-size-not-listed": OtherSize,
    "transparent-picture-without-alpha": WithoutAlpha,
}
