"""Which operation an exchange belongs to, by its method and address."""

from collections.abc import Mapping

from pixelproof import Dialect, Operation

from pixelproof_conformance.redact import redact_url

_MOST_KNOWN = 4096
_NO_ADDRESS = "no address"


class Routes:
    """The operations of a dialect by address.

    An address belongs to an operation when its path ends like that of the operation, for example with
    ``images/generations``, whatever stands before it. ``extra`` names the operation of further paths; ``fallback`` is
    the operation of exchanges without an address.
    """

    def __init__(self, dialect: Dialect, extra: Mapping[str, str], fallback: str | None) -> None:
        self._dialect = dialect
        self._known: dict[tuple[str | None, str | None], Operation | str] = {}
        self._ends: list[tuple[str, Operation]] = [
            (f"/{path.strip('/')}", dialect.operation(name)) for path, name in extra.items()
        ]
        for name in dialect.operations:
            operation = dialect.operation(name)
            self._ends.append(("/" + "/".join(operation.path.strip("/").split("/")[-2:]), operation))
        self._fallback = None if fallback is None else dialect.operation(fallback)

    def operation(self, method: str | None, address: str | None) -> Operation | str:
        """The operation, or the method and path of an exchange that belongs to none."""
        key = (method, address)
        found = self._known.get(key)
        if found is None:
            found = self._found(method, address)
            if len(self._known) < _MOST_KNOWN:
                self._known[key] = found
        return found

    def named(self, name: str) -> Operation | str:
        """The operation that an exchange names itself."""
        return self._dialect.operation(name) if name in self._dialect.operations else f"operation {name[:40]}"

    def _found(self, method: str | None, address: str | None) -> Operation | str:
        if address is None:
            return self._fallback or _NO_ADDRESS
        path = path_of(address)
        bare = path.rstrip("/")
        for end, operation in self._ends:
            if bare.endswith(end) and (method is None or method.upper() == operation.method):
                return operation
        return f"{(method or '').upper()[:10]} {redact_url(path)[:100]}".strip()


def path_of(address: str) -> str:
    """The path of a URL or of a path with a query."""
    _, mark, rest = address.partition("://")
    path = address if not mark else f"/{rest.partition('/')[2]}"
    return path.partition("?")[0].partition("#")[0]


def origin_of(address: str | None) -> str | None:
    """``https://host:port`` of a URL, without user and password; ``None`` for a path."""
    scheme, mark, rest = (address or "").partition("://")
    if not mark:
        return None
    return f"{scheme}://{rest.partition('/')[0].partition('?')[0].rpartition('@')[2]}"
