"""What is wrong with this request? All findings, with message, expectation, source and hint."""

from collections.abc import Iterator

from pixelproof import load_dialect

from benchmarks import engines
from benchmarks.contest import Contest, Rival
from benchmarks.other_payloads import DIALECTS, other_three_error_payloads
from benchmarks.payloads import three_error_payloads

_MOST = 25


def contests(scale: float) -> Iterator[Contest]:
    """2,000 different payloads with exactly three errors each for every dialect."""
    count = max(3, round(2000 * scale))
    operation = load_dialect("openai").operation("generations")
    bodies = three_error_payloads(count)
    rivals = (Rival(engines.orjson_loads(bodies), most=_MOST), Rival(engines.jsonschema_errors(operation, bodies)))
    yield Contest("three-errors", engines.pixelproof(operation.validate_request, bodies), rivals, errors_each=3)
    for name in DIALECTS:
        operation = load_dialect(name).operation("generations")
        bodies = other_three_error_payloads(name, count)
        # Other validators cannot tell errors from notes, of which some of these bodies have several.
        yield Contest(
            f"three-errors, {name}",
            engines.pixelproof(operation.validate_request, bodies),
            (Rival(engines.orjson_loads(bodies), most=_MOST),),
            errors_each=3,
        )
