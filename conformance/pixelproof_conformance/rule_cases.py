"""Requests that break the rules which plain JSON Schema cannot express: raw bytes, nulls, and other special shapes.

Other distributions add makers for their own rules through the entry point group ``pixelproof.cases``: the name is that
of the rule, the value a function ``(parameters, subject, bases) -> iterable of Attempt``. The parameters of a rule on
single values are ``{"parameter": NAME, "with": VALUE}``: where its keyword stands, and the value of the keyword.
"""

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache
from typing import TypeAlias

from pixelproof._multipart import build_multipart
from pixelproof._plugins import load_plugin

from pixelproof_conformance.model import Json
from pixelproof_conformance.subject import Subject, split_files
from pixelproof_conformance.upload import make_upload


@dataclass(frozen=True, slots=True)
class Attempt:
    """A request that may break a requirement: a body, or raw bytes that are sent in its place."""

    label: str
    parameter: str | None = None
    body: Json = field(default_factory=dict)
    raw: bytes | None = None
    content_type: str | None = None


Maker: TypeAlias = Callable[[dict[str, Json], Subject, list[dict[str, Json]]], Iterable[Attempt]]


def rule_bodies(
    rule: str, parameters: dict[str, Json], subject: Subject, bases: list[dict[str, Json]]
) -> Iterable[Attempt]:
    """Requests that may break ``rule``; the plan keeps those that the validator confirms."""
    maker = MAKERS.get(rule) or _installed(rule)
    return maker(parameters, subject, bases) if maker else ()


@cache
def _installed(rule: str) -> Maker | None:
    maker: Maker | None = load_plugin("pixelproof.cases", rule)
    return maker


def _unreadable(parameters: dict[str, Json], subject: Subject, bases: list[dict[str, Json]]) -> Iterator[Attempt]:
    whole = json.dumps(bases[0]).encode()
    yield Attempt("cut-short", raw=whole[:-1])
    yield Attempt("not-json", raw=b"prompt=A+plain+red+square")
    yield Attempt("empty", raw=b"")


def _twice(parameters: dict[str, Json], subject: Subject, bases: list[dict[str, Json]]) -> Iterator[Attempt]:
    name = "prompt" if "prompt" in bases[0] else next(iter(bases[0]), "prompt")
    whole = json.dumps(bases[0]).encode()
    again = json.dumps({name: bases[0].get(name)}).encode()
    yield Attempt(f"{name}-twice", name, raw=whole[:-1] + b", " + again[1:])


def _null(parameters: dict[str, Json], subject: Subject, bases: list[dict[str, Json]]) -> Iterator[Attempt]:
    if subject.operation.is_form:  # a form cannot say null
        return
    for name in ("n", "user", "size"):
        if name in subject.schema.get("properties", {}) and name not in bases[0]:
            yield Attempt(f"{name}=null", name, {**bases[0], name: None})


def _no_form(parameters: dict[str, Json], subject: Subject, bases: list[dict[str, Json]]) -> Iterator[Attempt]:
    fields, _ = split_files(bases[0])
    yield Attempt("json", raw=json.dumps(fields).encode(), content_type="application/json")
    yield Attempt("no-boundary", raw=b"prompt", content_type="multipart/form-data")


def _bad_form(parameters: dict[str, Json], subject: Subject, bases: list[dict[str, Json]]) -> Iterator[Attempt]:
    fields, files = split_files(bases[0])
    texts = [(name, str(value)) for name, value in fields.items()]
    whole = build_multipart(texts, [make_upload(file) for file in files], boundary="pixelproof")
    yield Attempt("cut-short", raw=whole[:-6], content_type="multipart/form-data; boundary=pixelproof")


def _as_they_are(parameters: dict[str, Json], subject: Subject, bases: list[dict[str, Json]]) -> Iterator[Attempt]:
    for base in bases:
        yield Attempt("", None, base)


MAKERS: dict[str, Maker] = {
    "unreadable-json": _unreadable,
    "duplicate-key": _twice,
    "null-counted-as-omitted": _null,
    "unreadable-form": _no_form,
    "malformed-form": _bad_form,
    "model-left-open": _as_they_are,
}
