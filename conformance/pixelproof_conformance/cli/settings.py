"""The effective settings of a run, as its report keeps them."""

import argparse
from dataclasses import replace

from pixelproof._config.settings import Settings
from pixelproof.cli.config import shown_value

from pixelproof_conformance.model import Report
from pixelproof_conformance.redact import redact_json


def with_settings(report: Report, arguments: argparse.Namespace) -> Report:
    """The report with the value of every setting and where it comes from, under ``settings`` of its configuration."""
    settings: Settings | None = getattr(arguments, "settings", None)
    if settings is None:
        return report
    values = {
        name: {"value": redact_json(shown_value(setting)), "from": setting.origin}
        for name, setting in settings.values.items()
    }
    return replace(report, configuration=report.configuration | {"settings": values})
