"""Writing waivers: an entry for each failure of a run that no waiver fits yet, behind what the file already holds."""

import json
import re
from datetime import date
from pathlib import Path

from pixelproof import UsageError

from pixelproof_conformance.report.escaping import one_line
from pixelproof_conformance.report.write import write_whole
from pixelproof_conformance.reported import Failure, Report, Result, Waived
from pixelproof_conformance.waivers import read_waivers

_HEAD = """\
# Failures that are known and accepted for now. They stay in every report, and do not fail a run.
# Take an entry out when the failure is gone; give it a date by which it has to be.

waivers:
"""
_PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9_./-]*")
_WORDS = frozenset({"true", "false", "yes", "no", "on", "off", "null", "y", "n"})
_LIST = re.compile(r"^( *)- ", re.MULTILINE)


def add_waivers(path: Path, report: Report, waived: Waived, today: date) -> int:
    """Adds a waiver for each failure of the run that none in the file ``path`` fits; returns how many.

    What the file holds stays as it is, comments included. Raises :class:`UsageError` for a file with flaws, and for one
    whose list cannot be added to at its end.
    """
    known = [waiver for waiver in read_waivers(path) if not waiver.has_expired(today)] if path.exists() else []
    new = [
        (result, failure)
        for result in report.results
        for failure in result.failures
        if failure.outcome == "fail" and not any(waiver.fits_failure(result, failure) for waiver in known)
    ]
    if not new:
        return 0
    before = path.read_text(encoding="utf-8") if path.exists() else _HEAD
    dashes = _LIST.search(before)
    indent = dashes[1] if dashes else "  "
    start = re.sub(r"^waivers:\s*(\[\s*\]|null|~)\s*$", "waivers:", before, flags=re.MULTILINE).rstrip("\n") + "\n"
    text = start + "".join(_entry(result, failure, waived, indent) for result, failure in new)
    _check(path, text, before, len(new))
    write_whole(path, text)
    return len(new)


def _check(path: Path, text: str, before: str, added: int) -> None:
    """Raises :class:`UsageError` unless ``text`` is the file with so many waivers more."""
    from pixelproof._errors import DialectError
    from pixelproof._yaml import read_yaml

    try:
        old = read_yaml(before, str(path), dates=True)[0]["waivers"] or []
        found = read_yaml(text, str(path), dates=True)[0]["waivers"]
    except (DialectError, KeyError, TypeError):
        found, old = None, []
    if not isinstance(found, list) or found[: len(old)] != old or len(found) != len(old) + added:
        raise UsageError(
            f"{path}: entries cannot be added at its end; let the list 'waivers' be the last, as '- ...' lines"
        )


def _entry(result: Result, failure: Failure, waived: Waived, indent: str) -> str:
    place = failure.identity.rpartition(" ")[2]
    facts = [
        ("requirement", result.requirement),
        ("operation", result.operation),
        ("model", result.model),
        ("parameter", place),
        ("reason", waived.reason),
        ("link", waived.link),
        ("expires", waived.expires),
    ]
    lines = [f"{name}: {value if name == 'expires' else _scalar(value)}" for name, value in facts if value is not None]
    told = f"{indent}# {one_line(failure.message, 110)}\n"
    return "\n" + told + f"{indent}- " + f"\n{indent}  ".join(lines) + "\n"


def _scalar(text: str) -> str:
    """``text`` as YAML reads it back: plain where nobody can misread it, else in quotes."""
    if _PLAIN.fullmatch(text) and text.lower() not in _WORDS:
        return text
    return json.dumps(text, ensure_ascii=False) if text.isprintable() else json.dumps(text)
