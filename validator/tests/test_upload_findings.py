"""Findings on uploads in words, for every fact of a file that a dialect can constrain."""

import pytest
from pixelproof._upload_findings import about_files
from pixelproof._values import Json, Requirement

KINDS = {"image": "file", "image[]": "files"}
REQUIREMENT = Requirement("a/edits/x", "a", "edits", "request", "It is so.", "a.txt#x", "INVALID", "error", "error")
FILE = {"bytes": 5, "format": "unknown", "filename": "cat.txt"}


@pytest.mark.parametrize(
    ("fact", "actual", "expected", "note", "wanted"),
    [
        ("alpha", False, "true", "has no alpha channel", "an alpha channel"),
        ("alpha", True, "false", "has an alpha channel", "no alpha channel"),
        ("bytes", 50, "at most 49", "has 50 bytes", "at most 49 bytes"),
        ("bytes", 50, "another value", "has 50 bytes", "fewer bytes"),
        ("damage", "ends before the IEND chunk", "no value", "ends before the IEND chunk", "a whole picture"),
        ("format", "gif", '"png" or "jpeg"', "is a gif picture", "png or jpeg"),
        ("format", "unknown", "another value", "is no picture of a known format", "a picture"),
        ("width", 63, "a multiple of 16", "has a width of 63 pixels", "a multiple of 16"),
    ],
)
def test_a_fact_is_told_of_its_file(fact: str, actual: Json, expected: str, note: str, wanted: str) -> None:
    """The place is that of the file; one of several is counted."""
    assert about_files(KINDS, [(REQUIREMENT, ("image", fact), actual, expected, None, None)]) == [
        (REQUIREMENT, ("image",), actual, wanted, note, None)
    ]
    assert about_files(KINDS, [(REQUIREMENT, ("image[]", 1, fact), actual, expected, None, "Do so.")]) == [
        (REQUIREMENT, ("image[]", 1), actual, wanted, f"(file 2) {note}", "Do so.")
    ]


@pytest.mark.parametrize(
    ("name", "actual", "expected", "note", "wanted"),
    [
        ("image", FILE, "no value", 'is an uploaded file "cat.txt" of 5 bytes', "no value"),
        ("image", [FILE, FILE], "an object", "is 2 uploaded files", "an uploaded file"),
        ("image[]", [FILE], "another value", "is one uploaded file", None),
        ("prompt", FILE, "a string", 'is an uploaded file "cat.txt" of 5 bytes', "a string"),
        ("image", "text", "an object", None, "an uploaded file"),
        ("prompt", ["a", "b"], "a string", None, "a string"),
        ("router", {"bytes": 5}, "an array", None, "an array"),
    ],
)
def test_files_are_not_shown_as_objects(
    name: str, actual: Json, expected: str, note: str | None, wanted: str | None
) -> None:
    """Wherever a file stands, it is called a file; what is none is left as it is."""
    assert about_files(KINDS, [(REQUIREMENT, (name,), actual, expected, None, None)]) == [
        (REQUIREMENT, (name,), actual, wanted, note, None)
    ]


def test_members_of_other_parameters_are_no_facts_of_a_file() -> None:
    """A member called format of a router's settings says nothing of a picture."""
    entry = (REQUIREMENT, ("router", "format"), "gif", None, None, None)
    assert about_files(KINDS, [entry]) == [entry]
    whole = (REQUIREMENT, (), {"prompt": "x"}, None, None, None)
    assert about_files(KINDS, [whole]) == [whole]
