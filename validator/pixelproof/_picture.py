"""What a picture is: read from its container, and decoded only where pixels are asked for.

Every kind of trouble ends as a value: no known format is None, a damaged container is ``Picture.problem``, and what
Pillow cannot decode is a reason in words. Only `read_picture_file` raises, ``OSError`` when there is no file to read.
"""

from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from pixelproof._picture_structure import PNG_SIGNATURE, Data, Picture, read_jpeg, read_png, read_webp

if TYPE_CHECKING:
    from PIL.Image import Image

__all__ = ["Picture", "colours_of", "decodes", "read_picture", "read_picture_file", "transparent_pixels"]

# Pillow reads dozens of formats, some of them through large native libraries: only these few decode foreign bytes.
_DECODED = {"png": "PNG", "jpeg": "JPEG", "webp": "WEBP", "gif": "GIF", "bmp": "BMP"}
_MOST_PIXELS = 50_000_000
_SMALL = 12 * 1024
_LONGEST_REASON = 120


def read_picture(data: Data) -> Picture | None:
    """Tell what picture the bytes are, from magic bytes and container structure; None when no picture format is known.

    Pixels are neither decoded nor copied, and no input raises. Zero bytes after the logical end are padding: they count
    as ``trailing`` but are no problem.
    """
    return _read_small(data) if type(data) is bytes and len(data) <= _SMALL else _read(_flat(data))


def _read(data: Data) -> Picture | None:
    head = bytes(data[:12])
    if head.startswith(b"\xff\xd8\xff"):
        return read_jpeg(data)
    if head.startswith(PNG_SIGNATURE[:4]):
        return read_png(data)
    if head.startswith(b"RIFF") and head[8:] == b"WEBP":
        return read_webp(data)

    from pixelproof._picture_other import read_other

    return read_other(data)


_read_small = lru_cache(maxsize=32)(_read)  # a mask or a test picture comes with one request after the other


def read_picture_file(path: str | Path, limit_bytes: int) -> Picture | None:
    """Tell what picture a file is, without holding the file in memory; None when no picture format is known.

    Of a file with more than ``limit_bytes`` bytes only that many are looked at. Its ``problem`` is then that it is too
    long; whether it ends too early is not judged. Raises ``OSError`` when the file cannot be read.
    """
    import mmap

    with Path(path).open("rb") as file:
        size = file.seek(0, 2)
        if not size or limit_bytes < 1:
            return None
        with (
            mmap.mmap(file.fileno(), min(size, limit_bytes), access=mmap.ACCESS_READ) as mapped,
            memoryview(mapped) as view,
        ):
            picture = read_picture(view)
    if picture is None or size <= limit_bytes:
        return picture
    problem = f"the file has {size} bytes, but only {limit_bytes} are read"
    return picture._replace(problem=problem, truncated=False, trailing=0)


def transparent_pixels(data: Data, *, max_pixels: int = _MOST_PIXELS) -> str | None:
    """Tell how much of the first frame is transparent: ``none``, ``some`` or ``all``; None when that cannot be told.

    ``none``: every pixel is opaque, or there is no alpha channel. ``all``: every pixel is fully transparent. ``some``:
    anything between. It cannot be told of a damaged picture, of one with more than ``max_pixels`` pixels, and of a PNG
    that names its transparent colour at a depth which Pillow does not keep.
    """
    if type(data) is bytes and len(data) <= _SMALL:
        return _seen_in_small(data, max_pixels)
    return _transparent(_flat(data), max_pixels)


def _transparent(data: Data, max_pixels: int) -> str | None:
    picture = read_picture(data)
    if picture is not None and not picture.alpha and not _is_broken(picture) and picture.format in _DECODED:
        return "none"
    image = _decoded(data, max_pixels)
    if isinstance(image, str) or _drops_depth(data, image):
        return None
    lowest, highest = (image if image.mode == "RGBA" else image.convert("RGBA")).getchannel("A").getextrema()
    if lowest == 255:
        return "none"
    return "all" if highest == 0 else "some"


_seen_in_small = lru_cache(maxsize=32)(_transparent)


def decodes(data: Data, *, max_pixels: int = _MOST_PIXELS) -> str | None:
    """Return None if the container is complete and Pillow decodes every pixel of the first frame, else the reason.

    A picture with more than ``max_pixels`` pixels is not decoded, and neither are formats other than PNG, JPEG, WebP,
    GIF and BMP; both are reasons.
    """
    image = _decoded(data, max_pixels)
    return image if isinstance(image, str) else None


def colours_of(data: Data, edge: int, *, max_pixels: int = _MOST_PIXELS) -> bytes | None:
    """Return the colours of the first frame in a grid of ``edge`` by ``edge`` fields; None when that cannot be told.

    Each field has three bytes (red, green, blue), the mean of its pixels, whatever their alpha is. It cannot be told of
    a damaged picture, and of one with more than ``max_pixels`` pixels.
    """
    image = _decoded(_flat(data), max_pixels)
    if isinstance(image, str):
        return None
    from PIL.Image import Resampling

    whole = image if image.mode == "RGB" else image.convert("RGB")  # to convert is to copy it
    return whole.resize((edge, edge), Resampling.BOX).tobytes()


def _flat(data: Data) -> Data:
    """See any memory as a row of bytes."""
    if isinstance(data, memoryview):
        return data.cast("B") if data.c_contiguous else data.tobytes()
    return data


def _is_broken(picture: Picture) -> bool:
    return picture.problem is not None and not picture.trailing


def _decoded(data: Data, max_pixels: int) -> "Image | str":
    """Decode the first frame, or say why not. The size is judged before Pillow sees a byte, so that it never warns."""
    picture = read_picture(data)
    if picture is None:
        return "is no known picture format"
    if picture.format not in _DECODED:
        return f"is a picture in the format {picture.format}, which is not decoded"
    if _is_broken(picture):
        return str(picture.problem)

    from importlib import import_module
    from io import BytesIO

    from PIL import Image, UnidentifiedImageError

    if picture.format == "webp":
        # Pillow would otherwise load all of its plugins to find this one.
        import_module("PIL.WebPImagePlugin")

    limit = min(max_pixels, Image.MAX_IMAGE_PIXELS or max_pixels)
    if picture.width * picture.height > limit:
        return f"has {picture.width}x{picture.height} pixels, more than the limit of {limit}"
    try:
        image = Image.open(BytesIO(data), formats=(_DECODED[picture.format],))
        image.load()
    except UnidentifiedImageError:
        return "has a header that cannot be decoded"
    except Exception as error:  # noqa: BLE001 - on hostile bytes Pillow raises whatever its plugins raise
        return f"cannot be decoded: {str(error)[:_LONGEST_REASON] or type(error).__name__}"
    return image


def _drops_depth(data: Data, image: "Image") -> bool:
    """Tell whether a PNG names a transparent colour in samples of another depth than those that Pillow compares."""
    return image.format == "PNG" and image.mode in {"1", "L", "I;16", "RGB"} and data[24] != 8
