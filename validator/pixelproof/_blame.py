"""What a refusal says: its texts, and the parameter that it blames."""

import re
from collections.abc import Collection

from pixelproof._values import Json

_LONGEST = 2000
_NOTHING = ("", "None", "null")
"""No parameter; some gateways turn the absent one into a word."""

_NAMED = re.compile(
    r"\b(?:parameter|field|property|argument)s?:?\s+[\"'`]?([A-Za-z_]\w*(?:\[\])?)"
    r"|\b(?:for|invalid|missing|unknown)(?: value| type)?:?\s+[\"'`]([A-Za-z_]\w*(?:\[\])?)",
    re.IGNORECASE,
)


def texts_of(refusal: Json, place: str | None = None) -> list[str]:
    """The texts of a refusal that say why, not blank: ``msg``, ``message``, ``error`` and ``error.message``.

    ``detail``, where RFC 9457 puts them, counts too. ``place`` is the JSON Pointer at which the dialect says that the
    message stands, when it is another one.
    """
    answer = refusal if isinstance(refusal, dict) else {}
    error = answer.get("error")
    inner = error.get("message") if isinstance(error, dict) else None
    candidates = [answer.get("msg"), answer.get("message"), answer.get("detail"), error, inner]
    if place not in (None, "/msg", "/message", "/detail", "/error", "/error/message"):
        candidates.append(_at(refusal, str(place)))
    return [text for text in candidates if isinstance(text, str) and text.strip()]


def blamed_parameter(
    refusal: Json, place: str | None, parameters: Collection[str], message_place: str | None = None
) -> str | None:
    """The parameter that a refusal blames; ``image`` of ``image[0]``, and ``image[]`` where that is a parameter.

    With ``place``, a JSON Pointer, it stands there or nowhere. Without, it is the one of ``parameters`` that the texts
    of the refusal name as such ("Invalid parameter n", "Invalid value for 'n'"), as long as they name no other.
    """
    if place is not None:
        value = _at(refusal, place)
        return _parameter(value, parameters) if isinstance(value, str) and value not in _NOTHING else None
    named = {
        name for text in texts_of(refusal, message_place) for pair in _NAMED.findall(text[:_LONGEST]) for name in pair
    }
    found = {_parameter(name, parameters) for name in named}.intersection(parameters)
    return found.pop() if len(found) == 1 else None


def _at(refusal: Json, place: str) -> Json:
    value = refusal
    for step in place[1:].split("/"):
        value = value.get(step) if isinstance(value, dict) else None
    return value


def _parameter(name: str, parameters: Collection[str]) -> str:
    return name if name in parameters else name.partition("[")[0]
