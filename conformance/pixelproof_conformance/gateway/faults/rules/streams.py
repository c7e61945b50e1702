"""Rules on a stream, broken in its events or in its bytes."""

from dataclasses import replace

from pixelproof_conformance.gateway.answers.settings import switched_on
from pixelproof_conformance.gateway.calls import Call, Event, Order, Reply
from pixelproof_conformance.gateway.delivery import picture_text
from pixelproof_conformance.gateway.faults.deviation import Served
from pixelproof_conformance.gateway.faults.rules.breaker import BesideChanged, Breaker, Holder, RuleBroken, is_partial


class NoBlankLine(RuleBroken):
    """The blank line after the last event is missing."""

    def reply(self, call: Call, reply: Reply) -> Reply:
        """The stream without its last byte."""
        *events, last = reply.chunks
        return replace(reply, chunks=(*events, last[:-1]))


class SentAsText(RuleBroken):
    """A stream is declared as plain text."""

    def reply(self, call: Call, reply: Reply) -> Reply:
        """The stream under another content type."""
        return replace(reply, content_type="text/plain; charset=utf-8")


class EventsRenamed(RuleBroken):
    """The lines that name the events say "message"; the types in the data are right."""

    def events(self, served: Served, events: list[Event]) -> list[Event]:
        """The same data under another name."""
        return [{**event, "event": "message"} for event in events]


class KeepAlive(RuleBroken):
    """An event of a type of its own comes first."""

    def events(self, served: Served, events: list[Event]) -> list[Event]:
        """The stream behind the event."""
        return [{"event": "keepalive", "data": {"type": "keepalive"}}, *events]


class CompletedTwice(RuleBroken):
    """The finished image is sent twice."""

    def events(self, served: Served, events: list[Event]) -> list[Event]:
        """The stream with its last event doubled."""
        return [*events, events[-1]]


class PreviewAfterCompleted(RuleBroken):
    """A preview follows the finished image."""

    def events(self, served: Served, events: list[Event]) -> list[Event]:
        """The last preview moved behind the finished image; without previews one is made."""
        previews = [index for index, event in enumerate(events) if is_partial(event)]
        if previews:
            last = previews[-1]
            return [*events[:last], *events[last + 1 :], events[last]]
        return [*events, _preview(served, events[-1], 0)]


class PreviewsOutOfOrder(RuleBroken):
    """The first preview comes last of the previews, or the only one does not count from 0."""

    def events(self, served: Served, events: list[Event]) -> list[Event]:
        """The stream with its previews in another order."""
        previews = [event for event in events if is_partial(event)]
        others = [event for event in events if not is_partial(event)]
        if len(previews) == 1:
            [only] = previews
            previews = [{**only, "data": {**only["data"], "partial_image_index": 1}}]
        return [*previews[1:], *previews[:1], *others]


class OnePreviewMore(RuleBroken):
    """One more preview comes than was asked for."""

    def events(self, served: Served, events: list[Event]) -> list[Event]:
        """The stream with another preview before its last event."""
        count = sum(is_partial(event) for event in events)
        return [*events[:-1], _preview(served, events[-1], count), events[-1]]


class StreamUnasked(RuleBroken):
    """A stream comes although none was asked for."""

    def order(self, call: Call, order: Order) -> Order:
        """The order as a stream."""
        return replace(order, streamed=True)


class StreamUnsupported(RuleBroken):
    """A stream comes from what never streams: when it is asked for, and always where it cannot rightly be asked for."""

    def order(self, call: Call, order: Order) -> Order:
        """The order as a stream."""
        return replace(order, streamed=order.streamed or switched_on(call.values.get("stream")) or _out_of_reach(call))


class PreviewsForFree(BesideChanged):
    """The usage counts fewer image tokens than the previews cost."""

    def changed(self, served: Served, holder: Holder) -> Holder:
        """A usage that adds up to one token of output."""
        usage = holder.get("usage")
        if not isinstance(usage, dict) or "output_tokens_details" not in usage:
            return holder
        small = {"output_tokens": 1, "total_tokens": usage["input_tokens"] + 1}
        return {**holder, "usage": {**usage, **small, "output_tokens_details": {"image_tokens": 1, "text_tokens": 0}}}


class EventsOfAnotherMode(RuleBroken):
    """A generation is answered with the events of an edit, and the other way round."""

    def events(self, served: Served, events: list[Event]) -> list[Event]:
        """The stream with its events renamed."""
        names = {"image_generation": "image_edit", "image_edit": "image_generation"}
        renamed: list[Event] = []
        for event in events:
            mode, _, kind = event["event"].partition(".")
            name = f"{names.get(mode, mode)}.{kind}"
            renamed.append({"event": name, "data": {**event["data"], "type": name}})
        return renamed


def _out_of_reach(call: Call) -> bool:
    """Whether the document lists no ``stream`` for the operation, or does not allow it in this request."""
    asked = {**call.values, "stream": True}
    return "stream" not in call.operation.parameters or call.operation.validate_request(asked).verdict == "invalid"


def _preview(served: Served, final: Event, index: int) -> Event:
    name = final["event"].replace("completed", "partial_image")
    text = picture_text(served.order, 0, partial=index)
    data = {key: value for key, value in final["data"].items() if key != "usage"}
    return {"event": name, "data": {**data, "type": name, "b64_json": text, "partial_image_index": index}}


BREAKERS: dict[str, Breaker] = {
    "completed-not-last": PreviewAfterCompleted,
    "event-name-differs-from-type": EventsRenamed,
    "event-not-listed": KeepAlive,
    "event-of-another-mode": EventsOfAnotherMode,
    "more-partial-images-than-asked": OnePreviewMore,
    "not-exactly-one-completed": CompletedTwice,
    "partial-images-out-of-order": PreviewsOutOfOrder,
    "previews-not-charged": PreviewsForFree,
    "stream-framing-broken": NoBlankLine,
    "stream-not-sent-as-events": SentAsText,
    "stream-not-supported": StreamUnsupported,
    "stream-though-not-asked": StreamUnasked,
}
