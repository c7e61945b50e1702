"""Rules on an answer as a whole, broken in its JSON or in its bytes."""

from dataclasses import replace

from pixelproof import Finding
from pixelproof._values import Json

from pixelproof_conformance.gateway.calls import Call, Order, Reply
from pixelproof_conformance.gateway.faults.deviation import Served
from pixelproof_conformance.gateway.faults.rules.breaker import BesideChanged, Breaker, Holder, RuleBroken

_HTML = b"<html><head><title>502 Bad Gateway</title></head><body>upstream error</body></html>"
_OTHER_VALUES = {
    "quality": ("high", "low"),
    "size": ("1536x1024", "1024x1024"),
    "output_format": ("jpeg", "png"),
    "background": ("opaque", "transparent"),
}


class OneImageOff(RuleBroken):
    """An image is missing from several, or a second one stands beside the one."""

    def answer(self, served: Served, answer: Json) -> Json:
        """The answer with one image less or more."""
        data = answer["data"]
        return {**answer, "data": data[:-1] if len(data) > 1 else [*data, served.answers.item(served.order, len(data))]}


class SentAsText(RuleBroken):
    """An answer is declared as plain text."""

    def reply(self, call: Call, reply: Reply) -> Reply:
        """The reply under another content type."""
        return replace(reply, content_type="text/plain; charset=utf-8")


class Html(RuleBroken):
    """A page of HTML comes where JSON is due."""

    def reply(self, call: Call, reply: Reply) -> Reply:
        """The page, under the content type and status that were due."""
        return replace(reply, chunks=(_HTML,))


class KeyTwice(RuleBroken):
    """The first key of an answer stands in it twice."""

    def reply(self, call: Call, reply: Reply) -> Reply:
        """The text with its first key doubled."""
        name = reply.body[1:].partition(b":")[0]
        return replace(reply, chunks=(b"{" + name + b": 0, " + reply.body[1:],)) if name else reply


class NullKey(RuleBroken):
    """A key that has no value is null instead of left out."""

    def answer(self, served: Served, answer: Json) -> Json:
        """The answer with a null in its first image, else in itself."""
        schema = served.call.model_class.section("answer").schema["properties"]["answer"].get("properties", {})
        item = answer["data"][0]
        for name in schema.get("data", {}).get("items", {}).get("properties", {}):
            if name not in item:
                return {**answer, "data": [{**item, name: None}, *answer["data"][1:]]}
        return {**answer, **dict.fromkeys([name for name in schema if name not in answer][:1])}


class EchoUntrueOfPicture(BesideChanged):
    """The answer names another size or format than its pictures have, also where it names none otherwise."""

    def changed(self, served: Served, holder: Holder) -> Holder:
        """Another format, or another size when the format was asked for and would contradict the request too."""
        true = {"output_format": served.order.format, "size": served.order.size}
        # What the answer names already goes first: a key that it never has would be a fault of its own.
        names = sorted(true, key=lambda name: (name in served.call.values, name not in holder))
        return {**holder, names[0]: _other(names[0], true[names[0]])}


class EchoUntrueOfRequest(BesideChanged):
    """The answer names another setting than was asked for."""

    def changed(self, served: Served, holder: Holder) -> Holder:
        """Another quality, or another value of what else was asked for."""
        asked = served.call.values
        true = {name: holder.get(name, asked.get(name)) for name in self.parameters["parameters"]}
        ranked = [name for name in dict.fromkeys([*_OTHER_VALUES, *true]) if name in true]
        names = [name for name in ranked if true[name] == asked.get(name, "auto")]
        names.sort(key=lambda name: name not in holder)
        return {**holder, names[0]: _other(names[0], true[names[0]])} if names else holder


class WrongTotal(BesideChanged):
    """The total of the tokens is too small."""

    def changed(self, served: Served, holder: Holder) -> Holder:
        """The usage, also where there is none otherwise, with a smaller total."""
        usage = holder.get("usage") or served.answers.usage(served.order)
        return {**holder, "usage": {**usage, "total_tokens": usage["total_tokens"] - 1}}


class NoStream(RuleBroken):
    """A stream that was asked for is not sent; the answer comes in one piece."""

    def order(self, call: Call, order: Order) -> Order:
        """The order without its stream."""
        return replace(order, streamed=False)


class RefusalLeftOut(RuleBroken):
    """A request that is said to be refused is answered."""

    def forgives(self, call: Call, finding: Finding) -> bool:
        """Whether the document says that a refusal comes back."""
        return finding.outcome == "R400"

    def order(self, call: Call, order: Order) -> Order:
        """The order without the background that cannot be made."""
        refused = any(finding.outcome == "R400" for finding in call.findings)
        return replace(order, background="opaque") if refused else order


def _other(name: str, value: Json) -> str:
    first, second = _OTHER_VALUES.get(name, ("another", "other"))
    return second if value == first else first


BREAKERS: dict[str, Breaker] = {
    "another-number-of-images": OneImageOff,
    "answer-not-sent-as-json": SentAsText,
    "duplicate-key": KeyTwice,
    "echo-differs-from-picture": EchoUntrueOfPicture,
    "echo-differs-from-request": EchoUntrueOfRequest,
    "no-stream-though-asked": NoStream,
    "null-counted-as-omitted": NullKey,
    "refusal-left-out": RefusalLeftOut,
    "unreadable-json": Html,
    "usage-does-not-add-up": WrongTotal,
}
