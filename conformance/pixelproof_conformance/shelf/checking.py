"""What stands in the way of publishing a run: secrets, private places, and gaps that make it no evidence."""

import ipaddress
import os
import re
import socket
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

from pixelproof_conformance.model import Json
from pixelproof_conformance.redact import REDACTED, is_secret_name, redact_text
from pixelproof_conformance.report.json_form import to_json
from pixelproof_conformance.reported import Report
from pixelproof_conformance.transport import WRONG_KEY

MOST_FLAWS = 50
_SHORTEST = 8

_KEYS = re.compile(
    r"(?<![A-Za-z0-9_-])(?:(?:sk|pk|rk|xai|gsk|r8|hf|ghp|gho|glpat|github_pat)[-_][A-Za-z0-9_-]{16,}"
    r"|AKIA[A-Z0-9]{16}|AIza[A-Za-z0-9_-]{30,}|eyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{10,})"
)
# The value may be a variable of a shell or of Python, or taken out already.
_HEADER = re.compile(
    r"\b((?:set-)?cookie|(?:proxy-)?authorization|x-api-key|api-key)\b[\"']?\s*[:=]\s*f?[\"']?"
    r"(?:(?:Bearer|Basic|Key) +)?(?![$({\[<\"'\s])[^\s\"']{8,}",
    re.IGNORECASE,
)
_USER = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://(?!\[redacted\]@)[^/?#\s@\"']+@")
_HOST = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://[^/?#\s\"'<>\\)]+")
_PLACE = re.compile(r"(?<![\w.~/-])/(?:home|Users|root|tmp|var/folders)/[\w.-]+|\b[A-Za-z]:\\+Users\\+[\w.-]+")
_PRIVATE_ENDINGS = (".local", ".localdomain", ".internal", ".intranet", ".lan", ".corp", ".home.arpa")
# Pictures are long and random, and a key may seem to stand in them.
_PICTURE = re.compile(
    r"(?:data:image/[\w+.-]+;base64,|(?<![A-Za-z0-9+/])(?:iVBORw0KGgo|/9j/|UklGR|R0lGOD))[A-Za-z0-9+/=]*"
)
_NOT_SECRET = re.compile(r"(?:^|[_-])env$", re.IGNORECASE)


class Flaw(NamedTuple):
    """Something that stands in the way: where in the report, and what; the secret itself is never shown."""

    place: str
    what: str


def flaws_of(report: Report, environment: Mapping[str, str] | None = None) -> list[Flaw]:
    """Everything that stands in the way of publishing ``report``, at most 50 secrets; nothing when it is fit.

    ``environment`` holds the variables whose values must not occur, by default those of this process.
    """
    return [*_gaps(report), *_secrets(report, os.environ if environment is None else environment)]


def _gaps(report: Report) -> Iterator[Flaw]:
    for name, text in (("started", report.started), ("finished", report.finished)):
        try:
            datetime.fromisoformat(text)
        except ValueError:
            yield Flaw(name, f"{text[:40]!r} is no date; evidence says when it was made")
    if not report.command.strip():
        yield Flaw("command", "is empty; evidence names the command that makes it anew")
    if report.configuration.get("seed") is None:
        yield Flaw("configuration", "has no seed; without it the run cannot be made anew")
    if report.interrupted:
        yield Flaw("interrupted", "the run was stopped early; go on with it by --resume")
    if report.caps_reached or any("was reached:" in note for note in report.notes):
        yield Flaw("caps_reached", "a cap ended the run; go on with it by --resume and a higher cap")
    if report.given_up:
        yield Flaw("given_up", "the endpoint was given up before the end; go on with it by --resume")
    elif report.exit_status == 3:
        yield Flaw("results", "too little could be judged; that is no evidence of anything")


def _secrets(report: Report, environment: Mapping[str, str]) -> Iterator[Flaw]:
    known = tuple(
        value for name, value in environment.items() if is_secret_name(name) and len(value.strip()) >= _SHORTEST
    )
    places = _own_places()
    count = 0
    for place, name, text in _texts(to_json(report), ""):
        for what in _found(name, text, known, places):
            yield Flaw(place, what)
            count += 1
            if count >= MOST_FLAWS:
                return


def _found(name: str, text: str, known: tuple[str, ...], places: tuple[str, ...]) -> Iterator[str]:
    bare = _PICTURE.sub("", text).replace(WRONG_KEY, REDACTED)  # the key that runs send to be refused
    if is_secret_name(name) and not _NOT_SECRET.search(name) and bare not in ("", REDACTED) and bare[0] not in "$[{":
        yield f"holds a value under the secret name {name!r}"
    if known and redact_text(text, known) != redact_text(text):
        yield "holds the value of a secret environment variable"
    if redact_text(bare) != bare or _KEYS.search(bare):
        yield "holds what looks like a key"
    if match := _HEADER.search(bare):
        yield f"holds a value of the header {match[1]}"
    if _USER.search(bare):
        yield "holds a URL with a user or a password"
    if match := _PLACE.search(bare):
        yield f"holds the private path {match[0]}"
    elif any(place in bare for place in places):
        yield "holds a path or the name of this machine"
    for match in _HOST.finditer(bare):
        host = _host(match[0])
        if host is not None and _private(host):
            yield f"holds the private host {host}"
            break


def _texts(value: Json, place: str, name: str = "") -> Iterator[tuple[str, str, str]]:
    """Every text below ``value`` with its place and the name that it stands under; names are texts, too."""
    if isinstance(value, str):
        yield place, name, value
    elif isinstance(value, dict):
        for key, entry in value.items():
            here = f"{place}.{key}" if place else str(key)
            yield here, "", str(key)
            yield from _texts(entry, here, str(key))
    elif isinstance(value, list | tuple):
        for index, entry in enumerate(value):
            yield from _texts(entry, f"{place}[{index}]", name)


def _own_places() -> tuple[str, ...]:
    """Home, working directory and name of this machine, as far as they tell something."""
    places = {str(Path.home()), str(Path.cwd())}
    machine = socket.gethostname()
    machines = {machine} if len(machine) >= _SHORTEST else set()
    return tuple(sorted({place for place in places if place.count("/") > 1} | machines))


def _host(url: str) -> str | None:
    try:
        return urlsplit(url).hostname
    except ValueError:
        return None


def _private(host: str) -> bool:
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return host.lower().endswith(_PRIVATE_ENDINGS) or ("." not in host and host.lower() != "localhost")
    return address.is_private and not address.is_loopback
