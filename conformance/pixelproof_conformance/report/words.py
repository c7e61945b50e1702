"""What a report says in words: the verdict, the outcomes, the counts. Every form takes its sentences from here."""

import re
from collections import Counter
from datetime import UTC, datetime
from typing import NamedTuple

from pixelproof_conformance.model import OUTCOMES, Outcome
from pixelproof_conformance.noise import rate_in_words
from pixelproof_conformance.prices import Amount
from pixelproof_conformance.report.escaping import one_line
from pixelproof_conformance.reported import Failure, Guidance, Report, Result, Waived

_BYTES = re.compile(r"[0-9][0-9,]* bytes")
UNJUDGED: tuple[Outcome, ...] = ("inconclusive", "unsupported", "error", "not-run", "disabled")


class OutcomeWords(NamedTuple):
    """How an outcome is shown: one letter for a matrix, and a sentence for a legend."""

    letter: str
    meaning: str


OUTCOME_WORDS: dict[Outcome, OutcomeWords] = {
    "fail": OutcomeWords("F", "The target breaks the requirement."),
    "warn": OutcomeWords("W", "The target breaks it, and the document leaves room for that."),
    "pass": OutcomeWords("P", "Every check found it kept."),
    "inconclusive": OutcomeWords("I", "The answers did not tell, for example because of a rate limit."),
    "unsupported": OutcomeWords("U", "The target does not have the route or the model."),
    "error": OutcomeWords("E", "The tool itself had trouble."),
    "not-run": OutcomeWords("N", "No case was sent for it."),
    "disabled": OutcomeWords("D", "Switched off by the configuration."),
}

EXIT_MEANING = {
    0: "nothing failed",
    1: "at least one requirement is broken",
    3: "the target could not be judged",
}


def exit_meaning(report: Report) -> str:
    """What the exit status of the report means."""
    meaning = EXIT_MEANING[report.exit_status]
    if report.exit_status == 3 and report.given_up:
        return "the endpoint was given up before the end"
    if report.exit_status == 3 and report.totals()["pass"]:
        return "less was judged than was left open"
    if report.exit_status == 0 and report.waived_results:
        meaning += " that is not waived"
    return f"{meaning} in what was reached" if report.exit_status == 0 and report.cut_short else meaning


def verdict(report: Report) -> str:
    """The verdict over the whole run, in one or two sentences."""
    totals = report.totals()
    judged = totals["pass"] + totals["warn"] + totals["fail"]
    unfinished = report.cut_short or report.little_judged
    open_results = sum(totals[outcome] for outcome in UNJUDGED)
    waived, failed = report.waived_results, totals["fail"] - report.waived_results
    others = f" {counted(waived, 'other failure')} waived." if waived else ""
    if failed:
        broken = len(
            {result.requirement for result in report.results if result.outcome == "fail" and not result.waived}
        )
        start = f"Does not conform: {counted(broken, 'requirement')} broken, {failed} of {judged} results fail.{others}"
    elif waived:
        head = "Nothing broken so far" if unfinished else "Conforms"
        start = f"{head} but for {counted(waived, 'waived failure')}: no other of {counted(judged, 'result')} fails."
    elif not judged:
        start = "Could not be judged: no answer decided any requirement."
    elif unfinished:
        start = f"Nothing broken so far: none of {counted(judged, 'result')} fails{_warned(totals['warn'])}."
    elif totals["warn"]:
        start = f"Conforms with {counted(totals['warn'], 'warning')}: none of {counted(judged, 'result')} fails."
    else:
        start = f"Conforms: {'all ' if judged > 1 else ''}{counted(judged, 'result')} passed."
    if report.caps_reached:
        left = len({result.requirement for result in report.results if result.outcome == "not-run"})
        reached = f"{counted(left, 'requirement')} not reached" if left else "some requests were not sent"
        start += f" {' and '.join(report.caps_reached)} ended the run: {reached}."
        open_results -= totals["not-run"]
    if judged and open_results:
        start += f" {counted(open_results, 'result')} not judged."
    if report.given_up:
        start += " The endpoint was given up before the end."
    return f"{start} The run was stopped early." if report.interrupted else start


def _warned(warnings: int) -> str:
    return f", {counted(warnings, 'warning')}" if warnings else ""


def counted(number: int, noun: str) -> str:
    """``1 picture``, ``3 pictures``."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def amount_in_words(amount: Amount) -> str:
    """Money as far as it is known: ``at least $0.32``, ``$0.32 to $1.10``, ``no cost`` or ``cost unknown``."""
    least, most = amount.least, amount.most
    if most is None:
        return f"at least {_dollars(least)}" if least else "cost unknown"
    if not most:
        return "no cost"
    return _dollars(most) if _dollars(least) == _dollars(most) else f"{_dollars(least)} to {_dollars(most)}"


def _dollars(value: float) -> str:
    return f"${value:.2f}" if value >= 0.01 or not value else f"${value:.4f}"


def money(report: Report) -> str:
    """What the pictures of the run have cost, as far as it is known."""
    counts = report.counts
    if not counts.images and not counts.cost:
        return "no cost"
    return amount_in_words(Amount(counts.cost, counts.cost_at_most))


def sent(report: Report) -> str:
    """What was sent, what came back and what it has cost, on one line."""
    counts = report.counts
    tries = ""
    if counts.retries:
        retries = "1 retry" if counts.retries == 1 else f"{counts.retries} retries"
        first = counts.requests - counts.retries
        tries = f" ({first} first {'try' if first == 1 else 'tries'}, {retries})"
    tokens = ""
    if counts.input_tokens or counts.output_tokens:
        tokens = f", {counts.input_tokens} tokens in and {counts.output_tokens} out"
    return f"{counted(counts.requests, 'request')}{tries}, {counted(counts.images, 'picture')}{tokens}, {money(report)}"


def noise(report: Report) -> list[str]:
    """How steadily the endpoint answered the same request, in sentences; nothing where no request was repeated."""
    found = report.noise
    if found is None:
        return []
    share = f", {100 * found.disagreed / found.compared:.1f} %" if found.compared else ""
    first = (
        f"Every request was sent {found.repeats} times. Of {counted(found.compared, 'pair')} of a request and a"
        f" requirement, {found.disagreed} did not come out the same every time{share}."
        f" {found.undecided} of {counted(found.answers, 'answer')} decided nothing."
    )
    lines = [first]
    lines += [
        f"{entry.requirement} ({entry.operation}, {entry.model}): {rate_in_words(entry)}" for entry in found.unsteady
    ]
    return lines


def duration(report: Report) -> str:
    """How long the run took, for example ``2 min 5 s``; empty when its times cannot be read."""
    try:
        span = datetime.fromisoformat(report.finished) - datetime.fromisoformat(report.started)
    except (ValueError, TypeError):
        return ""
    seconds = int(span.total_seconds())
    if seconds < 60:
        return f"{max(0.0, span.total_seconds()):.1f} s"
    minutes, seconds = divmod(seconds, 60)
    return f"{minutes} min {seconds} s" if minutes < 60 else f"{minutes // 60} h {minutes % 60} min"


def date(report: Report) -> str:
    """When the run started, for example ``2026-11-20 10:00 UTC``; as it stands when it cannot be read."""
    try:
        return datetime.fromisoformat(report.started).astimezone(UTC).strftime("%Y-%m-%d %H:%M UTC")
    except (ValueError, OverflowError):
        return report.started


def facts(report: Report) -> list[tuple[str, str]]:
    """What every form says of the run: versions, target, dates, seed, cost, and how to repeat it."""
    seed = report.configuration.get("seed")
    profile = report.configuration.get("profile")
    return [
        ("tool", f"{report.tool} {report.version}"),
        ("dialect", report.dialect),
        ("document", report.document),
        ("target", report.url),
        ("started", report.started),
        ("finished", report.finished),
        ("seed", "" if seed is None else str(seed)),
        ("profile", "" if profile is None else str(profile)),
        ("sent", sent(report)),
        ("prices", report.prices),
        ("command", report.command),
    ]


def models(report: Report) -> list[str]:
    """The models of the run, in the order of the results."""
    return list(dict.fromkeys(result.model for result in report.results))


def listed(names: list[str], most: int) -> str:
    """The first names in a row, and how many more there are."""
    rest = f" and {len(names) - most} more" if len(names) > most else ""
    return f"{', '.join(one_line(name) for name in names[:most])}{rest}" or "none"


def totals_by_group(report: Report) -> dict[tuple[str, str], Counter[Outcome]]:
    """The totals of each operation and model, in the order of the results."""
    groups: dict[tuple[str, str], Counter[Outcome]] = {}
    for result in report.results:
        groups.setdefault((result.operation, result.model), Counter())[result.outcome] += 1
    return groups


def outcomes_seen(report: Report) -> list[Outcome]:
    """The outcomes that occur, in the order of :data:`OUTCOMES`, and always ``fail`` and ``pass``."""
    totals = report.totals()
    return [outcome for outcome in OUTCOMES if totals[outcome] or outcome in ("fail", "pass")]


def broken(report: Report, outcome: Outcome) -> list[tuple[Result, Failure]]:
    """Each way in which a requirement is broken with this outcome, with the result that it belongs to."""
    return [(result, flaw) for result in report.results for flaw in result.failures if flaw.outcome == outcome]


def counted_flaws(report: Report, outcome: Outcome) -> list[tuple[Result, Failure]]:
    """Those of :func:`broken` that no waiver waives."""
    return [(result, flaw) for result, flaw in broken(report, outcome) if flaw.waived is None]


def waived_flaws(report: Report) -> list[tuple[Result, Failure, Waived]]:
    """Each failure and warning that is waived, with what waives it."""
    return [(result, flaw, flaw.waived) for result in report.results for flaw in result.failures if flaw.waived]


def waived_by_group(report: Report) -> Counter[tuple[str, str]]:
    """How many failed results of each operation and model are waived."""
    return Counter(
        (result.operation, result.model) for result in report.results if result.outcome == "fail" and result.waived
    )


def why_waived(waived: Waived) -> str:
    """The reason, how long it holds, and where it is talked about."""
    more = [f"until {waived.expires}" if waived.expires else "", waived.link or ""]
    facts = ", ".join(one_line(part) for part in more if part)
    return f"{one_line(waived.reason)}{f' ({facts})' if facts else ''}"


def kept_by(report: Report, result: Result) -> str:
    """How an endpoint keeps the requirement of a broken result; empty where the report does not say."""
    return " ".join(report.guidance.get(result.requirement, Guidance()).keep)


def happened(result: Result, failure: Failure) -> str:
    """What happened, without the statement of the requirement where the message ends with it."""
    return failure.message.removesuffix(result.says).rstrip() or failure.message


def reasons(report: Report) -> list[tuple[Outcome, str, int]]:
    """Why results were not judged: outcome, reason and how many, the most frequent of each outcome first."""
    found: Counter[tuple[Outcome, str]] = Counter()
    alike: dict[tuple[Outcome, str], str] = {}
    for result in report.results:
        if result.outcome in UNJUDGED:  # endless answers are alike, however much of each came
            note = alike.setdefault((result.outcome, _BYTES.sub("", result.note)), result.note)
            found[result.outcome, note] += 1
    ordered = sorted(found.items(), key=lambda entry: (UNJUDGED.index(entry[0][0]), -entry[1], entry[0][1]))
    return [(outcome, note or OUTCOME_WORDS[outcome].meaning, number) for (outcome, note), number in ordered]
