"""Output formats of verdicts, one a module.

A format is a function ``render(judged, colours)`` that takes messages with their verdicts and yields text as soon as it
can. It adds nothing of its own: whatever it says stands in the verdict and in the requirements. ``colours`` allows
escape sequences; only the format for people uses them.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import NamedTuple, TypeAlias

from pixelproof._values import Requirement, Verdict

FORMATS = ("text", "json", "jsonl", "github", "sarif")
"""The names of all formats. ``jsonl`` is told apart by its callers: it reads exchanges, not single messages."""


class Judged(NamedTuple):
    """A message with its verdict.

    ``name`` is what to call it, and ``path`` its file, or ``None`` when it has none. ``content`` is the message as it
    was read, from which the lines of findings are told.
    """

    verdict: Verdict
    name: str
    path: str | None
    content: bytes
    requirements: Mapping[str, Requirement]


Render: TypeAlias = Callable[[Iterable[Judged], bool], Iterator[str]]


def renderer(name: str) -> Render:
    """The function of the format ``name``, one of :data:`FORMATS` except ``jsonl``."""
    module = __import__(f"{__name__}.{name}", fromlist=["render"])
    render: Render = module.render
    return render
