"""A record as a JSON object and back, without losing a byte; ``schemas/meta/journal.yaml`` describes the object."""

import base64
import binascii
import zlib
from typing import Any

from pixelproof_conformance.large_body import LARGE, PackedBody, inflated_size
from pixelproof_conformance.model import Json, Record

_WORTH_DEFLATING = 64 * 1024
_CONTROL = bytes(range(32))
_MOST_BYTES = 1 << 30
_TEXT = (str,)
_NUMBER = (int, float)
_NONE = type(None)
_KINDS: dict[str, tuple[type, ...]] = {
    "case": _TEXT,
    "url": _TEXT,
    "sent": (dict,),
    "sent_content_type": _TEXT,
    "started": _TEXT,
    "seconds": _NUMBER,
    "status": (int, _NONE),
    "headers": (dict,),
    "body": (dict,),
    "failure": (str, _NONE),
    "failure_text": _TEXT,
    "attempts": (int,),
    "first_byte_seconds": (*_NUMBER, _NONE),
    "arrivals": (list,),
    "note": _TEXT,
    "arrived": (list,),
}
_ADDED_LATER: dict[str, list[int]] = {"arrived": []}
"""What the lines of older journals lack."""


def record_to_json(record: Record) -> dict[str, Json]:
    """The record as an object that ``json.dumps`` takes."""
    out: dict[str, Json] = {name: getattr(record, name) for name in _KINDS}
    out["sent"] = sent_to_json(record.sent)
    out["body"] = bytes_to_json(record.body)
    out["arrivals"] = list(record.arrivals)
    out["arrived"] = list(record.arrived)
    return out


def record_from_json(value: Json) -> Record:
    """The record that an object describes. Raises ``ValueError`` with what is wrong with it."""
    if not isinstance(value, dict):
        raise ValueError("it is no JSON object")  # noqa: TRY004 - a wrong line is a wrong value
    given: dict[str, Any] = {}
    value = _ADDED_LATER | value
    for name, kinds in _KINDS.items():
        if name not in value:
            raise ValueError(f"it has no {name!r}")
        if not isinstance(value[name], kinds) or isinstance(value[name], bool):
            raise ValueError(f"its {name!r} is of the wrong type")  # noqa: TRY004 - a wrong line is a wrong value
        given[name] = value[name]
    if not all(isinstance(item, str) for item in given["headers"].values()):
        raise ValueError("its 'headers' hold something other than text")
    if not all(isinstance(item, int | float) for item in given["arrivals"]):
        raise ValueError("its 'arrivals' hold something other than numbers")
    if not all(isinstance(item, int) for item in given["arrived"]):
        raise ValueError("its 'arrived' hold something other than whole numbers")
    given["sent"] = sent_from_json(given["sent"])
    given["body"] = bytes_from_json(given["body"])
    given["arrivals"] = tuple(given["arrivals"])
    given["arrived"] = tuple(given["arrived"])
    return Record(**given)


def sent_to_json(body: bytes | PackedBody) -> dict[str, str]:
    """Like `bytes_to_json`; a packed body stays as it is."""
    return bytes_to_json(body) if isinstance(body, bytes) else {"deflate": base64.b64encode(body.deflated).decode()}


def sent_from_json(value: Json) -> bytes | PackedBody:
    """The body that `sent_to_json` wrote; a large one stays packed. Raises ``ValueError``."""
    match value:
        case {"deflate": str(text)}:
            deflated = _decoded(text)
            size = inflated_size(deflated, _MOST_BYTES)
            return PackedBody(deflated, size) if size >= LARGE else zlib.decompress(deflated)
    return bytes_from_json(value)


def bytes_to_json(data: bytes) -> dict[str, str]:
    """Bytes as ``{"text"}`` when they are UTF-8, else as ``{"base64"}``; as ``{"deflate"}`` where that is shorter."""
    try:
        # JSON writes a control character as six: a large answer of them would be six times as large in the journal.
        if len(data) <= _WORTH_DEFLATING or len(data.translate(None, _CONTROL)) > len(data) * 0.9:
            return {"text": data.decode()}
    except UnicodeDecodeError:
        pass
    if len(data) > _WORTH_DEFLATING:
        deflated = zlib.compress(data, 1)
        if len(deflated) < len(data) // 2:
            return {"deflate": base64.b64encode(deflated).decode()}
    return {"base64": base64.b64encode(data).decode()}


def bytes_from_json(value: Json) -> bytes:
    """The bytes that `bytes_to_json` wrote. Raises ``ValueError``."""
    match value:
        case {"text": str(text)}:
            return text.encode()
        case {"base64": str(text)}:
            return _decoded(text)
        case {"deflate": str(text)}:
            engine = zlib.decompressobj()
            try:
                data = engine.decompress(_decoded(text), _MOST_BYTES)
            except zlib.error as error:
                raise ValueError(f"its deflated bytes are damaged: {error}") from None
            if not engine.eof:
                raise ValueError(f"its deflated bytes are cut, or are more than {_MOST_BYTES}")
            return data
    raise ValueError("its bytes are none of text, base64 and deflate")


def _decoded(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except binascii.Error as error:
        raise ValueError(f"its base64 is damaged: {error}") from None
