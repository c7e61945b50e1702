"""One try: a request goes out, and whatever comes back becomes an `Answer`, never an exception."""

from collections.abc import Callable
from dataclasses import dataclass, field

import httpcore

from pixelproof_conformance.decoding import BrokenError, Decoder, TooLargeError
from pixelproof_conformance.endpoint import Address
from pixelproof_conformance.large_body import FileBody
from pixelproof_conformance.request import pieces
from pixelproof_conformance.trouble import Trouble, explain
from pixelproof_conformance.wire import Network

_KEPT_OF_BROKEN = 64 * 1024
_MOST_LINES = 50_000  # a stream of 10,000 events has 30,000; no stream of pictures has a hundredth of that
_STALE_SECONDS = 1.0  # nobody makes a picture in less, so nothing is paid for twice


@dataclass(frozen=True, slots=True)
class Bounds:
    """What one exchange may take; times in seconds, ``arrivals`` is the most that are kept."""

    connect_seconds: float
    first_byte_seconds: float
    read_seconds: float
    total_seconds: float
    max_answer_bytes: int
    max_arrivals: int


@dataclass(slots=True)
class Answer:
    """What came back of one try.

    ``left`` says whether any byte of the request may have reached the server. ``stale`` says that a connection of
    before ended at once and without a byte: the server had closed it already and never saw the request.
    """

    status: int | None = None
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""
    trouble: Trouble | None = None
    seconds: float = 0.0
    first_byte_seconds: float | None = None
    arrivals: list[float] = field(default_factory=list)
    arrived: list[int] = field(default_factory=list)
    left: bool = False
    stale: bool = False


def exchange(
    pool: httpcore.ConnectionPool,
    network: Network,
    request: tuple[str, Address, list[tuple[str, str]], bytes | FileBody],
    bounds: Bounds,
    clock: Callable[[], float],
    *,
    streams: bool = False,
) -> Answer:
    """Send ``request`` (method, address, headers, body) once and read the answer within ``bounds``."""
    method, address, headers, body = request
    started = clock()
    line = network.begin(bounds.total_seconds, bounds.first_byte_seconds)
    answer = Answer()
    try:
        with pool.stream(
            method,
            httpcore.URL(
                scheme=address.scheme.encode(),
                host=address.host.encode(),
                port=address.special_port,
                target=address.target.encode(),
            ),
            headers=[(name.encode("latin-1"), value.encode("latin-1")) for name, value in headers],
            content=pieces(body) if body else None,
            extensions={
                "timeout": {
                    "connect": bounds.connect_seconds,
                    "read": bounds.read_seconds,
                    "write": bounds.read_seconds,
                }
            },
        ) as response:
            line.head_complete = True
            answer.status = response.status
            answer.headers = _headers(response.headers)
            _read(response, answer, bounds, lambda: clock() - started, streams)
    except (httpcore.NetworkError, httpcore.ProtocolError, httpcore.TimeoutException, httpcore.ProxyError) as error:
        over = clock() >= line.deadline
        ended = not isinstance(error, httpcore.TimeoutException) and not line.first_bytes
        answer.stale = ended and not line.connected and clock() - started < _STALE_SECONDS
        answer.trouble = explain(error, address, bounds, len(answer.body), line.first_bytes, over=over)
        if answer.trouble.kind == "connection" and line.bytes_left and not answer.stale:
            answer.trouble = answer.trouble._replace(kind="dropped")
        answer.body = answer.body[:_KEPT_OF_BROKEN]  # what is not whole is not judged
    answer.left = line.bytes_left
    answer.seconds = clock() - started
    return answer


def _read(
    response: httpcore.Response, answer: Answer, bounds: Bounds, elapsed: Callable[[], float], streams: bool
) -> None:
    limit = bounds.max_answer_bytes
    events = answer.headers.get("content-type", "").lower().startswith("text/event-stream")
    timed = streams or events
    lines = 0
    decoder: Decoder | None = None
    try:
        decoder = Decoder(answer.headers.get("content-encoding", ""), limit)
        decoder.expect(answer.headers.get("content-length", ""))
        for chunk in response.iter_stream():
            if answer.first_byte_seconds is None:
                answer.first_byte_seconds = elapsed()
            kept = timed and len(answer.arrivals) < bounds.max_arrivals
            if kept:
                answer.arrivals.append(elapsed())
            decoder.feed(chunk)
            if kept:
                answer.arrived.append(decoder.size)
            if events:
                lines += max(chunk.count(b"\n"), chunk.count(b"\r"))
                if lines > _MOST_LINES:
                    answer.trouble = Trouble(
                        "endless", f"the stream has more than {_MOST_LINES:,} lines; the rest was not read"
                    )
                    answer.body = decoder.beginning(_KEPT_OF_BROKEN)
                    return
        decoder.finish()
    except TooLargeError:
        answer.body = b"" if decoder is None else decoder.beginning(_KEPT_OF_BROKEN)
        answer.trouble = Trouble("too-large", f"the answer has more than {limit:,} bytes; the rest was not read")
    except BrokenError as error:
        answer.trouble = Trouble("protocol", str(error))
    finally:
        if decoder is not None and answer.trouble is None:
            answer.body = decoder.content()


def _headers(raw: list[tuple[bytes, bytes]]) -> dict[str, str]:
    out: dict[str, str] = {}
    for name_bytes, value_bytes in raw:
        name, value = name_bytes.decode("latin-1").lower(), value_bytes.decode("latin-1")
        out[name] = f"{out[name]}, {value}" if name in out else value
    return out
