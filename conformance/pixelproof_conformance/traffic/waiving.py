"""Waivers in an audit: which findings of the sides that count are waived, and what became of each waiver."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from pixelproof_conformance.traffic.auditing import Audit
from pixelproof_conformance.traffic.report import report_of, results_of
from pixelproof_conformance.traffic.tally import Side
from pixelproof_conformance.waivers import Waiver, apply_waivers


def waive(audit: Audit, waivers: Sequence[Waiver], today: date, sides: Sequence[Side]) -> None:
    """Note in ``audit`` what the waivers of today waive on these ``sides``; the other side is left alone."""
    if not waivers or not audit.tally.judged:  # where nothing was judged, nothing is said about waivers
        return
    counted = [pair for side in sides for pair in results_of(audit, side)]
    report = replace(report_of(audit, ""), results=tuple(result for result, _ in counted))
    marked = apply_waivers(report, waivers, today)
    for result, (_, found) in zip(marked.results, counted, strict=True):
        for failure, one in zip(result.failures, found, strict=True):
            if failure.waived is not None:
                audit.waived[one.key] = failure.waived
    audit.waivers = marked.waivers
