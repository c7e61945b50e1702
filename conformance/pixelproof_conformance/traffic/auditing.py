"""An audit of recorded traffic from files to findings."""

from collections.abc import Callable
from dataclasses import dataclass, field

from pixelproof import Dialect
from pixelproof._values import Json

from pixelproof_conformance.redact import redact_text
from pixelproof_conformance.reported import Waived, WaiverUse
from pixelproof_conformance.traffic.ledger import Terms
from pixelproof_conformance.traffic.sources import STDIN, pieces
from pixelproof_conformance.traffic.tally import Key, Place, Tally
from pixelproof_conformance.traffic.workers import Lost, judged


@dataclass(slots=True)
class Audit:
    """What the files have shown.

    ``archives`` are the numbers of the HTTP archives among the files; ``lost`` says what was not judged because a
    process died. ``settings`` are those in force and where they come from. ``waived`` are the findings that do not
    count, ``waivers`` what became of each waiver.
    """

    dialect: Dialect
    terms: Terms
    files: list[str]
    tally: Tally
    archives: set[int] = field(default_factory=set)
    lost: list[str] = field(default_factory=list)
    interrupted: bool = False
    settings: dict[str, Json] = field(default_factory=dict)
    waived: dict[Key, Waived] = field(default_factory=dict)
    waivers: tuple[WaiverUse, ...] = ()

    def where(self, place: Place) -> str:
        """A place as people write it: ``log.jsonl:17``, or ``site.har entry 17``."""
        name = "<stdin>" if self.files[place.source] == STDIN else redact_text(self.files[place.source])
        if not place.number:
            return name
        return f"{name} entry {place.number}" if place.source in self.archives else f"{name}:{place.number}"

    def configuration(self) -> dict[str, Json]:
        """By what was judged, for the report."""
        terms = self.terms
        return {
            "dialect": terms.dialect,
            "files": [redact_text(name) for name in self.files],
            "profile": terms.profile,
            "account": dict(terms.account),
            "operation": terms.operation,
            "routes": dict(terms.routes),
            "model_aliases": {documented: sent for sent, documented in terms.aliases},
            "settings": self.settings,
        }


def audit_files(
    files: list[str],
    dialect: Dialect,
    terms: Terms,
    *,
    jobs: int,
    progress: Callable[[int, int], None] = lambda size, exchanges: None,
    stopped: Callable[[], bool] = lambda: False,
) -> Audit:
    """Judge every exchange in ``files`` by ``terms`` with up to ``jobs`` processes.

    ``progress`` is told how many bytes and lines each step was. Once ``stopped`` says so, nothing more is begun, and
    the audit is of what was judged until then. Raises :class:`UsageError` for a file that is no traffic.
    """
    audit = Audit(dialect, terms, files, Tally(terms.most_examples))
    lines: dict[int, int] = {}
    for piece, tally in judged(pieces(files, audit.archives), dialect, terms, jobs, stopped):
        before = lines.get(piece.source, 0)
        if isinstance(tally, Lost):
            place = audit.where(Place(piece.source, 0))
            audit.lost.append(f"{place}, {piece.place}: not judged, because {tally.reason}")
            progress(piece.size, 0)
            continue
        audit.tally.merge(tally, before)
        lines[piece.source] = before + tally.lines
        progress(piece.size, tally.lines)
    audit.interrupted = stopped()
    return audit
