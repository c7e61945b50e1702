"""The values of one call and where each comes from.

The command line beats the environment, which beats the target, which beats the table of the verb, which beats the top
of the file, which beats the defaults. A list or a table counts as a whole: the nearest one holds.
"""

import argparse
import os
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from pixelproof._config.check import checked, known_targets
from pixelproof._config.file import SettingsFile, read_settings
from pixelproof._config.find import OTHER_VARIABLES, find_settings
from pixelproof._config.keys import Key, add_negations, keys_of, variable_of, verb_parser
from pixelproof._config.schema import known_schema
from pixelproof._errors import UsageError
from pixelproof._text import shown
from pixelproof._values import Path


class Setting(NamedTuple):
    """The value of one key as the parser would give it; ``origin`` is a flag, a variable, ``FILE:LINE`` or default."""

    key: Key
    value: Any
    origin: str


class Settings(NamedTuple):
    """All values of one call by key, the file that some of them come from, and the target that was chosen."""

    values: dict[str, Setting]
    file: str | None
    target: str | None


class _Level(NamedTuple):
    """One table of the file with its place."""

    values: dict[str, Any]
    path: Path


def configured(
    parser: argparse.ArgumentParser,
    verb: str,
    parse: Callable[[], argparse.Namespace],
    environment: Mapping[str, str] = os.environ,
) -> argparse.Namespace:
    """What ``parse`` makes of the command line, completed from environment, settings file and defaults.

    The result has :class:`Settings` under ``settings``. Raises :class:`UsageError` for a settings file with flaws, a
    wrong value in the environment, or a target that is not there.
    """
    add_negations(verb_parser(parser, verb))
    keys = keys_of(verb_parser(parser, verb))
    defaults = {name: key.action.default for name, key in keys.items()}
    for key in keys.values():
        key.action.default = argparse.SUPPRESS  # only so can a flag that says the default be told from none
    try:
        found = parse()
    finally:
        for name, key in keys.items():
            key.action.default = defaults[name]
    flags = {name: getattr(found, key.dest) for name, key in keys.items() if hasattr(found, key.dest)}
    _check_variables(environment)
    file = _settings_file(found, environment)
    call = _Call(verb, keys, flags, file, environment)
    for name, key in keys.items():
        setting = call.setting(name, key, defaults[name])
        call.settings[name] = setting
        setattr(found, key.dest, setting.value)
    found.settings = Settings(call.settings, file.path if file else None, call.target)
    return found


def _settings_file(found: argparse.Namespace, environment: Mapping[str, str]) -> SettingsFile | None:
    if found.no_config:
        if found.config:
            raise UsageError(f"--config {found.config} and --no-config say two things; leave one out")
        return None
    path = found.config or environment.get("PIXELPROOF_CONFIG") or find_settings()
    return checked(read_settings(path)) if path else None


def _check_variables(environment: Mapping[str, str]) -> None:
    """Refuses a variable that is nearly one of ours: a cap with a slip in its name would cap nothing."""
    named = [name for name in environment if name.startswith("PIXELPROOF_") and name not in OTHER_VARIABLES]
    if not named:
        return
    from difflib import get_close_matches

    keys = [name.rpartition(".")[2] for name, node in known_schema()["$defs"].items() if "x-flag" in node]
    known = ["PIXELPROOF_CONFIG", *(variable_of(name) for name in keys)]
    for name in named:
        close = [] if name in known else get_close_matches(name, known, 1, 0.85)
        if close:
            raise UsageError(f"the environment variable {name} sets nothing; did you mean {close[0]}?")


class _Call:
    """One call: what was given on each level."""

    def __init__(
        self,
        verb: str,
        keys: dict[str, Key],
        flags: dict[str, Any],
        file: SettingsFile | None,
        environment: Mapping[str, str],
    ) -> None:
        self.flags = flags
        self.file = file
        self.environment = environment
        self.settings: dict[str, Setting] = {}
        self.named_by = ""
        """What names the target."""
        self.variables = {
            name: (key.variable, environment[key.variable])
            for name, key in keys.items()
            if key.variable and environment.get(key.variable)
        }
        values = file.values if file else {}
        self.levels = [_Level(values.get(verb, {}), (verb,)), _Level(values, ())]
        self.target = self._target(values.get("targets", {})) if "target" in keys else None
        self.dialect_of_target = ""
        if self.target is not None:
            self._aim(self.target, values["targets"][self.target])

    def setting(self, name: str, key: Key, default: Any) -> Setting:
        """The value of one key."""
        if name in self.flags:
            return Setting(key, self.flags[name], key.flag)
        if name in self.variables:
            variable, text = self.variables[name]
            return Setting(key, key.from_environment(text), str(variable))
        if name == "target" and self.target is not None:
            return Setting(key, self.target, self.named_by)
        if name == "dialect" and self.dialect_of_target and self.file is not None:
            origin = self.file.place(("targets", str(self.target), "dialects", self.dialect_of_target))
            return Setting(key, self._resolved(key, self.dialect_of_target), origin)
        for values, path in self.levels:
            if name in values and self.file is not None:
                origin = self.file.place((*path, name))
                return Setting(key, self._from_file(key, values[name], origin), origin)
        # a list of argparse would be shared by all calls
        return Setting(key, list(default) if isinstance(default, list) else default, "default")

    def _target(self, targets: dict[str, Any]) -> str | None:
        """The name of the target: a flag, the word in the place of the URL, or the file's own when nothing is named."""
        word = self.flags.get("url")
        name = self.flags.get("target")
        if name is None and word is not None and word in targets:
            del self.flags["url"]
            self.named_by = "URL"
            return str(word)
        if name is None and isinstance(word, str) and not set(word) & set(":@?/"):  # what is no URL holds no password
            if self.file is not None:
                hint = known_targets(word, targets)
                raise UsageError(f"{shown(word)} is no URL and no target of {self.file.path}; {hint}")
            if word.replace("-", "").replace("_", "").isalnum() and word != "localhost":
                raise UsageError(f"{shown(word)} is no URL, and no pixelproof.toml with targets is here or above")
        self.named_by = "--target"
        if name is None and "target" in self.variables:
            self.named_by, name = self.variables["target"]
        if name is None and word is None and "url" not in self.variables:
            # A URL that is named is not asked with the key of a target that is not.
            level = next((level for level in self.levels if "target" in level.values), None)
            if level is not None and self.file is not None:
                name, self.named_by = level.values["target"], self.file.place((*level.path, "target"))
        if name is not None and name not in targets:
            where = self.file.path if self.file else "no settings file was found"
            raise UsageError(f"{shown(name)} is no target ({where}); {known_targets(name, targets)}")
        return name

    def _aim(self, name: str, target: dict[str, Any]) -> None:
        """Puts the target's values before those of the file, and the values of its dialect before those."""
        path: Path = ("targets", name)
        self.levels.insert(0, _Level(target, path))
        dialects = target.get("dialects", {})
        if not dialects:
            return
        named = [level.values["dialect"] for level in self.levels if level.values.get("dialect") in dialects]
        chosen: str | None = (
            self.flags.get("dialect") or self.variables.get("dialect", ("", ""))[1] or next(iter(named), None)
        )
        if chosen is None and len(dialects) == 1:
            chosen = next(iter(dialects))
        if chosen is None or chosen not in dialects:
            speaks = f"the target {name} speaks {', '.join(dialects)}"
            raise UsageError(f"{speaks}, not {chosen}" if chosen else f"{speaks}; choose one with --dialect")
        self.dialect_of_target = chosen
        self.levels.insert(0, _Level(dialects[chosen], (*path, "dialects", chosen)))

    def _from_file(self, key: Key, value: Any, origin: str) -> Any:
        """A checked value of the file as the parser would give it."""
        if key.shape == "switch":
            return value
        if key.shape == "table":
            return [f"{name}{key.separator}{self._text(item, key, origin)}" for name, item in value.items()]
        items = [
            key.converted(self._resolved(key, item if isinstance(item, str) else str(item)), origin)
            for item in (value if key.shape == "list" else [value])
        ]
        return items if key.shape == "list" else items[0]

    def _text(self, value: Any, key: Key, origin: str) -> str:
        if isinstance(value, bool):
            return str(value).lower()
        if isinstance(value, dict):
            found = self.environment.get(value["env"])
            if not found:
                raise UsageError(f"{origin}: {key.name}: the environment variable {value['env']} is not set")
            return found
        return str(value)

    def _resolved(self, key: Key, text: str) -> str:
        # A dialect is a name or a path.
        is_path = key.is_path or (key.name == "dialect" and "/" in text)
        if key.name == "reports" and self.file is not None:  # a form, or FORM=FILE
            form, equals, path = text.partition("=")
            return f"{form}={self.file.resolved(path)}" if equals and path else text
        return self.file.resolved(text) if is_path and self.file is not None else text
