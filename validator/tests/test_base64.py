import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pixelproof._base64 import Decoded, decode_base64


@given(st.binary(min_size=1))
def test_standard_base64_is_decoded(data: bytes) -> None:
    """What the standard encoder writes comes back in both modes, without a problem."""
    text = base64.b64encode(data).decode()
    assert decode_base64(text) == Decoded(data, None, None)
    assert decode_base64(text, data_url=True) == Decoded(data, None, None)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "is empty"),
        ("*UJD", "is not base64: character '*' at index 0"),
        ("QUJDQUJD*UJD", "is not base64: character '*' at index 8"),
        ("QUJD\nQUJD", "is not base64: character '\\n' at index 4"),
        ("QU JD", "is not base64: character ' ' at index 2"),
        (" ", "is not base64: character ' ' at index 0"),
        ("QUJDé", "is not base64: character 'é' at index 4"),
        ("QUJ\ud800", "is not base64: character '\\ud800' at index 3"),
        ("QUJ\x1b", "is not base64: character '\\x1b' at index 3"),
        ("QUJ-", "is urlsafe base64 ('-' at index 3)"),
        ("QU_-", "is urlsafe base64 ('_' at index 2)"),
        ("QU-+", "is not base64: character '-' at index 2"),
        ("QUJ", "has wrong padding"),
        ("QQ=", "has wrong padding"),
        ("QQ", "has wrong padding"),
        ("=", "has wrong padding"),
        ("====", "has wrong padding"),
        ("QUJD====", "has wrong padding"),
        ("QQ==QQ==", "has wrong padding"),
        ("https://example.com/cat.png", "is an http(s) URL"),
        ("HTTP://example.com/cat.png", "is an http(s) URL"),
        ("data:image/png,QUJD", "has a data: URL prefix"),
        ("data:image/png;base64,", "has a data: URL prefix"),
    ],
)
def test_what_is_no_base64_says_why(text: str, problem: str) -> None:
    """A text that cannot be decoded gives no bytes and a phrase that names the first character at fault."""
    decoded = decode_base64(text)
    assert (decoded.data, decoded.problem) == (b"", problem)


def test_a_prefix_is_a_problem_but_the_picture_is_still_there() -> None:
    """Where no prefix is allowed the bytes behind it are decoded all the same."""
    assert decode_base64("data:image/PNG;base64,QUJD") == Decoded(b"ABC", "has a data: URL prefix", "image/png")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("data:image/png;base64,QUJD", Decoded(b"ABC", None, "image/png")),
        ("DATA:image/WEBP;BASE64,QUJD", Decoded(b"ABC", None, "image/webp")),
        ("data:image/png;charset=utf-8;base64,QUJD", Decoded(b"ABC", None, "image/png")),
        (" \r\n\tdata:image/jpeg;base64, QU\r\nJD\n", Decoded(b"ABC", None, "image/jpeg")),
        ("QU\r\n\tJD ", Decoded(b"ABC", None, None)),
        ("\nQUJD", Decoded(b"ABC", None, None)),
        ("", Decoded(b"", "is empty", None)),
        (" \n", Decoded(b"", "is empty", None)),
        ("data:image/png;base64,", Decoded(b"", "is empty", "image/png")),
        ("data:image/png;base64, ", Decoded(b"", "is empty", "image/png")),
        ("data:image/png,QUJD", Decoded(b"", "is a data: URL without ';base64,'", None)),
        (
            "data:text/plain;base64,QUJD",
            Decoded(b"ABC", "is a data: URL of 'text/plain', not of an image", "text/plain"),
        ),
        ("data:;base64,QUJD", Decoded(b"ABC", "is a data: URL of '', not of an image", "")),
        ("data:image/png;base64,QU*D", Decoded(b"", "is not base64: character '*' at index 24", "image/png")),
        (" QU\nJ*", Decoded(b"", "is not base64: character '*' at index 5", None)),
        ("QU\xa0JD", Decoded(b"", "is not base64: character '\\xa0' at index 2", None)),
        ("QU\nJ-", Decoded(b"", "is urlsafe base64 ('-' at index 4)", None)),
        ("QU\nJ", Decoded(b"", "has wrong padding", None)),
        (" https://example.com/cat.png", Decoded(b"", "is an http(s) URL", None)),
        (
            "data:image/png;base64,data:image/png;base64,QUJD",
            Decoded(b"", "is not base64: character ':' at index 26", "image/png"),
        ),
    ],
)
def test_a_data_url_and_whitespace_are_welcome_where_allowed(text: str, expected: Decoded) -> None:
    """With the option a prefix and whitespace pass, and places are counted in the text as it was given."""
    assert decode_base64(text, data_url=True) == expected


@given(st.binary(min_size=1), st.integers(1, 80), st.sampled_from(["\n", "\r\n", " ", "\t"]))
def test_wrapped_lines_change_nothing_where_whitespace_is_allowed(data: bytes, width: int, space: str) -> None:
    """Lines of any width decode to the same bytes."""
    text = base64.b64encode(data).decode()
    wrapped = space.join(text[at : at + width] for at in range(0, len(text), width))
    assert decode_base64(wrapped, data_url=True) == Decoded(data, None, None)


@given(
    st.text() | st.text("QUJD=-_+/ \n*:;,") | st.text("QUJD=*", max_size=30).map("data:image/png;base64,".__add__),
    st.booleans(),
)
def test_any_text_ends_as_a_value(text: str, data_url: bool) -> None:
    """Every text either decodes or has a problem, and plain decoding agrees with the standard library."""
    decoded = decode_base64(text, data_url=data_url)
    assert decoded.data or decoded.problem
    if decoded.problem is None and decoded.media_type is None and not data_url:
        assert decoded.data == base64.b64decode(text, validate=True)


@given(st.text(min_size=41, max_size=400), st.booleans())
def test_a_problem_quotes_at_most_forty_characters(text: str, data_url: bool) -> None:
    """A secret or a long text never reaches a message as a whole."""
    for shown in (text, f"data:{text}", f"data:{text};base64,QUJD"):
        problem = decode_base64(shown, data_url=data_url).problem or ""
        assert text[:41] not in problem
        assert len(problem) < 40 + 40 * len("\\U00000000")
