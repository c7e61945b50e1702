import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pixelproof import UsageError
from pixelproof_conformance.client import Client
from pixelproof_conformance.endpoint import join_url, read_url

from .raw_server import (
    PATH,
    target,
)


@pytest.mark.parametrize(
    ("base", "path", "url"),
    [
        ("http://h:8900", PATH, "http://h:8900/v1/images/generations"),
        ("http://h:8900/", PATH, "http://h:8900/v1/images/generations"),
        ("http://h/v1", PATH, "http://h/v1/images/generations"),
        ("http://h/v1/", PATH, "http://h/v1/images/generations"),
        ("https://h/openai/v1", PATH, "https://h/openai/v1/images/generations"),
        ("https://h/v1/images", PATH, "https://h/v1/images/generations"),
        ("https://h/v1/images/generations", PATH, "https://h/v1/images/generations"),
        ("https://h/x/v1/images/generations/", PATH, "https://h/x/v1/images/generations"),
        ("https://h/v1/images/generations", "/v1/images/edits", "https://h/v1/images/edits"),
        ("https://h/v1/images/edits", PATH, "https://h/v1/images/generations"),
        ("https://h/v2", PATH, "https://h/v2/v1/images/generations"),
        ("https://h/xv1", PATH, "https://h/xv1/v1/images/generations"),
        ("https://h/v1?api-version=2025-04-01", PATH, "https://h/v1/images/generations?api-version=2025-04-01"),
        ("https://h:443/v1#part", PATH, "https://h/v1/images/generations"),
        ("http://[::1]:80/v1", PATH, "http://[::1]/v1/images/generations"),
        ("http://user:secret@h/v1", PATH, "http://h/v1/images/generations"),
        ("http://bücher.example", PATH, "http://xn--bcher-kva.example/v1/images/generations"),
        ("http://h/ä b", "/images", "http://h/%C3%A4%20b/images"),
        (" http://h ", "/images", "http://h/images"),
    ],
)
def test_the_base_url_and_the_path_are_joined(base: str, path: str, url: str) -> None:
    """What the base URL already holds of the path is not repeated."""
    assert join_url(base, path).url == url


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("127.0.0.1:8900", "127.0.0.1:8900 has no scheme"),
        ("localhost/v1", "has no scheme"),
        ("", "has no scheme"),
        ("ftp://h/v1", "ftp://h/v1 has the scheme ftp"),
        ("http://", "names no host"),
        ("http:///v1", "names no host"),
        ("http://:80/v1", "names no host"),
        ("http://h:99999/v1", "Port out of range"),
        ("http://h:0/v1", "has port 0"),
        ("http://h:x/v1", "cannot be read"),
        ("http://[::1/v1", "cannot be read"),
        ("http://a b/v1", "a blank"),
    ],
)
def test_a_url_that_leads_nowhere_is_refused(url: str, words: str) -> None:
    """A wrong base URL is an error that shows it."""
    with pytest.raises(UsageError, match=words.replace(".", r"\.")):
        Client(target(url))


@given(st.text(max_size=40))
def test_reading_a_url_never_crashes(text: str) -> None:
    """Whatever is written as a URL gives an address or an error for the user."""
    with contextlib.suppress(UsageError):
        assert read_url(f"http://{text}").target.isascii()
