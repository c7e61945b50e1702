"""Tells whether an image-generation request, answer or stream keeps what the provider's document promises.

    import pixelproof

    verdict = pixelproof.validate_request({"prompt": "A fox", "n": 11}, dialect="openai")
    verdict.verdict                      # "invalid"
    verdict.findings[0].requirement      # "openai/generations/n-outside-1-to-10"

Everything in ``__all__`` is public. Importing the package loads none of its parts; they come with their first use.
"""

from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

_HOMES = {
    "Dialect": "_dialect",
    "DialectError": "_errors",
    "Exchange": "_exchange",
    "File": "_values",
    "Finding": "_values",
    "Operation": "_operation",
    "PixelproofError": "_errors",
    "Requirement": "_values",
    "Seen": "_values",
    "TargetError": "_errors",
    "UsageError": "_errors",
    "Verdict": "_values",
    "known_dialects": "_locate",
    "load_dialect": "_dialect",
    "rule": "rules",
    "validate_request": "_validate",
    "validate_response": "_validate",
    "validate_stream": "_validate",
}

if TYPE_CHECKING:
    from pixelproof._dialect import Dialect, load_dialect
    from pixelproof._errors import DialectError, PixelproofError, TargetError, UsageError
    from pixelproof._exchange import Exchange
    from pixelproof._locate import known_dialects
    from pixelproof._operation import Operation
    from pixelproof._validate import validate_request, validate_response, validate_stream
    from pixelproof._values import File, Finding, Requirement, Seen, Verdict
    from pixelproof.rules import rule

__all__ = [
    "Dialect",
    "DialectError",
    "Exchange",
    "File",
    "Finding",
    "Operation",
    "PixelproofError",
    "Requirement",
    "Seen",
    "TargetError",
    "UsageError",
    "Verdict",
    "__version__",
    "known_dialects",
    "load_dialect",
    "rule",
    "validate_request",
    "validate_response",
    "validate_stream",
]


def __getattr__(name: str) -> Any:
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    value = getattr(import_module(f"{__name__}.{home}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
