"""Certificates that the environment names, against a server whose certificate an authority of its own has signed."""

import shutil
import ssl
import subprocess
from pathlib import Path

import pytest
from pixelproof import UsageError
from pixelproof_conformance.client import Client, Limits
from pixelproof_conformance.trust import trusting_context

from .raw_server import OK, RawServer, says, sent, target

ALL = ("SSL_CERT_FILE", "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with an authority (``ca.pem``) and a certificate for 127.0.0.1 that it has signed (``server.pem``)."""
    if shutil.which("openssl") is None:
        pytest.skip("needs the openssl command")
    folder = tmp_path_factory.mktemp("authority")

    def openssl(*words: str) -> str:
        done = subprocess.run(["openssl", *words], cwd=folder, capture_output=True, check=True, text=True)
        return done.stdout

    key = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes")
    # From 3.13 on Python asks for the extensions that the standard demands of an authority and of what it signs.
    uses = ("-addext", "keyUsage=critical,keyCertSign,cRLSign")
    named = ("-subj", "/CN=Our own authority")
    openssl("req", "-x509", *key, "-days", "9", *named, *uses, "-keyout", "ca.key", "-out", "ca.pem")
    openssl("req", *key, "-subj", "/CN=127.0.0.1", "-keyout", "server.key", "-out", "server.csr")
    (folder / "names").write_text("subjectAltName=IP:127.0.0.1\nauthorityKeyIdentifier=keyid\n")
    signed = ("-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-days", "9", "-extfile", "names")
    openssl("x509", "-req", "-in", "server.csr", *signed, "-out", "server.crt")
    (folder / "server.pem").write_text((folder / "server.crt").read_text() + (folder / "server.key").read_text())
    (folder / "hashed").mkdir()
    digest = openssl("x509", "-in", "ca.pem", "-noout", "-subject_hash").strip()
    shutil.copy(folder / "ca.pem", folder / "hashed" / f"{digest}.0")
    return folder


@pytest.mark.parametrize(
    ("name", "value", "failure"),
    [
        (None, None, "tls"),
        ("SSL_CERT_FILE", "ca.pem", None),
        ("SSL_CERT_DIR", "hashed", None),
        ("REQUESTS_CA_BUNDLE", "ca.pem", None),
        ("REQUESTS_CA_BUNDLE", "hashed", None),
        ("CURL_CA_BUNDLE", "ca.pem", None),
    ],
)
def test_an_authority_of_the_environment_is_trusted(
    authority: Path, monkeypatch: pytest.MonkeyPatch, name: str | None, value: str | None, failure: str | None
) -> None:
    """Each usual variable makes the certificate of the server good; without any it is not."""
    for other in ALL:
        monkeypatch.delenv(other, raising=False)
    if name and value:
        monkeypatch.setenv(name, str(authority / value))
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(authority / "server.pem")
    with RawServer(says(OK), tls=tls) as server, Client(target(server.url), Limits(retries=0)) as client:
        record = sent(client)
    assert record.failure == failure
    assert len(server.requests) == (failure is None)


@pytest.mark.parametrize("name", ["SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"])
def test_a_file_that_cannot_be_used_is_named(name: str, tmp_path: Path) -> None:
    """A slip in the variable is told, not passed over: OpenSSL alone says nothing."""
    with pytest.raises(UsageError, match=f"{name}={tmp_path}/missing.pem: there is no such file"):
        trusting_context({name: f"{tmp_path}/missing.pem"})
    (tmp_path / "note.pem").write_text("not a certificate")
    with pytest.raises(UsageError, match=f"{name}={tmp_path}/note.pem: holds no certificates that can be read"):
        trusting_context({name: f"{tmp_path}/note.pem"})


def test_certificates_and_names_are_always_checked() -> None:
    """No variable turns the checks off."""
    context = trusting_context({"PYTHONHTTPSVERIFY": "0", "SSL_CERT_FILE": ""})
    assert (context.verify_mode, context.check_hostname) == (ssl.CERT_REQUIRED, True)
