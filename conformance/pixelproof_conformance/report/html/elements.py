"""HTML elements. Text becomes HTML only here, and is escaped unless it is :class:`Html` already."""

from pixelproof_conformance.report.escaping import in_html

VOID = frozenset({"img", "input", "meta"})


class Html(str):
    """Text that is HTML already, made by :func:`tag` and :func:`join` only."""

    __slots__ = ()


def tag(name: str, /, *children: str, **attributes: str | int | bool) -> Html:
    """The element ``name`` around its children; plain text among them and in attributes is escaped.

    ``class_`` means ``class``, ``data_model`` means ``data-model``. An attribute that is ``False`` or empty is left
    out, one that is ``True`` stands without a value.
    """
    given = [(key.rstrip("_").replace("_", "-"), value) for key, value in attributes.items()]
    shown = "".join(
        f" {key}" if value is True else f' {key}="{in_html(str(value))}"'
        for key, value in given
        if value is not False and value != ""
    )
    return Html(f"<{name}{shown}>" if name in VOID else f"<{name}{shown}>{join(*children)}</{name}>")


def join(*children: str) -> Html:
    """The children one after the other; plain text is escaped."""
    return Html("".join(child if isinstance(child, Html) else in_html(child) for child in children))
