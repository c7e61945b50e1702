"""One recorded exchange, whatever recorded it: the value that all readers make and the judge takes."""

from typing import Any, Final, Literal, NamedTuple, TypeAlias

from pixelproof import File

from pixelproof_conformance.model import Json

Kind: TypeAlias = Literal["answer", "events"]


class Unknown:
    """A body that was not recorded, or not byte for byte; ``None`` is a value of JSON and cannot say so."""

    def __repr__(self) -> str:
        return "UNKNOWN"


UNKNOWN: Final = Unknown()


class RecordError(ValueError):
    """What was recorded is no exchange; the text says what is wrong with it."""


class Timing(NamedTuple):
    """When a streamed answer came, as far as it was recorded: in seconds from the start of the request.

    ``seconds`` is the time of the last byte, ``arrivals`` that of each chunk, and ``arrived`` how many bytes there were
    by then. ``length_known`` says that a Content-Length stood before the first byte.
    """

    seconds: float = 0.0
    arrivals: tuple[float, ...] = ()
    arrived: tuple[int, ...] = ()
    length_known: bool = False


class Recorded(NamedTuple):
    """An exchange as far as it was recorded.

    ``address`` is a URL or its path, ``None`` when neither is known. ``request`` and ``answer`` are parsed values, or
    bytes as they were sent, or :data:`UNKNOWN`. ``status`` is ``None`` when no answer came. ``kind`` says that the
    answer is a stream (``events``) as far as the recorder knew. ``headers`` are those of both messages together and
    serve only to know what is secret. ``timing`` is ``None`` when nothing is known about it.
    """

    method: str | None = None
    address: str | None = None
    operation: str | None = None
    dialect: str | None = None
    request: Any = UNKNOWN
    files: tuple[File, ...] = ()
    request_type: str | None = None
    status: int | None = None
    answer: Any = UNKNOWN
    kind: Kind = "answer"
    answer_type: str | None = None
    account: dict[str, bool] | None = None
    headers: tuple[tuple[str, str], ...] = ()
    timing: Timing | None = None


def timing_of(
    answer_headers: "tuple[tuple[str, str], ...]",
    seconds: float = 0.0,
    arrivals: tuple[float, ...] = (),
    arrived: tuple[int, ...] = (),
) -> Timing | None:
    """The timing of an answer; ``None`` where neither its chunks nor its length say anything about it."""
    length_known = header_of(answer_headers, "content-length") is not None
    if not arrivals and not length_known:
        return None
    return Timing(seconds, arrivals, arrived if len(arrived) == len(arrivals) else (), length_known)


def header_of(headers: "tuple[tuple[str, str], ...]", name: str) -> str | None:
    """The last header of this name, in lower case."""
    found = None
    for key, value in headers:
        if key.lower() == name:
            found = value
    return found


def pairs_of(headers: Json) -> tuple[tuple[str, str], ...]:
    """Headers as logs write them: an object, or an array of ``{"name", "value"}`` or of pairs; else none."""
    if isinstance(headers, dict):
        return tuple((str(name), str(value)) for name, value in headers.items())
    found = []
    for entry in headers if isinstance(headers, list) else ():
        if isinstance(entry, dict) and "name" in entry:
            found.append((str(entry["name"]), str(entry.get("value", ""))))
        elif isinstance(entry, list) and len(entry) == 2:
            found.append((str(entry[0]), str(entry[1])))
    return tuple(found)
