"""Forms as values: texts, files, repeated fields, raw bodies, and what is no form."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pixelproof import File, UsageError
from pixelproof._form import ReadForm, read_form
from pixelproof._multipart import build_multipart
from pixelproof._values import Json

KINDS = {
    "n": "integer",
    "strength": "number",
    "stream": "boolean",
    "retry": "json",
    "image": "file",
    "image[]": "files",
}
PICTURES = Path(__file__).parents[2] / "fixtures" / "pictures"
PNG = (PICTURES / "png-64x64.png").read_bytes()
WEBP = (PICTURES / "webp-64x64.webp").read_bytes()
PNG_FACTS = {"bytes": len(PNG), "format": "png", "alpha": False, "width": 64, "height": 64}
BOUNDARY = "the-boundary"
FORM = f"multipart/form-data; boundary={BOUNDARY}"


def value_of(name: str, value: Json) -> Json:
    """What the field becomes."""
    fields = read_form(KINDS, {name: value}).fields
    assert fields is not None
    return fields[name]


def raw(*parts: str, end: str = f"--{BOUNDARY}--\r\n") -> ReadForm:
    """The form that consists of these parts, each written as its headers, a blank line and its content."""
    body = "".join(f"--{BOUNDARY}\r\n{part}\r\n" for part in parts) + end
    return read_form(KINDS, body.encode(), (), FORM)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("2", 2),
        ("0", 0),
        ("-1", -1),
        ("02", 2),
        ("11", 11),
        ("9" * 40, int("9" * 40)),
        ("", ""),
        ("two", "two"),
        ("2.0", "2.0"),
        ("2.5", "2.5"),
        (" 2", " 2"),
        ("2\n", "2\n"),
        ("+2", "+2"),
        ("1e1", "1e1"),
        ("0x2", "0x2"),
        ("1_0", "1_0"),
        ("true", "true"),
        ("\uff12", "\uff12"),
        ("9" * 5000, "9" * 5000),
    ],
)
def test_only_plain_digits_are_an_integer(text: str, value: Json) -> None:
    """Other notations stay text, which the type of the parameter then does not allow."""
    assert value_of("n", text) == value
    assert type(value_of("n", text)) is type(value)


@pytest.mark.parametrize(
    ("text", "value"),
    [("0.5", 0.5), ("2", 2), ("1e-3", 0.001), (".5", ".5"), ("5.", "5."), ("NaN", "NaN"), ("Infinity", "Infinity")],
)
def test_a_number_is_written_as_in_json(text: str, value: Json) -> None:
    """What JSON does not take for a number is none here."""
    assert value_of("strength", text) == value


@pytest.mark.parametrize(
    ("text", "value"),
    [("true", True), ("false", False), ("True", "True"), ("1", "1"), ("yes", "yes"), ("", ""), (True, True)],
)
def test_a_boolean_is_true_or_false(text: Json, value: Json) -> None:
    """Clients write booleans as in JSON; other words stay text."""
    assert value_of("stream", text) is value or value_of("stream", text) == value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ('{"count": 3}', {"count": 3}),
        ("[]", []),
        ("3", 3),
        ("{'count': 3}", "{'count': 3}"),
        ('{"a": 1, "a": 2}', '{"a": 1, "a": 2}'),
        ("", ""),
        ({"count": 3}, {"count": 3}),
        ([{"count": 3}], [{"count": 3}]),
    ],
)
def test_json_in_a_field_is_read_strictly(text: Json, value: Json) -> None:
    """Text that is no JSON stays text; a value that is parsed already is taken as it is."""
    assert value_of("retry", text) == value


@pytest.mark.parametrize(("value", "text"), [(5, "5"), (2.5, "2.5"), (True, "true"), ("x", "x")])
def test_numbers_and_booleans_are_texts_of_a_form(value: Json, text: str) -> None:
    """A parameter that is text is not wrong because the caller had a number in hand."""
    assert value_of("prompt", value) == text


def test_fields_given_as_values_become_what_their_text_would() -> None:
    """An integer stays one; a float is written with its fraction, and a boolean is no integer."""
    assert value_of("n", 2) == 2
    assert value_of("n", 2.0) == "2.0"
    assert value_of("n", True) == "true"


def test_null_is_kept_for_the_judge() -> None:
    """A form has no null; that one was meant is told elsewhere."""
    assert value_of("n", None) is None
    assert value_of("image[]", None) is None


def test_a_repeated_field_is_an_array() -> None:
    """Two fields of one name are two values, however they are given; one in a list is one."""
    assert value_of("n", ["2", "3"]) == [2, 3]
    assert value_of("n", ["2"]) == 2
    twice = 'Content-Disposition: form-data; name="n"\r\n\r\n2'
    assert raw(twice, twice).fields == {"n": [2, 2]}


def test_nested_names_are_names() -> None:
    """Brackets in a name have no meaning of their own, apart from declared fields."""
    fields = read_form(KINDS, {"image_config[aspect_ratio]": "16:9", "tags[]": ["a", "b"]}).fields
    assert fields == {"image_config[aspect_ratio]": "16:9", "tags[]": ["a", "b"]}


def test_a_file_is_described_by_its_content() -> None:
    """Name and type are repeated; the format is that of the bytes."""
    form = read_form(KINDS, {}, [File("image", WEBP, "cat.png", "image/png")])
    assert form.fields == {
        "image": {
            "bytes": len(WEBP),
            "format": "webp",
            "filename": "cat.png",
            "content_type": "image/png",
            "alpha": False,
            "width": 64,
            "height": 64,
        }
    }
    assert form.contents == {("image",): WEBP}


def test_what_is_no_picture_has_the_format_unknown() -> None:
    """Nothing else can be said of it."""
    assert read_form(KINDS, {}, [File("image", b"hello")]).fields == {"image": {"bytes": 5, "format": "unknown"}}
    assert read_form(KINDS, {}, [File("image", b"")]).fields == {"image": {"bytes": 0, "format": "unknown"}}


def test_damage_is_told_and_padding_is_none() -> None:
    """A picture that ends too early is damaged; zero bytes or junk behind it are not its damage."""
    cut, padded, junk = (
        read_form(KINDS, {}, [File("image", content)]).fields for content in (PNG[:-12], PNG + bytes(9), PNG + b"junk")
    )
    assert cut is not None
    assert cut["image"]["damage"] == "ends before the IEND chunk"
    assert padded == {"image": PNG_FACTS | {"bytes": len(PNG) + 9}}
    assert junk == {"image": PNG_FACTS | {"bytes": len(PNG) + 4}}


@pytest.mark.parametrize(
    ("fields", "count", "is_array"),
    [("image", 1, False), ("image", 2, True), ("image[]", 1, True), ("image[]", 3, True)],
)
def test_files_of_one_name(fields: str, count: int, is_array: bool) -> None:
    """One file of a plain name is an object; several files, and any under a list name, are an array."""
    form = read_form(KINDS, {}, [File(fields, PNG)] * count)
    assert form.fields == {fields: [PNG_FACTS] * count if is_array else PNG_FACTS}
    assert list(form.contents) == ([(fields, index) for index in range(count)] if is_array else [(fields,)])


def test_text_and_file_under_one_name_are_both_kept() -> None:
    """Neither hides the other; the type of the parameter allows no array of both."""
    assert read_form(KINDS, {"image": "x"}, [File("image", PNG)]).fields == {"image": ["x", PNG_FACTS]}


def test_a_file_can_be_named_by_its_path(tmp_path: Path) -> None:
    """It is described like its bytes, with the name that it has on disk."""
    path = tmp_path / "cat.jpg"
    path.write_bytes(PNG)
    form = read_form(KINDS, {}, [File("image", path)])
    assert form.fields == {"image": {**PNG_FACTS, "filename": "cat.jpg"}}
    assert form.contents == {("image",): path}


def test_a_path_without_a_file_is_the_callers_mistake(tmp_path: Path) -> None:
    """The message names the path and the reason."""
    with pytest.raises(UsageError, match=r"missing\.png' cannot be read: No such file"):
        read_form(KINDS, {}, [File("image", tmp_path / "missing.png")])


def test_files_beside_a_raw_body_are_the_callers_mistake() -> None:
    """A raw body holds its files already."""
    with pytest.raises(UsageError, match="raw body"):
        read_form(KINDS, b"", [File("image", PNG)], FORM)


@given(
    st.dictionaries(st.sampled_from(["n", "prompt", "stream", "retry"]), st.sampled_from(["2", "true", "x", "{}", ""])),
    st.lists(st.tuples(st.sampled_from(["image", "image[]", "mask"]), st.sampled_from([PNG, WEBP, b"text"]))),
)
def test_a_raw_form_reads_like_its_fields_and_files(fields: dict[str, str], files: list[tuple[str, bytes]]) -> None:
    """Both ways to give a form have the same meaning, and a view or a bytearray reads like bytes."""
    given_files = [File(name, content, "a.png", "image/png") for name, content in files]
    body = build_multipart(
        fields.items(), [(name, "a.png", "image/png", content) for name, content in files], boundary=BOUNDARY
    )
    expected = read_form(KINDS, fields, given_files)
    for sent in (body, bytearray(body), memoryview(body)):
        found = read_form(KINDS, sent, (), FORM)
        assert found.fields == expected.fields
        assert {place: bytes(content) for place, content in found.contents.items()} == expected.contents  # type: ignore[arg-type]
        assert (found.problem, found.flaws) == (None, ())


@given(st.dictionaries(st.sampled_from([*KINDS, "prompt"]), st.none() | st.booleans() | st.integers() | st.text()))
def test_what_was_read_is_read_again_unchanged(fields: dict[str, Json]) -> None:
    """The fields of a form can stand for the form, its files included."""
    once = read_form(KINDS, fields, [File("mask", PNG)]).fields
    assert once is not None
    assert read_form(KINDS, once).fields == once


def test_the_boundary_is_read_from_the_body_when_the_header_is_not_known() -> None:
    """Without a content type nothing is said about it."""
    body = build_multipart([("n", "2")], [], boundary=BOUNDARY)
    assert read_form(KINDS, body) == ReadForm({"n": 2})


def test_a_binary_text_field_has_a_flaw() -> None:
    """It is told by name, unless a file was expected there: then that it is none says enough."""
    body = build_multipart([], [("prompt", "", "", b"\xff\xfe"), ("image", "", "", b"\xff\xfe")], boundary=BOUNDARY)
    form = read_form(KINDS, body.replace(b'; filename=""', b""), (), FORM)
    assert form.fields == {"prompt": "\ufffd\ufffd", "image": "\ufffd\ufffd"}
    assert form.flaws == ('Part 1: the part "prompt" is not valid UTF-8: byte 0xff at 0; send text as UTF-8',)


def test_a_form_that_breaks_its_grammar_is_read_all_the_same() -> None:
    """What is wrong is told beside the fields."""
    form = raw('Content-Disposition: form-data; name="n"\r\n\r\n2', end=f"--{BOUNDARY}\r\n")
    assert form.fields == {"n": 2}
    assert form.flaws == (f'The final delimiter "--{BOUNDARY}--" is missing; end the form with it',)
    assert form.problem is None


def test_a_part_without_a_name_is_left_out() -> None:
    """It is a flaw of the form and no field."""
    form = raw("Content-Disposition: form-data\r\n\r\n2")
    assert form.fields == {}
    assert len(form.flaws) == 1
    assert form.flaws[0].startswith("Part 1: the part has no name")


@pytest.mark.parametrize(
    ("body", "content_type", "problem"),
    [
        (b"", FORM, "The body is empty"),
        (b"", None, "The body is no form"),
        (b"x", FORM, f'The body has no delimiter "--{BOUNDARY}" from the Content-Type; it starts with "x"'),
        (b"--a\r\n", "multipart/form-data", "The Content-Type has no boundary; "),
        (b"n=2", "application/x-www-form-urlencoded", 'The content type is "application/x-www-form-urlencoded", not'),
        (b"[]", "application/json", 'The content type is "application/json", not multipart/form-data'),
        (b"\xff", None, "The body is no form"),
        (None, None, "The body is null; a form has named fields"),
        ([], None, "The body is an array; a form has named fields"),
        ("n=2", None, "The body is a string; a form has named fields"),
    ],
)
def test_what_is_no_form_has_a_problem_and_no_fields(body: Json, content_type: str | None, problem: str) -> None:
    """The problem says what was seen."""
    form = read_form(KINDS, body, (), content_type)
    assert form.fields is None
    assert str(form.problem).startswith(problem)


@pytest.mark.parametrize("content_type", ["application/json", None])
def test_json_in_place_of_a_form_can_still_be_judged(content_type: str | None) -> None:
    """It has a problem, and its members are read like fields."""
    form = read_form(KINDS, json.dumps({"n": 2, "image": "iVBOR"}).encode(), (), content_type)
    assert form == ReadForm({"n": 2, "image": "iVBOR"}, "The body is JSON, not a form")


def test_fields_sent_as_another_type_have_a_problem() -> None:
    """Fields are no form when the request says that it is something else."""
    form = read_form(KINDS, {"n": "2"}, (), "application/json")
    assert form == ReadForm({"n": 2}, 'The content type is "application/json", not multipart/form-data')
    assert read_form(KINDS, {"n": "2"}, (), "multipart/form-data").problem is None


@given(st.binary(max_size=200), st.sampled_from([FORM, "multipart/form-data", "application/json", "", None]))
def test_no_bytes_make_it_fail(body: bytes, content_type: str | None) -> None:
    """Whatever is sent ends as a value."""
    assert isinstance(read_form(KINDS, body, (), content_type), ReadForm)
