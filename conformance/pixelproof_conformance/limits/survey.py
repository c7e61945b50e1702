"""Looks for the bounds of one subject on the wire: sends probes within the caps, and reads what came back."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from pixelproof._parse import parse_json

from pixelproof_conformance.asking import Asker
from pixelproof_conformance.judge import read
from pixelproof_conformance.limits.scales import Scale, scales_of
from pixelproof_conformance.limits.search import Bound, Verdict, find_bound
from pixelproof_conformance.model import Case, Record
from pixelproof_conformance.subject import Subject, split_files

NOT_HONOURED = ("another-number-of-images", "picture-size-not-asked")
"""Rules on answers that a value breaks which was accepted and then replaced by another one."""

Outcome: TypeAlias = Verdict | Literal["undocumented", "unenforced", "replaced"]


@dataclass(frozen=True, slots=True)
class Limit:
    """One bound as documented and as observed, both written for people; ``observed`` is ``None`` when nothing is known.

    ``unenforced`` means that more is accepted where the document promises no refusal, ``replaced`` that values beyond
    the bound are accepted and answered as if another had been asked for. ``is_deviation`` says that the endpoint keeps
    another bound than the document states, or none. ``requests`` and ``images`` are what it took to find out.
    """

    operation: str
    model: str
    parameter: str
    measure: str
    side: str
    verdict: Outcome
    documented: str | None
    observed: str | None
    requirement: str | None
    is_deviation: bool
    requests: int
    images: int
    open_end: bool = False
    """The search ended before anything was refused; ``observed`` is the last value that was asked for."""
    notes: tuple[str, ...] = ()


@dataclass(slots=True)
class _Trail:
    """What was learned while one bound was looked for."""

    requests: int = 0
    images: int = 0
    replaced_beyond: bool = False
    notes: list[str] = field(default_factory=list)

    def note(self, text: str) -> None:
        if text not in self.notes:
            self.notes.append(text)


class Survey:
    """Looks for the bounds of subjects, by one probe after the other; ``tell`` hears of each that came back.

    ``left_out`` says what was not looked for, and why.
    """

    def __init__(self, asker: Asker, tell: Callable[[], None]) -> None:
        self._asker = asker
        self._tell = tell
        self.left_out: list[str] = []
        self.deviations = 0

    def of(self, subject: Subject, parameters: tuple[str, ...] = ()) -> Iterator[Limit]:
        """The bounds of ``subject``; ``parameters`` chooses some of them by name."""
        scales, left_out = scales_of(subject)
        self.left_out += [f"{subject.operation.name}, {subject.name}, {text}" for text in left_out]
        wanted = [
            scale
            for scale in scales
            if not parameters or scale.parameter in parameters or scale.parameter.rstrip("[]") in parameters
        ]
        for number, scale in enumerate(wanted):
            if self._asker.over:
                rest = ", ".join(
                    dict.fromkeys(f"{one.parameter}, {one.side} {one.measure}".strip() for one in wanted[number:])
                )
                self.left_out.append(f"{subject.operation.name}, {subject.name}, not looked for: {rest}")
                return
            limit = self._limit(subject, scale)
            self.deviations += limit.is_deviation
            yield limit

    def _limit(self, subject: Subject, scale: Scale) -> Limit:
        trail = _Trail()
        bound = find_bound(
            lambda place: self._probe(subject, scale, place, trail),
            innermost=scale.innermost,
            documented=scale.documented,
            outermost=scale.outermost,
        )
        verdict: Outcome = bound.verdict
        if scale.documented is None and verdict == "same":
            verdict = "undocumented"
        elif verdict == "looser" and not scale.is_error:
            verdict = "unenforced"
        elif verdict == "same" and trail.replaced_beyond:
            verdict = "replaced"
        return Limit(
            operation=subject.operation.name,
            model=subject.name,
            parameter=scale.parameter,
            measure=scale.measure,
            side=scale.side,
            verdict=verdict,
            documented=scale.documented_text,
            observed=_observed(scale, bound),
            requirement=scale.requirement,
            is_deviation=verdict in ("stricter", "not-monotone")
            or (scale.is_error and verdict in ("looser", "replaced")),
            requests=trail.requests,
            images=trail.images,
            open_end=bound.open_end,
            notes=tuple(trail.notes),
        )

    def _probe(self, subject: Subject, scale: Scale, place: int, trail: _Trail) -> bool | None:
        case = _case(subject, scale, place)
        operation = subject.operation
        asked = self._asker.ask(operation, case)
        if asked is None:
            trail.note(self._asker.over or self._asker.given_up or "a cap was reached")
            return None
        record = asked.record
        reading = read(record)
        accepted = reading.answer == "accepted"
        trail.requests += record.attempts
        trail.images += case.images if accepted else 0
        self._tell()
        if accepted:
            replaced = _replaced(subject, case, record)
            if replaced:
                trail.note(f"{scale.written(place)} was accepted and not honoured: {replaced}")
                trail.replaced_beyond |= scale.documented is not None and place > scale.documented
            return not replaced
        if reading.answer == "refused":
            blamed = operation.blamed_parameter(parse_json(record.body)[0])
            if blamed and blamed != scale.parameter.partition(".")[0].rstrip("[]") and blamed != scale.parameter:
                trail.note(f"{scale.written(place)} was refused for {blamed[:60]!r}")
            return False
        trail.note(reading.reason)
        return None


def _case(subject: Subject, scale: Scale, place: int) -> Case:
    fields, files = split_files(scale.body(place))
    count = fields.get("n", 1)
    of_scale = (scale.side, scale.measure or "value")
    return Case(
        id="/".join(("limits", subject.operation.name, subject.name, scale.parameter, *of_scale, str(place))),
        kind="explore",
        operation=subject.operation.name,
        model=subject.name,
        body=subject.fields(fields),
        expect="accepted" if scale.documented is None or place <= scale.documented else "refused",
        files=files,
        parameter=scale.parameter,
        images=count if type(count) is int and count > 0 else 1,
        why=f"looks for the bound of {scale.parameter}",
    )


def _replaced(subject: Subject, case: Case, record: Record) -> str:
    """How the answer shows that another value was used, or an empty text."""
    if case.streams:
        return ""
    verdict = subject.operation.validate_response(
        record.body, request=subject.fields(case.body), status=record.status or 200, content_type=record.content_type
    )
    rules = subject.operation.requirements
    found = (item.message for item in verdict.findings if rules[item.requirement].rule in NOT_HONOURED)
    return next(found, "")


def _observed(scale: Scale, bound: Bound) -> str | None:
    if bound.last is None:
        return None
    return scale.documented_text if bound.verdict == "same" and scale.stated else scale.written(bound.last)
