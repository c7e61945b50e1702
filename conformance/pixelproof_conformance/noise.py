"""The noise floor: what repeats of the same request say about a requirement, and whether they agree."""

from collections.abc import Iterable, Mapping, Sequence
from typing import TypeAlias

from pixelproof_conformance.judge import read
from pixelproof_conformance.model import Case, Observation, Record
from pixelproof_conformance.reported import Noise, Unsteady

Sent: TypeAlias = Mapping[str, tuple[Case, Record]]
_BROKEN = ("fail", "warn")
_JUDGED_ONCE = "wire/"
"""Checks that compare requests with each other look at the first sending of each."""

_Repeats: TypeAlias = dict[tuple[str, str], dict[str, bool]]
"""By requirement and first case: for each repeat that judged it, whether it was broken."""


def steady(found: Iterable[Observation], sent: Sent) -> list[Observation]:
    """The observations without those on requests whose repeats do not agree about the requirement."""
    found = list(found)
    noisy = {pair for pair, repeats in _repeats(found, sent).items() if len(set(repeats.values())) > 1}
    return [item for item in found if (item.requirement, _first(item, sent)) not in noisy]


def unsteady(found: Iterable[Observation], sent: Sent) -> dict[str, Unsteady]:
    """The requirements about which repeats of some request do not agree, for the observations of one subject."""
    out: dict[str, Unsteady] = {}
    for (requirement, first), repeats in _repeats(list(found), sent).items():
        if len(set(repeats.values())) == 1:
            continue
        case, _ = sent[next(iter(repeats))]
        known = out.get(requirement)
        broken = sum(repeats.values())
        requests = 1 if known is None else known.requests + 1
        if known is None or _doubt(broken, len(repeats)) > _doubt(known.broken, known.repeats):
            out[requirement] = Unsteady(requirement, case.operation, case.model, first, broken, len(repeats), requests)
        else:
            out[requirement] = Unsteady(
                requirement, case.operation, case.model, known.case, known.broken, known.repeats, requests
            )
    return out


def noise_of(repeats: int, observations: Iterable[Sequence[Observation]], sent: Sent) -> Noise | None:
    """The noise of a run over all its subjects; ``None`` when nothing was repeated."""
    if repeats < 2:
        return None
    compared = disagreed = 0
    found: list[Unsteady] = []
    for of_subject in observations:
        for verdicts in _repeats(of_subject, sent).values():
            compared += len(verdicts) > 1
            disagreed += len(set(verdicts.values())) > 1
        found += unsteady(of_subject, sent).values()
    undecided = sum(not _decides(record) for _, record in sent.values())
    return Noise(repeats, compared, disagreed, len(sent), undecided, tuple(found))


def rate_in_words(found: Unsteady) -> str:
    """For example ``failed in 2 of 5 repeats of the same request``."""
    more = f", and {found.requests - 1} other requests disagree as well" if found.requests > 1 else ""
    return f"failed in {found.broken} of {found.repeats} repeats of the same request{more}"


def _repeats(found: Sequence[Observation], sent: Sent) -> _Repeats:
    """What each repeat says; one that was answered and found nothing broken counts as kept."""
    repeated: dict[str, list[str]] = {}
    for case, record in sent.values():
        if _decides(record):
            repeated.setdefault(case.first, []).append(case.id)
    out: _Repeats = {}
    for item in found:
        first = _first(item, sent)
        if len(repeated.get(first, ())) < 2 or item.requirement.startswith(_JUDGED_ONCE):
            continue
        pair = (item.requirement, first)
        if pair not in out:
            out[pair] = {name: _refused_though_allowed(item.requirement, *sent[name]) for name in repeated[first]}
        if item.case in out[pair] and item.outcome in _BROKEN:
            out[pair][item.case] = True
    return out


def _refused_though_allowed(requirement: str, case: Case, record: Record) -> bool:
    """Whether a request that the document allows was refused, even without a word on which parameter it was for."""
    return case.expect == "accepted" and requirement in case.targets and read(record).answer == "refused"


def _decides(record: Record) -> bool:
    return read(record).answer in ("accepted", "refused")


def _first(item: Observation, sent: Sent) -> str:
    entry = sent.get(item.case)
    return item.case if entry is None else entry[0].first


def _doubt(broken: int, repeats: int) -> float:
    """0 for repeats that agree, 0.5 for those that are evenly divided."""
    return min(broken, repeats - broken) / repeats
