"""The bounds that a document declares, each as a scale of requests from surely allowed to surely not."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any, TypeAlias

from pixelproof_conformance.accepted import CHEAP, accepted_bodies
from pixelproof_conformance.broken import changed_at
from pixelproof_conformance.declarations import Constraint, constraints
from pixelproof_conformance.limits.sizes import SizeScale, size_scales
from pixelproof_conformance.model import CaseFile, Json
from pixelproof_conformance.subject import Body, Subject, baseline_body
from pixelproof_conformance.trial import Trial
from pixelproof_conformance.values import LONG_LETTER, MISSING, documented_values, sample_value

MOST_CHARACTERS = 200_000
MOST_BYTES = 64_000_000
MOST_FILES = 32
BEYOND = 1000
"""How far beyond a documented number is looked."""

BEYOND_PICTURES = 10
"""The same for numbers of pictures, each of which is paid for."""

Change: TypeAlias = Callable[[Body, int], Body]


@dataclass(frozen=True, slots=True)
class Scale:
    """A bound of one parameter; places are whole numbers that grow outwards, from allowed to refused.

    ``documented`` is the last place that the document allows, ``None`` where it states no bound. ``written`` shows a
    place to people, ``change`` puts it into a request, ``base`` is the request that it is put into. ``requirement`` is
    the id that the bound belongs to, with ``is_error`` for whether breaking it is one.
    """

    parameter: str
    measure: str
    side: str
    innermost: int
    documented: int | None
    outermost: int
    written: Callable[[int], str]
    change: Change
    requirement: str | None = None
    is_error: bool = True
    base: Body = field(default_factory=dict)
    stated: str | None = None
    """The documented bound where no place shows it exactly."""

    @property
    def documented_text(self) -> str | None:
        """The documented bound as people write it."""
        return self.stated if self.stated or self.documented is None else self.written(self.documented)

    def body(self, place: int) -> Body:
        """The request of a place."""
        return self.change(self.base, place)


def scales_of(subject: Subject) -> tuple[list[Scale], list[str]]:
    """Every bound of ``subject``'s requests in the order of the document, and why some of them are left out."""
    trial = Trial(subject)
    bases = _bases(trial)
    found: dict[tuple[str, str, str], Scale] = {}
    left_out: dict[tuple[str, str, str], str] = {}
    for scale in _all_scales(trial):
        key = (scale.parameter, scale.measure, scale.side)
        based = found.get(key) or _based(scale, trial, bases)
        if based is not None:
            found[key] = based
            left_out.pop(key, None)
        else:
            left_out[key] = _why_left_out(scale, trial, bases)
    return list(found.values()), [reason for reason in left_out.values() if reason]


def _all_scales(trial: Trial) -> Iterator[Scale]:
    known = set()
    for constraint in constraints(trial.schema):
        for scale in _scales(constraint, trial):
            known.add((scale.parameter, scale.measure))
            yield scale
    yield from _undocumented(trial, known)


def _why_left_out(scale: Scale, trial: Trial, bases: list[Body]) -> str:
    """The fact about the account that is in the way, in words; empty where the model has no such parameter."""
    place = scale.innermost if scale.documented is None else scale.documented
    for base in bases:
        for finding in trial.flaws(scale.change(base, place)):
            account = trial.operation.requirements[finding.requirement].account
            if account is not None:
                return (
                    f"{scale.parameter}: left out, for it depends on the account; --account {account}=true looks for it"
                )
    return ""


def _bases(trial: Trial) -> list[Body]:
    """Requests to put a value into: the simplest one with the cheapest values first, then richer ones."""
    cheap = baseline_body(trial.subject)
    for name, node in trial.properties.items():
        for value in documented_values(node, name):
            if name not in cheap and value in CHEAP and not trial.flaws({**cheap, name: value}):
                cheap = {**cheap, name: value}
    return [cheap, baseline_body(trial.subject), *(body for body, _ in accepted_bodies(trial))]


def _based(scale: Scale, trial: Trial, bases: list[Body]) -> Scale | None:
    """``scale`` over the first base in which its documented place is allowed and the next breaks nothing else."""
    for base in bases:
        based = replace(scale, base=base)
        if scale.documented is None or scale.requirement is None:
            if not trial.flaws(based.body(scale.innermost)):
                return based
        elif not trial.flaws(based.body(scale.documented)):
            if not trial.breaks_only(based.body(scale.documented + 1), scale.requirement):
                continue
            # Where no refusal is promised, one accepted value beyond the bound says it all, and each costs a picture.
            goes_on = scale.is_error and trial.breaks_only(based.body(scale.outermost), scale.requirement)
            return based if goes_on else replace(based, outermost=scale.documented + 1)
    return None


def _scales(constraint: Constraint, trial: Trial) -> Iterator[Scale]:
    keyword, path = constraint.keyword.partition("/")[0], constraint.path
    if not path:
        return
    facts = trial.operation.requirements[constraint.requirement]
    common: dict[str, Any] = {"requirement": constraint.requirement, "is_error": facts.severity == "error"}
    if keyword == "x-pixel-size":
        for size in size_scales(constraint.node["x-pixel-size"], constraint.keyword.partition("/")[2]):
            yield _of_size(str(path[0]), size, common)
    elif path[-1] == "bytes" and keyword == "maximum":
        yield _of_bytes(str(path[0]), trial, constraint.node["maximum"], common)
    elif keyword in _PLAIN:
        yield _PLAIN[keyword](constraint, trial, common)


def _of_size(name: str, size: SizeScale, common: dict[str, Any]) -> Scale:
    return Scale(
        name,
        size.measure,
        size.side,
        size.innermost,
        size.documented,
        size.outermost,
        size.written,
        lambda base, place: {**base, name: size.size(place)},
        stated=size.stated,
        **common,
    )


def _maximum(constraint: Constraint, trial: Trial, common: dict[str, Any]) -> Scale:
    last = int(constraint.node["maximum"])
    beyond = BEYOND_PICTURES if constraint.path == ("n",) else BEYOND
    least = int(constraint.node.get("minimum", 0))
    return _of_number(constraint, trial, common, ("most", least, last, last + beyond), 1)


def _minimum(constraint: Constraint, trial: Trial, common: dict[str, Any]) -> Scale:
    least = int(constraint.node["minimum"])
    inner = -int(constraint.node.get("maximum", least + BEYOND_PICTURES))
    return _of_number(constraint, trial, common, ("least", inner, -least, BEYOND - least), -1)


def _of_number(
    constraint: Constraint, trial: Trial, common: dict[str, Any], scale: tuple[str, int, int, int], sign: int
) -> Scale:
    side, innermost, documented, outermost = scale
    place_of = _inside(constraint, trial, lambda place: place * sign)
    name = _name(constraint)
    return Scale(name, "", side, innermost, documented, outermost, lambda place: f"{place * sign}", place_of, **common)


def _max_length(constraint: Constraint, trial: Trial, common: dict[str, Any]) -> Scale:
    last = int(constraint.node["maxLength"])
    body = _inside(constraint, trial, lambda place: LONG_LETTER * place)
    outermost = max(MOST_CHARACTERS, last * 2)
    return Scale(_name(constraint), "characters", "most", 1, last, outermost, _counted, body, **common)


def _max_items(constraint: Constraint, trial: Trial, common: dict[str, Any]) -> Scale:
    last = int(constraint.node["maxItems"])
    item = _item(constraint, trial)
    body = _inside(constraint, trial, lambda place: [item] * place)
    innermost = max(1, int(constraint.node.get("minItems", 1)))
    return Scale(
        _name(constraint), "items", "most", innermost, last, max(MOST_FILES, last * 2), _counted, body, **common
    )


_PLAIN: dict[str, Callable[[Constraint, Trial, dict[str, Any]], Scale]] = {
    "maximum": _maximum,
    "minimum": _minimum,
    "maxLength": _max_length,
    "maxItems": _max_items,
}


def _of_bytes(name: str, trial: Trial, last: int, common: dict[str, Any]) -> Scale:
    return Scale(
        name,
        "bytes",
        "most",
        1000,
        last,
        max(MOST_BYTES, last + 1),
        _counted,
        partial(_grown_file, trial, name),
        **common,
    )


def _grown_file(trial: Trial, name: str, base: Body, place: int) -> Body:
    sample = _samples(trial, name)[0]
    grown = [replace(file, bytes=place) for file in (sample if isinstance(sample, list) else [sample])[:1]]
    return {**base, name: grown if isinstance(sample, list) else grown[0]}


def _undocumented(trial: Trial, known: set[tuple[str, str]]) -> Iterator[Scale]:
    """Bounds that every endpoint has and that this document does not state."""
    for name, node in trial.properties.items():
        samples = _samples(trial, name)
        if name == "prompt" and (name, "characters") not in known:
            yield Scale(
                name,
                "characters",
                "most",
                1,
                None,
                MOST_CHARACTERS,
                _counted,
                lambda base, place: {**base, "prompt": LONG_LETTER * place},
            )
        if samples and isinstance(samples[0], list) and (name, "items") not in known and "maxItems" not in node:
            yield Scale(name, "items", "most", 1, None, MOST_FILES, _counted, partial(_repeated, name, samples[0][0]))
        if _holds_file(samples) and (name, "bytes") not in known:
            yield Scale(name, "bytes", "most", 1000, None, MOST_BYTES, _counted, partial(_grown_file, trial, name))


def _repeated(name: str, item: Json, base: Body, place: int) -> Body:
    return {**base, name: [item] * place}


def _samples(trial: Trial, name: str) -> list[Json]:
    return list(trial.properties.get(name, {}).get("x-samples", ()))


def _holds_file(samples: list[Json]) -> bool:
    first = samples[0] if samples else None
    return isinstance(first[0] if isinstance(first, list) else first, CaseFile)


def _item(constraint: Constraint, trial: Trial) -> Json:
    samples = _samples(trial, str(constraint.path[0])) if len(constraint.path) == 1 else []
    lists = [value for value in samples if isinstance(value, list)]
    item = lists[0][0] if lists else sample_value(constraint.node.get("items", {}), str(constraint.path[-1]))
    return "text" if item is MISSING else item


def _inside(constraint: Constraint, trial: Trial, value: Callable[[int], Json]) -> Change:
    """Puts the value of a place where the constraint stands, also deep inside a parameter."""

    def change(base: Body, place: int) -> Body:
        changed: Body = changed_at(base, path=constraint.path, value=value(place), schema=trial.schema)
        return changed

    return change


def _name(constraint: Constraint) -> str:
    return ".".join("[]" if step == "*" else str(step) for step in constraint.path).replace(".[]", "[]")


def _counted(place: int) -> str:
    return f"{place:,}"
