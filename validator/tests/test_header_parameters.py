import pytest
from hypothesis import given
from hypothesis import strategies as st
from pixelproof._header_parameters import HeaderValue, parameters_of, quoted


@pytest.mark.parametrize(
    ("value", "parameters"),
    [
        ('form-data; name="image[]"; filename="upload"', {"name": "image[]", "filename": "upload"}),
        ("form-data; name=image; filename=a.png", {"name": "image", "filename": "a.png"}),
        ('form-data;NAME="image" ;FileName = "A.png";;', {"name": "image", "filename": "A.png"}),
        (r'form-data; filename="a\"b\\c.png"', {"filename": r'a"b\c.png'}),
        ('form-data; name="a%22b%0D%0a"; filename="100%25%20.png"', {"name": 'a"b\r\n', "filename": "100%25%20.png"}),
        (r'form-data; filename="C:\dir\cat.png"', {"filename": r"C:\dir\cat.png"}),
        ('form-data; filename="a;b=c.png"', {"filename": "a;b=c.png"}),
        ('form-data; name=""; filename=', {"name": "", "filename": ""}),
        ("form-data; filename*=UTF-8''na%C3%AFve%20.png", {"filename": "naïve .png"}),
        ("form-data; filename*=iso-8859-1'en'%A3.png", {"filename": "£.png"}),
        ("form-data; filename=\"x.png\"; filename*=utf-8''%E2%82%AC.png", {"filename": "€.png"}),
        ("form-data; filename*=utf-8''%E2%82%AC.png; filename=x.png", {"filename": "€.png"}),
        ('form-data; name="Bild ä €"', {"name": "Bild ä €"}),
        ("form-data", {}),
    ],
)
def test_parameters_are_read_as_clients_write_them(value: str, parameters: dict[str, str]) -> None:
    """Quotes, escapes of the RFCs and of the HTML standard, extended file names, old Windows paths."""
    assert parameters_of(value) == HeaderValue("form-data", parameters, None)


@pytest.mark.parametrize(
    ("value", "parameters", "problem"),
    [
        ('form-data; name="a"b"; filename="c"', {"filename": "c"}, 'cannot be read from "; name'),
        ('form-data; name="image"; filename="a', {"name": "image"}, 'cannot be read from "; filename'),
        ('form-data; na me="a"', {}, "cannot be read"),
        ('form-data; name="image"; Name="mask"', {"name": "image"}, 'has "name" twice'),
        ("form-data; filename*=utf-16''a", {}, 'has "filename*" as'),
        ("form-data; filename=\"x\"; filename*=UTF-8''%FF", {"filename": "x"}, "percent-encoded"),
        ('form-data; filename*="a.png"', {}, "percent-encoded"),
    ],
)
def test_what_cannot_be_read_is_a_problem(value: str, parameters: dict[str, str], problem: str) -> None:
    """The rest is read all the same, and the first of two equal names counts."""
    got = parameters_of(value)
    assert got.parameters == parameters
    assert got.problem is not None
    assert problem in got.problem


@given(st.text() | st.text(alphabet="""a=";\\%20'* \t"""))
def test_any_text_is_taken(value: str) -> None:
    """Nothing raises, and what stands before the first semicolon is the main value."""
    assert parameters_of(value).main == value.partition(";")[0].strip()


@given(st.text().filter(lambda text: "%" not in text))
def test_a_quoted_text_is_read_back(text: str) -> None:
    """Quotes, backslashes and line ends survive."""
    assert parameters_of(f"a; b={quoted(text)}; c=d") == HeaderValue("a", {"b": text, "c": "d"}, None)
