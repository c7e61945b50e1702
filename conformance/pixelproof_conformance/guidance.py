"""What a report tells the author of an endpoint about each broken requirement: the sentences of ``explain``."""

from collections.abc import Iterable

from pixelproof import Dialect
from pixelproof._guidance import guidance_of
from pixelproof._wire_table import wire_checks

from pixelproof_conformance.reported import Guidance, Result


def guidance_for(results: Iterable[Result], dialect: Dialect) -> dict[str, Guidance]:
    """Guidance on every requirement of ``results`` that is broken, by its id, where there is something to say."""
    broken = dict.fromkeys(result.requirement for result in results if result.failures)
    on_the_wire = {check.id: Guidance((check.why,), (check.hint,)) for check in wire_checks()}
    found = {name: on_the_wire.get(name) or _of_document(name, dialect) for name in broken}
    return {name: guidance for name, guidance in found.items() if guidance.why or guidance.keep}


def _of_document(name: str, dialect: Dialect) -> Guidance:
    requirement = dialect.requirements.get(name)
    if requirement is None:
        return Guidance()
    why, keep = guidance_of(requirement, dialect)
    return Guidance(tuple(map(_plain, why)), tuple(map(_plain, keep)))


def _plain(text: str) -> str:
    """A text of a docstring without its double backticks."""
    return text.replace("``", "`")
