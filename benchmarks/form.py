"""A multipart form with a picture of 4 MB, as raw bytes with their content type."""

from collections.abc import Iterator
from functools import partial

from pixelproof import load_dialect
from python_multipart import create_form_parser

from benchmarks import engines
from benchmarks.contest import Contender, Contest, Rival
from benchmarks.pictures import noise_png

_BOUNDARY = "----benchmark-7MA4YWxkTrZu0gW"
_CONTENT_TYPE = f"multipart/form-data; boundary={_BOUNDARY}"
_FIELDS = {"model": "gpt-image-2", "prompt": "Add a small boat: red, with one sail", "size": "1024x1024"}


def contests(scale: float) -> Iterator[Contest]:
    """One form for the edits of ``anyfast``."""
    operation = load_dialect("anyfast").operation("edits")
    forms = (_form(noise_png(max(1, round(1000 * scale)))),)
    yield Contest(
        "form",
        engines.pixelproof(partial(operation.validate_request, content_type=_CONTENT_TYPE), forms),
        (Rival(Contender("python-multipart", _parse, forms), most=1),),
    )


def _form(picture: bytes) -> bytes:
    parts = [(f'name="{name}"', value.encode()) for name, value in _FIELDS.items()]
    parts.append(('name="image"; filename="harbour.png"\r\nContent-Type: image/png', picture))
    opening = f"--{_BOUNDARY}\r\nContent-Disposition: form-data; "
    body = b"".join(f"{opening}{head}\r\n\r\n".encode() + content + b"\r\n" for head, content in parts)
    return body + f"--{_BOUNDARY}--\r\n".encode()


def _parse(form: bytes) -> int:
    """Parses the form in memory, and drops its fields and files as they come."""
    headers, config = {"Content-Type": _CONTENT_TYPE.encode()}, {"MAX_MEMORY_FILE_SIZE": 2 * len(form)}
    parser = create_form_parser(headers, lambda field: None, lambda file: None, config)
    parser.write(form)
    parser.finalize()
    return len(form)
