"""Faults that put something else in the place of what was sent: another model, another picture."""

import json
import re
from dataclasses import replace

from pixelproof._base64 import decode_base64
from pixelproof._picture import read_picture

from pixelproof_conformance.gateway.calls import Refusal, Reply
from pixelproof_conformance.gateway.faults.wire.deviation import Knock, WireDeviation
from pixelproof_conformance.gateway.references import FIELDS as REFERENCES

_KNOWN_MODEL = re.compile("image|dall-e|banana|gpt")
_TEXT_MODEL = re.compile(rb"(?:[\w-]+/)?gpt-4o-mini")


class FallenBack(WireDeviation):
    """A model for text is replaced by one for pictures, without a word."""

    def knock(self, knock: Knock) -> Knock:
        """The request for the first model of the operation."""
        if knock.operation is None:
            return knock
        sample = next(iter(knock.operation.models), "gpt-image-1")
        return replace(knock, body=_TEXT_MODEL.sub(sample.encode(), knock.body))


class OwnModels(WireDeviation):
    """Every route but generations has a list of models of its own.

    With ``open_door`` it lets in names that nobody knows, as its first model; else it refuses them.
    """

    def __init__(self, *, open_door: bool) -> None:
        self._open_door = open_door

    def knock(self, knock: Knock) -> Knock:
        """The request for the first model."""
        name = _unknown_model(knock)
        if knock.operation is None or not name or not self._open_door:
            return knock
        sample = next(iter(knock.operation.models))
        if knock.reads_json:
            return replace(knock, body=json.dumps({**knock.value, knock.operation.model_parameter: sample}).encode())
        before, after = (f"\r\n\r\n{model}\r\n".encode("utf-8", "replace") for model in (name, sample))
        return replace(knock, body=knock.body.replace(before, after))

    def instead(self, knock: Knock) -> Reply | None:
        """The refusal of such a name."""
        name = _unknown_model(knock)
        if knock.operation is None or not name or self._open_door:
            return None
        parameter = knock.operation.model_parameter
        return knock.refuse(Refusal(400, f"The model '{name}' is not listed here.", parameter, "model_not_found"))


class FirstReferenceOnly(WireDeviation):
    """Of several pictures only the first counts; the others are taken for copies of it."""

    def knock(self, knock: Knock) -> Knock:
        """The request with the first picture in the place of each."""
        parts = [bytes(part.content) for part in knock.parts if part.filename and part.name in REFERENCES]
        value = knock.value
        texts = [item for name in REFERENCES if isinstance(value.get(name), list) for item in value[name]]
        decoded = [(item, decode_base64(item, data_url=True).data) for item in texts if isinstance(item, str)]
        sent = [(content, _kind_of(content)) for content in parts]
        # What decodes as a picture is base64, which is the same in every encoding.
        sent += [(text.encode(), kind) for text, data in decoded if (kind := _kind_of(data))]
        pictures = [content for content, kind in sent if kind and kind == sent[0][1]]
        body = knock.body
        for picture in pictures[1:]:
            body = body.replace(picture, pictures[0])
        return replace(knock, body=body)


def _kind_of(data: bytes) -> str:
    """The format of a whole picture; empty for anything else, which is refused as before."""
    picture = read_picture(data)
    return "" if picture is None or picture.problem else picture.format


def _unknown_model(knock: Knock) -> str:
    """The model that is named, where it is none and the route is not that of generations."""
    if knock.operation is None or knock.operation.name == "generations":
        return ""
    parameter = knock.operation.model_parameter
    texts = [bytes(part.content).decode("utf-8", "replace") for part in knock.parts if part.name == parameter]
    name = next(iter(texts), knock.value.get(parameter))
    return name if isinstance(name, str) and name and not _KNOWN_MODEL.search(name) else ""
