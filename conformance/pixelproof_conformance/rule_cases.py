"""Requests that break the rules which plain JSON Schema cannot express: raw bytes, nulls, and other special shapes.

Other distributions add makers for their own rules through the entry point group ``pixelproof.cases``: the name is that
of the rule, the value a function ``(parameters, subject, bases) -> iterable of Attempt``.
"""

import json
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from importlib.metadata import entry_points
from typing import TypeAlias

from pixelproof_conformance.model import Json
from pixelproof_conformance.subject import Subject

Attempt: TypeAlias = tuple[str, str | None, Json, bytes | None]
"""Label, blamed parameter, body, and the raw bytes that are sent in place of the body."""

Maker: TypeAlias = Callable[[dict[str, Json], Subject, list[dict[str, Json]]], Iterable[Attempt]]


def rule_bodies(
    rule: str, parameters: dict[str, Json], subject: Subject, bases: list[dict[str, Json]]
) -> Iterable[Attempt]:
    """Requests that may break ``rule``; the plan keeps those that the validator confirms."""
    maker = MAKERS.get(rule) or _installed(rule)
    return maker(parameters, subject, bases) if maker else ()


@cache
def _installed(rule: str) -> Maker | None:
    for point in entry_points(group="pixelproof.cases", name=rule):
        maker: Maker = point.load()
        return maker
    return None


def _unreadable(parameters: dict[str, Json], subject: Subject, bases: list[dict[str, Json]]) -> Iterator[Attempt]:
    whole = json.dumps(bases[0]).encode() if not subject.operation.is_form else b"{}"
    yield "cut-short", None, {}, whole[:-1]
    yield "not-json", None, {}, b"prompt=A+plain+red+square"
    yield "empty", None, {}, b""


def _twice(parameters: dict[str, Json], subject: Subject, bases: list[dict[str, Json]]) -> Iterator[Attempt]:
    if not subject.operation.is_form:
        name = "prompt" if "prompt" in bases[0] else next(iter(bases[0]), "prompt")
        whole = json.dumps(bases[0]).encode()
        again = json.dumps({name: bases[0].get(name)}).encode()
        yield f"{name}-twice", name, {}, whole[:-1] + b", " + again[1:]


def _null(parameters: dict[str, Json], subject: Subject, bases: list[dict[str, Json]]) -> Iterator[Attempt]:
    for name in ("n", "user", "size"):
        if name in subject.schema.get("properties", {}) and name not in bases[0]:
            yield f"{name}=null", name, {**bases[0], name: None}, None


def _as_they_are(parameters: dict[str, Json], subject: Subject, bases: list[dict[str, Json]]) -> Iterator[Attempt]:
    for base in bases:
        yield "", None, base, None


MAKERS: dict[str, Maker] = {
    "unreadable-json": _unreadable,
    "duplicate-key": _twice,
    "null-counted-as-omitted": _null,
    "model-left-open": _as_they_are,
}
