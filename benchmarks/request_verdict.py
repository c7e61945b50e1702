"""Is this request what the document allows? Yes or no, for raw bytes."""

from collections.abc import Iterator

from pixelproof import load_dialect

from benchmarks import engines
from benchmarks.contest import Contest, Rival
from benchmarks.payloads import valid_payloads


def contests(scale: float) -> Iterator[Contest]:
    """2,000 different valid payloads over all models and parameters."""
    dialect = load_dialect("openai")
    operation = dialect.operation("generations")
    bodies = valid_payloads(max(3, round(2000 * scale)))
    yield Contest(
        "request-verdict",
        engines.pixelproof(operation.validate_request, bodies),
        (
            Rival(engines.orjson_loads(bodies), most=6),
            Rival(engines.jsonschema_declared(dialect, operation, bodies), most=1 / 40),
            Rival(engines.jsonschema_verdict(operation, bodies)),
            Rival(engines.openapi_verdict(operation, bodies)),
        ),
    )
