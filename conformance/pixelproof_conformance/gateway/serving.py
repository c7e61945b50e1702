"""The gateway itself, without HTTP: a call comes in, a reply goes out."""

import time
from collections.abc import Callable, Sequence
from hmac import compare_digest

from pixelproof import Dialect, load_dialect
from pixelproof._values import Json

from pixelproof_conformance.gateway.answers import answers_for
from pixelproof_conformance.gateway.answers.base import Answers
from pixelproof_conformance.gateway.calls import Call, Refusal, Reply, json_reply, stream_reply
from pixelproof_conformance.gateway.delivery import FileStore
from pixelproof_conformance.gateway.faults import Fault, find_faults
from pixelproof_conformance.gateway.faults.deviation import Deviation, Served
from pixelproof_conformance.gateway.refusals import makes_no_pictures
from pixelproof_conformance.gateway.variants import Variant, find_variants


class Gateway:
    """Answers calls for its dialects.

    ``faults`` and ``variants`` are switched on, by name or as they are. ``key`` is the only key that is accepted;
    without it every key is. ``clock`` gives Unix seconds. Raises :class:`UsageError` for an unknown dialect, fault or
    variant.
    """

    def __init__(
        self,
        dialects: Sequence[str | Dialect],
        *,
        faults: Sequence[str | Fault] = (),
        variants: Sequence[str | Variant] = (),
        key: str | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        loaded = [load_dialect(name) if isinstance(name, str) else name for name in dialects]
        self.dialects = {dialect.name: dialect for dialect in loaded}
        named = find_faults([fault for fault in faults if isinstance(fault, str)], loaded)
        self.faults = (*named, *(fault for fault in faults if isinstance(fault, Fault)))
        self.files = FileStore()
        self.key = key
        self._clock = clock
        self._answers = {dialect.name: answers_for(dialect, self.files, clock) for dialect in loaded}
        self.vary(*variants)

    def answers(self, dialect: str) -> Answers:
        """How the dialect answers."""
        return self._answers[dialect]

    @property
    def variants(self) -> tuple[Variant, ...]:
        """The variants that are switched on."""
        return tuple(variant for variant, _ in self._variations)

    def vary(self, *variants: str | Variant) -> None:
        """Switch on these variants and no others. Raises :class:`UsageError` for one that no dialect here has."""
        names = [variant if isinstance(variant, str) else variant.name for variant in variants]
        found = find_variants(names, list(self.dialects.values()))
        self._variations = [(variant, variant.deviation()) for variant in found]

    def reply_to(self, call: Call, refusal: Refusal | None = None) -> Reply:
        """The reply to a call; ``refusal`` says why it was not let in."""
        varied = [deviation for variant, deviation in self._variations if variant.concerns(call)]
        faulty = [] if refusal else [fault.deviation for fault in self.faults if fault.concerns(call)]
        reply = self._reply_to(call, [*varied, *faulty], refusal)
        for deviation in (*faulty, *varied):  # what a variant does to the bytes is done to those of a fault too
            reply = deviation.reply(call, reply)
        return reply

    def _reply_to(self, call: Call, deviations: list[Deviation], refusal: Refusal | None) -> Reply:
        answers = self._answers[call.operation.dialect]
        refusal = refusal or self._refusal(call, answers, deviations)
        if refusal is None:
            for deviation in deviations:
                if (reply := deviation.instead(call)) is not None:
                    return reply
            refusal = makes_no_pictures(call) or answers.impossible(call)
        if refusal is not None:
            body = answers.refusal(refusal)
            for deviation in deviations:
                body = deviation.refusal(call, body)
            return json_reply(refusal.status, body, refusal.headers)
        order = answers.order(call)
        for deviation in deviations:
            order = deviation.order(call, order)
        served = Served(call, order, answers)
        if order.streamed:
            events = answers.events(order)
            for deviation in deviations:
                events = deviation.events(served, events)
            return stream_reply(events)
        answer: Json = answers.answer(order)
        for deviation in deviations:
            answer = deviation.answer(served, answer)
        return json_reply(200, answer)

    def _refusal(self, call: Call, answers: Answers, deviations: list[Deviation]) -> Refusal | None:
        for deviation in deviations:
            if (refusal := deviation.turns_away(call)) is not None:
                return refusal
        if call.unreadable:
            return Refusal(400, call.unreadable)
        for finding in call.findings:
            if finding.severity == "error" and not any(deviation.forgives(call, finding) for deviation in deviations):
                return answers.refused(call, finding)
        refusals = (deviation.refuses(call) for deviation in deviations)
        return next((refusal for refusal in refusals if refusal is not None), None)

    def refuse(self, dialect: str, refusal: Refusal) -> Reply:
        """A refusal in the envelope of the dialect."""
        return json_reply(refusal.status, self._answers[dialect].refusal(refusal))

    def key_refusal(self, dialect: str, header: str | None) -> Refusal | None:
        """Why the caller is not let in, by the header in which the dialect expects the key; ``None`` when he is."""
        expected = self.dialects[dialect].about["authentication"]
        scheme, place = expected.get("scheme"), expected["header"]
        key = (header or "").strip()
        if scheme is not None:
            word, _, rest = key.partition(" ")
            key = rest.strip() if word.lower() == scheme.lower() else ""
        if not key:
            shape = f"{place}: {scheme} KEY" if scheme else f"{place}: KEY"
            return Refusal(401, f"No key was given. Send the header '{shape}'.")
        if self.key is not None and not compare_digest(key.encode(), self.key.encode()):
            return Refusal(401, "Incorrect API key provided.", code="invalid_api_key")
        return None

    def models(self, dialect: str) -> Json:
        """The list of models, in the shape that SDKs read."""
        names = [facts.get("sample", name) for name, facts in self.dialects[dialect].about["models"].items()]
        listed = [{"id": name, "object": "model", "created": 0, "owned_by": dialect} for name in names]
        return {"object": "list", "data": listed}
