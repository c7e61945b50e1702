"""A smaller request that shows the same: parameters are left out or set back, long values halved, one step at a time.

Every step is a request that may cost a picture, so the large steps come first and few are needed.
"""

from collections.abc import Callable, Iterator

from pixelproof_conformance.model import Json
from pixelproof_conformance.subject import Body


def reduced(body: Body, simplest: Body, shows: Callable[[Body], bool]) -> Body:
    """The smallest request that was found for which ``shows`` holds, as it does for ``body``.

    ``simplest`` is the simplest valid request; what it has too is set back to its value and never left out.
    """
    found = True
    while found:
        found = False
        for smaller in _steps(body, simplest):
            if shows(smaller):
                body, found = smaller, True
                break
    return body


def _steps(body: Body, simplest: Body) -> Iterator[Body]:
    added = [name for name in body if name not in simplest]
    for kept in added:  # the whole way in one step
        if len(added) > 1:
            yield {**simplest, kept: body[kept]}
    for name in added:
        yield {other: value for other, value in body.items() if other != name}
    for name, value in simplest.items():
        if name in body and body[name] != value:
            yield {**body, name: value}
    for name, value in body.items():
        if value != simplest.get(name):
            for shorter in _halves(value):
                yield {**body, name: shorter}


def _halves(value: Json) -> Iterator[Json]:
    if isinstance(value, str | list) and len(value) > 1:
        middle = len(value) // 2
        yield value[:middle]
        yield value[middle:]
