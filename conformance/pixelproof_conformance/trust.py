"""Which certificates are trusted: those of the system and of certifi, and those that the environment names."""

import os
import ssl
from collections.abc import Mapping
from pathlib import Path

import httpcore
from pixelproof import UsageError

FILE = "SSL_CERT_FILE"
BUNDLES = ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")
"""What other clients read; a place that needs its own authority has usually set one of them already."""


def trusting_context(environment: Mapping[str, str] = os.environ) -> ssl.SSLContext:
    """A context that checks certificates and host names.

    OpenSSL itself reads ``SSL_CERT_FILE`` and ``SSL_CERT_DIR``, and says nothing about a file that is not there. Raises
    ``UsageError`` that names the variable whose file or folder cannot be used.
    """
    named = {name: environment[name] for name in (FILE, *BUNDLES) if environment.get(name)}
    for name, path in named.items():
        if not Path(path).exists():
            raise UsageError(f"{name}={path}: there is no such file; it has to name certificates in PEM form")
    context = httpcore.default_ssl_context()
    for name, path in named.items():
        folder = Path(path).is_dir()
        try:
            context.load_verify_locations(None if folder else path, path if folder else None)
        except (ssl.SSLError, OSError) as error:
            raise UsageError(f"{name}={path}: holds no certificates that can be read ({_reason(error)})") from None
    return context


def _reason(error: OSError) -> str:
    reason: str | None = getattr(error, "reason", None)
    return reason or error.strerror or str(error)
