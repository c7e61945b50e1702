"""Rule plugins: checks that plain JSON Schema cannot express, one flaw a file.

A rule is a function that yields what it saw; the engine adds requirement, severity, place and source. The file of the
rule ``fewer-images-than-asked`` is ``fewer_images_than_asked.py``; it is imported when a dialect first needs it. Other
distributions add rules through the entry point group ``pixelproof.rules`` (name of the entry point = name of the rule).

A dialect binds a rule to a requirement, in ``x-rules`` or, for a rule on one value, as the keyword ``x-<name>``.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, TypeAlias

from pixelproof._errors import DialectError
from pixelproof._values import Json, Seen

if TYPE_CHECKING:
    from pixelproof._exchange import Exchange

On: TypeAlias = Literal["value", "request", "answer", "stream", "refusal", "unreadable", "null", "always"]
ValueCheck: TypeAlias = Callable[[Any, Any], Sequence[Seen]]
ExchangeCheck: TypeAlias = "Callable[[Exchange, dict[str, Json]], Iterable[Seen]]"


class Rule(NamedTuple):
    """A rule plugin: its name, what it looks at, its function, and the JSON Schema of its parameters.

    ``silent_on`` makes of the parameters a JSON Schema of values on which a rule on values has nothing to say.
    ``applies`` says whether an exchange could have broken a rule on exchanges.
    """

    name: str
    on: tuple[On, ...]
    check: Callable[..., Iterable[Seen]]
    parameters: dict[str, Json]
    silent_on: Callable[[Any], dict[str, Json]] | None = None
    applies: "Callable[[Exchange, dict[str, Json]], bool] | None" = None

    @property
    def page(self) -> str:
        """The docstring of the rule: what it flags, why, and an example of each side."""
        from inspect import getdoc

        return getdoc(self.check) or ""


PARAMETER: dict[str, Json] = {"type": "string", "format": "parameter"}
"""For the schema of a rule's parameters: the name of a request parameter; another name is refused by the loader."""

_RULES: dict[str, Rule] = {}
_NO_PARAMETERS: dict[str, Json] = {"type": "object", "additionalProperties": False}


def rule(
    name: str,
    *,
    on: On | tuple[On, ...],
    parameters: dict[str, Json] | None = None,
    silent_on: Callable[[Any], dict[str, Json]] | None = None,
    applies: "Callable[[Exchange, dict[str, Json]], bool] | None" = None,
) -> Callable[[Callable[..., Iterable[Seen]]], Callable[..., Iterable[Seen]]]:
    """Registers the decorated function as the rule ``name``.

    ``on="value"``: called as ``check(value, parameters)`` for the value that carries the keyword ``x-<name>``. It
    returns a sequence, empty in the ordinary case; its paths are relative to the value.
    Otherwise: called as ``check(exchange, parameters)`` for the sections that ``on`` names. With ``unreadable`` among
    them it runs only on a body that cannot be read, with ``null`` only when something in the message is null; with
    ``always`` it sees the same in every request of its kind of model, so that it is asked once.
    ``parameters`` is the JSON Schema of the parameters; without it the rule takes none.
    ``silent_on``, for a rule on a value, makes of the parameters a JSON Schema of values on which the rule has nothing
    to say; for these it is not called. It need not accept all of them.
    ``applies``, for a rule on exchanges, says whether one of these could have broken it, without a look at the pixels.
    Runs and audits count a requirement as kept only then; without it every exchange counts.
    """

    def register(check: Callable[..., Iterable[Seen]]) -> Callable[..., Iterable[Seen]]:
        kinds = (on,) if isinstance(on, str) else on
        takes = _NO_PARAMETERS if parameters is None else parameters
        _RULES[name] = Rule(name, kinds, check, takes, silent_on, applies)
        return check

    return register


def find_rule(name: str) -> Rule | None:
    """The rule ``name``: one of ours, else one of an installed distribution; ``None`` when nobody has it."""
    if name in _RULES:
        return _RULES[name]
    module = name.replace("-", "_")
    if not module.isidentifier():
        return None
    try:
        __import__(f"{__name__}.{module}")  # importlib would cost as much as several rules
    except ModuleNotFoundError as error:
        if error.name != f"{__name__}.{module}":
            raise
        _import_installed(name)
    return _RULES.get(name)


def _import_installed(name: str) -> None:
    from pixelproof._plugins import load_plugin

    if load_plugin("pixelproof.rules", name) is not None and name not in _RULES:
        raise DialectError(f"the plugin {name!r} of pixelproof.rules registers no rule of this name; see @rule")
