"""Variants in the keys of answers and events: optional ones left out, null, or more than are listed."""

from collections.abc import Callable, Iterable
from typing import TypeAlias

from pixelproof._values import Json

from pixelproof_conformance.gateway.calls import Event
from pixelproof_conformance.gateway.faults.deviation import Deviation, Served
from pixelproof_conformance.gateway.variants.variant import Variant

Node: TypeAlias = dict[str, Json]

_SETTINGS = ("background", "output_format", "quality", "size")
_OPTIONAL = (*_SETTINGS, "usage", "created", "revised_prompt", "text")
_REQUIRED = {
    "anyfast": (),
    "infinityblue": (),
    "octen": ("created", "usage", "revised_prompt"),
    "openai": ("created",),
    "orq": (),
}
"""Keys of an answer that a document, or a page it stands on, does not leave optional."""

_IN_EVENTS = {"openai": ("type", "b64_json", "partial_image_index", "usage"), "octen": ("type", "b64_json")}
"""What the documents show of the data of an event."""

_EXTRA: Node = {"x_request": {"id": "req-1", "took": [1, 2.5]}, "note": None}
_NO_DOCUMENT = "The document shows this key and does not say that it is always there."


class KeysChanged(Deviation):
    """The keys of answers, of their images and of their events are others."""

    def __init__(self, change: Callable[[Served, Node], Node], *, events: bool = True) -> None:
        self._change = change
        self._events = events

    def answer(self, served: Served, answer: Json) -> Json:
        """The answer and each of its images, changed."""
        data = [self._change(served, item) for item in answer["data"]]
        return {**self._change(served, answer), "data": data}

    def events(self, served: Served, events: list[Event]) -> list[Event]:
        """The data of the events, changed."""
        if not self._events:
            return events
        return [{**event, "data": self._change(served, event["data"])} for event in events]


class UsageChanged(Deviation):
    """The token usage of answers and events is another."""

    def __init__(self, change: Callable[[Node], Node]) -> None:
        self._change = change

    def answer(self, served: Served, answer: Json) -> Json:
        """The answer with the other usage."""
        return self._with_usage(answer)

    def events(self, served: Served, events: list[Event]) -> list[Event]:
        """The events with the other usage."""
        return [{**event, "data": self._with_usage(event["data"])} for event in events]

    def _with_usage(self, holder: Node) -> Node:
        usage = holder.get("usage")
        return {**holder, "usage": self._change(usage)} if isinstance(usage, dict) else holder


class EventsBare(Deviation):
    """Events have no keys but those that the document shows."""

    def events(self, served: Served, events: list[Event]) -> list[Event]:
        """The events with the keys that are shown."""
        shown = _IN_EVENTS.get(served.call.operation.dialect, ())
        return [
            {**event, "data": {name: event["data"][name] for name in shown if name in event["data"]}}
            for event in events
        ]


def _optional(served: Served) -> set[str]:
    return set(_OPTIONAL) - set(_REQUIRED.get(served.call.operation.dialect, _OPTIONAL))


def _without(*names: str) -> Callable[[Served, Node], Node]:
    return lambda served, holder: {name: value for name, value in holder.items() if name not in names}


def _bare(served: Served, holder: Node) -> Node:
    return _without(*_optional(served))(served, holder)


def _nulls(served: Served, holder: Node) -> Node:
    nulls = _optional(served)
    if "data" not in holder:
        nulls &= {"revised_prompt"}
    absent = {"revised_prompt"} if "b64_json" in holder or "url" in holder else set(_SETTINGS) & nulls
    return {**{name: None if name in nulls else value for name, value in holder.items()}, **dict.fromkeys(absent)}


def _with_extras(served: Served, holder: Node) -> Node:
    return {"x_before": 1, **holder, **_EXTRA}


def _reversed(served: Served, holder: Node) -> Node:
    return dict(reversed(holder.items()))


def _revised(served: Served, holder: Node) -> Node:
    is_image = "b64_json" in holder or "url" in holder
    return {**holder, "revised_prompt": "A picture of something else"} if is_image else holder


def _settings_beside(served: Served, holder: Node) -> Node:
    if "data" not in holder:
        return holder
    settings = served.answers.settings(served.order)
    if served.call.values.get("quality", "auto") not in ("auto", settings["quality"]):
        del settings["quality"]  # it has no name of its own in an answer
    if served.order.family in ("dall-e-2", "dall-e-3"):
        settings.pop("quality", None)
    elif served.call.operation.dialect in ("anyfast", "infinityblue"):
        del settings["background"]  # one of them has no such parameter, the other no page with it
    return {**holder, **settings}


def _to_the_fraction(served: Served, holder: Node) -> Node:
    created = holder.get("created")
    return {**holder, "created": created + 0.25} if isinstance(created, int) else holder


def _chat_names(usage: Node) -> Node:
    names = {"input_tokens": "prompt_tokens", "output_tokens": "completion_tokens", "total_tokens": "total_tokens"}
    return {new: usage[old] for old, new in names.items() if old in usage}


def _zeros(usage: Node) -> Node:
    return {name: _zeros(value) if isinstance(value, dict) else 0 for name, value in usage.items()}


def _left_out(name: str, dialects: Iterable[str], warns: tuple[str, ...] = ()) -> Variant:
    return Variant(
        f"without-{name.replace('_', '-')}",
        f"Answers have no {name}.",
        _NO_DOCUMENT,
        lambda: KeysChanged(_without(name), events=False),
        dialects=tuple(dialects),
        models=("dall-e-3",) if name == "revised_prompt" else (),
        warns=warns,
    )


VARIANTS: tuple[Variant, ...] = (
    _left_out("background", ("octen", "openai")),
    _left_out("output_format", ("octen", "openai"), warns=("output-format-missing",)),
    _left_out("quality", ("octen", "openai")),
    _left_out("size", ("octen", "openai")),
    _left_out("usage", ("infinityblue", "openai", "orq")),
    _left_out("created", ("anyfast", "infinityblue", "orq")),
    _left_out("revised_prompt", ("openai", "orq")),
    Variant(
        "without-text",
        "The Gemini models send the picture without text and parts.",
        "The document says that text may come with the picture; a model may have none to say.",
        lambda: KeysChanged(_without("text", "parts")),
        dialects=("octen",),
        models=("google/gemini-3-pro-image",),
        warns=("no-text-though-asked",),
    ),
    Variant(
        "without-plain-text",
        "The Gemini models send their text among the parts alone.",
        "The document says that the text stands in the parts too.",
        lambda: KeysChanged(_without("text")),
        dialects=("octen",),
        models=("google/gemini-3-pro-image",),
    ),
    Variant(
        "without-usage-details",
        "Token usage has no details of the output.",
        _NO_DOCUMENT,
        lambda: UsageChanged(
            lambda usage: {name: value for name, value in usage.items() if name != "output_tokens_details"}
        ),
        dialects=("octen", "openai", "orq"),
    ),
    Variant(
        "bare-answers",
        "Answers have the required keys and no others.",
        _NO_DOCUMENT,
        lambda: KeysChanged(_bare, events=False),
        models=("dall-e-3",),
        dialects=("anyfast", "infinityblue", "octen", "openai", "orq"),
        warns=("output-format-missing", "no-text-though-asked"),
    ),
    Variant(
        "bare-events",
        "Events have the keys that the document shows and no others.",
        "The document does not say that settings and times are repeated.",
        EventsBare,
        dialects=("octen", "openai"),
        warns=("partial-event-without-index", "completed-event-without-usage"),
    ),
    Variant(
        "optional-keys-null",
        "Optional keys of answers are there and null.",
        "The document does not speak of null; a key that is null counts as left out.",
        lambda: KeysChanged(_nulls, events=False),
        dialects=("anyfast", "infinityblue", "octen", "openai", "orq"),
        warns=("answer-null", "output-format-missing", "no-text-though-asked"),
    ),
    Variant(
        "extra-keys",
        "Answers, images and events have keys that no document lists.",
        "JSON APIs grow by new keys; the document does not say that there are no others.",
        lambda: KeysChanged(_with_extras),
        warns=("answer-null", "answer-key-not-listed", "image-key-not-listed", "event-key-not-listed"),
    ),
    Variant(
        "extra-usage-keys",
        "Token usage has keys that no document lists.",
        "JSON APIs grow by new keys; the document does not say that there are no others.",
        lambda: UsageChanged(lambda usage: {**usage, "cached_tokens": 0}),
        dialects=("infinityblue", "octen", "openai", "orq"),
        warns=("usage-key-not-listed",),
    ),
    Variant(
        "usage-of-zero",
        "Token usage counts nothing.",
        "The document does not say how much a picture is.",
        lambda: UsageChanged(_zeros),
        dialects=("infinityblue", "octen", "openai", "orq"),
        warns=("previews-not-charged",),
    ),
    Variant(
        "usage-in-other-words",
        "Token usage has the names of chat completions.",
        "The document does not name the counts.",
        lambda: UsageChanged(_chat_names),
        dialects=("infinityblue", "octen", "orq"),
    ),
    Variant(
        "keys-in-another-order",
        "Answers, images and events have their keys in the opposite order.",
        "The keys of a JSON object have no order.",
        lambda: KeysChanged(_reversed),
    ),
    Variant(
        "revised-prompts",
        "Every image comes with a revised prompt.",
        "The document does not say that it comes from one model alone.",
        lambda: KeysChanged(_revised, events=False),
        dialects=("anyfast", "orq"),
    ),
    Variant(
        "settings-beside",
        "Answers repeat the settings of the picture.",
        "What an answer repeats is true; the document does not say that nothing is repeated.",
        lambda: KeysChanged(_settings_beside, events=False),
        dialects=("anyfast", "infinityblue", "openai", "orq"),
        models=("dall-e-2", "dall-e-3"),
        warns=("answer-key-not-listed", "echo-from-dall-e"),
    ),
    Variant(
        "time-to-the-fraction",
        "The creation time has a fraction of a second.",
        "The document calls it a number.",
        lambda: KeysChanged(_to_the_fraction, events=False),
        dialects=("anyfast", "openai", "orq"),
    ),
)
