"""One exchange as the page shows it: request and answer side by side, pictures beside what was asked, a time line."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from pixelproof_conformance.report.html.marked import MOST_LINES, Line, marked_lines
from pixelproof_conformance.report.html.room import Room
from pixelproof_conformance.reported import Arrival, Evidence, Failure, Picture

TRANSPARENCY = {"none": "opaque", "some": "partly transparent", "all": "fully transparent"}
MOST_ARRIVALS = 24
"""Of a longer stream the first and the last events are shown."""


@dataclass(frozen=True, slots=True)
class Pane:
    """A message: what it is, facts about it, its lines, and a note where it was cut. ``folded`` when it is long."""

    title: str
    facts: tuple[str, ...]
    lines: list[Line]
    note: str = ""
    folded: bool = False


@dataclass(frozen=True, slots=True)
class Compared:
    """One property of the pictures: as asked, as it came, and whether these agree (``None`` when nothing was asked)."""

    name: str
    asked: str
    got: str
    agrees: bool | None = None


@dataclass(frozen=True, slots=True)
class Thumbnail:
    """A small copy of a picture with a sentence about it."""

    address: str
    words: str


@dataclass(frozen=True, slots=True)
class Tick:
    """An event on the time line: when, after how long, what, how large; ``left`` and ``width`` are in percent."""

    seconds: str
    since: str
    type: str
    size: str
    left: str
    width: str
    kind: int
    preview: Thumbnail | None = None


@dataclass(frozen=True, slots=True)
class Shown:
    """All that is shown of an exchange."""

    request: Pane
    answer: Pane
    headers: str
    pictures: tuple[Thumbnail, ...]
    compared: tuple[Compared, ...]
    ticks: tuple[Tick, ...]
    left_out: int
    span: str
    curl: tuple[str, str]
    python: tuple[str, str]


def exchange_of(failure: Failure, room: Room) -> Shown:
    """The exchange behind ``failure``, as far as it was kept and there is ``room``."""
    kept = failure.evidence or Evidence(body=failure.answer)
    thumbs = {picture.place: Thumbnail(room.picture(picture.preview), described(picture)) for picture in kept.pictures}
    ticks, left_out = _ticks(kept, thumbs)
    span = _span(kept)
    return Shown(
        request=_request(failure, kept, room),
        answer=_answer(failure, kept, room),
        headers=room.text("\n".join(f"{name}: {value}" for name, value in kept.headers.items()))[0],
        pictures=() if ticks else tuple(thumb for thumb in thumbs.values() if thumb.address),
        compared=tuple(_compared(kept)),
        ticks=ticks,
        left_out=left_out,
        span=in_seconds(span) if span else "",
        curl=room.text(failure.curl),
        python=room.text(failure.python),
    )


def _request(failure: Failure, kept: Evidence, room: Room) -> Pane:
    address = urlsplit(kept.url).path if kept.url.isprintable() and "[" not in kept.url else kept.url
    facts = tuple(fact for fact in (address and f"POST {address}", kept.content_type.partition(";")[0]) if fact)
    return _pane("Request", facts, failure.request, failure.parameter, room)


def _answer(failure: Failure, kept: Evidence, room: Room) -> Pane:
    facts = ["no answer" if failure.status is None else f"status {failure.status}"]
    if kept.seconds is not None:
        facts.append(in_seconds(kept.seconds))
    if kept.body_bytes:
        facts.append(in_bytes(kept.body_bytes))
    body = failure.answer if kept.body is None or kept.body == "" else kept.body
    return _pane("Answer", tuple(facts), body, failure.parameter, room)


def _pane(title: str, facts: tuple[str, ...], value: object, place: str | None, room: Room) -> Pane:
    lines: list[Line] = []
    note = "" if not isinstance(value, str) or value.count("\n") < MOST_LINES else "Only its first lines are shown."
    if value == "":
        return Pane(title, facts, lines, "The body is empty.", folded=False)
    for line in marked_lines(value, place):
        shown, cut = room.text(line.text)
        lines.append(Line(shown, line.marked))
        note = cut or note
    return Pane(title, facts, lines, note, folded=len(lines) > 60 and not any(line.marked for line in lines))


def _compared(kept: Evidence) -> list[Compared]:
    pictures = [picture for picture in kept.pictures if picture.width and picture.height]
    if not pictures:
        return []
    asked = kept.asked
    sizes = list(dict.fromkeys(f"{picture.width}x{picture.height}" for picture in pictures))
    formats = list(dict.fromkeys(picture.format or "unknown" for picture in pictures))
    see_through = list(dict.fromkeys(picture.transparency for picture in pictures if picture.transparency))
    kind = asked.get("output_format", "")
    rows = [
        Compared("Size", asked.get("size", ""), ", ".join(sizes), _same_size(asked.get("size", ""), sizes)),
        Compared("Format", kind, ", ".join(formats), None if not kind else {kind.lower()} == set(formats)),
    ]
    if see_through:
        background = asked.get("background", "")
        agrees = {"transparent": "none" not in see_through, "opaque": see_through == ["none"]}.get(background)
        rows.append(Compared("Background", background, ", ".join(TRANSPARENCY[one] for one in see_through), agrees))
    listed = kept.body.get("data") if isinstance(kept.body, dict) else None
    if isinstance(listed, list):
        wanted = asked.get("n", "")
        rows.append(Compared("Pictures", wanted or "1", str(len(listed)), str(len(listed)) == (wanted or "1")))
    known = [in_bytes(picture.bytes) for picture in pictures if picture.bytes]
    if known:
        rows.append(Compared("File", "", ", ".join(known)))
    return rows


def _same_size(asked: str, sizes: list[str]) -> bool | None:
    plain = asked.lower().replace("*", "x").replace("×", "x")
    width, _, height = plain.partition("x")
    return [plain] == sizes if width.isdecimal() and height.isdecimal() else None


def described(picture: Picture) -> str:
    """A picture in words: ``PNG, 512 × 512, opaque``."""
    if not picture.width or not picture.height:
        return "the picture that came back"
    name = (picture.format or "picture").upper()
    words = f", {TRANSPARENCY[picture.transparency]}" if picture.transparency else ""
    return f"{name}, {picture.width} × {picture.height}{words}"


def _span(kept: Evidence) -> float:
    return max([kept.seconds or 0.0, *(arrival.seconds for arrival in kept.timeline)])


def _ticks(kept: Evidence, thumbs: dict[str, Thumbnail]) -> tuple[tuple[Tick, ...], int]:
    span = _span(kept)
    if not kept.timeline or span <= 0:
        return (), 0
    kinds = list(dict.fromkeys(arrival.type for arrival in kept.timeline))
    ticks = []
    before = 0.0
    for index, arrival in enumerate(kept.timeline):
        ticks.append(_tick(arrival, before, span, kinds.index(arrival.type) % 4, _thumb_of_event(index, thumbs)))
        before = arrival.seconds
    left_out = max(0, len(ticks) - MOST_ARRIVALS)
    return tuple(ticks[: MOST_ARRIVALS - 1] + ticks[-1:] if left_out else ticks), left_out


def _tick(arrival: Arrival, before: float, span: float, kind: int, preview: Thumbnail | None) -> Tick:
    left, end = (100 * max(0.0, min(1.0, seconds / span)) for seconds in (before, arrival.seconds))
    return Tick(
        seconds=in_seconds(arrival.seconds),
        since=f"+{in_seconds(max(0.0, arrival.seconds - before))}",
        type=arrival.type,
        size=in_bytes(arrival.bytes),
        left=f"{left:.2f}",
        width=f"{max(0.0, end - left):.2f}",
        kind=kind,
        preview=preview,
    )


def _thumb_of_event(index: int, thumbs: dict[str, Thumbnail]) -> Thumbnail | None:
    start = f"events[{index}]"
    return next((thumb for place, thumb in thumbs.items() if place.startswith(start) and thumb.address), None)


def in_seconds(seconds: float) -> str:
    """A time for people: ``12 ms``, ``3.42 s``."""
    return f"{seconds * 1000:.0f} ms" if seconds < 1 else f"{seconds:.2f} s"


def in_bytes(number: int) -> str:
    """A size for people: ``840 B``, ``12.3 kB``, ``1.2 MB``."""
    if number < 1000:
        return f"{number} B"
    return f"{number / 1000:.1f} kB" if number < 1_000_000 else f"{number / 1_000_000:.1f} MB"
