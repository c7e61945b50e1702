import re

import httpx
import python_multipart
from hypothesis import given
from hypothesis import strategies as st
from pixelproof._header_parameters import parameters_of
from pixelproof._multipart import build_multipart, parse_multipart, text_of

FORM = "multipart/form-data; boundary=boundary"

# The escapes of the HTML standard are ambiguous: a name with the text %22 cannot be told from one with a quote.
# A header cannot hold a NUL.
NAMES = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=12).filter(
    lambda name: not re.search("%(22|0D|0A)", name, re.IGNORECASE)
)
LOOKALIKES = st.sampled_from([b"\r\n", b"\r\n--", b"\r\n--boundar", b"--", b"\n", b"\r", b"-", b"\0"])
CONTENTS = st.lists(LOOKALIKES | st.binary(max_size=8), max_size=8).map(b"".join)
FIELDS = st.lists(st.tuples(NAMES, st.text(max_size=20)), max_size=4)
FILES = st.lists(
    st.tuples(NAMES, NAMES, st.sampled_from(["image/png", "application/octet-stream"]), CONTENTS), max_size=4
)
QUOTED_FORM = 'multipart/form-data; charset="utf-8"; boundary="the boundary"'


@given(FIELDS, FILES)
def test_what_is_written_is_read_back(fields: list[tuple[str, str]], files: list[tuple[str, str, str, bytes]]) -> None:
    """Any names, values and contents survive, without a flaw."""
    form = parse_multipart(build_multipart(fields, files, boundary="the boundary"), QUOTED_FORM)
    assert form.flaws == ()
    assert [(p.name, text_of(p)) for p in form.parts if p.filename is None] == fields
    got = [(p.name, p.filename, p.content_type, bytes(p.content)) for p in form.parts if p.filename is not None]
    assert got == files
    assert [p.index for p in form.parts] == list(range(len(fields) + len(files)))


@given(FIELDS.filter(bool), st.data())
def test_a_cut_form_has_a_flaw(fields: list[tuple[str, str]], data: st.DataObject) -> None:
    """Whatever is lost at the end, the form does not pass for a whole one."""
    body = build_multipart(fields, [], boundary="boundary")
    cut = body[: data.draw(st.integers(min_value=0, max_value=len(body) - len("--\r\n")))]
    assert parse_multipart(cut, FORM).flaws


PIECES = st.sampled_from(
    [
        b"--b",
        b"\r\n--b",
        b"\n--b",
        b"--",
        b"\r\n",
        b"\n",
        b"\r",
        b" ",
        b":",
        b";",
        b'"',
        b"\\",
        b"\r\n\r\n",
        b"x",
        b"\xff",
    ]
)
HEADS = st.sampled_from([b"Content-Disposition: form-data", b'; name="a"', b"; filename*=UTF-8''%", b"Content-Type: x"])
BODIES = st.lists(PIECES | HEADS | st.binary(max_size=4), max_size=30).map(b"".join)


@given(BODIES)
def test_arbitrary_bytes_never_raise(body: bytes) -> None:
    """Whatever comes, contents are stretches of the body in its order, and a form without a delimiter has a flaw."""
    form = parse_multipart(b"--b\r\n" + body, "multipart/form-data; boundary=b", max_parts=5, max_header_bytes=60)
    assert len(form.parts) <= 5
    assert [p.index for p in form.parts] == sorted({p.index for p in form.parts})
    rest = b"--b\r\n" + body
    for content in (bytes(p.content) for p in form.parts):
        assert content in rest
        rest = rest[rest.index(content) + len(content) :]
    assert form.flaws or b"--b--" in body


@given(
    st.text(max_size=40) | st.text(alphabet='multipart/form-data; boundary=b"\\', max_size=40), st.binary(max_size=40)
)
def test_an_arbitrary_content_type_never_raises(content_type: str, body: bytes) -> None:
    """The reader of parameters takes any text."""
    assert parse_multipart(body, content_type).flaws
    parameters_of("multipart/form-data;" + content_type)


@given(FILES)
def test_python_multipart_finds_the_same_contents(files: list[tuple[str, str, str, bytes]]) -> None:
    """An independent parser cuts the body at the same places."""
    body = build_multipart([], files, boundary="boundary")
    theirs: list[bytearray] = []
    parser = python_multipart.MultipartParser(
        b"boundary",
        {
            "on_part_begin": lambda: theirs.append(bytearray()),
            "on_part_data": lambda data, start, end: theirs[-1].extend(data[start:end]),
        },
    )
    parser.write(body)
    parser.finalize()
    assert [p.content for p in parse_multipart(body, FORM).parts] == theirs


@given(FIELDS.filter(bool), FILES)
def test_forms_of_httpx_are_read(fields: list[tuple[str, str]], files: list[tuple[str, str, str, bytes]]) -> None:
    """The writer under the official Python client is understood, whatever the names are."""
    controls = re.compile("[\0-\x09\x0b\x0c\x0e-\x1f]")
    fields = [(controls.sub("", name), value) for name, value in fields]
    files = [
        (controls.sub("", name), controls.sub("", filename) or "f", kind, data) for name, filename, kind, data in files
    ]
    request = httpx.Request(
        "POST",
        "http://127.0.0.1/",
        data=dict(fields),
        files=[(name, (filename, data, kind)) for name, filename, kind, data in files]
        or {"f": ("f", b"", "text/plain")},
    )
    form = parse_multipart(request.read(), request.headers["content-type"])
    assert form.flaws == ()
    assert {p.name: text_of(p) for p in form.parts if p.filename is None} == dict(fields)
    if files:
        got = [(p.name, p.filename, p.content_type, bytes(p.content)) for p in form.parts if p.filename is not None]
        assert got == files
