"""What a settings file can say: one key for each flag of a verb, derived from the parser so that none is missing."""

import argparse
from collections.abc import Iterator
from typing import Any, Literal, NamedTuple

from pixelproof._errors import UsageError

ONE_CALL = {
    "config": "it says which settings file is read",
    "no-config": "it says that no settings file is read",
    "no-waivers": "it leaves the file of waivers out of one call",
    "out": "it names the folder of one run; runs names the folder for all of them",
    "resume": "it names one run",
    "journal": "it names the file of one search",
    "pay-again": "it belongs to one run that is resumed",
    "reason": "it belongs to the waivers of one call",
    "link": "it belongs to the waivers of one call",
    "expires": "it belongs to the waivers of one call",
    "response": "it names one answer",
    "stream": "it names one answer",
    "status": "it belongs to one answer",
    "content-type": "it belongs to one message",
    "file": "it belongs to one request",
    "field": "it belongs to one request",
}
"""The flags that are given on the command line only, each with the reason."""

OWN_VARIABLE = ("dialect-path",)
"""Keys whose environment variable has a form of its own and is read where it is needed."""

_WITHOUT_PLURAL = ("account", "dialect-path", "only", "skip")

Shape = Literal["switch", "one", "list", "table"]


class Key(NamedTuple):
    """One key: ``name`` in the file, ``flag`` on the command line (``URL`` for the positional one).

    ``shape`` is ``switch`` for a flag without a value, ``one`` for a single value, and for flags that can be repeated
    ``list``, or ``table`` when each of them is ``NAME=VALUE`` (``separator`` says how name and value are joined).
    """

    name: str
    flag: str
    dest: str
    shape: Shape
    separator: str
    action: argparse.Action

    @property
    def variable(self) -> str | None:
        """The environment variable that sets it."""
        if self.name in OWN_VARIABLE:
            return None
        return variable_of(self.name)

    @property
    def is_path(self) -> bool:
        """Whether its values are files or folders."""
        return self.action.metavar in ("DIR", "FILE")

    def converted(self, text: str, origin: str) -> Any:
        """One value as the command line would read it. Raises :class:`UsageError` that begins with ``origin``."""
        value: Any = text
        kind = self.action.type
        if callable(kind):
            try:
                value = kind(text)
            except argparse.ArgumentTypeError as error:
                raise UsageError(f"{origin}: {self.name}: {error}") from None
            except ValueError:
                raise UsageError(f"{origin}: {self.name}: {text[:40]!r} is not a value of {self.flag}") from None
        if self.action.choices is not None and value not in self.action.choices:
            known = ", ".join(map(str, self.action.choices))
            raise UsageError(f"{origin}: {self.name} is {text[:40]!r}; it is one of {known}")
        return value

    def from_environment(self, text: str) -> Any:
        """The value that the text of an environment variable means; lists are words as a shell reads them."""
        origin = self.variable or ""
        if self.shape == "switch":
            if text.lower() not in ("true", "false", "1", "0", "yes", "no"):
                raise UsageError(f"{origin} is {text[:40]!r}; write true or false")
            return text.lower() in ("true", "1", "yes")
        if self.shape == "one":
            return self.converted(text, origin)
        import shlex

        try:
            words = shlex.split(text)
        except ValueError as error:
            raise UsageError(
                f"{origin} is not a list of words ({error}); put quotes around words with blanks"
            ) from None
        return [self.converted(word, origin) for word in words]


def variable_of(name: str) -> str:
    """The environment variable that sets a key."""
    return f"PIXELPROOF_{name.upper().replace('-', '_')}"


def keys_of(parser: argparse.ArgumentParser) -> dict[str, Key]:
    """The keys of one verb by name, in the order of its flags."""
    return {key.name: key for key in _keys(parser)}


def add_negations(parser: argparse.ArgumentParser) -> None:
    """A ``--no-NAME`` for each switch, which a file may have turned on."""
    for key in [*_keys(parser)]:
        if key.shape == "switch" and f"--no-{key.name}" not in parser._option_string_actions:  # noqa: SLF001 - as below
            parser.add_argument(
                f"--no-{key.name}",
                dest=key.dest,
                action="store_false",
                default=argparse.SUPPRESS,
                help=argparse.SUPPRESS,
            )


def verb_parser(parser: argparse.ArgumentParser, verb: str) -> argparse.ArgumentParser:
    """The parser of one verb within the parser of the command line."""
    choices = next(action.choices for action in _actions(parser) if action.dest == "verb")
    found: argparse.ArgumentParser = dict(choices or {})[verb]
    return found


def _keys(parser: argparse.ArgumentParser) -> Iterator[Key]:
    for action in _actions(parser):
        flag = next((text for text in action.option_strings if text.startswith("--")), None)
        if flag is None:
            if action.dest == "url":
                yield Key("url", "URL", "url", "one", "", action)
            continue
        name = flag[2:]
        if name in ONE_CALL or action.help == argparse.SUPPRESS or isinstance(action, argparse._HelpAction):  # noqa: SLF001 - argparse names its actions privately
            continue
        if not isinstance(action, argparse._AppendAction):  # noqa: SLF001 - as above
            yield Key(name, flag, action.dest, "switch" if action.nargs == 0 else "one", "", action)
            continue
        metavar = str(action.metavar)
        separator = "=" if "=" in metavar else ": " if ": " in metavar else ""
        plural = name if name in _WITHOUT_PLURAL else f"{name}es" if name.endswith("s") else f"{name}s"
        yield Key(plural, flag, action.dest, "table" if separator else "list", separator, action)


def _actions(parser: argparse.ArgumentParser) -> list[argparse.Action]:
    return parser._actions  # noqa: SLF001 - argparse has no other door
