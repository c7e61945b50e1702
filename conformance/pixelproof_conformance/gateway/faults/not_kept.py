"""Faults in what is sent: one requirement on answers, streams or refusals is not kept."""

from collections.abc import Iterable

from pixelproof import Finding
from pixelproof._values import Json

from pixelproof_conformance.gateway.calls import Call, Event, Order, Reply
from pixelproof_conformance.gateway.delivery import picture_text
from pixelproof_conformance.gateway.faults.deviation import Deviation, Served
from pixelproof_conformance.gateway.faults.mutation import Sample, broken_copy
from pixelproof_conformance.gateway.faults.places import declared, declaring_class
from pixelproof_conformance.gateway.faults.rules import breaker_of

_WHEN_ACCEPTED = ("answer", "stream")
_BY_TYPE: dict[str, Json] = {"string": "text", "integer": 1, "number": 1, "boolean": True, "array": [], "object": {}}


class NotKept(Deviation):
    """Whatever declares the requirement for the model of a call, a constraint or a rule, is broken in its answer."""

    def __init__(self, requirement: str) -> None:
        self._requirement = requirement

    def forgives(self, call: Call, finding: Finding) -> bool:
        """Whether a broken rule overlooks it."""
        return any(deviation.forgives(call, finding) for deviation in self._rules(call, _WHEN_ACCEPTED))

    def order(self, call: Call, order: Order) -> Order:
        """What is made, where a rule is broken by making something else."""
        for deviation in self._rules(call, _WHEN_ACCEPTED):
            order = deviation.order(call, order)
        return order

    def answer(self, served: Served, answer: Json) -> Json:
        """The answer, broken at a declared place."""
        for deviation in self._rules(served.call, ["answer"]):
            answer = deviation.answer(served, answer)
        return self._broken(served.call, "answer", {"answer": answer, "status": 200}, _samples(served))["answer"]

    def events(self, served: Served, events: list[Event]) -> list[Event]:
        """The events, one of them broken at a declared place."""
        for deviation in self._rules(served.call, ["stream"]):
            events = deviation.events(served, events)
        broken = self._broken(served.call, "stream", {"events": events, "status": 200}, _samples(served))
        changed: list[Event] = broken["events"]
        return changed

    def refusal(self, call: Call, body: Json) -> Json:
        """The refusal, broken at a declared place; one that loses its error object says why at its top."""
        for deviation in self._rules(call, ["refusal"]):
            body = deviation.refusal(call, body)
        broken = self._broken(call, "refusal", {"answer": body, "status": 400}, lambda name, node: "text")["answer"]
        return {"message": "The request was refused."} if broken == {} else broken

    def reply(self, call: Call, reply: Reply) -> Reply:
        """The bytes, where a rule on them is broken."""
        section = "refusal" if reply.status >= 400 else "stream" if reply.streamed else "answer"
        for deviation in self._rules(call, [section]):
            reply = deviation.reply(call, reply)
        return reply

    def _rules(self, call: Call, sections: Iterable[str]) -> list[Deviation]:
        """The deviations that break the rules of the requirement, each rule once."""
        kind = declaring_class(call.operation, call.model_class, self._requirement)
        bound = dict(rule for name in sections for rule in declared(kind, name, self._requirement).rules)
        breakers = ((breaker_of(rule), parameters) for rule, parameters in bound.items())
        return [breaker(parameters) for breaker, parameters in breakers if breaker is not None]

    def _broken(self, call: Call, section: str, instance: dict[str, Json], sample: Sample) -> dict[str, Json]:
        kind = declaring_class(call.operation, call.model_class, self._requirement)
        places = declared(kind, section, self._requirement).places
        if not places:
            return instance
        known = {**instance, "request": call.values} if kind is call.model_class else instance
        spared = ("message", "msg", (call.operation.refusal_message or "").rpartition("/")[2])  # else it says nothing
        changed: dict[str, Json] = broken_copy(known, places, self._requirement, kind.section(section), sample, spared)
        return changed


def _samples(served: Served) -> Sample:
    """Plausible values for keys that an answer should not have: those that other models really send."""

    def sample(name: str, node: dict[str, Json]) -> Json:
        answers, order = served.answers, served.order
        if name == "url":
            return answers.address(order)
        if name == "b64_json":
            return picture_text(order, 0)
        if name == "usage":
            return answers.usage(order)
        known = {"created": 0, "revised_prompt": f"A picture of: {order.prompt}", **answers.settings(order)}
        listed = node.get("enum", [_BY_TYPE.get(node.get("type", "string"), "text")])
        return known.get(name, listed[0])

    return sample
