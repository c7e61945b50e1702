"""Requests that break exactly one requirement: from the constraints, from rule plugins, from odd pictures."""

import json
from collections.abc import Callable, Iterator
from functools import partial
from typing import TypeAlias

from pixelproof_conformance.accepted import key_of
from pixelproof_conformance.declarations import Constraint, constraints
from pixelproof_conformance.large_body import LARGE
from pixelproof_conformance.model import CaseFile, Json
from pixelproof_conformance.picture_values import odd_pictures, picture_parameters
from pixelproof_conformance.rule_cases import Attempt, rule_bodies
from pixelproof_conformance.subject import Body
from pixelproof_conformance.trial import Trial
from pixelproof_conformance.values import MISSING, UNLISTED_KEY, breaking_values, sample_value

PER_CONSTRAINT = 4
"""How many values are tried for one constraint."""

BASES_FOR_LARGE = 2
"""On how many accepted requests a picture of many megabytes is tried; each look reads the whole of it."""

Change: TypeAlias = tuple[str | None, str, Callable[[Json], Json]]
"""The parameter that a change is about, a label, and the change of a body."""


def broken_requests(
    trial: Trial, bases: list[Body], enough: Callable[[str], bool] = lambda requirement: False
) -> Iterator[tuple[str, Attempt]]:
    """Requests that break exactly one requirement, with its id; none is looked for where there are ``enough``."""
    seen: set[str] = set()
    for requirement in sorted(trial.tolerated):  # what the simplest request itself leaves open
        yield requirement, Attempt("simplest", body=bases[0])
    if not trial.operation.is_form and "type" in trial.schema["x-requirement"]:
        yield trial.schema["x-requirement"]["type"], Attempt("array", raw=b"[]")
    for constraint in constraints(trial.schema):
        for name, label, change in changes(constraint, trial.schema):
            for base in () if enough(constraint.requirement) else bases:
                body = change(base)
                key = key_of(body)
                if key in seen or body == base:
                    continue
                if trial.breaks_only(body, constraint.requirement):
                    seen.add(key)
                    yield constraint.requirement, Attempt(label, name, body)
                    break
    for entry in trial.schema.get("x-rules", ()):
        if enough(entry["id"]):
            continue
        yield from _breaking_rule(trial, entry["rule"], entry["with"], entry["id"], bases)
    for constraint in constraints(trial.schema):
        keyword = constraint.keyword.partition("/")[0]
        if keyword.startswith("x-") and constraint.path:
            facts = {"parameter": constraint.path[0], "with": constraint.node[keyword]}
            yield from _breaking_rule(trial, keyword[2:], facts, constraint.requirement, bases)
    yield from _with_odd_pictures(trial, bases)


def _breaking_rule(
    trial: Trial, rule: str, parameters: dict[str, Json], requirement: str, bases: list[Body]
) -> Iterator[tuple[str, Attempt]]:
    """The requests made for a rule that break its requirement, with its id."""
    for attempt in rule_bodies(rule, parameters, trial.subject, bases):
        if attempt.raw is not None:
            verdict = trial.operation.validate_request(attempt.raw, content_type=attempt.content_type)
            if requirement in {found.requirement for found in verdict.findings}:
                yield requirement, attempt
        elif trial.breaks_only(attempt.body, requirement):
            yield requirement, attempt


def _with_odd_pictures(trial: Trial, bases: list[Body]) -> Iterator[tuple[str, Attempt]]:
    """Odd files and base64 texts; the validator says which requirement each of them breaks."""
    pictures = picture_parameters(trial.schema, trial.operation.forms)
    for name, kind in pictures.items():
        node = trial.properties.get(name, {})
        values = [
            *odd_pictures(name, kind, node),
            *((f"with-{name}", value) for value in node.get("x-samples", ())[:1]),
        ]
        for label, value in values:
            for base in bases[:BASES_FOR_LARGE] if _is_large(value) else bases:
                alone = {key: kept for key, kept in base.items() if key not in pictures}
                wider = ({**base, name: value}, {**alone, name: value})
                found = [(requirement, body) for body in wider for requirement in trial.broken_alone(body)]
                for requirement, body in found:
                    yield requirement, Attempt(f"{name}={label}", name, body)
                if found:
                    break


def _is_large(value: Json) -> bool:
    files = value if isinstance(value, list) else [value]
    return any(isinstance(file, CaseFile) and (file.bytes or 0) >= LARGE for file in files)


def changes(constraint: Constraint, schema: dict[str, Json]) -> Iterator[Change]:
    """The parameter, a label and a function body -> body, for each way of breaking ``constraint``."""
    path = constraint.path
    name = str(path[0]) if path else None
    if constraint.keyword == "required":
        for missing in constraint.node["required"]:
            place = (*path, missing)
            yield name or missing, f"without-{missing}", partial(changed_at, path=place, value=MISSING, schema=schema)
    elif constraint.keyword == "additionalProperties":
        place = (*path, UNLISTED_KEY)
        yield name or UNLISTED_KEY, UNLISTED_KEY, partial(changed_at, path=place, value="text", schema=schema)
    elif path:
        samples = schema.get("properties", {}).get(name, {}).get("x-samples", [])
        is_whole = len(path) == 1 and constraint.keyword == "not"
        values = samples[:1] if samples and is_whole else breaking_values(constraint, str(name))
        for value in values[:PER_CONSTRAINT]:
            yield name, f"{name}={label_of(value)}", partial(changed_at, path=path, value=value, schema=schema)


def changed_at(body: Json, path: tuple[str | int, ...], value: Json, schema: dict[str, Json]) -> Json:
    """``body`` with the value at ``path`` replaced (the first item for ``*``); missing parents get a sample."""
    if not path:
        return value
    step, rest = path[0], path[1:]
    if step == "*":
        if not isinstance(body, list):
            return body
        first = body[0] if body else sample_value(schema.get("items", {}))
        return [changed_at(first, rest, value, schema.get("items", {})), *body[1:]]
    if not isinstance(body, dict):
        return body
    out = dict(body)
    node = schema.get("properties", {}).get(step, {})
    if rest:
        parent = out.get(str(step), sample_value(node, str(step)))
        if parent is MISSING:
            parent = [] if rest[0] == "*" else {}
        out[str(step)] = changed_at(parent, rest, value, node)
    elif value is MISSING:
        out.pop(str(step), None)
    else:
        out[str(step)] = value
    return out


def label_of(value: Json) -> str:
    """A short name of a value for the id of a case."""
    if value is MISSING:
        return "absent"
    if isinstance(value, str) and len(value) > 24:
        return f"{len(value)}-characters" if value.isascii() else f"{len(value)}-other-characters"
    text = json.dumps(value, default=repr)
    if len(text) <= 24:
        return text
    return f"{type(value).__name__}-of-{len(value)}" if isinstance(value, list | dict) else "a-file"
