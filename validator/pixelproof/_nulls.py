"""Members that are null: they count as left out, and a finding says that they were there."""

from collections.abc import Iterable, Iterator

from pixelproof._compiled import Broken
from pixelproof._values import Json, Path

_CONTAINERS = (dict, list)


def without_nulls(value: Json) -> tuple[Json, tuple[Path, ...]]:
    """``value`` without the null members of its objects, and the places of these; ``value`` itself when it has none."""
    for item in value.values() if type(value) is dict else (None,):
        if item is None or type(item) in _CONTAINERS:
            break
    else:
        return value, ()
    nulls = tuple(_nulls(value, ()))
    return (_pruned(value), nulls) if nulls else (value, ())


def _nulls(value: Json, path: Path) -> Iterator[Path]:
    items: Iterable[tuple[str | int, Json]] = ()
    if isinstance(value, dict):
        items = value.items()
    elif isinstance(value, list):
        items = enumerate(value)
    for key, item in items:
        if item is None and isinstance(value, dict):
            yield (*path, key)
        elif type(item) in _CONTAINERS:
            yield from _nulls(item, (*path, key))


def _pruned(value: Json) -> Json:
    if isinstance(value, dict):
        return {key: _pruned(item) for key, item in value.items() if item is not None}
    return [_pruned(item) for item in value] if isinstance(value, list) else value


def with_null(broken: Broken, nulls: tuple[Path, ...]) -> Broken:
    """``broken``, which says of a key that is null that it is null, where the schema took it for missing."""
    requirement, path, actual, expected, note, hint = broken
    return requirement, path, actual, expected, "is null" if note == "is missing" and path in nulls else note, hint
