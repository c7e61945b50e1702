"""The verdict on a valid JSON request of each other dialect."""

from collections.abc import Iterator

from pixelproof import load_dialect

from benchmarks import engines
from benchmarks.contest import Contest, Rival
from benchmarks.other_payloads import DIALECTS, other_payloads


def contests(scale: float) -> Iterator[Contest]:
    """2,000 different valid payloads for each."""
    for name in DIALECTS:
        dialect = load_dialect(name)
        operation = dialect.operation("generations")
        bodies = other_payloads(name, max(3, round(2000 * scale)))
        yield Contest(
            f"dialects, {name}",
            engines.pixelproof(operation.validate_request, bodies),
            (
                Rival(engines.orjson_loads(bodies), most=6),
                Rival(engines.jsonschema_declared(dialect, operation, bodies), most=1 / 40),
            ),
        )
