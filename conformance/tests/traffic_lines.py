"""Lines and files of recorded traffic for the tests of audits."""

import json
from pathlib import Path
from typing import Any

from pixelproof import load_dialect
from pixelproof_conformance.traffic.arrival import facts_of
from pixelproof_conformance.traffic.auditing import Audit, audit_files
from pixelproof_conformance.traffic.ledger import Terms

PATH = "/v1/images/generations"
GOOD: dict[str, Any] = {"model": "gpt-image-1", "prompt": "A fox"}
USAGE = {
    "total_tokens": 3,
    "input_tokens": 1,
    "output_tokens": 2,
    "input_tokens_details": {"text_tokens": 1, "image_tokens": 0},
}


def line(request: Any = GOOD, status: int | None = 200, **more: Any) -> dict[str, Any]:
    """A line of a gateway's log."""
    return {"method": "POST", "path": PATH, "status": status, "request": request, **more}


def refusal(param: str | None = "size", code: str = "invalid_value") -> dict[str, Any]:
    """A refusal as the document shows it."""
    return {
        "error": {"message": f"Invalid value: {param}.", "type": "invalid_request_error", "param": param, "code": code}
    }


def write_lines(path: Path, *values: Any) -> Path:
    """A log of these lines; bytes stand as they are."""
    rows = [value if isinstance(value, bytes) else json.dumps(value).encode() for value in values]
    path.write_bytes(b"".join(row + b"\n" for row in rows))
    return path


def entry(request: Any = GOOD, status: int = 200, answer: Any = None, **more: Any) -> dict[str, Any]:
    """An entry of an HTTP archive; without ``answer`` the tool has kept no body."""
    text = {} if answer is None else {"text": json.dumps(answer)}
    return {
        "startedDateTime": "2026-11-20T12:00:00.000Z",
        "time": 1500,
        "request": {
            "method": "POST",
            "url": f"https://api.test{PATH}",
            "headers": [{"name": "Content-Type", "value": "application/json"}],
            "postData": {"mimeType": "application/json", "text": json.dumps(request)},
        },
        "response": {
            "status": status,
            "headers": [{"name": "content-type", "value": "application/json"}],
            "content": {"size": len(text.get("text", "abc")), "mimeType": "application/json", **text},
        },
        **more,
    }


def write_archive(path: Path, *entries: Any) -> Path:
    """An HTTP archive of these entries, as a browser writes it."""
    path.write_text(json.dumps({"log": {"version": "1.2", "pages": [], "entries": entries}}, indent=2), "utf-8")
    return path


def audited(*files: Path, jobs: int = 1, dialect: str = "openai", **terms: Any) -> Audit:
    """The audit of files."""
    return audit_files([str(file) for file in files], load_dialect(dialect), Terms(dialect, **terms), jobs=jobs)


def broken(audit: Audit, side: str) -> dict[str, int]:
    """The flaws of one side with how often each was seen, those of severity info left out."""
    found: dict[str, int] = {}
    for key, group in audit.tally.groups.items():
        if key.side == side and facts_of(audit.dialect, key.operation, key.requirement).severity != "info":
            flaw = key.requirement.rpartition("/")[2]
            found[flaw] = found.get(flaw, 0) + group.seen
    return found
