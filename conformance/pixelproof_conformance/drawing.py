"""How Hypothesis draws the values of generated requests: at random from the seed of the run, and from nothing else.

Its own way of drawing also looks for constants in whatever modules are loaded, so that the same seed would give other
requests after another import, and a run could not be resumed or judged again by its seed.
"""

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from hypothesis.internal.conjecture.providers import AVAILABLE_PROVIDERS, HypothesisProvider

BACKEND = "pixelproof"
"""The name of this way for ``hypothesis.settings(backend=...)``."""


class SeededProvider(HypothesisProvider):
    """Draws like Hypothesis, without constants of loaded modules."""

    def _maybe_draw_constant(self, *_facts: Any, **_more: Any) -> None:
        return None


@contextmanager
def spared_from_collection() -> Iterator[None]:
    """Within the block the garbage collector passes over all objects that were there before it.

    With the first test of a thread Hypothesis collects garbage, which takes 30 ms: a tenth of a small run. Nothing
    changes where the application has frozen its objects itself.
    """
    frozen = gc.get_freeze_count()
    if not frozen:
        gc.freeze()
    try:
        yield
    finally:
        if not frozen:
            gc.unfreeze()


AVAILABLE_PROVIDERS[BACKEND] = f"{__name__}.{SeededProvider.__name__}"
