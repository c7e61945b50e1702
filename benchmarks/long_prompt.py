"""A prompt of 32,000 characters, the longest that the document allows."""

from collections.abc import Iterator

from pixelproof import load_dialect

from benchmarks import engines
from benchmarks.contest import Contest, Rival
from benchmarks.payloads import long_prompt_payload


def contests(scale: float) -> Iterator[Contest]:
    """The same length twice: letters only, and with emoji, for which there is a note on the unit of the limit."""
    operation = load_dialect("openai").operation("generations")
    for name, ascii_only in (("long-prompt, ASCII", True), ("long-prompt, emoji", False)):
        bodies = (long_prompt_payload(32_000, ascii_only=ascii_only),)
        yield Contest(
            name, engines.pixelproof(operation.validate_request, bodies), (Rival(engines.orjson_loads(bodies)),)
        )
