"""What is wrong with an uploaded file, told in words instead of as facts of an object."""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from pixelproof._form import FILES
from pixelproof._text import shown
from pixelproof._values import Json

if TYPE_CHECKING:
    from pixelproof._compiled import Broken


def about_files(kinds: Mapping[str, str], broken: Iterable["Broken"]) -> list["Broken"]:
    """The broken constraints on facts of a file as broken constraints on the file, told in words."""
    return [_about_file(entry, bool(entry[1]) and kinds.get(str(entry[1][0])) in FILES) for entry in broken]


def _about_file(broken: "Broken", takes_files: bool) -> "Broken":
    requirement, place, actual, expected, note, hint = broken
    said = _fact(place[-1], actual, expected) if takes_files and len(place) > 1 else None
    if said is not None:
        which = f"(file {place[1] + 1}) " if type(place[1]) is int else ""
        return requirement, place[:-1], actual, said[1], which + said[0], hint
    if note is None and (words := _uploads(actual)):
        note = f"is {words}"
    expected = _EXPECTED.get(str(expected), expected) if takes_files else expected
    return requirement, place, actual, expected, note, hint


_EXPECTED = {
    "an object": "an uploaded file",
    "an array": "uploaded files",
    "an object or an array": "one or several uploaded files",
    "another value": None,
}


def _fact(name: str | int, actual: Json, expected: str | None) -> tuple[str, str | None] | None:
    """What a fact of a file says, and what was expected of it; ``None`` for what is no such fact."""
    if name == "alpha":
        return f"has {'an' if actual else 'no'} alpha channel", f"{'no' if actual else 'an'} alpha channel"
    if name in ("width", "height"):
        return f"has a {name} of {actual} pixels", expected
    if name == "bytes":
        return f"has {actual} bytes", expected and f"{expected} bytes".replace("another value bytes", "fewer bytes")
    if name == "damage":
        return str(actual), "a whole picture"
    if name == "format":
        found = "no picture of a known format" if actual == "unknown" else f"a {actual} picture"
        return f"is {found}", expected and expected.replace('"', "").replace("another value", "a picture")
    return None


def _uploads(value: Json) -> str | None:
    """An uploaded file, or several under one name, in words; ``None`` for any other value."""
    if isinstance(value, dict) and "bytes" in value and "format" in value:
        name = f" {shown(value['filename'])}" if "filename" in value else ""
        return f"an uploaded file{name} of {value['bytes']} bytes"
    if isinstance(value, list) and value and all(_uploads(item) for item in value):
        return "one uploaded file" if len(value) == 1 else f"{len(value)} uploaded files"
    return None
