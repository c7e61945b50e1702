"""One operation of a dialect: chooses the schema of the model, judges requests, answers, refusals and streams.

The way of a valid request is short on purpose: parse, look the model up, ask the compiled schema. Everything else in
this module runs only when there is something to say.
"""

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from jiter import from_json

from pixelproof._compiled import Broken, CompiledSection
from pixelproof._decision import NEVER, Decision, Settled
from pixelproof._events import listed_events, read_events
from pixelproof._exchange import Exchange
from pixelproof._findings import verdict_on
from pixelproof._foreign import flaw_of_value
from pixelproof._model_class import ModelClass
from pixelproof._nulls import with_null, without_nulls
from pixelproof._parse import MAX_BODY_BYTES, Flaw, parse_json
from pixelproof._values import VALID, File, Json, Path, Profile, Requirement, Verdict

if TYPE_CHECKING:
    from pixelproof._sse import Flaw as FramingFlaw

_UNKNOWN_MODELS_KEPT = 256
_BYTES = (bytes, bytearray, memoryview)
_NOT_SETTLED = (
    LookupError,
    TypeError,
    ValueError,
    RecursionError,
)  # a form, no object, no JSON, a model not met before


class Operation:
    """One operation of a dialect, for example ``generations``; get it from ``load_dialect(...).operation(...)``."""

    def __init__(self, dialect: str, name: str, data: dict[str, Json], requirements: dict[str, Requirement]) -> None:
        self.dialect = dialect
        self.name = name
        self.title: str = data["title"]
        self.method: str = data["method"]
        self.path: str = data["path"]
        self.content_type: str = data["content-type"]
        self.blame: str | None = data.get("blame")
        self.refusal_message: str | None = data.get("refusal-message")
        self.permission: str | None = data["permission"]
        self.permissions: dict[str | None, str] = data["permissions"]
        self.is_form = self.content_type.startswith("multipart/")
        self.parameters: tuple[str, ...] = tuple(data["parameters"])
        self.forms: dict[str, str] = data["forms"]
        self.requirements = {key: value for key, value in requirements.items() if value.operation == name}
        self.models: tuple[str, ...] = tuple(data["models"])
        self.classes = tuple(ModelClass(entry, self.requirements) for entry in data["classes"])
        self.model_parameter: str = data["model-parameter"]
        self._by_model: dict[str, ModelClass] = {model: self.classes[index] for model, index in data["models"].items()}
        self._patterns: list[tuple[re.Pattern[str], ModelClass]] = [
            (re.compile(pattern), self.classes[index]) for pattern, index in data["patterns"]
        ]
        self._absent: list[tuple[tuple[str, ...], ModelClass]] = [
            (tuple(triggers), self.classes[index]) for triggers, index in data["absent"]
        ]
        self._unlisted: ModelClass = self.classes[data["unlisted"]]
        self._unknown: ModelClass = self.classes[data["unknown"]]
        self._settled: dict[str, Settled] = {}
        self._most_bytes = -1 if self.is_form else MAX_BODY_BYTES  # of a body that is read here
        self._rank = {name: index for index, name in enumerate(self.parameters)} | {self.model_parameter: -2}

    def model_class(self, request: Json) -> ModelClass:
        """The kind of model that ``request`` means; ``None`` stands for a request that is not known."""
        if request is None:
            return self._unknown
        if not isinstance(request, dict):
            return self._absent[-1][1]
        model = request.get(self.model_parameter)
        if model is None:
            for triggers, found in self._absent:
                if not triggers:
                    return found
                for name in triggers:
                    if request.get(name) is not None:
                        return found
        if isinstance(model, str):
            known = self._by_model.get(model)
            if known is not None:
                return known
            for pattern, found in self._patterns:
                if pattern.search(model):
                    return found
        return self._unlisted

    def blamed_parameter(self, refusal: Json) -> str | None:
        """The parameter that a refusal blames, at the place for it or else in its text; ``image`` of image[0]."""
        from pixelproof._blame import blamed_parameter

        return blamed_parameter(refusal, self.blame, self.parameters, self.refusal_message)

    def validate_request(
        self,
        body: Json,
        *,
        files: Sequence[File] = (),
        content_type: str | None = None,
        account: dict[str, bool] | None = None,
        profile: Profile = "document",
    ) -> Verdict:
        """Judges a request: a parsed body, raw bytes, or the fields and files of a form."""
        try:
            if type(body) is bytes and len(body) <= self._most_bytes:
                body = from_json(body, catch_duplicate_keys=True, allow_inf_nan=False)  # parse_json without its call
            accepts, name, silent, advice = self._settled[body[self.model_parameter]]
            if (
                accepts(body)
                and (name not in body or body[name] in silent)
                and (advice is VALID or (profile == "document" and not account))
            ):
                return advice
        except _NOT_SETTLED:
            pass
        return self._judge_unsettled(body, files, content_type, account, profile)

    def _judge_unsettled(
        self,
        body: Json,
        files: Sequence[File],
        content_type: str | None,
        account: dict[str, bool] | None,
        profile: Profile,
    ) -> Verdict:
        """The verdict on a request that is not among the settled ones; it may settle those like it."""
        flaw = None
        if not self.is_form and isinstance(body, _BYTES):
            body, flaw = parse_json(body)
        try:
            decision = NEVER if flaw or self.is_form else self._decision(body)
            if decision.breaks_nothing(body):
                if decision.advice is None:
                    decision.advice = self._judge_request(body, None, files, content_type, None, "document")
                self._settle(body.get(self.model_parameter), decision, decision.advice)
                if decision.advice is VALID or (profile == "document" and not account):
                    return decision.advice
            return self._judge_request(body, flaw, files, content_type, account, profile)
        except (ValueError, RecursionError):
            flaw = None if isinstance(body, _BYTES) else flaw_of_value(body)
            if flaw is None:
                raise
            return self._judge_request(None, flaw, files, content_type, account, profile)

    def _decision(self, body: Json) -> Decision:
        """How requests that name the same model as this one, or none like it, are decided."""
        if not isinstance(body, dict):
            return NEVER
        section = self.model_class(body).section("request")
        if self.model_parameter not in body:
            return section.decision(self.model_parameter)
        model = body[self.model_parameter]
        return section.decision(self.model_parameter, model) if isinstance(model, str) else NEVER

    def _settle(self, model: str | None, decision: Decision, advice: Verdict) -> None:
        if model in self._by_model or (model is not None and len(self._settled) < _UNKNOWN_MODELS_KEPT):
            self._settled[model] = decision.settled(advice)

    def _judge_request(
        self,
        body: Json,
        flaw: Flaw | None,
        files: Sequence[File],
        content_type: str | None,
        account: dict[str, bool] | None,
        profile: Profile,
    ) -> Verdict:
        form = None
        if self.is_form and flaw is None:
            from pixelproof._form import read_form

            form = read_form(self.forms, body, files, content_type)
            body, flaw = form.fields, Flaw(form.problem) if form.problem else None
        stripped, nulls = without_nulls(body)
        found = self.model_class(stripped)
        section = found.section("request")
        if flaw is None and form is None and not nulls and not section.rules_for(stripped):
            return verdict_on(section.broken_by_schema(stripped), account or {}, profile, rank=self._rank)
        exchange = Exchange(
            self,
            found.name,
            stripped,
            request=stripped if isinstance(stripped, dict) else {},
            content_type=content_type,
            flaw=flaw,
            nulls=nulls,
            form=form,
            account=account,
        )
        return self._verdict(section, exchange, stripped, 0, profile)

    def validate_response(
        self,
        answer: Json,
        *,
        request: Json = None,
        files: Sequence[File] = (),
        request_verdict: Verdict | None = None,
        status: int = 200,
        content_type: str | None = None,
        account: dict[str, bool] | None = None,
        profile: Profile = "document",
    ) -> Verdict:
        """Judges an answer that is no stream; a ``status`` of 400 and more makes it a refusal.

        ``files`` were uploaded with a ``request`` that is given as the fields of a form. ``request_verdict`` is what
        :meth:`validate_request` said of it, where the caller has asked already; otherwise it is judged here if a rule
        wants to know.
        """
        flaw = None
        if isinstance(answer, _BYTES):
            answer, flaw = parse_json(answer)
        elif flaw := flaw_of_value(answer):
            answer = None
        known = self.known_request(request, files, whole=status >= 400)
        found = self.model_class(known)
        section = found.section("refusal" if status >= 400 else "answer")
        instance = {"answer": answer, "status": status}
        if known is not None:
            instance["request"] = known
        nulls: tuple[Path, ...] = ()
        if flaw is None and status < 400 and not section.is_valid(instance):
            answer, nulls = without_nulls(answer)
            instance["answer"] = answer
        exchange = Exchange(
            self,
            found.name,
            answer,
            request=known,
            status=status,
            content_type=content_type,
            flaw=flaw,
            nulls=nulls,
            account=account,
            asked_for_null=status >= 400 and _has_nulls(request),
            request_verdict=request_verdict,
        )
        return self._verdict(section, exchange, instance, 1, profile)

    def validate_stream(
        self,
        events: "bytes | bytearray | memoryview | Sequence[Json]",
        *,
        request: Json = None,
        status: int = 200,
        content_type: str | None = None,
        account: dict[str, bool] | None = None,
        profile: Profile = "document",
    ) -> Verdict:
        """Judges a stream: raw server-sent events, or ``[{"event": name, "data": {...}}, ...]``."""
        framing: tuple[FramingFlaw, ...] = ()
        if isinstance(events, _BYTES):
            messages, framing = read_events(events)
        else:
            messages = listed_events(events)
        known = self.known_request(request)
        found = self.model_class(known)
        section = found.section("stream")
        instance: dict[str, Json] = {"events": messages, "status": status}
        if known is not None:
            instance["request"] = known
        exchange = Exchange(
            self,
            found.name,
            messages,
            request=known,
            status=status,
            content_type=content_type,
            framing=framing,
            streamed=True,
            account=account,
        )
        return self._verdict(section, exchange, instance, 1, profile)

    def _verdict(
        self,
        section: CompiledSection,
        exchange: Exchange,
        instance: Json,
        depth: int,
        profile: Profile,
    ) -> Verdict:
        """All findings on one message; the first ``depth`` steps of a schema path name the message itself."""
        broken: list[Broken] = []
        if exchange.flaw is not None:
            broken += section.broken_rules(section.unreadable_rules, exchange)
        if exchange.flaw is None or exchange.message is not None:  # of JSON sent as a form the fields can be judged
            schema = section.broken_by_schema(instance)
            if exchange.form is not None:
                from pixelproof._upload_findings import about_files

                schema = about_files(self.forms, schema)
            if depth:
                schema = [(entry[0], entry[1][depth:], *entry[2:]) for entry in schema]
            if exchange.nulls:
                schema = [with_null(entry, exchange.nulls) for entry in schema]
                broken += section.broken_rules(section.null_rules, exchange)
            broken += schema
            broken += section.broken_rules(section.rules_for(exchange.request), exchange)
        return verdict_on(
            broken, exchange.account, profile, stream=exchange.streamed, rank=self._rank if depth == 0 else None
        )

    def known_request(
        self, request: Json, files: Sequence[File] = (), *, whole: bool = False
    ) -> dict[str, Json] | None:
        """The request as answers are judged by it: typed values, no nulls; ``None`` when not given or not readable.

        The fields of a form alone are no ``whole`` request: what was uploaded with them is not known.
        """
        if request is not None and not isinstance(request, _BYTES) and flaw_of_value(request):
            return None
        if self.is_form and request is not None:
            from pixelproof._form import FILES, read_form

            fields = read_form(self.forms, request, files).fields or {}
            if whole and isinstance(request, dict) and not any(self.forms.get(name) in FILES for name in fields):
                return None
            request = fields or None
        elif isinstance(request, _BYTES):
            request, _ = parse_json(request)
        if not isinstance(request, dict):
            return None
        return {key: value for key, value in request.items() if value is not None}


def _has_nulls(request: Json) -> bool:
    if isinstance(request, _BYTES):
        request, _ = parse_json(request)
    return isinstance(request, dict) and None in request.values()
