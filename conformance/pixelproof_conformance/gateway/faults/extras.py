"""Faults of behaviour, as real gateways have them: something is lost or wrapped, mostly behind a status of 200."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from pixelproof import Dialect, Finding
from pixelproof._values import Json

from pixelproof_conformance.gateway.calls import Call, Order, Reply, json_reply
from pixelproof_conformance.gateway.faults.deviation import Deviation, Served

_DEFAULT = Order(None, "", "", "")


@dataclass(frozen=True, slots=True)
class Extra:
    """A fault that is written by hand: the deviation, and the rules and flaws whose requirements it breaks.

    With ``checks`` it breaks every requirement on requests whose breach is an error. ``dialects`` names those where it
    shows; it is empty when that follows from the requirements.
    """

    name: str
    says: str
    deviation: Callable[[], Deviation]
    rules: tuple[str, ...] = ()
    flaws: tuple[str, ...] = ()
    checks: bool = False
    dialects: tuple[str, ...] = ()

    def requirements(self, dialect: Dialect) -> Iterator[str]:
        """The requirements of the dialect that it breaks; none when the dialect has nothing of the kind."""
        for requirement in () if self.dialects and dialect.name not in self.dialects else dialect.requirements.values():
            if requirement.on == "request":
                broken = self.checks and requirement.severity == "error" and requirement.outcome != "UNSTATED"
            else:
                broken = requirement.rule in self.rules or requirement.id.rpartition("/")[2] in self.flaws
            if broken and requirement.checkable:
                yield requirement.id


class OrderChanged(Deviation):
    """Something else is made than was ordered."""

    def __init__(self, change: Callable[[Order], Order]) -> None:
        self._change = change

    def order(self, call: Call, order: Order) -> Order:
        """The changed order."""
        return self._change(order)


class SizeDropped(Deviation):
    """The size is lost on the way: the default is made, and the answer says so."""

    def order(self, call: Call, order: Order) -> Order:
        """The order with the default size."""
        return replace(order, width=_DEFAULT.width, height=_DEFAULT.height)


class AddressForAll(Deviation):
    """Every image is stored and sent as an address."""

    def answer(self, served: Served, answer: Json) -> Json:
        """The answer with addresses in place of base64."""
        images = range(len(answer["data"]))
        return {**answer, "data": [{"url": served.answers.address(served.order, index)} for index in images]}


class ChatUsage(Deviation):
    """The usage has the names of chat completions."""

    def answer(self, served: Served, answer: Json) -> Json:
        """The answer with the counts renamed."""
        usage = answer.get("usage")
        if not isinstance(usage, dict):
            return answer
        names = {"prompt_tokens": "input_tokens", "completion_tokens": "output_tokens", "total_tokens": "total_tokens"}
        return {**answer, "usage": {new: usage[old] for new, old in names.items()}}


class AllKeys(Deviation):
    """Every image has all three keys, those without a value as null, as a typed client library writes them."""

    def answer(self, served: Served, answer: Json) -> Json:
        """The answer with nulls."""
        keys = dict.fromkeys(("b64_json", "url", "revised_prompt"))
        return {**answer, "data": [{**keys, **item} for item in answer["data"]]}


class FrameworkErrors(Deviation):
    """Refusals come as the web framework writes them: status 422 and a list of details."""

    def refusal(self, call: Call, body: Json) -> Json:
        """The details."""
        parameter = next((finding.parameter for finding in call.findings), None)
        return {"detail": [{"type": "value_error", "loc": ["body", parameter], "msg": "Input should be valid"}]}

    def reply(self, call: Call, reply: Reply) -> Reply:
        """The reply with the framework's status."""
        return replace(reply, status=422) if reply.status == 400 else reply


class HtmlErrors(Deviation):
    """A proxy puts its own page in place of refusals."""

    def reply(self, call: Call, reply: Reply) -> Reply:
        """The page, with the status as it was."""
        if reply.status < 400:
            return reply
        page = f"<html><body><h1>{reply.status} Bad Request</h1><hr>nginx</body></html>"
        return replace(reply, content_type="text/html", chunks=(page.encode(),))


class ErrorsAsSuccess(Deviation):
    """Refusals come with status 200 and no images."""

    def reply(self, call: Call, reply: Reply) -> Reply:
        """The status of success and an answer without images."""
        return json_reply(200, {"created": 0, "data": []}) if reply.status >= 400 else reply


class NothingChecked(Deviation):
    """No parameter is checked; what makes no sense is replaced by something that does."""

    def forgives(self, call: Call, finding: Finding) -> bool:
        """Everything is let in."""
        return True


EXTRAS: tuple[Extra, ...] = (
    Extra(
        "drops-size",
        "The size is lost on the way: every picture has the default size, and the answer says so.",
        SizeDropped,
        rules=("picture-size-not-asked",),
    ),
    Extra(
        "drops-quality",
        "The quality is lost on the way: everything is made with the lowest, and the answer says so.",
        lambda: OrderChanged(lambda order: replace(order, quality="low")),
        flaws=("answer-untrue-of-request",),
        dialects=("octen", "openai"),
    ),
    Extra(
        "drops-background",
        "The background is lost on the way: every picture is opaque, and the answer says so.",
        lambda: OrderChanged(lambda order: replace(order, background="opaque")),
        rules=("transparent-picture-without-alpha",),
    ),
    Extra(
        "always-png",
        "The output format is lost on the way: every picture is a PNG, and the answer says so.",
        lambda: OrderChanged(lambda order: replace(order, format="png")),
        rules=("picture-format-not-asked",),
    ),
    Extra(
        "one-image-only",
        "The number of images is lost on the way: one comes, however many were asked for.",
        lambda: OrderChanged(lambda order: replace(order, count=1)),
        flaws=("another-number-of-images-than-asked",),
    ),
    Extra(
        "stream-collected",
        "A stream is collected and sent as one JSON object.",
        lambda: OrderChanged(lambda order: replace(order, streamed=False)),
        rules=("no-stream-though-asked",),
    ),
    Extra(
        "address-for-all",
        "Every image is stored and sent as an address, also by models that return base64 only.",
        AddressForAll,
        flaws=("url-from-gpt", "b64-json-missing-from-gpt", "url-though-b64-json-asked", "b64-json-missing"),
    ),
    Extra(
        "usage-of-chat",
        "Token usage has the names of chat completions, prompt_tokens and completion_tokens.",
        ChatUsage,
        flaws=("usage-incomplete", "usage-key-not-listed"),
    ),
    Extra(
        "nulls-for-absent-keys",
        "Every image has all keys, those without a value as null.",
        AllKeys,
        rules=("null-counted-as-omitted",),
    ),
    Extra(
        "framework-errors",
        "Refusals come as a web framework writes them, with status 422 and a list of details.",
        FrameworkErrors,
        rules=("refusal-without-message",),
        flaws=("refusal-without-error-object", "refusal-without-error", "refusal-incomplete"),
    ),
    Extra(
        "html-errors",
        "A proxy puts a page of HTML in place of refusals.",
        HtmlErrors,
        flaws=("refusal-not-json",),
    ),
    Extra(
        "nothing-checked",
        "No parameter is checked: every request that can be read at all is answered.",
        NothingChecked,
        checks=True,
    ),
    Extra(
        "errors-as-success",
        "Refusals come with status 200 and an empty list of images.",
        ErrorsAsSuccess,
        checks=True,
    ),
)
