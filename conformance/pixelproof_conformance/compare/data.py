"""A comparison for programs: JSON, described by ``schemas/meta/comparison.yaml``, and CSV of the outcomes."""

import json

from pixelproof_conformance.compare.values import Change, Comparison, summary
from pixelproof_conformance.model import Json
from pixelproof_conformance.report import words
from pixelproof_conformance.report.csv_form import table
from pixelproof_conformance.report.json_form import plain
from pixelproof_conformance.reported import Failure

FORMAT = "pixelproof-comparison"
FORMAT_VERSION = 1


def as_json(comparison: Comparison) -> str:
    """The runs with what made them, the changes from the first to the last, and every outcome side by side."""
    value = {
        "format": FORMAT,
        "format_version": FORMAT_VERSION,
        "summary": summary(comparison),
        "new_failures": len(comparison.added),
        "repaired_failures": len(comparison.repaired),
        "runs": [
            {
                "name": name,
                **dict(words.facts(report)),
                "configuration": report.configuration,
                "totals": report.totals(),
                "waived_results": report.waived_results,
            }
            for name, report in zip(comparison.names, comparison.reports, strict=True)
        ],
        "notes": [*comparison.notes],
        "changes": [_change(change) for change in comparison.changes],
        "outcomes": [
            {
                "requirement": row.requirement,
                "operation": row.operation,
                "model": row.model,
                "outcomes": [*row.outcomes],
            }
            for row in comparison.rows
        ],
    }
    return json.dumps(plain(value), indent=1, ensure_ascii=False, allow_nan=False) + "\n"


def as_csv(comparison: Comparison) -> str:
    """A line for each requirement, operation and model, with a column for each run; what made the runs comes first."""
    facts = [dict(words.facts(report)) for report in comparison.reports]
    rows: list[tuple[str, ...] | list[Json]] = [("requirement", "operation", "model", *comparison.names)]
    rows += [[name, "", "", *[entry[name] for entry in facts]] for name in facts[0]]
    rows += [[row.requirement, row.operation, row.model, *row.outcomes] for row in comparison.rows]
    return table(rows)


def _change(change: Change) -> dict[str, Json]:
    flaw = change.after or change.before
    return {
        "sort": change.sort,
        "breaks": change.breaks,
        "repairs": change.repairs,
        "identity": flaw.identity if flaw else "",
        "requirement": change.result.requirement,
        "operation": change.result.operation,
        "model": change.result.model,
        "parameter": flaw.parameter if flaw else None,
        "outcome": change.result.outcome,
        "note": change.result.note,
        "before": _failure(change.before),
        "after": _failure(change.after),
    }


def _failure(failure: Failure | None) -> Json:
    if failure is None:
        return None
    waived = words.why_waived(failure.waived) if failure.waived else None
    return {"outcome": failure.outcome, "message": failure.message, "status": failure.status, "waived": waived}
