"""Pictures as request values: files of a form and base64 in JSON, good ones to send and odd ones to be refused."""

import base64
from collections.abc import Iterator
from dataclasses import replace

from pixelproof_conformance.model import CaseFile, Json
from pixelproof_conformance.upload import make_upload

EDGE = 64
OTHER_EDGE = 96
MOST_FILES_OVER = 17


def picture_parameters(schema: dict[str, Json], forms: dict[str, str]) -> dict[str, str]:
    """The parameters that carry pictures: ``file`` or ``files`` for a form, ``text`` for base64 in JSON."""
    found = {name: kind for name, kind in forms.items() if kind in ("file", "files")}
    for entry in schema.get("x-rules", ()):
        if entry["rule"] in ("not-base64", "not-a-picture") and "parameter" in entry["with"]:
            found[entry["with"]["parameter"]] = "text"
    return found


def picture_samples(name: str, kind: str, node: dict[str, Json]) -> list[Json]:
    """Documented values of a picture parameter: every listed format, one and as many files as are allowed."""
    if kind == "text":
        plain = _text(_file(name))
        values: list[Json] = [f"data:image/png;base64,{plain}", plain]
        return values if name == "mask" or not _takes_arrays(node) else [*values, [plain, plain]]
    if kind == "files":
        formats = _formats(node.get("items", {}))
        most = node.get("maxItems", 2)
        return [[_file(name, kind)] for kind in formats] + [[_file(name)] * most]
    return [_file(name, kind) for kind in _formats(node)]


def odd_pictures(name: str, kind: str, node: dict[str, Json]) -> Iterator[tuple[str, Json]]:
    """Values that a document may not allow, with a label each; which requirement they break the validator says."""
    if kind == "text":
        yield from _odd_texts(name, _takes_arrays(node))
        return
    single = dict(_odd_files(name, node.get("items", node)))
    if kind == "files":
        for label, file in single.items():
            yield label, [file]
        yield f"{node.get('maxItems', MOST_FILES_OVER - 1) + 1}-files", [_file(name)] * (node.get("maxItems", 16) + 1)
        yield "second-is-text", [_file(name), replace(_file(name), format="text")]
    else:
        yield from single.items()
        yield "two-files", [_file(name), _file(name)]
    yield "text-field", "picture.png"


def _odd_files(name: str, node: dict[str, Json]) -> Iterator[tuple[str, CaseFile]]:
    plain = _file(name)
    for kind in ("webp", "gif", "bmp", "jpeg", "png"):
        yield kind, replace(plain, format=kind, alpha=plain.alpha and kind in ("png", "webp"))
    yield "no-picture", replace(plain, format="text")
    yield "cut-short", replace(plain, cut=True)
    yield "without-alpha", replace(plain, alpha=False)
    yield "another-size", replace(plain, width=OTHER_EDGE)
    yield "opaque", replace(plain, alpha=True, opaque=True)
    limits = node.get("properties", {}).get("bytes", {})
    if "maximum" in limits:
        yield "too-large", replace(plain, bytes=limits["maximum"] + 1)
        yield "near-the-limit", replace(plain, bytes=limits["maximum"])


def _odd_texts(name: str, arrays: bool) -> Iterator[tuple[str, Json]]:
    plain = _text(_file(name))
    yield "an-address", "https://images.example.com/a.png"
    yield "not-base64", "this is *not* base64"
    yield "no-picture", base64.b64encode(b"this is text and no picture").decode()
    yield "cut-short", _text(replace(_file(name), cut=True))
    yield "empty", ""
    yield "a-number", 7
    yield "an-object", {"image": plain}
    yield "another-size", _text(replace(_file(name), width=OTHER_EDGE))
    yield "without-alpha", _text(replace(_file(name), alpha=False))
    yield "opaque", _text(replace(_file(name), alpha=True, opaque=True))
    yield "jpeg", _text(replace(_file(name), format="jpeg", alpha=False))
    yield "misnamed", f"data:image/jpeg;base64,{plain}"
    if arrays:
        yield "two-sizes", [plain, _text(replace(_file(name), width=OTHER_EDGE))]
        yield "empty-array", []
        yield "array-with-a-number", [plain, 7]
        yield "array-with-nothing", [plain, ""]
        yield "array-with-an-address", [plain, "https://images.example.com/a.png"]


def _file(name: str, kind: str = "png") -> CaseFile:
    return CaseFile(name, kind, EDGE, EDGE, alpha=name.startswith("mask") and kind in ("png", "webp"))


def _text(file: CaseFile) -> str:
    return base64.b64encode(make_upload(file).content).decode()


def _formats(node: dict[str, Json]) -> list[str]:
    formats: list[str] = node.get("properties", {}).get("format", {}).get("enum", ["png"])
    return formats


def _takes_arrays(node: dict[str, Json]) -> bool:
    return "array" in node.get("type", ())
