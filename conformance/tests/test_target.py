from collections.abc import Iterator

import pytest
from pixelproof import UsageError
from pixelproof_conformance.client import Client, Limits, Target
from pixelproof_conformance.endpoint import read_url
from pixelproof_conformance.target import proxy_for

from .raw_server import KEY, OK, RawServer, answer, keeps_saying, says, sent, target


def test_user_and_password_of_the_url_are_sent_and_never_shown() -> None:
    """Userinfo in the URL becomes Basic authentication, and appears in no record and no error."""
    with RawServer(says(answer("200 OK", b"you are user:pass word!"))) as server:
        url = f"http://user:pass%20word!@127.0.0.1:{server.port}/v1"
        with Client(Target(url, None, "x-api-key", None)) as client:
            record = sent(client)
    assert b"Authorization: Basic dXNlcjpwYXNzIHdvcmQh\r\n" in server.requests[0]
    assert "pass" not in record.url
    assert record.body == b"you are [redacted]"
    with pytest.raises(UsageError) as refused:
        read_url("ftp://user:password@h")
    assert "password" not in str(refused.value)


def test_every_value_that_proves_who_the_caller_is_is_secret() -> None:
    """The key, the values of headers and query parameters with telling names, and the password are secrets."""
    headers = (("x-api-token", "token-value"), ("x-project", "painting"), ("Cookie", "a=cookie-value"))
    the_target = target("https://me:pass%20word@h/v1?api-key=query-value&api-version=2", headers=headers)
    userinfo = {"me:pass%20word", "me:pass word", "pass%20word", "pass word"}
    assert set(the_target.secrets) == {KEY, "token-value", "a=cookie-value", "query-value", *userinfo}
    assert not any(secret in repr(the_target) for secret in the_target.secrets)
    assert "api-version=2" in repr(the_target)


def test_the_users_headers_come_last_and_replace_ours() -> None:
    """An extra header is sent, and one of the same name as ours replaces it."""
    headers = (("x-org", "images"), ("user-agent", "mine/1"))
    with RawServer(says(OK)) as server, Client(target(server.url, headers=headers)) as client:
        sent(client)
    assert b"\r\nx-org: images\r\n" in server.requests[0]
    assert server.requests[0].lower().count(b"user-agent") == 1
    assert b"user-agent: mine/1" in server.requests[0]


@pytest.mark.parametrize("key", ["", " ", "sk-key\n", "sk-кey-0123456789"])
def test_a_key_that_no_header_can_carry_is_refused(key: str) -> None:
    """A key that was read with its line end is an error that does not show the key."""
    with pytest.raises(UsageError, match="the key is empty or holds a line break") as refused:
        Client(Target("http://127.0.0.1:9", key, "Authorization", "Bearer"))
    assert not key.strip() or key.strip() not in str(refused.value)


@pytest.mark.parametrize("header", [("x y", "1"), ("x", "1\r\ny: 2"), ("Content-Length", "1")])
def test_a_header_that_cannot_be_sent_is_refused(header: tuple[str, str]) -> None:
    """A header that would break the request is refused before anything is sent."""
    with pytest.raises(UsageError, match="the header"):
        Client(target("http://127.0.0.1:9", headers=(header,)))


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"concurrency": 9}, "a concurrency of 9 is not possible; use 1 to 8"),
        ({"concurrency": 0}, "a concurrency of 0 is not possible"),
        ({"total_seconds": 0}, "total seconds is 0"),
        ({"rate": -1.0}, "rate is -1.0"),
        ({"rate": float("nan")}, "rate is nan"),
        ({"retries": -1}, "retries is -1"),
    ],
)
def test_limits_that_cannot_work_are_refused(options: dict[str, float], words: str) -> None:
    """A limit is checked when it is given, and the error shows its value."""
    with pytest.raises(UsageError, match=words):
        Limits(**options)  # type: ignore[arg-type]


@pytest.fixture
def proxied(monkeypatch: pytest.MonkeyPatch) -> Iterator[RawServer]:
    """A proxy that the environment names."""
    for name in ("no_proxy", "NO_PROXY", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY", "HTTP_PROXY"):
        monkeypatch.delenv(name, raising=False)
    with RawServer(keeps_saying(OK)) as proxy:
        monkeypatch.setenv("http_proxy", f"http://me:pass@127.0.0.1:{proxy.port}")
        yield proxy


def test_the_proxy_of_the_environment_is_used(proxied: RawServer) -> None:
    """A request to another machine goes through the proxy."""
    with Client(target("http://images.test/v1")) as client:
        record = sent(client)
    assert (record.status, record.url) == (200, "http://images.test/v1/images/generations")
    assert proxied.requests[0].startswith(b"POST http://images.test/v1/images/generations HTTP/1.1\r\n")
    assert b"Proxy-Authorization: Basic bWU6cGFzcw==" in proxied.requests[0]


def test_no_proxy_stands_before_this_machine(proxied: RawServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """A target on a loopback address, or one that NO_PROXY names, is asked directly."""
    for url in ("http://127.0.0.1:8900", "http://localhost:8900", "http://[::1]:8900", "http://api.localhost"):
        assert proxy_for(read_url(url)) is None
    assert proxy_for(read_url("http://images.test")) is not None
    monkeypatch.setenv("no_proxy", "images.test")
    assert proxy_for(read_url("http://images.test")) is None
    assert proxied.requests == []


def test_a_socks_proxy_is_refused(proxied: RawServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """A kind of proxy that cannot be used is named instead of being passed by."""
    monkeypatch.setenv("http_proxy", "socks5://127.0.0.1:1080")
    with pytest.raises(UsageError, match="socks5"):
        Client(target("http://images.test"))
