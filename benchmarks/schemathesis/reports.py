"""The reports that the tools write for machines, read as what each tool found."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple


class Findings(NamedTuple):
    """What one run of a tool reported. A failure makes the run fail, a warning does not.

    Failures of Schemathesis are named by code, title and operation, those of pixelproof by requirement. ``trouble``
    says why the tool came to no result.
    """

    failures: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    trouble: str = ""


def schemathesis_findings(folder: Path) -> Findings:
    """The report ``schemathesis.json``: failures, and errors such as broken connections, which count as failures."""
    return _read(folder / "schemathesis.json", _of_schemathesis)


def pixelproof_findings(folder: Path) -> Findings:
    """The report ``report.json``: requirements that failed, and those that got a warning."""
    return _read(folder / "report.json", _of_pixelproof)


def _of_schemathesis(report: dict[str, Any]) -> Findings:
    failures = {
        f"{failure['code']} {failure['title']} ({operation})"
        for failure in report["failures"]
        for operation in failure["operations"]
    }
    failures |= {f"error: {error['title']}" for error in report["errors"]}
    trouble = "" if report["complete"] else f"stopped early: {report['stop_reason']}"
    return Findings(tuple(sorted(failures)), trouble=trouble)


def _of_pixelproof(report: dict[str, Any]) -> Findings:
    def with_outcome(word: str) -> tuple[str, ...]:
        return tuple(sorted({found["requirement"] for found in report["results"] if found["outcome"] == word}))

    trouble = "; ".join(report["notes"]) or "nothing could be judged" if report["exit_status"] == 3 else ""
    return Findings(with_outcome("fail"), with_outcome("warn"), trouble)


def _read(path: Path, made: Callable[[dict[str, Any]], Findings]) -> Findings:
    try:
        return made(json.loads(path.read_text(encoding="utf-8")))
    except OSError:
        return Findings(trouble="no report was written")
    except (ValueError, KeyError, TypeError) as error:
        return Findings(trouble=f"{path.name} cannot be read ({type(error).__name__}: {error})")
