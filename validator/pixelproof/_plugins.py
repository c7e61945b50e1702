"""What other distributions add through entry points."""

from typing import Any

from pixelproof._errors import DialectError


def load_plugin(group: str, name: str) -> Any:
    """The object that an installed distribution names ``name`` in the entry point group; ``None`` when none does.

    Raises :class:`DialectError` that shows the entry point when it cannot be imported, whatever the import raised.
    """
    from importlib.metadata import entry_points

    for point in entry_points(group=group, name=name):
        try:
            return point.load()
        except Exception as error:
            raise DialectError(
                f"the plugin {name!r} of {group}: {point.value!r} cannot be imported "
                f"({type(error).__name__}: {error}); install its distribution again, or take it away"
            ) from error
    return None
