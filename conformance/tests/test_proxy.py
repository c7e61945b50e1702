"""Runs through a proxy of the environment: plain, and as a tunnel under encryption."""

import socket
import ssl
from pathlib import Path

import pytest
from pixelproof_conformance.client import Client, Limits
from pixelproof_conformance.gateway.running import RunningGateway

from .commands import KEY, Command
from .forwarding_proxy import forwarding_proxy
from .raw_server import OK, RawServer, keeps_saying, sent, target

VARIABLES = ("http_proxy", "https_proxy", "all_proxy", "no_proxy")


@pytest.fixture(autouse=True)
def no_proxies(monkeypatch: pytest.MonkeyPatch) -> None:
    """No variable of the machine is left."""
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


@pytest.mark.parametrize("name", ["HTTP_PROXY", "http_proxy", "ALL_PROXY"])
def test_a_run_goes_through_a_plain_proxy(
    command: Command, openai_gateway: RunningGateway, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """A host that only the proxy knows is judged as if it were here."""
    port = int(openai_gateway.url.rpartition(":")[2])
    with forwarding_proxy(port) as proxy:
        monkeypatch.setenv(name, f"http://127.0.0.1:{proxy.port}")
        words = ("--dialect", "openai", "--model", "dall-e-3", "--only", "n-", "--examples", "0", "--out", "run")
        found = command("run", "http://images.test/v1", *words)
    assert (found.status, found.err) == (0, "")
    assert "Conforms" in found.out
    assert len(proxy.requests) > 3
    assert all(request.startswith(b"POST http://images.test/v1/") for request in proxy.requests)


@pytest.mark.parametrize("name", ["HTTPS_PROXY", "https_proxy", "ALL_PROXY"])
def test_a_tunnel_hides_the_key_from_the_proxy(
    tls: ssl.SSLContext, certificate: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """The certificate is that of the endpoint, one tunnel carries several requests, the proxy sees a name alone."""
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    with RawServer(keeps_saying(OK), tls=tls) as server, forwarding_proxy(server.port) as proxy:
        monkeypatch.setenv(name, f"http://127.0.0.1:{proxy.port}")
        with Client(target("https://images.test/v1"), Limits(retries=0)) as client:
            assert [sent(client).status for _ in range(3)] == [200] * 3
    assert len(server.requests) == 3
    assert [request.split(b"\r\n")[0] for request in proxy.requests] == [b"CONNECT images.test:443 HTTP/1.1"]
    assert KEY.encode() not in b"".join(proxy.requests)


def test_a_tunnel_to_the_wrong_host_is_no_endpoint(
    tls: ssl.SSLContext, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A proxy that leads elsewhere is found out by the certificate, before the key is sent."""
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    with RawServer(keeps_saying(OK), tls=tls) as server, forwarding_proxy(server.port) as proxy:
        monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{proxy.port}")
        with Client(target("https://pictures.test/v1"), Limits(retries=0)) as client:
            record = sent(client)
    assert record.failure == "tls"
    assert "the certificate of pictures.test:443 is not trusted" in record.failure_text
    assert server.requests == []


@pytest.mark.parametrize("exempt", ["images.test", ".test", "*", "other.test,images.test"])
def test_no_proxy_is_obeyed(monkeypatch: pytest.MonkeyPatch, exempt: str) -> None:
    """A host that NO_PROXY names is asked directly, here in vain: nobody but the proxy knows it."""

    def unknown(*_: object, **__: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    with RawServer(keeps_saying(OK)) as proxy:
        monkeypatch.setenv("HTTP_PROXY", f"http://127.0.0.1:{proxy.port}")
        monkeypatch.setenv("NO_PROXY", exempt)
        monkeypatch.setattr(socket, "getaddrinfo", unknown)
        with Client(target("http://images.test/v1"), Limits(retries=0)) as client:
            record = sent(client)
    assert record.failure == "connection"
    assert proxy.requests == []
