"""Legal variants: the reference gateway with another defensible reading of its documents, which no run may blame.

Where a document is silent, contradicts itself or leaves a choice, the gateway has to read it in one way. Each other way
is a variant. The modules here hold tables of them, by what they change; the order of the tables is that in which
several variants work together, from what is let in to the bytes on the wire.
"""

from collections.abc import Sequence

from pixelproof import Dialect, UsageError, load_dialect

from pixelproof_conformance.gateway.variants import (
    answers,
    choices,
    partly_there,
    pictures,
    refusals,
    requests,
    streams,
    transport,
    writing,
)
from pixelproof_conformance.gateway.variants.variant import Variant

__all__ = ["VARIANTS", "Variant", "find_variants", "variants_of"]

VARIANTS: tuple[Variant, ...] = (
    *partly_there.VARIANTS,
    *requests.VARIANTS,
    *choices.VARIANTS,
    *answers.VARIANTS,
    *pictures.VARIANTS,
    *refusals.VARIANTS,
    *writing.VARIANTS,
    *streams.VARIANTS,
    *transport.VARIANTS,
)


def variants_of(dialect: str | Dialect) -> tuple[Variant, ...]:
    """The variants that the document of a dialect leaves room for."""
    loaded = load_dialect(dialect) if isinstance(dialect, str) else dialect
    return tuple(variant for variant in VARIANTS if variant.is_legal_in(loaded))


def find_variants(names: Sequence[str], dialects: Sequence[Dialect]) -> tuple[Variant, ...]:
    """The variants called ``names``, in the order in which they work together.

    Raises :class:`UsageError` for a name that is not known, or that is legal in none of ``dialects``.
    """
    known = {variant.name: variant for variant in VARIANTS}
    for name in names:
        if name not in known:
            raise UsageError(f"unknown variant {name!r}; {_closest(name, list(known))}")
        if not any(known[name].is_legal_in(dialect) for dialect in dialects):
            served = ", ".join(dialect.name for dialect in dialects)
            raise UsageError(
                f"the variant {name!r} is legal in {', '.join(known[name].dialects) or 'none'}, not in {served};"
                " --list-variants shows those that are"
            )
    return tuple(variant for variant in VARIANTS if variant.name in names)


def _closest(name: str, known: Sequence[str]) -> str:
    from difflib import get_close_matches

    close = get_close_matches(name, known, n=3, cutoff=0.4)
    listing = "--list-variants shows all of them"
    return f"do you mean {' or '.join(close)}? {listing}" if close else listing
