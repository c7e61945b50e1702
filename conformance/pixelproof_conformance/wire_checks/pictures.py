"""The pictures of accepted answers: size, format, alpha channel and number, where the document leaves them open."""

from collections.abc import Iterator

from pixelproof_conformance.model import Case, Observation
from pixelproof_conformance.wire_checks.ground import Exchange, Ground

NO_PICTURE = "wire/pictures/not-a-picture"
DATA = "wire/pictures/data-address"
SIZE = "wire/pictures/other-size"
ECHO = "wire/pictures/size-untrue"
FORMAT = "wire/pictures/other-format"
ALPHA = "wire/pictures/alpha-lost"
NUMBER = "wire/pictures/other-number"


def cases(ground: Ground) -> Iterator[Case]:
    """None: the accepted requests of the run serve."""
    return iter(())


def judge(ground: Ground, exchanges: list[Exchange]) -> Iterator[Observation]:
    """What the pictures of the run say."""
    for exchange in exchanges:
        if exchange.accepted and exchange.case.expect == "accepted" and exchange.case.raw is None:
            yield from _number(ground, exchange)
            yield from _texts(ground, exchange)
            yield from _facts(ground, exchange)


def _number(ground: Ground, exchange: Exchange) -> Iterator[Observation]:
    asked = exchange.asked("n")
    count = int(asked) if isinstance(asked, int | str) and str(asked).isdecimal() else None
    if not ground.wants(NUMBER) or count is None or exchange.streamed or not exchange.images:
        return
    if len(exchange.images) == count:
        yield ground.kept(NUMBER, exchange)
    else:
        message = f"{count} images were asked for, and {len(exchange.images)} came."
        yield ground.seen(NUMBER, exchange, message, parameter="data", expected=str(count), actual=len(exchange.images))


def _texts(ground: Ground, exchange: Exchange) -> Iterator[Observation]:
    for index, decoded, picture in exchange.pictures:
        place = f"data[{index}].b64_json"
        if ground.wants(DATA):
            yield (
                ground.seen(DATA, exchange, f"{place} begins with a data: prefix.", parameter=place)
                if decoded.media_type is not None
                else ground.kept(DATA, exchange)
            )
        if ground.wants(NO_PICTURE):
            why = f"{place} {decoded.problem}." if not decoded.data else f"The bytes of {place} are no picture."
            yield (
                ground.seen(NO_PICTURE, exchange, why, parameter=place, expected="a picture")
                if picture is None
                else ground.kept(NO_PICTURE, exchange)
            )


def _facts(ground: Ground, exchange: Exchange) -> Iterator[Observation]:
    wanted = {
        SIZE: exchange.asked("size"),
        ECHO: exchange.answer.get("size") if isinstance(exchange.answer, dict) else None,
        FORMAT: exchange.asked("output_format"),
        ALPHA: exchange.asked("background") if exchange.asked("output_format") != "jpeg" else None,
    }
    for index, _, picture in exchange.pictures:
        if picture is None:
            continue
        found = {
            SIZE: f"{picture.width}x{picture.height}",
            ECHO: f"{picture.width}x{picture.height}",
            FORMAT: picture.format,
            ALPHA: "transparent" if picture.alpha else "without an alpha channel",
        }
        for check, value in wanted.items():
            if not ground.wants(check) or not isinstance(value, str) or not _says(check, value):
                continue
            if value.lower() == found[check]:
                yield ground.kept(check, exchange)
            else:
                message = f"The picture of data[{index}] is {found[check]}, and {_WORDS[check]} {value[:40]!r}."
                place = f"data[{index}].b64_json"
                yield ground.seen(check, exchange, message, parameter=place, expected=value[:40], actual=found[check])


_WORDS = {
    SIZE: "the size that was asked for is",
    ECHO: "the answer names the size",
    FORMAT: "the output_format that was asked for is",
    ALPHA: "the background that was asked for is",
}


def _says(check: str, value: str) -> bool:
    """Whether a value settles what the picture has to be; "auto" and its kin do not."""
    if check in (SIZE, ECHO):
        width, x, height = value.lower().partition("x")
        return bool(x) and width.isdecimal() and height.isdecimal()
    return value in (("png", "jpeg", "webp") if check == FORMAT else ("transparent",))
