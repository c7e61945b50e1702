"""One exchange as the rules see it: the request, the answer or events, and the pictures in them."""

from collections.abc import Iterator
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

from pixelproof._values import VALID, Json, Path, Verdict

if TYPE_CHECKING:
    from pixelproof._base64 import Decoded
    from pixelproof._form import ReadForm
    from pixelproof._operation import Operation
    from pixelproof._parse import Flaw
    from pixelproof._picture import Picture
    from pixelproof._sse import Flaw as FramingFlaw


class SentPicture(NamedTuple):
    """A picture that travelled as base64: where it stood, the text, and what it decodes to."""

    path: Path
    text: str
    decoded: "Decoded"
    picture: "Picture | None"
    final: bool
    """False for the preview of a stream."""


class Exchange:
    """One request with its answer or stream, as far as they are known.

    ``request`` is ``None`` when it is not known; then a rule that needs it has nothing to say. ``message`` is the
    message under judgement: the request, the answer, or the list of events. Values that were null are left out of
    ``request`` and of an object ``message``; ``nulls`` has their places. ``asked_for_null`` says of a refusal that the
    request had some. ``form`` is what was read of a request that is a form; the files of its ``contents`` are objects
    in ``request``.
    """

    __slots__ = (
        "_has_pictures",
        "_pictures",
        "_request_verdict",
        "account",
        "asked_for_null",
        "content_type",
        "flaw",
        "form",
        "framing",
        "message",
        "model",
        "nulls",
        "operation",
        "request",
        "status",
        "streamed",
    )

    def __init__(  # noqa: PLR0913 - an exchange has this many independent facts
        self,
        operation: "Operation",
        model: str,
        message: Json,
        *,
        request: dict[str, Json] | None = None,
        status: int | None = None,
        content_type: str | None = None,
        flaw: "Flaw | None" = None,
        nulls: tuple[Path, ...] = (),
        form: "ReadForm | None" = None,
        framing: "tuple[FramingFlaw, ...]" = (),
        streamed: bool = False,
        account: dict[str, bool] | None = None,
        asked_for_null: bool = False,
        request_verdict: Verdict | None = None,
    ) -> None:
        self.operation = operation
        self.model = model
        self.message = message
        self.request = request
        self.status = status
        self.content_type = content_type
        self.flaw = flaw
        self.nulls = nulls
        self.form = form
        self.framing = framing
        self.streamed = streamed
        self.account = account or {}
        self.asked_for_null = asked_for_null
        self._has_pictures: dict[str | None, bool] = {}
        self._pictures: dict[str | None, tuple[SentPicture, ...]] = {}
        self._request_verdict = request_verdict

    @property
    def answer(self) -> dict[str, Json]:
        """The answer as an object; empty when it is none."""
        return self.message if isinstance(self.message, dict) else {}

    @property
    def events(self) -> list[dict[str, Json]]:
        """The events of a stream, each ``{"event": name or None, "data": value}``; empty for other messages."""
        return self.message if self.streamed else []

    def asked(self, parameter: str, default: Any = None) -> Any:
        """The value of a request parameter, ``default`` when it is absent or null or the request is unknown."""
        return default if self.request is None else self.request.get(parameter, default)

    def request_verdict(self) -> Verdict:
        """The verdict on the request that was answered, reached once and shared by all rules; valid when unknown."""
        if self._request_verdict is None:
            known = self.request is not None
            self._request_verdict = (
                self.operation.validate_request(self.request, account=self.account) if known else VALID
            )
        return self._request_verdict

    def items(self) -> Iterator[tuple[Path, dict[str, Json]]]:
        """The image objects of an answer (``data[0]`` ...) or the data objects of the events, with their places."""
        if isinstance(self.message, dict):
            data = self.message.get("data")
            for index, item in enumerate(data if isinstance(data, list) else ()):
                if isinstance(item, dict):
                    yield ("data", index), item
        for index, event in enumerate(self.events):
            data = event.get("data")
            if isinstance(data, dict):
                yield (index, "data"), data

    def pictures(self, parameter: str | None = None) -> tuple[SentPicture, ...]:
        """Every non-empty ``b64_json`` of the message, decoded once and shared by all rules.

        With ``parameter``, the pictures in that parameter of the request instead: one text or an array of them, where
        a ``data:`` URL and whitespace are welcome.
        """
        found = self._pictures.get(parameter)
        if found is None:
            texts = self._picture_texts() if parameter is None else self._texts_sent_as(parameter)
            found = self._pictures[parameter] = tuple(
                _read(path, text, final, data_url=parameter is not None) for path, text, final in texts if text
            )
        return found

    @property
    def has_pictures(self) -> bool:
        """Whether any ``b64_json`` of the message is not empty; nothing is decoded for it."""
        return self.has_pictures_in(None)

    def has_pictures_in(self, parameter: str | None) -> bool:
        """Whether :meth:`pictures` finds some in that parameter of the request, or without one in the message."""
        found = self._has_pictures.get(parameter)
        if found is None:
            texts = self._picture_texts() if parameter is None else self._texts_sent_as(parameter)
            found = self._has_pictures[parameter] = any(text for _, text, _ in texts)
        return found

    @property
    def holders(self) -> list[dict[str, Json]]:
        """The objects that name the settings of pictures: the answer, or the data of the events."""
        if isinstance(self.message, dict):
            return [self.message]
        return [event["data"] for event in self.events if isinstance(event.get("data"), dict)]

    def beside(self, sent: SentPicture) -> tuple[dict[str, Json], Path]:
        """The object that names the settings of a picture, with its place: the answer, or the data of the event."""
        if isinstance(self.message, dict):
            return self.message, ()
        return self.events[int(sent.path[0])]["data"], sent.path[:2]

    def _picture_texts(self) -> Iterator[tuple[Path, str, bool]]:
        for path, item in self.items():
            text = item.get("b64_json")
            if isinstance(text, str):
                kind = item.get("type") or (self.events[int(path[0])].get("event") if self.events else None)
                yield (*path, "b64_json"), text, not str(kind).endswith(".partial_image")

    def _texts_sent_as(self, parameter: str) -> Iterator[tuple[Path, str, bool]]:
        value = self.asked(parameter)
        if isinstance(value, str):
            yield (parameter,), value, True
        for index, text in enumerate(value if isinstance(value, list) else ()):
            if isinstance(text, str):
                yield (parameter, index), text, True


def _read(path: Path, text: str, final: bool, *, data_url: bool) -> SentPicture:
    decoded, picture = (_looked_at_once if len(text) <= _SHORT else _looked_at)(text, data_url)
    return SentPicture(path, text, decoded, picture, final)


def _looked_at(text: str, data_url: bool) -> "tuple[Decoded, Picture | None]":
    from pixelproof._base64 import decode_base64
    from pixelproof._picture import read_picture

    decoded = decode_base64(text, data_url=data_url)
    return decoded, None if decoded.problem else read_picture(decoded.data)


_SHORT = 16 * 1024  # a mask or a test picture, that comes with one request after the other
_looked_at_once = lru_cache(maxsize=32)(_looked_at)
