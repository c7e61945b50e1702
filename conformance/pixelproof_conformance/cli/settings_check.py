"""Whether the names in a settings file are those of the dialects: models, operations, requirements, account facts."""

from argparse import Namespace
from collections.abc import Callable, Iterator

from pixelproof import PixelproofError
from pixelproof._config.check import Flaw
from pixelproof._config.file import SettingsFile
from pixelproof._config.settings import Settings, configured
from pixelproof.cli._parser import arguments, parser_for

from pixelproof_conformance.cli.audit_terms import terms_from
from pixelproof_conformance.cli.forms import choices_from
from pixelproof_conformance.cli.options import plea_from


def flaws_of_names(file: SettingsFile) -> list[Flaw]:
    """The first wrong name of each target and dialect, or of the whole file where it has no targets."""
    found: dict[Flaw, None] = {}
    for words in _calls(file):
        flaw = _flaw_of_plan(file, words) or _flaw_of_audit(file, words)
        if flaw is not None:
            found[flaw] = None
    return [*found]


def _calls(file: SettingsFile) -> Iterator[list[str]]:
    targets = file.values.get("targets", {})
    for name, target in targets.items():
        for dialect in target.get("dialects", {}):
            yield ["--target", name, "--dialect", dialect]
        if not target.get("dialects"):
            yield ["--target", name]
    if not targets:
        yield []


def _flaw_of_plan(file: SettingsFile, words: list[str]) -> Flaw | None:
    def tried(found: Namespace) -> None:
        plea = plea_from(found, 0)
        plea.subjects(plea.load())

    return _flaw(file, "plan", words, tried)


def _flaw_of_audit(file: SettingsFile, words: list[str]) -> Flaw | None:
    return _flaw(file, "audit", ["-", *words], lambda found: [terms_from(found), choices_from(found)])


def _flaw(file: SettingsFile, verb: str, words: list[str], tried: Callable[[Namespace], object]) -> Flaw | None:
    parser = parser_for(verb)
    found = configured(parser, verb, lambda: arguments(parser, [verb, *words, "--config", file.path]), {})
    if found.dialect is None:
        return None  # it is named on the command line
    settings: Settings = found.settings
    try:
        tried(found)
    except PixelproofError as error:
        return Flaw(_place(file, settings, str(error)), str(error))
    return None


def _place(file: SettingsFile, settings: Settings, text: str) -> str:
    """Where the value stands that the message begins with: its flag, or the dialect."""
    flag = text.split(" ", 1)[0]
    named = [one.origin for one in settings.values.values() if one.key.flag == flag]
    origin = next(iter(named), settings.values["dialect"].origin)
    if origin == "--dialect" and settings.target is not None:
        return file.place(("targets", settings.target, "dialects", str(settings.values["dialect"].value)))
    return origin if origin.startswith(file.path) else file.path
