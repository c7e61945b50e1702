"""What is wrong with this request? All findings, with message, expectation, source and hint."""

from collections.abc import Iterator

from pixelproof import load_dialect

from benchmarks import engines
from benchmarks.contest import Contest, Rival
from benchmarks.payloads import three_error_payloads


def contests(scale: float) -> Iterator[Contest]:
    """2,000 different payloads with exactly three errors each."""
    operation = load_dialect("openai").operation("generations")
    bodies = three_error_payloads(max(3, round(2000 * scale)))
    yield Contest(
        "three-errors",
        engines.pixelproof(operation.validate_request, bodies),
        (
            Rival(engines.orjson_loads(bodies), most=25),
            Rival(engines.jsonschema_errors(operation, bodies)),
        ),
        errors_each=3,
    )
