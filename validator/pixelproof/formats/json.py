"""Verdicts as JSON: one object for one message, an array of objects for several."""

import json
from collections.abc import Iterable, Iterator

from pixelproof.formats import Judged


def render(judged: Iterable[Judged], colours: bool) -> Iterator[str]:
    """``{"verdict", "findings"}`` of the only message, else a list of these, each with ``file`` before them.

    The text is ASCII, so that no console and no code page can damage it.
    """
    several = [*judged]
    if len(several) == 1:
        yield json.dumps(several[0].verdict.as_dict(), indent=2) + "\n"
    else:
        yield json.dumps([{"file": one.name, **one.verdict.as_dict()} for one in several], indent=2) + "\n"
