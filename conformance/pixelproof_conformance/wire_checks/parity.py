"""The same value on two routes: served on one and refused on the other, though the document says the same of both.

Nothing is sent for it. An accepted request shows that all its values are served. A refused one says something only when
it differs from the simplest request in one parameter.
"""

from collections.abc import Iterator
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
    """How a route treats one value of a parameter, and the exchange that shows it."""

    served: bool
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
        if theirs is None or not _documented_alike(key[0], (ground.subject, mine.value), (other, theirs.value)):
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
        f"{name}={shown(mine.value)} is served by {routes[0]} ({served.exchange.case.id}) and refused by {routes[1]}"
        f" ({refused.exchange.case.id}): {refused.exchange.reading.reason} The document says the same about it on both."
    )
    expected = f"the same as for generations: {'served' if theirs.served else 'refused'}"
    return ground.seen(VALUE, mine.exchange, message, parameter=name, expected=expected, actual=mine.exchange.status)


def _treatments(subject: Subject, exchanges: "list[Exchange] | tuple[Exchange, ...]") -> dict[tuple[str, str], Treated]:
    """How each value of each parameter was treated; what was treated in both ways is left out."""
    found: dict[tuple[str, str], Treated] = {}
    unsettled: set[tuple[str, str]] = set()
    usual, usual_files = simplest(subject)
    for exchange in exchanges:
        case, answer = exchange.case, exchange.reading.answer
        if case.raw is not None or case.kind == "wire" or answer not in ("accepted", "refused"):
            continue
        changed = [name for name in {**usual, **case.body} if case.body.get(name) != usual.get(name)]
        alone = len(changed) == 1 and case.files == usual_files and not case.wire
        for name in case.body if answer == "accepted" else changed if alone else ():
            if name not in case.body or name == subject.operation.model_parameter:
                continue
            treated = Treated(answer == "accepted", case.body[name], exchange)
            key = (name, str(as_field(treated.value)))
            if found.setdefault(key, treated).served != treated.served:
                unsettled.add(key)
    return {key: treated for key, treated in found.items() if key not in unsettled}


def _documented_alike(name: str, mine: tuple[Subject, Json], theirs: tuple[Subject, Json]) -> bool:
    """Whether both operations list the parameter and have the same words for the value."""
    return all(_lists(subject, name) for subject, _ in (mine, theirs)) and words_for(
        mine[0], {name: mine[1]}
    ) == words_for(theirs[0], {name: theirs[1]})


def _lists(subject: Subject, name: str) -> bool:
    node = subject.schema.get("properties", {}).get(name)
    return node is not None and not is_refused(node, subject.operation.requirements)
