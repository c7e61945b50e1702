"""``audit.json``: everything that an audit has found, both sides apart; ``schemas/meta/audit.yaml`` describes it."""

import json
from collections.abc import Iterator
from dataclasses import asdict

from pixelproof import __version__

from pixelproof_conformance.model import Json
from pixelproof_conformance.traffic.auditing import Audit
from pixelproof_conformance.traffic.findings import as_json, findings

FORMAT = "pixelproof-audit"
FORMAT_VERSION = 1


def to_json(audit: Audit, status: int) -> dict[str, Json]:
    """The audit as JSON-ready values; ``status`` is its exit status."""
    tally = audit.tally
    return {
        "format": FORMAT,
        "format_version": FORMAT_VERSION,
        "tool": "pixelproof",
        "version": __version__,
        "dialect": audit.dialect.name,
        "configuration": audit.configuration(),
        "interrupted": audit.interrupted,
        "exit_status": status,
        "counts": {
            "judged": tally.judged,
            "left_out": sum(tally.left_out.values()),
            "unreadable": tally.unreadable,
            "undecided": sum(tally.undecided.values()),
            "pictures": tally.pictures,
        },
        "exchanges": [
            {"operation": operation, "model": model, "status": code, "count": count}
            for (operation, model, code), count in sorted(tally.exchanges.items(), key=_exchange_order)
        ],
        "origins": dict(sorted(tally.origins.items())),
        "undecided": dict(sorted(tally.undecided.items())),
        "left_out": dict(sorted(tally.left_out.items())),
        "provider": [as_json(audit, found) for found in findings(audit, "provider")],
        "client": [as_json(audit, found) for found in findings(audit, "client")],
        "kept": [
            {"operation": operation, "model": model, "requirement": requirement, "count": count}
            for (operation, model, requirement), count in sorted(tally.passed.items())
        ],
        "unreadable": [{"place": audit.where(flaw.place), "message": flaw.message} for flaw in tally.flaws],
        "lost": audit.lost,
        "waivers": [asdict(use) for use in audit.waivers],
    }


def as_text(audit: Audit, status: int) -> str:
    """The text of ``audit.json``."""
    return json.dumps(to_json(audit, status), indent=1, ensure_ascii=False, default=str) + "\n"


def as_lines(audit: Audit) -> Iterator[str]:
    """A line of JSON for each finding, with the side that is at fault."""
    for side in ("provider", "client"):
        for found in findings(audit, side):
            yield json.dumps({"side": side, **as_json(audit, found)}, ensure_ascii=False, default=str) + "\n"


def _exchange_order(entry: tuple[tuple[str, str, int | None], int]) -> tuple[str, str, int]:
    (operation, model, status), _ = entry
    return operation, model, status or 0
