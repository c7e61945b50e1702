"""How steadily the target answered, where every request was sent several times; empty where it was not."""

from dataclasses import dataclass

from pixelproof_conformance.report import words
from pixelproof_conformance.report.escaping import one_line
from pixelproof_conformance.report.html.findings import short_name
from pixelproof_conformance.report.html.places import Places
from pixelproof_conformance.reported import Report


@dataclass(frozen=True, slots=True)
class Unsteady:
    """A requirement about which repeats of the same request disagreed; ``rate`` is in percent."""

    place: str
    name: str
    operation: str
    model: str
    broken: int
    repeats: int
    rate: str


@dataclass(frozen=True, slots=True)
class Noise:
    """The sentence about the whole run, and each requirement that did not come out the same every time."""

    sentence: str
    unsteady: tuple[Unsteady, ...]


def noise_of(report: Report, places: Places) -> Noise | None:
    """What the repeats of a run showed; ``None`` where nothing was repeated."""
    found = report.noise
    if found is None:
        return None
    share = f", {100 * found.disagreed / found.compared:.1f} %" if found.compared else ""
    sentence = (
        f"Every request was sent {found.repeats} times. Of {words.counted(found.compared, 'pair')} of a request and a"
        f" requirement, {found.disagreed} did not come out the same every time{share}."
        f" {found.undecided} of {words.counted(found.answers, 'answer')} decided nothing."
    )
    homes = {(one.requirement, one.operation): places.row(one) for one in report.results}
    unsteady = tuple(
        Unsteady(
            place=homes.get((entry.requirement, entry.operation), ""),
            name=short_name(one_line(entry.requirement)),
            operation=entry.operation,
            model=entry.model,
            broken=entry.broken,
            repeats=entry.repeats,
            rate=f"{100 * entry.broken / max(1, entry.repeats):.1f}",
        )
        for entry in found.unsteady
    )
    return Noise(sentence, unsteady)
