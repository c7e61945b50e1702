"""Findings: what was seen of a broken requirement, with severity, place, words and source; and the verdict."""

from pixelproof._compiled import Broken
from pixelproof._text import dotted, pointer, printable, shortened, shown
from pixelproof._values import Finding, Profile, Severity, Verdict, verdict_of


def verdict_on(
    broken: list[Broken],
    account: dict[str, bool],
    profile: Profile,
    *,
    stream: bool = False,
    rank: dict[str, int] | None = None,
) -> Verdict:
    """The verdict over broken requirements; a precondition that the account fulfils is no longer one.

    ``rank`` gives the order of the parameters of a request: the model first, then unlisted ones, then the order of the
    document. Without it findings stay in the order in which they were found.
    """
    if account:
        broken = [entry for entry in broken if not account.get(str(entry[0].account))]
    findings = [_finding(entry, account, profile, stream) for entry in broken]
    if len(findings) != len({entry[0][0] for entry in broken}):  # a requirement stands for one place once
        unique: dict[tuple[str, str], Finding] = {}
        for finding in findings:
            unique.setdefault((finding.requirement, finding.pointer), finding)
        findings = list(unique.values())
    if rank is not None and len(findings) > 1:

        def place_of(finding: Finding) -> int:
            place = rank.get(finding.parameter or "")  # the common case: the place is a parameter itself
            return _place_in(rank, finding.pointer) if place is None else place

        findings.sort(key=place_of)
    return verdict_of(findings)


def _place_in(rank: dict[str, int], place: str) -> int:
    """The rank of the parameter in which ``place``, a JSON Pointer, lies; -1 for one that is not listed."""
    return rank.get(place[1:].partition("/")[0].replace("~1", "/").replace("~0", "~"), -1)


def _finding(broken: Broken, account: dict[str, bool], profile: Profile, stream: bool) -> Finding:
    requirement, path, actual, expected, note, hint = broken
    severity: Severity = requirement.severity if profile == "document" else requirement.observed_severity
    if requirement.account is not None and requirement.account in account:
        severity = "error"  # the account is known not to fulfil it; what it does fulfil has been left out
    if len(path) == 1 and type(path[0]) is str and "/" not in path[0] and "~" not in path[0]:
        where, place = path[0], f"/{path[0]}"
    else:
        where, place = dotted(path), pointer(path)
    if stream and path:
        where = f"events{where}"
    if note is None:
        note = f"is {shown(actual)}"
    opening = f"{where} {note}" if where else note if note[:3] != "is " else f"The message {note}"
    if not opening.isprintable():  # keys and values of the message may hold what a terminal acts upon
        opening = printable(opening)
    # By position and past the generated __new__: this is the larger part of the cost of a finding.
    fields = (
        requirement.id,
        severity,
        requirement.outcome,
        place,
        where or requirement.parameter,
        f"{opening}. {requirement.says}",
        expected,
        shortened(actual),
        requirement.source,
        f"{hint} {requirement.hint}" if hint and requirement.hint else hint or requirement.hint,
    )
    return tuple.__new__(Finding, fields)
