"""How each dialect answers: what a call orders, the shape of its answers and events, and its refusals.

A dialect with a module here answers as its document says; any other dialect answers by its declarations (``declared``).
"""

from collections.abc import Callable
from importlib import import_module

from pixelproof import Dialect

from pixelproof_conformance.gateway.answers.base import Answers
from pixelproof_conformance.gateway.answers.declared import DeclaredAnswers
from pixelproof_conformance.gateway.delivery import FileStore

_OWN = ("anyfast", "infinityblue", "octen", "openai", "orq")


def answers_for(dialect: Dialect, store: FileStore, clock: Callable[[], float]) -> Answers:
    """The answers of ``dialect``; ``clock`` gives Unix seconds."""
    made: type[Answers] = DeclaredAnswers
    if dialect.name in _OWN:
        made = import_module(f"{__name__}.{dialect.name}").DialectAnswers
    return made(dialect, store, clock)
