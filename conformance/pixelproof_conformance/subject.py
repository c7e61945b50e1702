"""What is judged in a run: one operation for one documented model, or for one way of naming none."""

import json
from dataclasses import dataclass, field, replace
from functools import cache, lru_cache
from hashlib import blake2b
from typing import Any, TypeAlias

from pixelproof import Dialect, File, Operation, UsageError, Verdict
from pixelproof._model_class import ModelClass

from pixelproof_conformance.declarations import promised
from pixelproof_conformance.model import Case, CaseFile, Json
from pixelproof_conformance.picture_values import picture_parameters, picture_samples
from pixelproof_conformance.upload import file_name, file_type, large_upload, make_upload
from pixelproof_conformance.values import MISSING, PROMPT, documented_values, sample_value

Body: TypeAlias = dict[str, Json]
"""A request under construction: parameters, with files as :class:`CaseFile` under their field."""

UNLISTED_MODEL = "pixelproof-unlisted-model"

_AS_TEXT = json.JSONEncoder(ensure_ascii=False)
_MOST_JUDGED = 2048
_LONGEST_KEY = 1024
_KEPT_BYTES = 1 << 20


@dataclass(frozen=True, slots=True)
class Subject:
    """A model under trial. ``base`` holds the parameters that select it; ``name`` is what reports call it."""

    dialect: Dialect
    operation: Operation
    name: str
    base: tuple[tuple[str, Json], ...]
    account: tuple[tuple[str, bool], ...] = ()
    _judged: dict[str, Verdict] = field(default_factory=dict, init=False, repr=False, compare=False)

    @property
    def schema(self) -> dict[str, Json]:
        """The folded schema of its requests; parameters that carry pictures have values to send in ``x-samples``."""
        return _with_samples(self.operation, self.operation.model_class(dict(self.base)))

    def section(self, name: str) -> Any:
        """A compiled section of its kind of model."""
        return self.operation.model_class(dict(self.base)).section(name)

    def judge(self, body: Json) -> Verdict:
        """What the validator says about a request; files stand in ``body`` as :class:`CaseFile` under their field.

        It is asked once about each: planning, exploring and judging come back to the same requests.
        """
        fields, files = split_files(body)
        if isinstance(fields, dict):
            fields = self.fields(fields)
            key = repr((sorted(fields.items()), files))
        else:
            key = repr(fields)
        if len(key) > _LONGEST_KEY:
            key = blake2b(key.encode("utf-8", "surrogatepass")).hexdigest()
        found = self._judged.get(key)
        if found is None:
            if len(self._judged) >= _MOST_JUDGED:
                self._judged.clear()
            found = self.operation.validate_request(fields, files=self.files(files), account=dict(self.account))
            self._judged[key] = found
        return found

    def fields(self, body: Body) -> Body:
        """The parameters of a request as they are sent: a form carries text, and neither null nor an empty list."""
        if not self.operation.is_form:
            return body
        kinds = self.operation.forms
        return {
            name: as_field(value, kinds.get(name))
            for name, value in body.items()
            if value is not None and (value != [] or kinds.get(name) == "json")
        }

    def files(self, files: tuple[CaseFile, ...]) -> tuple[File, ...]:
        """Described files as the validator takes them."""
        return tuple(_kept(file) if (file.bytes or 0) <= _KEPT_BYTES else _made(file) for file in files)


def _made(file: CaseFile) -> File:
    content = large_upload(file) or make_upload(file).content
    return File(file.field, content, file_name(file), file_type(file))


_kept = lru_cache(maxsize=256)(_made)


@cache
def _with_samples(operation: Operation, kind: ModelClass) -> dict[str, Json]:
    schema: dict[str, Json] = kind.section("request").schema
    properties = dict(schema.get("properties", {}))
    for name, sort in picture_parameters(schema, operation.forms).items():
        if name in properties:
            node = properties[name]
            properties[name] = {
                **node,
                "x-samples": picture_samples(name, sort, promised(node, operation.requirements)),
            }
    return {**schema, "properties": properties}


def as_field(value: Json, kind: str | None = None) -> str | list[str]:
    """A value as a form carries it: text; an array of simple values repeats its field unless the field holds JSON."""
    if isinstance(value, list) and kind != "json" and not any(isinstance(item, dict | list) for item in value):
        texts = [str(as_field(item)) for item in value]
        return texts[0] if len(texts) == 1 else texts
    return value if isinstance(value, str) else _AS_TEXT.encode(value)


def split_files(body: Json) -> tuple[Json, tuple[CaseFile, ...]]:
    """The text fields and the files of a body in which files stand under their field."""
    if not isinstance(body, dict):
        return body, ()
    fields: dict[str, Json] = {}
    files: list[CaseFile] = []
    for name, value in body.items():
        several = isinstance(value, list) and value != []
        if not isinstance(value[0] if several else value, CaseFile):
            fields[name] = value
            continue
        items = value if several else [value]
        if all(isinstance(item, CaseFile) for item in items):
            files += [item if item.field == name else replace(item, field=name) for item in items]
        else:
            fields[name] = value
    return fields, tuple(files)


def baseline_body(subject: Subject) -> Body:
    """The simplest valid request: what selects the model and what is required."""
    return dict(_baseline(subject))


@lru_cache(maxsize=64)
def tolerated(subject: Subject) -> frozenset[str]:
    """The requirements that the simplest request itself does not keep."""
    return frozenset(finding.requirement for finding in subject.judge(_baseline(subject)).findings)


@lru_cache(maxsize=64)
def _baseline(subject: Subject) -> Body:
    schema = subject.schema
    properties = schema.get("properties", {})
    body = dict(subject.base)
    required = {name for part in (schema, *schema.get("allOf", ())) for name in part.get("required", ())}
    for name in properties:
        if name in required and name not in body:
            value = PROMPT if name == "prompt" else sample_value(properties[name], name)
            if value is not MISSING:
                body[name] = value
    if not any(finding.severity == "error" for finding in subject.judge(body).findings):
        return body
    for name in properties:  # one of several parameters is required, for example image or image[]
        value = sample_value(properties[name], name)
        if name not in body and value is not MISSING:
            wider = {**body, name: value}
            if not any(finding.severity == "error" for finding in subject.judge(wider).findings):
                return wider
    return body


def contradicts_itself(body: Body) -> bool:
    """Whether no picture can be what ``body`` asks for, even where the document does not say so: a transparent JPEG."""
    return body.get("background") == "transparent" and body.get("output_format") == "jpeg"


def whole_body(case: Case) -> Body:
    """The body of a case with its files under their fields, as :meth:`Subject.judge` takes it."""
    files: dict[str, Json] = {}
    for file in case.files:
        files[file.field] = [*files.get(file.field, []), file]
    return {
        **case.body,
        **{name: found if len(found) > 1 or name.endswith("[]") else found[0] for name, found in files.items()},
    }


def subjects_of(
    dialect: Dialect, operation: Operation, models: tuple[str, ...] = (), account: dict[str, bool] | None = None
) -> tuple[Subject, ...]:
    """The subjects of a run: the named models, or every documented one and the ways of naming none.

    Raises :class:`UsageError` for a model that the document does not name for this operation.
    """
    known, optional = _named_subjects(dialect, operation, account or {})
    if not models:
        return (*known.values(), *_judgeable(optional))
    chosen = []
    for model in models:
        found = find_subject(dialect, operation, model, account)
        if found is None:
            names = ", ".join([*known, *optional])
            raise UsageError(f"--model {model!r} is not named in the document of {dialect.name}; it names {names}")
        chosen.append(found)
    return tuple(chosen)


def find_subject(
    dialect: Dialect, operation: Operation, model: str, account: dict[str, bool] | None = None
) -> Subject | None:
    """The subject called ``model``; ``None`` when the document does not name it for this operation."""
    known, optional = _named_subjects(dialect, operation, account or {})
    found = known.get(model) or optional.get(model) or known.get(_same_kind(known, operation, model) or "")
    if found is None or found.name == model:
        return found
    return replace(found, name=model, base=((operation.model_parameter, model),))


def _named_subjects(
    dialect: Dialect, operation: Operation, account: dict[str, bool]
) -> tuple[dict[str, Subject], dict[str, Subject]]:
    """The documented models, and the ways of naming none of them, each by its name."""
    about = dialect.about
    parameter = operation.model_parameter
    facts = tuple(account.items())

    def subject(name: str, base: dict[str, Json]) -> Subject:
        return Subject(dialect, operation, name, tuple(base.items()), facts)

    known: dict[str, Subject] = {}
    for model, declared in about["models"].items():
        if operation.name in declared.get("operations", (operation.name,)):
            known[model] = subject(model, {parameter: declared.get("sample", model)})
    optional: dict[str, Subject] = {}
    for case in about.get("absent-model", ()):
        trigger = case.get("when-any-of", [])[:1]
        base = {name: _sample(operation, name) for name in trigger}
        optional[case["name"]] = subject(case["name"], base)
    optional["an unlisted model"] = subject("an unlisted model", {parameter: UNLISTED_MODEL})
    return known, optional


def _sample(operation: Operation, name: str) -> Json:
    for kind in operation.classes:
        values = documented_values(kind.section("request").schema.get("properties", {}).get(name, {}), name)
        if values:
            return values[0]
    return "text"


def _judgeable(optional: dict[str, Subject]) -> tuple[Subject, ...]:
    """Those ways of naming no documented model whose simplest request is not an error in itself."""
    return tuple(subject for subject in optional.values() if has_valid_requests(subject))


def has_valid_requests(subject: Subject) -> bool:
    """Whether the simplest request is no error, as it is of a model that the document calls unavailable."""
    return not any(finding.severity == "error" for finding in subject.judge(_baseline(subject)).findings)


def _same_kind(known: dict[str, Subject], operation: Operation, model: str) -> str | None:
    """A declared family of names that ``model`` belongs to, for dialects that declare families by pattern."""
    kind = operation.model_class({operation.model_parameter: model})
    if kind is operation.model_class({operation.model_parameter: UNLISTED_MODEL}):
        return None
    for name, subject in known.items():
        if operation.model_class(dict(subject.base)) is kind:
            return name
    return None
