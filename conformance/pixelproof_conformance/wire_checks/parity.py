"""The same value on two routes: served on one and refused on the other, though the document says the same of both.

Nothing is sent for it. A refused request says something only when it differs from the simplest one in one parameter. An
accepted one shows that all its values are served; a value that the document lets through only beside others counts
where it stands alone.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from pixelproof._text import shown

from pixelproof_conformance.declarations import is_refused
from pixelproof_conformance.model import Case, Json, Observation
from pixelproof_conformance.subject import Subject, as_field
from pixelproof_conformance.wire_checks.documented import simplest, words_for
from pixelproof_conformance.wire_checks.ground import Exchange, Ground

VALUE = "wire/parity/value-on-one-route"


@dataclass(frozen=True, slots=True)
class Treated:
    """How a route treats one value of a parameter, alone or beside others, and the exchange that shows it."""

    served: bool
    alone: bool
    value: Json
    exchange: Exchange


def cases(ground: Ground) -> Iterator[Case]:
    """None: the requests of the run serve."""
    return iter(())


def judge(ground: Ground, exchanges: list[Exchange]) -> Iterator[Observation]:
    """Every value that both routes were asked for and that the document treats alike."""
    other = ground.compared
    if not ground.wants(VALUE) or other is None:
        return
    here, there = _treatments(ground.subject, exchanges), _treatments(other, ground.beside)
    for key, mine in here.items():
        theirs = there.get(key)
        if theirs is None or not _are_comparable(key[0], (ground.subject, mine), (other, theirs)):
            continue
        if mine.served == theirs.served:
            yield ground.kept(VALUE, mine.exchange)
        else:
            yield _differs(ground, key[0], mine, theirs)


def _differs(ground: Ground, name: str, mine: Treated, theirs: Treated) -> Observation:
    here = ground.subject.operation.name
    served, refused = (mine, theirs) if mine.served else (theirs, mine)
    routes = (here, "generations") if mine.served else ("generations", here)
    message = (
        f"{name}={shown(theirs.value)} is served by {routes[0]} ({served.exchange.case.id}) and refused by {routes[1]}"
        f" ({refused.exchange.case.id}), and the document says the same about it on both. The refusal:"
        f" {refused.exchange.reading.reason}"
    )
    expected = f"the same as for generations: {'served' if theirs.served else 'refused'}"
    return ground.seen(VALUE, mine.exchange, message, parameter=name, expected=expected, actual=mine.exchange.status)


def _treatments(subject: Subject, exchanges: Iterable[Exchange]) -> dict[tuple[str, str], Treated]:
    """How each value of each parameter was treated, alone if it was; what was treated in both ways is left out."""
    found: dict[tuple[str, str], Treated] = {}
    unsettled: set[tuple[str, str]] = set()
    every = sorted(_every_treatment(subject, exchanges), key=lambda item: (not item[1].alone, item[1].exchange.case.id))
    for name, treated in every:
        key = (name, str(as_field(treated.value)))
        if found.setdefault(key, treated).served != treated.served:
            unsettled.add(key)
    return {key: treated for key, treated in found.items() if key not in unsettled}


def _every_treatment(subject: Subject, exchanges: Iterable[Exchange]) -> Iterator[tuple[str, Treated]]:
    usual, files = simplest(subject)
    for exchange in exchanges:
        case, answer = exchange.case, exchange.reading.answer
        if case.raw is not None or case.kind == "wire" or answer not in ("accepted", "refused"):
            continue
        changed = [name for name in {**usual, **case.body} if case.body.get(name) != usual.get(name)]
        alone = len(changed) <= 1 and case.files == files and not case.wire
        for name in case.body if answer == "accepted" else changed if alone else ():
            if name in case.body and name != subject.operation.model_parameter:
                yield name, Treated(answer == "accepted", alone, case.body[name], exchange)


def _are_comparable(name: str, mine: tuple[Subject, Treated], theirs: tuple[Subject, Treated]) -> bool:
    """Whether both operations list the parameter, and the document has the same words for the value alone."""
    if not all(_lists(subject, name) for subject, _ in (mine, theirs)):
        return False
    here, there = (words_for(subject, {name: treated.value}) for subject, treated in (mine, theirs))
    return here == there and (not here or (mine[1].alone and theirs[1].alone))


def _lists(subject: Subject, name: str) -> bool:
    node = subject.schema.get("properties", {}).get(name)
    return node is not None and not is_refused(node, subject.operation.requirements)
