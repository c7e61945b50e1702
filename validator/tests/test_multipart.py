import re
from collections.abc import Callable

import pytest
from pixelproof._header_parameters import parameters_of
from pixelproof._multipart import Form, Part, build_multipart, parse_multipart, text_of

PNG = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"
FORM = "multipart/form-data; boundary=b"


def part(body: bytes, content_type: str = FORM) -> Part:
    """The only part of a form that has no flaw."""
    form = parse_multipart(body, content_type)
    assert form.flaws == ()
    (only,) = form.parts
    return only


def with_disposition(disposition: str) -> bytes:
    """A form of one part with that Content-Disposition."""
    return f"--b\r\nContent-Disposition: {disposition}\r\n\r\nx\r\n--b--\r\n".encode()


def only_flaw(form: Form) -> tuple[str, int | None]:
    """The message and the part of the only flaw."""
    (flaw,) = form.flaws
    return flaw.message, flaw.index


def test_a_form_of_an_edit_is_read_in_order() -> None:
    """Text fields, nested names and repeated files come out in the order of the body."""
    body = build_multipart(
        [("model", "gpt-image-1"), ("image_config[aspect_ratio]", "16:9")],
        [("image[]", "upload", "application/octet-stream", PNG), ("image[]", "b.png", "image/png", b"")],
        boundary="b",
    )
    form = parse_multipart(body, FORM)
    assert form.flaws == ()
    assert [(p.name, p.filename, p.content_type, bytes(p.content), p.index) for p in form.parts] == [
        ("model", None, None, b"gpt-image-1", 0),
        ("image_config[aspect_ratio]", None, None, b"16:9", 1),
        ("image[]", "upload", "application/octet-stream", PNG, 2),
        ("image[]", "b.png", "image/png", b"", 3),
    ]


def test_the_written_form_is_what_browsers_send() -> None:
    """The bytes of a form, line by line."""
    assert build_multipart(
        [("n", "2")], [('a"b', "c\\d\r\n", "image/png", b"x"), ("e", "f", "", b"")], boundary="b"
    ) == (
        b'--b\r\nContent-Disposition: form-data; name="n"\r\n\r\n2\r\n'
        b'--b\r\nContent-Disposition: form-data; name="a%22b"; filename="c\\\\d%0D%0A"\r\n'
        b"Content-Type: image/png\r\n\r\nx\r\n"
        b'--b\r\nContent-Disposition: form-data; name="e"; filename="f"\r\n\r\n\r\n'
        b"--b--\r\n"
    )


def test_a_file_may_stand_before_the_fields() -> None:
    """Node clients send the file first; headers keep their spelling and their order."""
    body = (
        b'--b\r\ncontent-type: image/png\r\nCONTENT-DISPOSITION: form-data; name="image"; filename="a.png"\r\n\r\n'
        + PNG
        + b'\r\n--b\r\nContent-Disposition: form-data; name="model"\r\n\r\nx\r\n--b--'
    )
    form = parse_multipart(body, FORM)
    assert form.flaws == ()
    assert [p.name for p in form.parts] == ["image", "model"]
    assert form.parts[0].content_type == "image/png"
    assert form.parts[0].headers == (
        ("content-type", "image/png"),
        ("CONTENT-DISPOSITION", 'form-data; name="image"; filename="a.png"'),
    )
    assert form.parts[0].content == PNG


def test_contents_are_views_into_the_body() -> None:
    """Nothing is copied, for bytes and for a part of a larger buffer."""
    body = build_multipart([], [("image", "a.png", "image/png", PNG)], boundary="b")
    assert parse_multipart(body, FORM).parts[0].content.obj is body
    buffer = bytearray(b"..." + body + b"...")
    view = memoryview(buffer)[3:-3]
    content = parse_multipart(view, FORM).parts[0].content
    buffer[buffer.index(b"PNG")] = ord("J")
    assert bytes(content[:4]) == b"\x89JNG"


@pytest.mark.parametrize(
    "view",
    [
        memoryview,
        lambda body: memoryview(body).cast("c"),
        lambda body: memoryview(body[::-1])[::-1],
        lambda body: memoryview(bytearray(body)),
    ],
)
def test_any_kind_of_view_can_be_parsed(view: Callable[[bytes], memoryview]) -> None:
    """A view of characters, a view that runs backwards and a view of a bytearray give the same form."""
    body = build_multipart([("n", "2")], [], boundary="b")
    assert parse_multipart(view(body), FORM) == parse_multipart(body, FORM)


@pytest.mark.parametrize(
    ("content_type", "boundary"),
    [
        ("multipart/form-data; boundary=abc", "abc"),
        ('multipart/form-data; boundary="a b;c"', "a b;c"),
        ("Multipart/Form-Data;BOUNDARY=abc", "abc"),
        ("multipart/form-data; charset=utf-8; boundary = abc ; x=y", "abc"),
        ("multipart/form-data; boundary=----=_Part_1.2", "----=_Part_1.2"),
        ("multipart/form-data; boundary=a; boundary=b", "a"),
        ("multipart/form-data; xboundary=abc", None),
        ("multipart/form-data; boundary=", ""),
        ('multipart/form-data; boundary="', None),
        ("multipart/form-data", None),
        ("", None),
    ],
)
def test_the_boundary_is_found(content_type: str, boundary: str | None) -> None:
    """Quoted or not, in any case, between other parameters."""
    assert parameters_of(content_type).parameters.get("boundary") == boundary


@pytest.mark.parametrize(
    ("content_type", "says"),
    [
        ("multipart/form-data", "no boundary"),
        ("multipart/form-data; boundary=", "of 0 characters"),
        ('multipart/form-data; boundary=""', "of 0 characters"),
        ("multipart/form-data; boundary=" + "b" * 71, "of 71 characters"),
        ("multipart/form-data; boundary=é", '"é" of 1 characters'),
        ("multipart/form-data; boundary=a\nb", "not allowed"),
        ("application/json; boundary=b", '"application/json; boundary=b"'),
        ("", "multipart/form-data"),
    ],
)
def test_a_form_without_a_usable_boundary_has_no_parts(content_type: str, says: str) -> None:
    """The flaw shows what the Content-Type holds."""
    form = parse_multipart(build_multipart([("n", "2")], [], boundary="b"), content_type)
    assert form.parts == ()
    message, index = only_flaw(form)
    assert says in message
    assert index is None


def test_a_boundary_of_odd_visible_characters_is_a_flaw_and_still_read() -> None:
    """Receivers take such a boundary, the standard does not."""
    form = parse_multipart(
        with_disposition('form-data; name="n"').replace(b"--b", b"--{b}"), FORM.replace("=b", "={b}")
    )
    assert '"{b}" of 3 characters is not allowed' in only_flaw(form)[0]
    assert [p.name for p in form.parts] == ["n"]


def test_a_boundary_given_twice_is_a_flaw_and_the_first_one_counts() -> None:
    """Receivers differ on which of two parameters they take."""
    form = parse_multipart(build_multipart([("n", "2")], [], boundary="b"), FORM + "; boundary=c")
    assert [p.name for p in form.parts] == ["n"]
    assert only_flaw(form) == ('the Content-Type has "boundary" twice', None)


def test_a_boundary_of_70_characters_is_allowed() -> None:
    """The limit itself is inside."""
    boundary = "b" * 70
    assert part(build_multipart([("n", "2")], [], boundary=boundary), f"multipart/form-data; boundary={boundary}").name


@pytest.mark.parametrize(
    ("disposition", "name", "says"),
    [
        ("form-data", "", "no name"),
        ('form-data; filename="a.png"', "", "no name"),
        ('attachment; name="image"', "image", '"attachment"'),
        ('form-data; name="a"b"; filename="c"', "", "cannot be read"),
        ('form-data; name="image"; filename="a', "image", "cannot be read"),
        ('form-data; name="image"; name="mask"', "image", "twice"),
        ("form-data; name=\"image\"; filename*=utf-16''a", "image", "percent-encoded"),
        ("form-data; name=\"image\"; filename*=UTF-8''%FF", "image", "percent-encoded"),
        ('form-data; name="image"; filename*="a.png"', "image", "percent-encoded"),
    ],
)
def test_a_disposition_that_a_strict_receiver_refuses_is_a_flaw(disposition: str, name: str, says: str) -> None:
    """The part is kept with what could be read, and the flaw names it."""
    form = parse_multipart(with_disposition(disposition), FORM)
    assert [(p.name, bytes(p.content)) for p in form.parts] == [(name, b"x")]
    assert says in form.flaws[0].message
    assert form.flaws[0].index == 0


@pytest.mark.parametrize(
    ("headers", "says"),
    [
        (b"", "no Content-Disposition"),
        (b"Content-Type: text/plain\r\n", "no Content-Disposition"),
        (b'Content-Disposition: form-data; name="a"\r\nnonsense\r\n', '"nonsense" is not a header'),
        (b'Content-Disposition: form-data; name="a"\r\n: x\r\n', "is not a header"),
        (b' Content-Disposition: form-data; name="a"\r\n', "is not a header"),
        (b'Content-Disposition : form-data; name="a"\r\n', "is not a header"),
        (b'Content-Disposition: form-data; name="a"\r\nX: a\rb\r\n', "is not a header"),
        (b'Content-Disposition: form-data; name="a\xff"\r\n', "not valid UTF-8"),
        (b'Content-Disposition: form-data; name="a"\r\ncontent-disposition: form-data; name="b"\r\n', "twice"),
    ],
)
def test_headers_that_a_strict_receiver_refuses_are_flaws(headers: bytes, says: str) -> None:
    """The content is kept all the same."""
    form = parse_multipart(b"--b\r\n" + headers + b"\r\nx\r\n--b--\r\n", FORM)
    assert [bytes(p.content) for p in form.parts] == [b"x"]
    message, index = only_flaw(form)
    assert says in message
    assert index == 0


def test_a_folded_header_is_one_header() -> None:
    """A line that starts with a space or a tab goes on with the header before it."""
    got = part(b'--b\r\nContent-Disposition: form-data;\r\n\tname="a";\r\n filename="b"\r\n\r\nx\r\n--b--\r\n')
    assert (got.name, got.filename) == ("a", "b")


def test_text_around_the_form_is_skipped() -> None:
    """Preamble, epilogue and padding after a delimiter are allowed by RFC 2046."""
    body = (
        b"This is a form.\r\n--bX is no delimiter\r\n--b \t \r\n"
        b"Content-Disposition: form-data; name=a\r\n\r\nx\r\n--b-- \r\nThe end."
    )
    assert bytes(part(body).content) == b"x"
    assert bytes(part(b"\r\n" + with_disposition("form-data; name=a")).content) == b"x"


@pytest.mark.parametrize(
    "content",
    [
        b"--b--",
        b"x--b\r\n",
        b"\n--b\r\n",
        b"\r--b\r\n",
        b"\r\n--bc\r\n",
        b"\r\n--b x\r\n",
        b"\r\n--b\r",
        b"\r\n-b\r\n--",
        b"\r\n\r\n--B--\r\n",
    ],
)
def test_bytes_that_look_like_a_delimiter_belong_to_the_file(content: bytes) -> None:
    """A delimiter stands after CRLF and is followed by CRLF or two dashes; anything else is content."""
    head = b'--b\r\nContent-Disposition: form-data; name="image"; filename="a"\r\n\r\n'
    assert bytes(part(head + b"x" + content + b"\r\n--b--\r\n").content) == b"x" + content


def test_contents_may_be_empty_or_end_with_line_ends() -> None:
    """Only the one CRLF before a delimiter is not content."""
    head = b"--b\r\nContent-Disposition: form-data; name=a\r\n\r\n"
    assert bytes(part(head + b"\r\n\r\n\r\n--b--\r\n").content) == b"\r\n\r\n"
    assert bytes(part(head + b"\r\n--b--\r\n").content) == b""


def test_a_part_without_a_line_end_before_the_delimiter_is_empty_and_a_flaw() -> None:
    """RFC 2046 lets the line end of the headers count for the delimiter too; many receivers read on instead."""
    form = parse_multipart(b"--b\r\nContent-Disposition: form-data; name=a\r\n\r\n--b--\r\n", FORM)
    assert [bytes(p.content) for p in form.parts] == [b""]
    message, index = only_flaw(form)
    assert "no line end of its own" in message
    assert index == 0


def test_an_empty_form_has_no_parts_and_no_flaw() -> None:
    """The final delimiter alone is a form without fields."""
    assert parse_multipart(b"--b--\r\n", FORM) == Form((), ())


def test_lines_that_end_with_lf_alone_are_one_flaw_and_read() -> None:
    """Hand-written forms of shell scripts look like this; a CR before the LF is content there."""
    body = (
        b'--b\nContent-Disposition: form-data; name="n"\n\n2\n'
        b'--b\nContent-Disposition: form-data; name="f"; filename="a"\nContent-Type: image/png\n\n\r\n\r\n--b--\n'
    )
    form = parse_multipart(body, FORM)
    assert [(p.name, bytes(p.content)) for p in form.parts] == [("n", b"2"), ("f", b"\r\n\r")]
    assert only_flaw(form) == ("lines end with LF alone; end them with CRLF", 0)


def test_a_single_line_that_ends_with_lf_alone_is_a_flaw() -> None:
    """One such line, in the delimiter or in the headers, is enough for a strict receiver to refuse the form."""
    good = build_multipart([("a", "1"), ("b", "2")], [], boundary="b")
    for bad in (good.replace(b"--b\r\n", b"--b\n"), good.replace(b'name="b"\r\n', b'name="b"\n')):
        form = parse_multipart(bad, FORM)
        assert [bytes(p.content) for p in form.parts] == [b"1", b"2"]
        assert "LF alone" in only_flaw(form)[0]


@pytest.mark.parametrize(
    ("tail", "content"), [(b"", b"x"), (b"\r\n", b"x\r\n"), (b"\r\n--b", b"x"), (b"\r\n--b\r\n", b"x")]
)
def test_a_missing_final_delimiter_is_a_flaw(tail: bytes, content: bytes) -> None:
    """The last part reaches to the end of the body, or to a delimiter that is not the final one."""
    form = parse_multipart(b"--b\r\nContent-Disposition: form-data; name=a\r\n\r\nx" + tail, FORM)
    assert [bytes(p.content) for p in form.parts] == [content]
    message, index = only_flaw(form)
    assert '"--b--" is missing' in message
    assert index is None


@pytest.mark.parametrize(
    ("tail", "says"),
    [
        (b"--b--x\r\n", "in the line of the final delimiter"),
        (b"--b--\r\n\r\n--b\r\nContent-Disposition: form-data; name=late\r\n\r\ny\r\n--b--", "follows the final"),
    ],
)
def test_what_follows_the_final_delimiter_is_a_flaw_when_it_matters(tail: bytes, says: str) -> None:
    """Receivers differ on such bytes, so a client must not send them."""
    form = parse_multipart(b"--b\r\nContent-Disposition: form-data; name=a\r\n\r\nx\r\n" + tail, FORM)
    assert [p.name for p in form.parts] == ["a"]
    assert says in only_flaw(form)[0]


@pytest.mark.parametrize(
    ("body", "says"),
    [
        (b"", "the body is empty"),
        (b"--other\r\nContent-Disposition: form-data; name=a\r\n\r\nx\r\n--other--\r\n", 'starts with "--other"'),
        (b'{"model": "x"}', "has no delimiter"),
    ],
)
def test_a_body_without_the_delimiter_is_a_flaw_that_shows_its_start(body: bytes, says: str) -> None:
    """A Content-Type set by hand, with another boundary than the body has, is seen at once."""
    form = parse_multipart(body, FORM)
    assert form.parts == ()
    assert says in only_flaw(form)[0]


def test_headers_without_an_end_are_a_flaw_and_the_next_part_is_read() -> None:
    """The unreadable part keeps its position, so that the indices of the others are right."""
    body = b"--b\r\nContent-Disposition: form-data; name=a\r\n" + with_disposition("form-data; name=b")
    form = parse_multipart(body, FORM)
    assert [(p.name, p.index) for p in form.parts] == [("b", 1)]
    assert only_flaw(form) == ("a delimiter follows the headers; end them with a blank line", 0)


@pytest.mark.parametrize("headers", [b"X: " + b"x" * 200 + b"\r\n", b"X: x\r\n" * 101, b"X:\r\n" + b" \r\n" * 101])
def test_headers_over_the_limits_are_a_flaw_and_the_next_part_is_read(headers: bytes) -> None:
    """Bytes, lines and folded lines are limited."""
    body = b"--b\r\n" + headers + b"\r\nx\r\n" + with_disposition("form-data; name=b")
    limit = 200 if len(headers) < 210 else 10_000
    form = parse_multipart(body, FORM, max_header_bytes=limit)
    assert [(p.name, p.index) for p in form.parts] == [("b", 1)]
    message, index = only_flaw(form)
    assert f"within 100 lines and {limit} bytes" in message
    assert index == 0


def test_more_parts_than_allowed_are_a_flaw_and_not_read() -> None:
    """The limit itself is inside."""
    body = build_multipart([("a", "1"), ("b", "2"), ("c", "3")], [], boundary="b")
    assert parse_multipart(body, FORM, max_parts=3).flaws == ()
    form = parse_multipart(body, FORM, max_parts=2)
    assert [p.name for p in form.parts] == ["a", "b"]
    assert "more than 2 parts" in only_flaw(form)[0]


def test_a_hostile_form_does_not_make_endless_flaws() -> None:
    """The list ends with a sentence that says that there are more."""
    form = parse_multipart(b"--b\r\nx\r\n\r\n\r\n" * 500 + b"--b--", FORM)
    assert len(form.flaws) == 101
    assert "more flaws" in form.flaws[-1].message


def test_the_text_of_a_part_is_utf8_or_a_clear_error() -> None:
    """The message names the part, the byte and its place."""
    good, bad = parse_multipart(
        build_multipart([("prompt", "猫")], [("user", "x", "", b"ab\xffc")], boundary="b"), FORM
    ).parts
    assert text_of(good) == "猫"
    with pytest.raises(ValueError, match=re.escape('the part "user" is not valid UTF-8: byte 0xff at 2')):
        text_of(bad)


@pytest.mark.parametrize(
    ("fields", "files", "boundary", "says"),
    [
        ([("n", "x\r\n--b")], [], "b", "occurs in a content"),
        ([], [("n", "f", "image/png", b"--bc")], "b", "occurs in a content"),
        ([], [("n", "f", "image/png\r\nX: y", b"")], "b", "line end"),
        ([], [], "", "not allowed"),
        ([], [], "b ", "not allowed"),
        ([], [], "b" * 71, "not allowed"),
        ([], [], "b\r\n", "not allowed"),
    ],
)
def test_a_form_that_would_not_be_read_back_is_not_written(
    fields: list[tuple[str, str]], files: list[tuple[str, str, str, bytes]], boundary: str, says: str
) -> None:
    """A wrong boundary or a line end in a header is a mistake of the caller."""
    with pytest.raises(ValueError, match=says):
        build_multipart(fields, files, boundary=boundary)
