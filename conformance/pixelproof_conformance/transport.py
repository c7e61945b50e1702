"""How a case goes over the wire when that is on trial: method, path, key, framing and the name of the host."""

from pixelproof_conformance.endpoint import Address, join_url, read_url
from pixelproof_conformance.model import Case, Transport
from pixelproof_conformance.target import Target

WRONG_KEY = "pixelproof-wrong-key"
"""Sent in place of the key; no provider has given it to anyone."""

_USUAL = Transport()


def transport_of(case: Case) -> Transport:
    """How the case goes over the wire."""
    return case.transport or _USUAL


def address_of(case: Case, target: Target, path: str) -> Address:
    """Where the case goes; ``path`` is that of its operation. Raises ``UsageError`` like ``join_url``."""
    other = transport_of(case).path
    if other is None:
        return join_url(target.url, path)
    whole = join_url(target.url, path)
    plain, mark, query = whole.target.partition("?")
    below = plain.removesuffix(path)
    return read_url(f"{whole.scheme}://{whole.authority}{below}{other}{mark}{query}")


def headers_of(
    case: Case, usual: list[tuple[str, str]], target: Target, address: Address, length: int, content_type: str
) -> list[tuple[str, str]]:
    """All headers of the case; ``usual`` are those of every case, the key among them."""
    transport = transport_of(case)
    headers = [*usual]
    if transport.key != "given":
        headers = [(name, value) for name, value in headers if name.lower() != target.key_header.lower()]
        headers += [(target.key_header, sent) for sent in [key_sent(transport, target)] if sent]
    if transport.other_host and address.is_loopback:
        headers = [(name, other_name(address) if name == "Host" else value) for name, value in headers]
    if transport.chunked:
        headers.append(("Transfer-Encoding", "chunked"))
    elif transport.method != "GET":
        headers.append(("Content-Length", str(length)))
    if content_type:
        headers.append(("Content-Type", content_type))
    return headers


def key_sent(transport: Transport, target: Target) -> str:
    """The value of the key's header in place of the right one; empty when the header is not sent."""
    if transport.key == "none":
        return ""
    scheme = target.key_scheme or ""
    if transport.key == "other-scheme":
        return "Pixelproof" if not scheme else f"Pixelproof{scheme}"
    return f"{scheme} {WRONG_KEY}".strip()


def other_name(address: Address) -> str:
    """Another name under which this machine is called."""
    name = "127.0.0.1" if address.host == "localhost" else "localhost"
    return name if address.special_port is None else f"{name}:{address.port}"
