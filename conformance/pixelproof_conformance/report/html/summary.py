"""The head of the page: the verdict, the facts of the run, what to do next."""

from dataclasses import dataclass

from pixelproof_conformance.report import words
from pixelproof_conformance.report.escaping import one_line
from pixelproof_conformance.report.html.findings import Group, asked_again
from pixelproof_conformance.reported import Report

TONES = {0: "good", 1: "bad", 3: "unknown"}
MOST_REPEATED = 4
RESUME = "pixelproof run --resume DIR"
MANY = 3
"""So many failures of one kind are named together."""
NOTHING = {0: "Nothing failed.", 1: "The report holds no details of what failed.", 3: "Nothing was judged."}


@dataclass(frozen=True, slots=True)
class Step:
    """Something to do next; ``command`` can be copied, ``place`` is where to look."""

    text: str
    command: str = ""
    place: str = ""
    link: str = ""


def verdict_parts(report: Report) -> tuple[str, str]:
    """The verdict in two words, and the rest of the sentence."""
    head, mark, rest = words.verdict(report).partition(": ")
    if not mark:
        head, _, rest = words.verdict(report).partition(". ")
        return head.rstrip("."), rest
    return head, rest[:1].upper() + rest[1:]


def facts_of(report: Report) -> list[tuple[str, str]]:
    """The facts of the run by name."""
    counts, took = report.counts, words.duration(report)
    retries = f", {counts.retries} retried" if counts.retries else ""
    facts = [
        ("Dialect", one_line(report.dialect)),
        ("Document", one_line(report.document)),
        ("Models", words.listed(words.models(report), 8)),
        ("Started", one_line(words.date(report))),
        ("Took", took),
        ("Requests", f"{counts.requests:,}{retries}"),
        ("Pictures", f"{counts.images:,}"),
        ("Tokens", _tokens(report)),
        ("Cost", words.money(report)),
        ("Seed", one_line(str(report.configuration.get("seed", "")))),
        ("Profile", one_line(str(report.configuration.get("profile", "")))),
        ("Version", f"{one_line(report.tool)} {one_line(report.version)}"),
    ]
    return [(name, value) for name, value in facts if value]


def _tokens(report: Report) -> str:
    """What the answers named, where they named any."""
    sent, came = report.counts.input_tokens, report.counts.output_tokens
    return f"{sent:,} in, {came:,} out" if sent or came else ""


def nothing_of(report: Report) -> str:
    """What stands in place of failures where there are none."""
    if report.exit_status == 0 and report.waived_results:
        return "Nothing failed that is not waived."
    if report.exit_status == 3 and report.totals()["pass"]:
        return "Nothing failed in what was judged, and too little was."
    return NOTHING[report.exit_status]


def _repairs(report: Report, groups: list[Group]) -> list[Step]:
    """Where to begin, and how to see that it helped: with what one repair may settle, or what reaches furthest."""
    every = [finding for group in groups for finding in group.findings]
    largest = max(groups, key=lambda group: len(group.findings))
    if len(largest.findings) < MANY:
        widest = max(every, key=lambda finding: len(finding.models))
        several = f", for {len(widest.models)} models" if len(widest.models) > 1 else ""
        first = Step(f"Start with the failure that reaches furthest{several}:", "", widest.place, widest.name)
        begun = [widest]
    else:
        begun = [*largest.findings]
        number = f"{len(begun)} of {len(every)} failures" if len(begun) < len(every) else f"all {len(every)} failures"
        why = "which one repair may settle" if largest.cause.one_repair else "which are alike"
        first = Step(f"Start with {number}, {why}:", "", largest.place, largest.cause.heading)
    asked = [finding.requirement for finding in begun[:MOST_REPEATED]]
    again = asked_again(report, asked)
    if not again:
        return [first]
    which = "this" if len(begun) == 1 else "these" if len(asked) == len(begun) else f"the first {len(asked)} of these"
    return [first, Step(f"After a change, ask {which} again:", again)]


def steps_of(report: Report, groups: list[Group]) -> list[Step]:
    """What to do next, the most useful first."""
    totals = report.totals()
    steps = _repairs(report, groups) if groups else []
    if totals["inconclusive"] + totals["error"] or report.cut_short:
        steps.append(Step("Ask again what was not settled; DIR is the folder of this run:", RESUME))
    stale = sum(entry.state in ("expired", "unused", "not-needed") for entry in report.waivers)
    if stale:
        steps.append(
            Step(f"Mend the file of waivers: {stale} expired, unused or not needed any more.", "", "waivers", "waivers")
        )
    if not groups and totals["warn"]:
        steps.append(Step("Nothing fails. Look through what the document leaves room for:", "", "warnings", "warnings"))
    if not groups and totals["pass"]:
        steps.append(Step("Keep it so: run this in CI. Its exit status is 0 while nothing fails.", report.command))
    if not totals["pass"] and not groups:
        steps.append(Step("No answer decided anything. See why:", "", "not-judged", "reasons"))
    return steps
