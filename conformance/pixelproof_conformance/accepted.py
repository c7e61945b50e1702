"""Requests that must be accepted: few of them, with every documented value and every tied pair of values."""

import json
from itertools import combinations
from typing import TypeAlias

from pixelproof_conformance.declarations import is_refused, names_in, promised
from pixelproof_conformance.model import Json
from pixelproof_conformance.subject import Body, baseline_body, contradicts_itself
from pixelproof_conformance.trial import Trial
from pixelproof_conformance.values import MISSING, documented_values

CHEAP = ("low", "standard", "256x256")
"""Values that cost least; parameters that are not on trial take them."""

SEEN_IN_PICTURES = ("background", "output_format", "response_format")
"""Parameters whose effect only the bytes of a picture show, so that one may hide another; they are tied as well."""

Goal: TypeAlias = tuple[tuple[str, str], ...]
"""Values to be seen together, as pairs of a parameter and the key of its value."""

_SORTED = json.JSONEncoder(sort_keys=True, default=repr)

Values: TypeAlias = dict[tuple[str, str], Json]


def accepted_bodies(trial: Trial) -> list[tuple[Body, list[str]]]:
    """Bodies that cover every documented value and every tied pair, each with the parameters it puts on trial."""
    every = {
        name: documented_values(promised(node, trial.operation.requirements), name)
        for name, node in trial.properties.items()
        if name != trial.operation.model_parameter and not is_refused(node, trial.operation.requirements)
    }
    values = {name: found for name, found in every.items() if found and trial.wanted_parameter(name)}
    singles: list[Goal] = [((name, key_of(value)),) for name, known in values.items() for value in known]
    pairs: list[Goal] = [
        ((one, key_of(a)), (two, key_of(b)))
        for one, two in _tied_pairs(trial, values)
        for a in values[one]
        for b in values[two]
    ]
    by_key = _by_key(values)
    helping = {**by_key, **_by_key(every)}  # a value on trial may need another parameter that is not
    goals = dict.fromkeys([*pairs, *singles])
    found: list[tuple[Body, list[str]]] = []
    while goals:
        start = _reach(trial, next(iter(goals)), helping)
        if start is None:
            del goals[next(iter(goals))]
            continue
        body = _fill(trial, start, by_key, goals)
        have = _pairs(body)
        covered = [goal for goal in goals if have.issuperset(goal)]
        for goal in covered:
            del goals[goal]
        names = {name for goal in covered for name, _ in goal}
        found.append((body, sorted(names, key=list(trial.properties).index)))
    return found


def _by_key(values: dict[str, list[Json]]) -> Values:
    return {(name, key_of(value)): value for name, known in values.items() for value in known}


def _reach(trial: Trial, goal: Goal, by_key: Values) -> Body | None:
    """A valid body with the values of ``goal``, and with one more parameter where the document asks for it."""
    body = {**baseline_body(trial.subject), **{name: by_key[name, key] for name, key in goal}}
    if not _unfit(trial, body):
        return body
    helpful = _helpful(trial, body)
    for (name, _), value in by_key.items():
        if name not in body and (helpful is None or name in helpful) and not _unfit(trial, {**body, name: value}):
            return {**body, name: value}
    wanted = {name for name, _ in goal} | set(trial.subject.base)
    for name in (
        body.keys() - wanted
    ):  # one of several parameters that exclude each other, for example image and image[]
        fewer = {other: value for other, value in body.items() if other != name}
        if not _unfit(trial, fewer):
            return fewer
    return None


def _helpful(trial: Trial, body: Body) -> set[str] | None:
    """The parameters whose presence can mend ``body``: those that a condition names. ``None`` where a rule decides."""
    if any(trial.operation.requirements[found.requirement].rule for found in trial.flaws(body)):
        return None
    return names_in({key: part for key, part in trial.schema.items() if key != "properties"})


def _fill(trial: Trial, body: Body, by_key: Values, goals: dict[Goal, None]) -> Body:
    """``body`` with every parameter added that covers a goal; the others take their cheapest value.

    Objects (fallbacks, say) change what the other parameters mean, so they are sent apart from these.
    """
    settled = {name for name in body if name != "prompt"}
    objects = {name for (name, _), value in by_key.items() if _is_object(value)}
    have = _pairs(body)
    for name in dict.fromkeys(name for name, _ in by_key):
        if name in settled or (name in objects) != bool(objects & settled):
            continue
        best, most = MISSING, 0
        for pair, value in by_key.items():
            if pair[0] == name and pair not in have:
                gain = sum(pair in goal and have.issuperset({*goal} - {pair}) for goal in goals)
                if gain > most and not _unfit(trial, {**body, name: value}):
                    best, most = value, gain
        if best is not MISSING:
            body = {**body, name: best}
            have = _pairs(body)
    for (name, _), value in by_key.items():
        if name not in body and value in CHEAP and not _unfit(trial, {**body, name: value}):
            body = {**body, name: value}
    return body


def _tied_pairs(trial: Trial, values: dict[str, list[Json]]) -> list[tuple[str, str]]:
    """Parameters that one condition of the document names together."""
    pairs = set()
    for part in trial.schema.get("allOf", ()):
        if "if" in part:
            names = names_in(part["if"]) | names_in(part.get("then", {})) | names_in(part.get("else", {}))
            pairs |= {tuple(sorted(pair)) for pair in combinations(sorted(names & set(values)), 2)}
    pairs |= {tuple(sorted(pair)) for pair in combinations(sorted(set(SEEN_IN_PICTURES) & set(values)), 2)}
    return sorted((one, two) for one, two in pairs if "n" not in (one, two))


def _is_object(value: Json) -> bool:
    return isinstance(value, dict) or (isinstance(value, list) and any(isinstance(item, dict) for item in value))


def _pairs(body: Body) -> set[tuple[str, str]]:
    """What ``body`` covers: each parameter with the key of its value."""
    return {(name, key_of(value)) for name, value in body.items()}


def key_of(value: Json) -> str:
    """The value as text, so that unhashable ones can be told apart."""
    return _SORTED.encode(value)


def _unfit(trial: Trial, body: Body) -> bool:
    return contradicts_itself(body) or bool(trial.flaws(body))
