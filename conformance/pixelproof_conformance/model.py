"""The values of a run: case, record, observation. Data flows through them in this order.

plan   ->  Case          what is sent, and what must happen to it
send   ->  Record        what was sent and what came back, as the journal keeps it
judge  ->  Observation   what one record says about one requirement

What is reported of them stands in :mod:`pixelproof_conformance.reported`.
"""

from dataclasses import dataclass, field, replace
from typing import Any, Literal, TypeAlias

from pixelproof_conformance.large_body import PackedBody

Json: TypeAlias = Any

Outcome: TypeAlias = Literal["pass", "fail", "warn", "inconclusive", "unsupported", "not-run", "disabled", "error"]
OUTCOMES: tuple[Outcome, ...] = (
    "fail",
    "warn",
    "pass",
    "inconclusive",
    "unsupported",
    "error",
    "not-run",
    "disabled",
)
"""All outcomes. When observations disagree, the first of these that occurs is the outcome of the requirement."""

Kind: TypeAlias = Literal["baseline", "reject", "accept", "open", "no-effect", "explore", "wire"]
Expectation: TypeAlias = Literal["accepted", "refused", "either"]


@dataclass(frozen=True, slots=True)
class CaseFile:
    """A file of a form request, described so that it can be made when it is sent.

    ``format`` is png, jpeg, webp, gif, bmp or text; ``bytes`` pads the file to exactly this size; ``cut`` leaves only
    its first half; ``opaque`` keeps the alpha channel and makes nothing transparent; ``black`` puts black under what is
    transparent; ``colour`` (red, green, blue) makes the picture flat.
    """

    field: str
    format: str = "png"
    width: int = 64
    height: int = 64
    alpha: bool = False
    bytes: int | None = None
    filename: str | None = None
    content_type: str | None = None
    cut: bool = False
    opaque: bool = False
    black: bool = False
    colour: tuple[int, int, int] | None = None


KeySent: TypeAlias = Literal["given", "none", "wrong", "other-scheme"]


@dataclass(frozen=True, slots=True)
class Transport:
    """How a case goes over the wire where that is on trial; by default as every other case.

    ``path`` replaces the path of the operation. ``key`` says what is sent in place of the key that was given.
    ``chunked`` sends the body without its length, ``files_first`` the files of a form before its text fields.
    ``padding`` adds so many blanks to a JSON body. With ``other_host`` a target on this machine is called by another of
    its names. ``fetch`` is the address of a picture that is got without the key.
    """

    method: str = "POST"
    path: str | None = None
    key: KeySent = "given"
    chunked: bool = False
    files_first: bool = False
    padding: int = 0
    other_host: bool = False
    fetch: str | None = None


@dataclass(frozen=True, slots=True)
class Case:
    """One request with what must happen to it.

    ``model`` is the documented name under which results are listed (also for a request that names no model).
    ``body`` holds the JSON object or the fields of a form. ``raw`` replaces it where the bytes themselves are on trial.
    ``targets`` are the requirements on trial; ``parameter`` is what a refusal should blame. ``images`` is the number of
    pictures that are paid for when the case is accepted. ``status`` is the documented status of the refusal, if any.
    ``wire`` is the check of ``schemas/wire.yaml`` that the case puts on trial: the only thing that a case of the kind
    ``wire`` is about, and the form in which an accepted case is sent.
    """

    id: str
    kind: Kind
    operation: str
    model: str
    body: dict[str, Json]
    expect: Expectation
    targets: tuple[str, ...] = ()
    files: tuple[CaseFile, ...] = ()
    raw: bytes | None = None
    content_type: str | None = None
    parameter: str | None = None
    status: int | None = None
    images: int = 1
    why: str = ""
    wire: str = ""
    transport: Transport | None = None
    repeat: int = 1
    """Which sending of the same request this is, counted from 1."""

    @property
    def first(self) -> str:
        """The id of the first sending of the same request."""
        return self.id if self.repeat == 1 else self.id.removesuffix(f"~{self.repeat}")

    def again(self, number: int) -> "Case":
        """The same request, sent for the ``number``-th time; its record is kept under an id of its own."""
        if number == self.repeat:
            return self
        return replace(self, id=f"{self.first}~{number}" if number > 1 else self.first, repeat=number)

    @property
    def streams(self) -> bool:
        """Whether a stream is asked for."""
        return self.body.get("stream") in (True, "true")


@dataclass(frozen=True, slots=True)
class Record:
    """What was sent for a case and what came back; one line of the journal.

    ``url`` and ``sent`` are what went over the wire; ``sent`` is the body as bytes, or as a :class:`PackedBody` when it
    is large (``bytes()`` gives its bytes). ``headers`` are those of the answer; keys and
    cookies are redacted in both. ``failure`` is ``None`` or one of ``connection``, ``tls`` (nothing was sent),
    ``dropped``, ``timeout``, ``too-large``, ``endless``, ``protocol`` (the request may have been done and paid for),
    ``interrupted`` (by the user), with ``failure_text`` for people. ``seconds`` is the time until the last byte,
    ``first_byte_seconds`` until the first byte of the body, ``arrivals`` the time of each chunk of a stream, and
    ``arrived`` how many bytes of its content there were by then (empty in journals that do not say).
    ``attempts`` counts this and the tries before it, ``note`` says what people should know about the waiting between.
    """

    case: str
    url: str
    sent: bytes | PackedBody
    sent_content_type: str
    started: str
    seconds: float
    status: int | None = None
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""
    failure: str | None = None
    failure_text: str = ""
    attempts: int = 1
    first_byte_seconds: float | None = None
    arrivals: tuple[float, ...] = ()
    note: str = ""
    arrived: tuple[int, ...] = ()

    @property
    def content_type(self) -> str | None:
        """The content type of the answer, as it was sent."""
        return self.headers.get("content-type")


@dataclass(frozen=True, slots=True)
class Observation:
    """What one record says about one requirement: an outcome, and for all but ``pass`` the reason in words."""

    requirement: str
    model: str
    outcome: Outcome
    case: str
    message: str = ""
    parameter: str | None = None
    expected: str | None = None
    actual: Json = None
    hint: str | None = None
