"""The settings that were in force for a run, as its journal and its report keep them."""

import argparse
from pathlib import Path
from typing import Any

from pixelproof._config.settings import Setting, Settings
from pixelproof.cli.config import shown_value

from pixelproof_conformance.model import Json
from pixelproof_conformance.redact import redact_json

_ADDRESSES = ("url", "routes")
"""Keys whose values begin with a slash for another reason than naming a folder."""


def effective_settings(arguments: argparse.Namespace) -> dict[str, Json]:
    """The value of every setting and where it comes from, without secrets and without the folders of this machine."""
    settings: Settings | None = getattr(arguments, "settings", None)
    values = settings.values.items() if settings else ()
    return {name: {"value": redact_json(_kept(one)), "from": Path(one.origin).name} for name, one in values}


def _kept(setting: Setting) -> Any:
    value = shown_value(setting)
    if setting.key.name in _ADDRESSES:
        return value
    if isinstance(value, list):
        return [_without_folders(item) for item in value]
    return _without_folders(value) if isinstance(value, str) else value


def _without_folders(text: str) -> str:
    return Path(text).name if Path(text).is_absolute() else text
