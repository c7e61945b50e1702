"""The page as a whole: policy, style and script, and the templates that show what the other modules found."""

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from pixelproof_conformance.pages.document import SHARED, joined, policy, templates
from pixelproof_conformance.report import words
from pixelproof_conformance.report.escaping import harmless, one_line, pretty
from pixelproof_conformance.report.html.findings import findings_of, groups_of, short_name
from pixelproof_conformance.report.html.matrix import tables_of
from pixelproof_conformance.report.html.noise import noise_of
from pixelproof_conformance.report.html.open_ends import not_judged
from pixelproof_conformance.report.html.places import Places
from pixelproof_conformance.report.html.shares import shares_of
from pixelproof_conformance.report.html.summary import TONES, facts_of, nothing_of, steps_of, verdict_parts
from pixelproof_conformance.report.html.waivers import uses_of
from pixelproof_conformance.reported import Report

if TYPE_CHECKING:
    from jinja2 import Environment

_OWN = Path(__file__).with_name("assets")
STYLES = (
    *[SHARED / name for name in ("base.css", "summary.css", "filters.css")],
    *[_OWN / name for name in ("findings.css", "exchange.css", "matrix.css")],
    SHARED / "print.css",
)
SCRIPTS = (SHARED / "address.js", _OWN / "filters.js", SHARED / "keys.js", _OWN / "copy.js")
EARLY_SCRIPT = SHARED / "theme.js"
"""Runs before anything is drawn, so that the page does not flash in the other colours."""


def as_html(report: Report) -> str:
    """The report as one HTML file that loads nothing from anywhere."""
    style, script, early = joined(*STYLES), joined(*SCRIPTS), joined(EARLY_SCRIPT)
    places = Places(report)
    findings = findings_of(report, places)
    failures, warnings, waived = (
        groups_of(section, [finding for finding in findings if finding.outcome == outcome])
        for section, outcome in (("failures", "fail"), ("warnings", "warn"), ("waived", "waived"))
    )
    head, rest = verdict_parts(report)
    return (
        _templates()
        .get_template("page.html")
        .render(
            report=report,
            policy=policy(style, early, script),
            style=style,
            script=script,
            early=early,
            title=f"{one_line(report.dialect)} {one_line(report.url, 80)}: {words.verdict(report)}",
            url=one_line(report.url, 300),
            tone=TONES[report.exit_status],
            verdict=head,
            verdict_rest=rest,
            facts=facts_of(report),
            shares=shares_of(report),
            word_meanings=[(word, f"{meaning[:1].upper()}{meaning[1:]}.") for word, meaning in _meanings(report)],
            steps=steps_of(report, failures),
            notes=[one_line(note, 1000) for note in report.notes],
            failures=failures,
            warnings=warnings,
            waived=waived,
            waivers=uses_of(report),
            noise=noise_of(report, places),
            nothing=nothing_of(report),
            tables=tables_of(report, places),
            operations=list(dict.fromkeys(result.operation for result in report.results)),
            models=words.models(report),
            severities=list(dict.fromkeys(result.severity for result in report.results)),
            not_judged=not_judged(report, places),
            configuration=pretty(report.configuration, 50_000),
            prices=one_line(report.prices, 300),
            command=one_line(report.command, 10_000),
            exit_meaning=words.exit_meaning(report),
        )
    )


def _meanings(report: Report) -> list[tuple[str, str]]:
    """What the outcome words of the requirements mean that the page shows."""
    from pixelproof._guidance import OUTCOMES

    used = {result.word for result in report.results}
    return [(word, meaning) for word, meaning in OUTCOMES.items() if word in used]


@cache
def _templates() -> "Environment":
    # Everything that a template writes loses its control characters: none of a stranger reaches the page.
    environment = templates(Path(__file__).with_name("templates"), lambda text: harmless(text, "\n\t"))
    environment.filters["counted"] = lambda groups: sum(len(group.findings) for group in groups)
    environment.filters["short"] = lambda text: short_name(one_line(text))
    return environment
