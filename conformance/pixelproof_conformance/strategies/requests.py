"""Generated requests: valid ones, ones with exactly one fault, and ones at the documented bounds."""

from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from hypothesis import assume
from hypothesis import strategies as st
from pixelproof import Dialect, File, Operation, UsageError, load_dialect
from pixelproof._text import shortened

from pixelproof_conformance.limits.scales import scales_of
from pixelproof_conformance.model import Case, CaseFile, Json
from pixelproof_conformance.request import encode_case
from pixelproof_conformance.strategies.bodies import bodies_breaking, breakable, odd_bodies, one_of_these, valid_bodies
from pixelproof_conformance.subject import Body, Subject, has_valid_requests, split_files, subjects_of


@dataclass(frozen=True, slots=True)
class GeneratedRequest:
    """One request to one operation of a dialect, for ``subject``: a model on trial with its dialect and operation.

    ``body`` is the JSON object or the text fields of a form, ``files`` are the files of a form. ``requirement`` is the
    id of the one requirement that the request breaks and ``parameter`` the parameter that a refusal should blame; both
    are ``None`` for a valid request. ``raw`` replaces the body where the bytes themselves are wrong, under
    ``content_type``, which is that of the operation where it is ``None``.
    """

    subject: Subject
    body: dict[str, Json]
    described_files: tuple[CaseFile, ...] = ()
    requirement: str | None = None
    parameter: str | None = None
    raw: bytes | None = None
    content_type: str | None = None

    @property
    def dialect(self) -> str:
        """The name of the dialect."""
        return self.subject.dialect.name

    @property
    def operation(self) -> str:
        """The name of the operation."""
        return self.subject.operation.name

    @property
    def model(self) -> str:
        """The documented name of the model, also for a request that names none."""
        return self.subject.name

    @property
    def files(self) -> tuple[File, ...]:
        """The files of a form, with their content."""
        return self.subject.files(self.described_files)

    @property
    def is_valid(self) -> bool:
        """Whether the request keeps to the document."""
        return self.requirement is None

    def encoded(self) -> tuple[bytes, str]:
        """The body as it goes over the wire, and its content type."""
        operation = self.subject.operation
        case = Case(
            id=f"generated/{self.requirement or 'valid'}",
            kind="explore",
            operation=operation.name,
            model=self.model,
            body=self.body,
            expect="accepted" if self.is_valid else "refused",
            files=self.described_files,
            raw=self.raw,
            content_type=self.content_type,
        )
        message = encode_case(case, operation.content_type, {}, model_parameter=operation.model_parameter)
        body = message.body if isinstance(message.body, bytes) else b"".join(message.body.pieces())
        return body, message.content_type

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        """How Hypothesis shows an example: as ``repr`` does, and not field by field."""
        printer.text(repr(self))

    def __repr__(self) -> str:
        sent = repr({name: shortened(value) for name, value in self.body.items()})
        parts = [f"{self.dialect}/{self.operation}", sent if self.raw is None else f"raw={self.raw[:400]!r}"]
        parts += [_described(file) for file in self.described_files]
        parts += [f"breaks {self.requirement}"] if self.requirement else []
        return f"<request {', '.join(parts)}>"


def _described(file: CaseFile) -> str:
    size = f", {file.bytes} bytes" if file.bytes else ""
    return f"{file.field}: {file.width}x{file.height} {file.format}{size}"


def valid_requests(
    dialect: str | Dialect = "openai",
    operation: str = "generations",
    *,
    model: str | None = None,
    account: dict[str, bool] | None = None,
) -> st.SearchStrategy[GeneratedRequest]:
    """Requests without a finding of error severity, for ``model`` or for every documented one.

    ``account`` holds facts about the account that the dialect names, for example ``{"direct_group": True}``.
    Raises :class:`UsageError` for a dialect, operation or model that is not known.
    """
    return _valid(_with_valid_requests(_subjects(dialect, operation, model, account)))


def one_fault_requests(
    dialect: str | Dialect = "openai",
    operation: str = "generations",
    *,
    model: str | None = None,
    requirement: str | None = None,
    account: dict[str, bool] | None = None,
) -> st.SearchStrategy[GeneratedRequest]:
    """Requests that break exactly one requirement of error severity, or ``requirement`` and nothing as grave.

    ``requirement`` is an id or its last part. Raises :class:`UsageError` for a name that is not known, and for a
    requirement that no request of the chosen models can break alone.
    """
    subjects = _subjects(dialect, operation, model, account)
    wanted = None if requirement is None else _requirement(subjects[0].operation, requirement)
    if wanted is not None:
        able = [subject for subject in subjects if wanted in breakable(subject)]
        if not able:
            raise UsageError(f"requirement={requirement!r}: no request of {_names(subjects)} breaks it alone")
        return st.sampled_from(able).flatmap(lambda subject: _breaking(subject, wanted))
    return st.sampled_from(_with_valid_requests(subjects)).flatmap(_with_any_fault)


def boundary_requests(
    dialect: str | Dialect = "openai",
    operation: str = "generations",
    *,
    model: str | None = None,
    account: dict[str, bool] | None = None,
) -> st.SearchStrategy[GeneratedRequest]:
    """Requests just within a documented bound (valid) and just beyond it (with that one fault).

    Lengths, numbers, items, and for free sizes step, edge, ratio and pixels; the bytes of uploads are left out.
    Raises :class:`UsageError` for names that are not known and where the document states no bound.
    """
    subjects = _with_valid_requests(_subjects(dialect, operation, model, account))
    found: list[GeneratedRequest] = []
    for subject in subjects:
        for scale in scales_of(subject)[0]:
            if scale.documented is not None and scale.is_error and scale.measure != "bytes":
                facts = (scale.requirement, scale.parameter)
                found.append(_request(subject, scale.body(scale.documented)))
                found.append(_request(subject, scale.body(scale.documented + 1), *facts))
    if not found:
        raise UsageError(f"the document states no bounds for {operation} with {_names(subjects)}")
    return one_of_these(found)


def _with_any_fault(subject: Subject) -> st.SearchStrategy[GeneratedRequest]:
    requirements = subject.operation.requirements
    errors = [name for name in breakable(subject) if requirements[name].severity == "error"]
    declared = st.sampled_from(errors).flatmap(lambda name: _breaking(subject, name))
    return st.one_of(declared, declared, _odd(subject))


@st.composite
def _valid(draw: st.DrawFn, subjects: list[Subject]) -> GeneratedRequest:
    subject = draw(st.sampled_from(subjects))
    return _request(subject, draw(valid_bodies(subject, images=True)))


@st.composite
def _breaking(draw: st.DrawFn, subject: Subject, requirement: str) -> GeneratedRequest:
    attempt = draw(bodies_breaking(subject, requirement))
    return _request(subject, attempt.body, requirement, attempt.parameter, attempt.raw, attempt.content_type)


@st.composite
def _odd(draw: st.DrawFn, subject: Subject) -> GeneratedRequest:
    body = draw(odd_bodies(subject))
    errors = [finding for finding in subject.judge(body).findings if finding.severity == "error"]
    assume(len({finding.requirement for finding in errors}) == 1)
    return _request(subject, body, errors[0].requirement, errors[0].parameter)


def _request(
    subject: Subject,
    body: Body,
    requirement: str | None = None,
    parameter: str | None = None,
    raw: bytes | None = None,
    content_type: str | None = None,
) -> GeneratedRequest:
    fields, files = split_files(body)
    return GeneratedRequest(subject, subject.fields(fields), files, requirement, parameter, raw, content_type)


def _subjects(
    dialect: str | Dialect, operation: str, model: str | None, account: dict[str, bool] | None
) -> list[Subject]:
    loaded = load_dialect(dialect) if isinstance(dialect, str) else dialect
    if not isinstance(loaded, Dialect):
        raise UsageError(f"dialect={dialect!r} is neither the name of a dialect nor a Dialect")
    facts = loaded.about.get("account", {})
    for name, value in (account or {}).items():
        if name not in facts or type(value) is not bool:
            known = ", ".join(facts) or "none"
            raise UsageError(
                f"account={{{name!r}: {value!r}}}: {loaded.name} knows these facts, true or false: {known}"
            )
    models = () if model is None else (model,)
    return list(subjects_of(loaded, loaded.operation(operation), models, account))


def _with_valid_requests(subjects: list[Subject]) -> list[Subject]:
    found = [subject for subject in subjects if has_valid_requests(subject)]
    if not found:
        raise UsageError(f"the document allows no request of {_names(subjects)}; choose another model")
    return found


def _requirement(operation: Operation, name: str) -> str:
    known = operation.requirements
    found = [full for full in known if name in (full, full.rpartition("/")[2])]
    if not found:
        close = get_close_matches(name.rpartition("/")[2], [full.rpartition("/")[2] for full in known], n=1)
        hint = f"; do you mean {close[0]!r}?" if close else ""
        raise UsageError(f"requirement={name!r} is none of {operation.dialect}/{operation.name}{hint}")
    return found[0]


def _names(subjects: list[Subject]) -> str:
    return ", ".join(subject.name for subject in subjects)
