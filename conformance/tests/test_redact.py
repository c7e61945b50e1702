import base64
import json
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pixelproof_conformance.redact import (
    REDACTED,
    is_secret_name,
    redact_bytes,
    redact_headers,
    redact_json,
    redact_text,
    redact_url,
)

KEYS = st.text(st.characters(min_codepoint=0x20, max_codepoint=0x17F), min_size=8, max_size=60).filter(
    lambda key: key not in REDACTED
)
AROUND = st.text(max_size=20)


@pytest.mark.parametrize(
    "name",
    [
        "Authorization",
        "authorization",
        "Proxy-Authorization",
        "x-api-key",
        "api-key",
        "Ocp-Apim-Subscription-Key",
        "Cookie",
        "Set-Cookie",
        "x-auth-token",
        "X-Amz-Security-Token",
        "x-client-secret",
        "password",
        "sig",
        "X-Amz-Signature",
        "x-session-id",
    ],
)
def test_names_of_secrets_are_known(name: str) -> None:
    """A value of this name proves who the caller is."""
    assert is_secret_name(name)


@pytest.mark.parametrize(
    "name",
    [
        "content-type",
        "x-request-id",
        "x-ratelimit-remaining-tokens",
        "X-RateLimit-Reset-Tokens",
        "WWW-Authenticate",
        "Access-Control-Allow-Headers",
        "openai-organization",
        "key_variable",
        "key-header",
        "design",
    ],
)
def test_names_of_what_may_be_read_are_known(name: str) -> None:
    """A value of this name helps to understand a run and is kept."""
    assert not is_secret_name(name)


def test_headers_are_redacted_by_name_and_by_value() -> None:
    """A secret name hides its value, and a known secret is taken out of any other value."""
    headers = {"Authorization": "Bearer abc", "x-echo": "you sent my-own-key-1", "content-type": "image/png"}
    assert redact_headers(headers, ("my-own-key-1",)) == {
        "Authorization": REDACTED,
        "x-echo": f"you sent {REDACTED}",
        "content-type": "image/png",
    }


@pytest.mark.parametrize(
    ("text", "redacted"),
    [
        ("key sk-proj-abcdefghijklmnop1234 was wrong", f"key {REDACTED} was wrong"),
        ('{"k":"sk-abcdefghijklmnop1234"}', f'{{"k":"{REDACTED}"}}'),
        ("Authorization: Bearer abc.def-ghi_123", f"Authorization: Bearer {REDACTED}"),
        ("authorization: bearer abcdefgh", f"authorization: bearer {REDACTED}"),
        ("Basic dXNlcjpwYXNzd29yZA==", f"Basic {REDACTED}"),
        ("Incorrect API key provided: sk-abc***xyz.", "Incorrect API key provided: sk-abc***xyz."),
        ("a risk-management-department-of-foxes", "a risk-management-department-of-foxes"),
        ("Basic shapes, a bearer of news", "Basic shapes, a bearer of news"),
    ],
)
def test_what_looks_like_a_key_is_taken_out(text: str, redacted: str) -> None:
    """Keys of known shapes are hidden wherever they stand; prose that resembles them stays."""
    assert redact_text(text) == redacted
    assert redact_bytes(text.encode()) == redacted.encode()


@given(KEYS, AROUND, AROUND)
def test_no_spelling_of_the_key_survives(key: str, before: str, after: str) -> None:
    """The key is found in plain text, inside JSON, in URLs and in base64, as text and as bytes."""
    spellings = [
        key,
        json.dumps(key)[1:-1],
        json.dumps(key, ensure_ascii=False)[1:-1],
        json.dumps(key).replace("/", "\\/")[1:-1],
        quote(key),
        quote(key, safe=""),
        quote_plus(key),
        base64.b64encode(key.encode()).decode(),
    ]
    for spelling in spellings:
        text = f"{before}|{spelling}|{after}"
        assert f"|{spelling}|" not in redact_text(text, (key,))
        raw = text.encode("utf-8", "replace")
        assert f"|{spelling}|".encode() not in redact_bytes(raw, (key,))


@pytest.mark.parametrize(
    "secret",
    [
        "sk-abcdefghijklmnopqrstuvwx",
        "Bearer abcdefghijkl",
        "bearer abcdefghijkl",
        "Basic dXNlcjpwYXNzd29yZA==",
        "https://user:word@example.com",
        "https:\\/\\/user:word@example.com",
        "?api_key=abcdefgh",
        "?apiKey=abcdefgh",
        "?token=abcdefgh",
        "abcdKEYabcdKEYabcd",
    ],
)
@pytest.mark.parametrize(
    "shape", ["{secret}", "{picture}{secret}", "{secret} {picture}", "{picture}?{secret}{picture}"]
)
def test_a_secret_in_a_body_with_a_picture(shape: str, secret: str) -> None:
    """A body with long base64 texts loses the same secrets as any other text, whether in, before or behind one."""
    picture = base64.b64encode(bytes(range(256)) * 20).decode()
    assert len(picture) > 4096
    value = shape.format(secret=secret, picture=picture)
    for text in (
        value,
        f'{{"data":[{{"b64_json":"{value}"}}]}}',
        f'{{"a":"{picture}","b":"{secret}","c":"{picture}"}}',
    ):
        known = ("abcdKEYabcdKEYabcd",)
        assert redact_bytes(text.encode(), known) == redact_text(text, known).encode()


@given(KEYS, st.lists(AROUND, max_size=4))
def test_a_json_answer_stays_json(key: str, texts: list[str]) -> None:
    """An answer that echoes the key is still JSON without it, and everything else in it is kept."""
    body = json.dumps({"error": {"message": key, "more": texts}}, ensure_ascii=False).encode("utf-8", "replace")
    value = json.loads(redact_bytes(body, (key,)))
    assert key not in value["error"]["message"]


@given(st.binary(max_size=300))
def test_bytes_without_a_secret_are_not_copied(data: bytes) -> None:
    """A body of megabytes without a secret is the same object afterwards."""
    if b"sk-" not in data:
        assert redact_bytes(data, ("a-secret-key",)) is data


def test_a_short_key_is_not_looked_for() -> None:
    """A made-up key of a local server, such as "test", does not tear holes into every answer."""
    assert redact_text("this is a test", ("test",)) == "this is a test"


@pytest.mark.parametrize(
    ("url", "redacted"),
    [
        ("http://h/v1", "http://h/v1"),
        ("http://me:pass@h/v1", f"http://{REDACTED}@h/v1"),
        ("http://token@h:80/v1?a=1", f"http://{REDACTED}@h:80/v1?a=1"),
        ("http://h/v1?api-key=abc&api-version=2", f"http://h/v1?api-key={REDACTED}&api-version=2"),
        ("https://h/a.png?se=2026&sig=a%2Fb;token=x#key=y", f"https://h/a.png?se=2026&sig={REDACTED};token={REDACTED}#key={REDACTED}"),
        ("http://h/@me?x=a@b", "http://h/@me?x=a@b"),
        ("http://a:b@c@h/", f"http://{REDACTED}@h/"),
        ("ftp://me:pass@h", f"ftp://{REDACTED}@h"),
        ("http://h?key", "http://h?key"),
        ("h/v1", "h/v1"),
    ],
)  # fmt: skip
def test_urls_lose_their_secrets(url: str, redacted: str) -> None:
    """User, password and telling query parameters are hidden; the rest of the URL is kept."""
    assert redact_url(url) == redacted


@given(st.text(alphabet="abc:/?#@&=[]%. ", max_size=30), KEYS)
def test_any_text_is_taken_for_a_url(text: str, key: str) -> None:
    """Whatever stands in place of a URL, nothing crashes and the key is not in it."""
    assert f"|{key}|" not in redact_url(f"{text}|{key}|", (key,))


def test_options_are_redacted_through_and_through() -> None:
    """Nested options lose the texts of secret names, URLs their passwords, and numbers are kept."""
    options = {
        "url": "http://me:pass@h/v1",
        "headers": {"X-Api-Key": "abc", "x-org": "my-own-key-1"},
        "models": ["gpt-image-1", "sk-abcdefghijklmnop1234"],
        "key_variable": "OPENAI_API_KEY",
        "keys": 3,
        "seed": 7,
        "my-own-key-1": None,
    }
    assert redact_json(options, ("my-own-key-1",)) == {
        "url": f"http://{REDACTED}@h/v1",
        "headers": {"X-Api-Key": REDACTED, "x-org": REDACTED},
        "models": ["gpt-image-1", REDACTED],
        "key_variable": "OPENAI_API_KEY",
        "keys": 3,
        "seed": 7,
        REDACTED: None,
    }


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("see http://me:pw@host/x?a=1 now", "see http://[redacted]@host/x?a=1 now"),
        ('{"url": "https:\\/\\/me:pw@host\\/x"}', '{"url": "https:\\/\\/[redacted]@host\\/x"}'),
        ("GET /x?api_key=abc&size=1 failed", "GET /x?api_key=[redacted]&size=1 failed"),
        ("(http://h/?a=1&token=abc)", "(http://h/?a=1&token=[redacted]"),
        ("<a href='http://h/?x=1&amp;apiKey=abc'>", "<a href='http://h/?x=1&amp;apiKey=[redacted]'>"),
        ("http://host/a@b?monkey=1&keys=2", "http://host/a@b?monkey=1&keys=2"),
        ("cache_key=abc, max_tokens=5, a@b.example", "cache_key=abc, max_tokens=5, a@b.example"),
    ],
)
def test_secrets_of_urls_are_found_within_text(text: str, shown: str) -> None:
    """A URL in the middle of an answer loses its password and its keys, as text and as bytes, and nothing else."""
    assert redact_text(text) == shown
    assert redact_bytes(text.encode()) == shown.encode()
    assert redact_text(shown) == shown
