"""Faults in how requests are read: crashes over odd bodies, routes and keys, and forms that are not understood."""

from collections import Counter
from collections.abc import Callable, Iterable
from io import BytesIO

from PIL import Image
from pixelproof._parse import parse_json

from pixelproof_conformance.gateway.calls import Refusal, Reply, json_reply
from pixelproof_conformance.gateway.faults.wire.deviation import Knock, WireDeviation, server_error

_LARGE = 20 * 1024 * 1024
_TAKEN_BY_A_PROXY = 1024 * 1024


class Crash(WireDeviation):
    """Some requests end in a server error."""

    def __init__(self, over: Callable[[Knock], bool]) -> None:
        self._over = over

    def instead(self, knock: Knock) -> Reply | None:
        """The server error."""
        return server_error() if self._over(knock) else None


class Refused(WireDeviation):
    """Some requests are refused that mean the same as accepted ones."""

    def __init__(self, over: Callable[[Knock], bool], status: int = 400, message: str = "Bad request.") -> None:
        self._over = over
        self._refusal = Refusal(status, message)

    def instead(self, knock: Knock) -> Reply | None:
        """The refusal."""
        return knock.refuse(self._refusal) if knock.operation is not None and self._over(knock) else None


class Welcomed(WireDeviation):
    """Routes that are not there are answered with status 200."""

    def __init__(self, over: Callable[[Knock], bool]) -> None:
        self._over = over

    def instead(self, knock: Knock) -> Reply | None:
        """The answer of a health check."""
        return json_reply(200, {"status": "ok"}) if self._over(knock) else None


class NullsChecked(WireDeviation):
    """A null is taken for a value of the wrong type."""

    def instead(self, knock: Knock) -> Reply | None:
        """The refusal of the first null."""
        name = next((name for name, value in knock.value.items() if value is None), None)
        if name is None:
            return None
        return knock.refuse(Refusal(400, f"Invalid type for '{name}': null is not allowed.", name, "invalid_type"))


class LeftBehind(WireDeviation):
    """A broken body stays in the connection, and the next request is taken for a part of it."""

    def __init__(self) -> None:
        self._broken = False

    def instead(self, knock: Knock) -> Reply | None:
        """What the parser says about the request after a broken one."""
        if knock.operation is None:
            return None
        before, self._broken = self._broken, knock.is_broken
        return Reply(400, "text/plain", (b"Invalid HTTP request received.",)) if before and not self._broken else None


class KeyGiven(WireDeviation):
    """Requests with no key or with a wrong one are let in."""

    def __init__(self, over: Callable[[str], bool]) -> None:
        self._over = over

    def knock(self, knock: Knock) -> Knock:
        """The request with the right key."""
        return knock.with_header(knock.key_header, knock.key) if self._over(knock.header(knock.key_header)) else knock


def on_another_route(*values: tuple[str, bytes]) -> Callable[[Knock], bool]:
    """A form with one of these values of its fields, on any route but that of generations."""

    def over(knock: Knock) -> bool:
        if knock.operation is None or knock.operation.name == "generations":
            return False
        found = {part.name: bytes(part.content) for part in knock.parts if part.filename is None}
        return any(found.get(name) == value for name, value in values)

    return over


def malformed_json(knock: Knock) -> bool:
    """A JSON body that a strict parser refuses, a doubled key aside."""
    flaw = parse_json(knock.body)[1] if knock.reads_json and knock.content_type == "application/json" else None
    return flaw is not None and flaw.key is None and bool(knock.body)


def malformed_form(knock: Knock) -> bool:
    """A form that is damaged."""
    return knock.operation is not None and knock.content_type == "multipart/form-data" and knock.is_broken


def other_content_type(knock: Knock) -> bool:
    """A body of another content type than the operation reads."""
    if knock.operation is None or knock.method != "POST":
        return False
    return knock.content_type != knock.operation.content_type.partition(";")[0]


def unknown_key(knock: Knock) -> bool:
    """A key that the operation does not list."""
    if knock.operation is None:
        return False
    names = [*knock.value, *(part.name for part in knock.parts if part.name)]
    return any(name not in knock.operation.parameters for name in names)


def doubled_key(knock: Knock) -> bool:
    """A key, or a text field, that comes twice."""
    if knock.reads_json:
        flaw = parse_json(knock.body)[1]
        return flaw is not None and flaw.key is not None
    return _most_of(part.name for part in knock.parts if part.filename is None) > 1


def more_than_a_proxy_takes(knock: Knock) -> bool:
    """A body above the limit that proxies have before they are told of another."""
    return len(knock.body) > _TAKEN_BY_A_PROXY


def large(knock: Knock) -> bool:
    """A body of 20 MB or more."""
    return len(knock.body) > _LARGE


def text_part_with_file(knock: Knock) -> bool:
    """A file that is declared as text."""
    return any(part.filename and part.content_type == "text/plain" for part in knock.parts)


def image_twice(knock: Knock) -> bool:
    """Two parts with the name image."""
    return [part.name for part in knock.parts].count("image") > 1


def image_in_both_fields(knock: Knock) -> bool:
    """A part with the name image beside one with the name image[]."""
    return {"image", "image[]"} <= {part.name for part in knock.parts}


def mask_without_image(knock: Knock) -> bool:
    """A form whose only file is a mask."""
    return {part.name for part in knock.parts if part.filename} == {"mask"}


def other_method(knock: Knock) -> bool:
    """GET on the route of an operation."""
    return knock.method == "GET" and knock.path.endswith(("/generations", "/edits", "/variations", "/images"))


def unknown_path(knock: Knock) -> bool:
    """A path below the image routes that does not exist."""
    return knock.method == "POST" and knock.operation is None


def unreadable_key(knock: Knock) -> bool:
    """A key under a scheme that is not expected."""
    sent, wanted = knock.header(knock.key_header), knock.key
    scheme, blank, _ = wanted.partition(" ")
    return bool(sent) and (not sent.startswith(f"{scheme} ") if blank else len(sent) < len("Pixelproof") + 1)


def model_not_first(knock: Knock) -> bool:
    """A JSON body that does not begin with the model."""
    parameter = knock.operation.model_parameter if knock.operation is not None else ""
    return parameter in knock.value and next(iter(knock.value)) != parameter


def chunked(knock: Knock) -> bool:
    """A body without a declared length."""
    return knock.header("transfer-encoding") != ""


def with_charset(knock: Knock) -> bool:
    """JSON whose content type names a charset."""
    return knock.reads_json and "charset" in knock.header("content-type")


def file_first(knock: Knock) -> bool:
    """A form whose first part is a file and whose last one is none."""
    parts = knock.parts
    return bool(parts) and parts[0].filename is not None and parts[-1].filename is None


def file_without_type(knock: Knock) -> bool:
    """A file that is declared as any bytes."""
    return any(part.filename and part.content_type == "application/octet-stream" for part in knock.parts)


def one_in_brackets(knock: Knock) -> bool:
    """A single picture under image[]."""
    return [part.name for part in knock.parts if part.filename and part.name != "mask"] == ["image[]"]


def black_mask(knock: Knock) -> bool:
    """A mask with black under its transparent pixels; one that is no picture, or a cut one, is none."""
    for part in knock.parts:
        if part.name == "mask" and part.filename:
            try:
                with Image.open(BytesIO(bytes(part.content))) as image:
                    colours = image.convert("RGBA").getcolors(image.width * image.height) or []
            except (OSError, SyntaxError, ValueError):  # what Pillow raises for bytes that it cannot read
                return False
            return any(colour == (0, 0, 0, 0) for _, colour in colours)
    return False


def _most_of(names: Iterable[str | None]) -> int:
    return max(Counter(names).values(), default=0)
