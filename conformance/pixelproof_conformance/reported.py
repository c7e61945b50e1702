"""The values of a report: what is told of a run, in the order in which they are made.

Result     the outcome of one requirement for one model, over all observations
Guidance   what the author of an endpoint can do about a broken requirement
Evidence   the exchange that shows a failure, short enough to be read
Report     the whole run; ``schemas/meta/report.yaml`` describes its JSON form
"""

from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from pixelproof_conformance.model import OUTCOMES, Json, Outcome


@dataclass(frozen=True, slots=True)
class Waived:
    """Why a failure is accepted for now, as the file of waivers says: ``expires`` is a date as YYYY-MM-DD."""

    reason: str
    link: str | None = None
    expires: str | None = None


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture that came back; ``None`` for what could not be read.

    ``place`` is where it stands in the answer. ``transparency`` is ``none``, ``some`` or ``all`` of the pixels.
    ``preview`` is a data: URL of a small copy.
    """

    place: str
    width: int | None = None
    height: int | None = None
    format: str | None = None
    transparency: str | None = None
    bytes: int | None = None
    preview: str | None = None


@dataclass(frozen=True, slots=True)
class Arrival:
    """When the last byte of one event of a stream came: seconds from the start, its type, and its size in bytes."""

    seconds: float
    type: str
    bytes: int


@dataclass(frozen=True, slots=True)
class Evidence:
    """The exchange that shows a failure, shortened so that people can read it; keys and cookies are redacted.

    ``content_type`` is that of the request, ``headers`` are those of the answer. ``body`` is the answer: a JSON value
    with its long texts shortened, a list of events, or text. ``asked`` holds the parameters of the request that say
    something about the picture, ``timeline`` the events of a stream where their times are known.
    """

    url: str = ""
    content_type: str = ""
    started: str = ""
    seconds: float | None = None
    first_byte_seconds: float | None = None
    headers: dict[str, str] = field(default_factory=dict)
    body: Json = None
    body_bytes: int = 0
    asked: dict[str, str] = field(default_factory=dict)
    pictures: tuple[Picture, ...] = ()
    timeline: tuple[Arrival, ...] = ()


@dataclass(frozen=True, slots=True)
class Failure:
    """One way in which a requirement is not kept, reported once; ``seen`` counts how often it was seen.

    ``identity`` is requirement + operation + model + parameter, the same in every run.
    """

    identity: str
    outcome: Outcome
    message: str
    case: str
    parameter: str | None
    expected: str | None
    actual: Json
    hint: str | None
    seen: int
    request: Json
    status: int | None
    answer: str
    curl: str
    python: str
    evidence: Evidence | None = None
    waived: Waived | None = None
    """What waives it; it then does not count for the exit status."""


NEVER_MET = "no request of this run put it to the test"
"""The note of a result that is ``not-run`` in a run that left nothing out."""


@dataclass(frozen=True, slots=True)
class Result:
    """The outcome of one requirement for one model. ``checks`` counts the observations behind it."""

    requirement: str
    operation: str
    model: str
    outcome: Outcome
    says: str
    source: str
    severity: str
    word: str
    """The outcome word of the requirement (R400, INVALID, ...)."""
    checks: int
    note: str = ""
    failures: tuple[Failure, ...] = ()
    on: str = ""
    """The message that is checked: request, answer, stream or refusal."""
    parameter: str | None = None
    """The parameter or the place in that message that the requirement is about."""
    declared: str = ""
    """Where the requirement is declared, below the folder of the dialects, as FILE:LINE."""
    waived: Waived | None = None
    """What waives it, when each of its failures is waived; its outcome stays ``fail``."""

    @property
    def never_met(self) -> bool:
        """Whether all was sent and answered, and nothing that came was what the requirement is about."""
        return self.outcome == "not-run" and self.note == NEVER_MET


@dataclass(frozen=True, slots=True)
class Guidance:
    """Why a broken requirement matters, and how an endpoint keeps it: each a few sentences, those of ``explain``."""

    why: tuple[str, ...] = ()
    keep: tuple[str, ...] = ()


WaiverState: TypeAlias = Literal["used", "expired", "unused", "not-needed", "not-judged", "elsewhere"]


@dataclass(frozen=True, slots=True)
class WaiverUse:
    """What became of one waiver in a run; ``requirement``, ``operation``, ``model`` and ``parameter`` as it stands.

    ``used``: it waives ``failures`` failures. ``expired``: it would, but its date has passed. ``unused``: it fits no
    requirement of the dialect. ``not-needed``: all that it fits passed. ``not-judged``: what it fits was not judged, so
    nothing can be said. ``elsewhere``: it is for a dialect, an operation or a model that this run did not have.
    """

    place: str
    """FILE:LINE."""
    requirement: str
    operation: str | None
    model: str | None
    parameter: str | None
    waived: Waived
    state: WaiverState
    failures: int = 0


@dataclass(frozen=True, slots=True)
class Counts:
    """What a run has cost so far. ``requests`` counts every try, ``retries`` those of them that were not the first.

    ``cost`` is in US dollars, by the price table of the run, and a lower bound; ``cost_at_most`` is an upper bound, or
    ``None`` where some price is not known. ``input_tokens`` and ``output_tokens`` are what the answers named.
    """

    requests: int = 0
    images: int = 0
    retries: int = 0
    cost: float = 0.0
    cost_at_most: float | None = 0.0
    input_tokens: int = 0
    output_tokens: int = 0


@dataclass(frozen=True, slots=True)
class Unsteady:
    """A requirement that repeats of one request found both broken and kept.

    ``case`` is the request whose repeats disagreed the most: ``broken`` of its ``repeats`` broke the requirement.
    ``requests`` counts all requests whose repeats disagreed about it.
    """

    requirement: str
    operation: str
    model: str
    case: str
    broken: int
    repeats: int
    requests: int


@dataclass(frozen=True, slots=True)
class Noise:
    """How steadily the endpoint answers the same request, where every request was sent ``repeats`` times.

    ``compared`` counts the pairs of a request and a requirement that at least two repeats judged, ``disagreed`` those
    of them whose repeats did not agree; ``undecided`` of ``answers`` answers decided nothing.
    """

    repeats: int
    compared: int
    disagreed: int
    answers: int
    undecided: int
    unsteady: tuple[Unsteady, ...] = ()


@dataclass(frozen=True, slots=True)
class Report:
    """A whole run. Every rendered form is made from this and from nothing else."""

    tool: str
    version: str
    dialect: str
    document: str
    url: str
    started: str
    finished: str
    configuration: dict[str, Json]
    """The options of the run, redacted, so that ``command`` and this reproduce it."""
    command: str
    counts: Counts
    results: tuple[Result, ...]
    notes: tuple[str, ...] = ()
    interrupted: bool = False
    given_up: str = ""
    """Why the endpoint was not worth asking any more; empty when it was asked to the end, a cap or ctrl-C."""
    caps_reached: dict[str, int] = field(default_factory=dict)
    """The caps that ended the run, each with the number of requests that it held back."""
    prices: str = ""
    """Where the prices come from."""
    noise: Noise | None = None
    """How steadily the endpoint answers, where requests were repeated."""
    not_checkable: tuple[dict[str, str], ...] = ()
    """Requirements of the document that no message shows: id, says, source, reason."""
    waivers: tuple[WaiverUse, ...] = ()
    """Every waiver of the file that was applied."""
    guidance: dict[str, Guidance] = field(default_factory=dict)
    """What can be done about each broken requirement, by its id."""

    @property
    def waived_results(self) -> int:
        """How many of the results with the outcome ``fail`` are waived."""
        return sum(result.outcome == "fail" and result.waived is not None for result in self.results)

    def totals(self) -> dict[Outcome, int]:
        """How many results have each outcome."""
        out: dict[Outcome, int] = dict.fromkeys(OUTCOMES, 0)
        for result in self.results:
            out[result.outcome] += 1
        return out

    @property
    def cut_short(self) -> bool:
        """Whether a cap, the user or the endpoint ended the run before all of it was sent."""
        return self.interrupted or bool(self.caps_reached) or bool(self.given_up)

    @property
    def of_recorded_traffic(self) -> bool:
        """Whether others chose the requests, so that what was not seen says nothing about the endpoint."""
        return "files" in self.configuration

    @property
    def little_judged(self) -> bool:
        """Whether a run left more open than it judged, so that nothing can be said of the endpoint as a whole."""
        if self.of_recorded_traffic:
            return False
        totals = self.totals()
        left_open = totals["not-run"] + totals["inconclusive"] + totals["error"]
        return left_open > totals["pass"] + totals["warn"] + totals["fail"]

    @property
    def exit_status(self) -> int:
        """0 when nothing failed that is not waived, 1 with such failures, 3 when too little could be judged for a 0.

        That is: nothing at all, less than was left open, or not to the end because the endpoint was given up.
        """
        totals = self.totals()
        if totals["fail"] > self.waived_results:
            return 1
        if self.given_up or self.little_judged:
            return 3
        return 0 if totals["pass"] or totals["warn"] or totals["fail"] else 3
