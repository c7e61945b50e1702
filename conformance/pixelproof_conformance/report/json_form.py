"""``report.json``: the report as JSON and back; ``schemas/meta/report.yaml`` describes it."""

import json
import math
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any

from pixelproof import UsageError
from pixelproof._text import dotted, shown

from pixelproof_conformance.model import Json
from pixelproof_conformance.report.older_json import READ_VERSIONS, as_written_today
from pixelproof_conformance.reported import (
    Arrival,
    Counts,
    Evidence,
    Failure,
    Guidance,
    Noise,
    Picture,
    Report,
    Result,
    Unsteady,
    Waived,
    WaiverUse,
)

FORMAT = "pixelproof-report"
FORMAT_VERSION = 3
DERIVED = ("format", "format_version", "totals", "exit_status", "waived_results")
"""Keys that the JSON form has and :class:`Report` computes."""

MAX_REPORT_BYTES = 256 * 1024 * 1024
"""No more is read of a file that calls itself a report; what is cut there is not JSON."""


def to_json(report: Report) -> dict[str, Json]:
    """The report as JSON-ready values. What JSON cannot say (NaN, bytes) becomes text."""
    head: dict[str, Json] = {"format": FORMAT, "format_version": FORMAT_VERSION}
    body = plain(report)
    last = {name: body.pop(name) for name in ("waivers", "results", "guidance", "not_checkable")}
    head |= body
    return (
        head
        | {"exit_status": report.exit_status, "totals": report.totals(), "waived_results": report.waived_results}
        | last
    )


def as_text(report: Report) -> str:
    """The text of ``report.json``."""
    return json.dumps(to_json(report), indent=1, ensure_ascii=False, allow_nan=False) + "\n"


def from_json(value: Json) -> Report:
    """The report that :func:`to_json` gave. Raises :class:`UsageError`, naming the flaw, for anything else."""
    if not isinstance(value, dict) or value.get("format") != FORMAT:
        raise UsageError(f"is not a report: it has no {json.dumps(FORMAT)} under the key 'format'; name a report.json")
    version = value.get("format_version")
    if version not in (*READ_VERSIONS, FORMAT_VERSION) or isinstance(version, bool):
        raise UsageError(
            f"has the format version {shown(version)}; this pixelproof reads version {FORMAT_VERSION} and older. "
            "Read it with the pixelproof that wrote it, or judge its run again with this one"
        )
    value = as_written_today(value, version)
    _check(value)
    given = {key: entry for key, entry in value.items() if key not in DERIVED}
    given["counts"] = Counts(**given["counts"])
    given["results"] = tuple(_result(entry) for entry in given["results"])
    given["notes"] = tuple(given["notes"])
    if given["noise"] is not None:
        entries = tuple(Unsteady(**entry) for entry in given["noise"]["unsteady"])
        given["noise"] = Noise(**{**given["noise"], "unsteady": entries})
    given["guidance"] = {
        name: Guidance(tuple(entry["why"]), tuple(entry["keep"])) for name, entry in given["guidance"].items()
    }
    given["not_checkable"] = tuple(given["not_checkable"])
    given["waivers"] = tuple(_use(entry) for entry in given["waivers"])
    return Report(**given)


def read_report(path: Path) -> Report:
    """The report in the file ``path``, or in ``path/report.json`` when it is a folder.

    Raises :class:`UsageError`, naming the path, for a file that cannot be read or is no report.
    """
    file = path / "report.json" if path.is_dir() else path
    try:
        with file.open("rb") as stream:
            content = stream.read(MAX_REPORT_BYTES + 1)
        value = json.loads(content)
    except OSError as error:
        raise UsageError(f"{file}: cannot be read ({error.strerror}); name a run folder or a report.json") from None
    except (ValueError, RecursionError) as error:
        raise UsageError(f"{file}: is not JSON ({error}); name a run folder or a report.json") from None
    try:
        return from_json(value)
    except UsageError as error:
        raise UsageError(f"{file}: {error}") from None


def _result(entry: dict[str, Json]) -> Result:
    return Result(**{**_with_waived(entry), "failures": tuple(_failure(failure) for failure in entry["failures"])})


def _failure(entry: dict[str, Json]) -> Failure:
    evidence = None if entry["evidence"] is None else _evidence(entry["evidence"])
    return Failure(**{**_with_waived(entry), "evidence": evidence})


def _evidence(entry: dict[str, Json]) -> Evidence:
    pictures = tuple(Picture(**picture) for picture in entry["pictures"])
    timeline = tuple(Arrival(**arrival) for arrival in entry["timeline"])
    return Evidence(**{**entry, "pictures": pictures, "timeline": timeline})


def _use(entry: dict[str, Json]) -> WaiverUse:
    return WaiverUse(**_with_waived(entry))


def _with_waived(entry: dict[str, Json]) -> dict[str, Json]:
    waived = entry["waived"]
    return {**entry, "waived": Waived(**waived) if waived is not None else None}


def _check(value: Json) -> None:
    from jsonschema.exceptions import best_match
    from pixelproof._meta import meta_validator

    flaw = best_match(meta_validator("report").iter_errors(value))
    if flaw is not None:
        place = dotted(tuple(flaw.absolute_path)) or "the root"
        if flaw.validator in ("required", "additionalProperties", "propertyNames"):
            raise UsageError(f"is not a report: at {place}: {flaw.message[:200]}")
        raise UsageError(f"is not a report: {place} is {shown(flaw.instance)}, which {flaw.validator} does not allow")


def plain(value: Any) -> Any:
    """A value as JSON can say it: NaN and bytes become text."""
    if value is None or isinstance(value, str | int) or (isinstance(value, float) and math.isfinite(value)):
        return value
    if is_dataclass(value) and not isinstance(value, type):
        return {part.name: plain(getattr(value, part.name)) for part in fields(value)}
    if isinstance(value, dict):
        return {str(key): plain(entry) for key, entry in value.items()}
    if isinstance(value, list | tuple):
        return [plain(entry) for entry in value]
    return f"{len(value)} bytes" if isinstance(value, bytes) else str(value)
