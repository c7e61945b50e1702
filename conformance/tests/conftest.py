import shutil
import ssl
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from pixelproof_conformance.gateway.running import RunningGateway, running_gateway

from .commands import KEY, Command


@pytest.fixture
def command(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Command:
    """Runs commands in a folder of their own, with a key in the environment and without CI's progress lines."""
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    monkeypatch.delenv("CI", raising=False)
    monkeypatch.chdir(tmp_path)
    return Command(capsys)


@pytest.fixture(scope="session")
def openai_gateway() -> Iterator[RunningGateway]:
    """A gateway of OpenAI without faults, shared by all tests; nobody changes it."""
    with running_gateway(("openai",)) as running:
        yield running


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate for 127.0.0.1 that nobody trusts, with its key."""
    openssl = shutil.which("openssl")
    if openssl is None:
        pytest.skip("needs the openssl command")
    path = tmp_path_factory.mktemp("tls") / "both.pem"
    command = [openssl, "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "9"]
    names = [
        "-subj",
        "/CN=127.0.0.1",
        "-addext",
        "subjectAltName=IP:127.0.0.1,DNS:images.test",
        "-addext",
        "keyUsage=digitalSignature,keyCertSign",
    ]
    made = subprocess.run([*command, *names, "-keyout", "-"], capture_output=True, check=True)
    path.write_bytes(made.stdout)
    return path


@pytest.fixture
def tls(certificate: Path) -> ssl.SSLContext:
    """The server side of an encrypted connection."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    return context
