"""What is added up: exchanges judged, requirements kept, findings with their first examples. Tallies can be merged.

Every process counts for itself, a piece of the traffic at a time. Merging in the order of the pieces gives the same
result for any number of processes. What providers or clients choose (paths, names of parameters) is kept to a limit.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Literal, NamedTuple, TypeAlias, TypeVar

from pixelproof_conformance.model import Json, Outcome
from pixelproof_conformance.reported import Evidence

_K = TypeVar("_K")
Side: TypeAlias = Literal["provider", "client"]

MOST_ADDRESSES = 50
MOST_PLACES = 200
MOST_FLAWS = 100
OTHER_ADDRESSES = "other addresses"
OTHER_PLACES = "(other places)"


class Key(NamedTuple):
    """What makes findings one: who is at fault, what is broken for which model, and where in the message."""

    side: Side
    operation: str
    model: str
    requirement: str
    outcome: Outcome
    parameter: str | None


class Place(NamedTuple):
    """Where an exchange stands: a source, by its number, and the line or entry in it, from 1; 0 is the whole source."""

    source: int
    number: int


class Example(NamedTuple):
    """One exchange that shows a finding; everything in it is redacted."""

    place: Place
    message: str
    expected: str | None
    actual: Json
    hint: str | None
    url: str
    request: Json
    sent: str | None
    """The JSON body as text, where it is short enough to be sent again."""
    status: int | None
    answer: str
    evidence: Evidence | None = None
    """The answer with its pictures and the times of its events, where that was worth making: for the first example."""


@dataclass(slots=True)
class Group:
    """The findings that are one: how often they were seen, and their first examples."""

    seen: int = 0
    examples: list[Example] = field(default_factory=list)


class Flaw(NamedTuple):
    """A line or entry that could not be judged, and why."""

    place: Place
    message: str


@dataclass(slots=True)
class Tally:
    """Everything that a piece of traffic, or all of it, has shown."""

    most_examples: int = 3
    lines: int = 0
    exchanges: dict[tuple[str, str, int | None], int] = field(default_factory=dict)
    """By operation, model and status (``None`` when no answer was recorded)."""
    undecided: dict[str, int] = field(default_factory=dict)
    """Why answers said nothing about any requirement."""
    left_out: dict[str, int] = field(default_factory=dict)
    """Exchanges of no operation of the dialect, by method and path."""
    origins: dict[str, int] = field(default_factory=dict)
    passed: dict[tuple[str, str, str], int] = field(default_factory=dict)
    """How often an exchange kept a requirement: by operation, model and requirement."""
    groups: dict[Key, Group] = field(default_factory=dict)
    pictures: int = 0
    unreadable: int = 0
    flaws: list[Flaw] = field(default_factory=list)
    faults: int = 0
    """Exchanges that pixelproof itself could not judge; they are among ``flaws``, too."""

    def add(self, key: Key, example: Callable[[], Example]) -> None:
        """Count a finding; ``example`` is called only when one more is wanted."""
        key = self._limited(key)
        group = self.groups.get(key)
        wanted = group is None or len(group.examples) < self.most_examples
        examples = [example()] if wanted else []  # first, for what it raises must not leave half a group
        group = self.groups.setdefault(key, Group()) if group is None else group
        group.seen += 1
        group.examples += examples

    def _limited(self, key: Key) -> Key:
        """The key, or that of the other places when there are too many of them."""
        if key in self.groups or len(self.groups) < MOST_PLACES or self._places(key) < MOST_PLACES:
            return key
        return key._replace(parameter=OTHER_PLACES)

    def _places(self, key: Key) -> int:
        return sum(known[:5] == key[:5] for known in self.groups)

    def leave_out(self, what: str, count: int = 1) -> None:
        """Count an exchange that belongs to no operation."""
        if what not in self.left_out and len(self.left_out) >= MOST_ADDRESSES:
            what = OTHER_ADDRESSES
        self.left_out[what] = self.left_out.get(what, 0) + count

    def flaw(self, place: Place, message: str) -> None:
        """Count a line that cannot be judged."""
        self.unreadable += 1
        if len(self.flaws) < MOST_FLAWS:
            self.flaws.append(Flaw(place, message))

    def merge(self, other: "Tally", before: int = 0) -> None:
        """Add what the next piece has shown; ``before`` is how many lines of its source stand before it."""
        add_counts(self.exchanges, other.exchanges.items())
        add_counts(self.undecided, other.undecided.items())
        add_counts(self.passed, other.passed.items())
        for origin, count in other.origins.items():
            if origin in self.origins or len(self.origins) < MOST_ADDRESSES:
                self.origins[origin] = self.origins.get(origin, 0) + count
        for what, count in other.left_out.items():
            self.leave_out(what, count)
        for key, theirs in other.groups.items():
            group = self.groups.setdefault(self._limited(key), Group())
            group.seen += theirs.seen
            room = self.most_examples - len(group.examples)
            for one in theirs.examples[: max(0, room)]:
                # Which process saw one first is chance, except for the very first.
                evidence = None if group.examples else one.evidence
                group.examples.append(one._replace(place=_moved(one.place, before), evidence=evidence))
        for flaw in other.flaws[: MOST_FLAWS - len(self.flaws)]:
            self.flaws.append(flaw._replace(place=_moved(flaw.place, before)))
        self.lines += other.lines
        self.pictures += other.pictures
        self.unreadable += other.unreadable
        self.faults += other.faults

    @property
    def judged(self) -> int:
        """How many exchanges belong to an operation."""
        return sum(self.exchanges.values())


def add_counts(counts: dict[_K, int], more: Iterable[tuple[_K, int]]) -> None:
    """Add to counts."""
    for key, count in more:
        counts[key] = counts.get(key, 0) + count


def _moved(place: Place, before: int) -> Place:
    return Place(place.source, place.number + before) if place.number else place
