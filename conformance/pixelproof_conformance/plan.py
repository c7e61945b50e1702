"""The fixed cases of a run: baseline, requests that must be refused, accepted ones combined, and the open ones.

A negative is an accepted request with exactly one requirement broken; the validator is asked to confirm it, so that a
refusal means something. Accepted cases cover every documented value of every parameter in few requests, and every pair
of values of parameters that the document ties to each other. Everything is a function of the declarations: the same
dialect and options give the same plan.
"""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from itertools import combinations
from typing import Any

from pixelproof import Finding, Requirement

from pixelproof_conformance.model import Case, Expectation, Json, Kind
from pixelproof_conformance.picture_values import odd_pictures, picture_parameters
from pixelproof_conformance.rule_cases import Attempt, rule_bodies
from pixelproof_conformance.subject import Subject, split_files
from pixelproof_conformance.values import (
    MISSING,
    PROMPT,
    UNLISTED_KEY,
    Constraint,
    breaking_values,
    constraints,
    documented_values,
    sample_value,
)

CHEAP = ("low", "standard", "256x256")
PER_CONSTRAINT = 4
CARRIERS = 4
"""How many refused requests are sent at least where requirements on refusals are chosen."""

Body = dict[str, Json]
Goal = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """The cases for one subject, in the order in which they are sent, and what no case could be made for."""

    subject: Subject
    baseline: Case
    rejects: tuple[Case, ...]
    accepts: tuple[Case, ...]
    opens: tuple[Case, ...]
    without_case: tuple[str, ...]
    """Requirements on requests that no made request breaks alone."""

    @property
    def cases(self) -> tuple[Case, ...]:
        """All cases in the order in which they are sent."""
        return (self.baseline, *self.rejects, *self.accepts, *self.opens)

    @property
    def images(self) -> int:
        """How many pictures are paid for when the endpoint keeps to the document."""
        return sum(case.images for case in self.cases if case.expect != "refused")


def selected(requirement: str, only: Iterable[str], skip: Iterable[str]) -> bool:
    """Whether a requirement is chosen by prefix, full id, or pattern with ``*``."""
    only, skip = tuple(only), tuple(skip)
    return (not only or any(_matches(requirement, part) for part in only)) and not any(
        _matches(requirement, part) for part in skip
    )


def _matches(requirement: str, part: str) -> bool:
    flaw = requirement.rpartition("/")[2]
    return requirement.startswith(part) or flaw.startswith(part) or fnmatchcase(requirement, part)


def make_plan(subject: Subject, *, only: Iterable[str] = (), skip: Iterable[str] = (), observed: bool = False) -> Plan:
    """The fixed cases for ``subject``; ``only`` and ``skip`` choose requirements by prefix."""
    maker = _Maker(subject, tuple(only), tuple(skip), observed)
    accepts = maker.accepts()
    rejects, opens, without = maker.breaks([baseline_body(subject), *(body for body, _ in accepts)])
    return Plan(
        subject,
        maker.case(
            "baseline", "", baseline_body(subject), "accepted", maker.baseline_targets(), why="simplest request"
        ),
        rejects,
        tuple(
            maker.case("accept", str(index), body, "accepted", maker.permissions(names), why=", ".join(names))
            for index, (body, names) in enumerate(accepts, 1)
            if maker.permissions(names) or maker.judges_answers
        ),
        opens,
        without,
    )


def baseline_body(subject: Subject) -> Body:
    """The simplest valid request: what selects the model and what is required."""
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


def whole_body(case: Case) -> Body:
    """The body of a case with its files under their fields, as :meth:`Subject.judge` takes it."""
    files: dict[str, Json] = {}
    for file in case.files:
        files[file.field] = [*files.get(file.field, []), file]
    return {
        **case.body,
        **{name: found if len(found) > 1 or name.endswith("[]") else found[0] for name, found in files.items()},
    }


def requirement_ids(schema: Json) -> Iterator[str]:
    """The ids of all requirements in a folded schema."""
    if isinstance(schema, dict) and schema.get("not") == {}:
        yield schema["x-requirement"]["not"]  # nothing is allowed here, so the limits of a value do not matter
    elif isinstance(schema, dict):
        for key, value in schema.items():
            if key == "x-requirement":
                yield from value.values()
            elif key == "x-rules":
                yield from (entry["id"] for entry in value)
            elif key == "properties":
                for node in value.values():
                    yield from requirement_ids(node)
            elif key in ("items", "then", "else", "additionalProperties"):
                yield from requirement_ids(value)
            elif key == "allOf":
                for part in value:
                    yield from requirement_ids(part)


class _Maker:
    """Makes the cases of one subject."""

    def __init__(self, subject: Subject, only: tuple[str, ...], skip: tuple[str, ...], observed: bool) -> None:
        self.subject = subject
        self.operation = subject.operation
        self.schema = subject.schema
        self.properties: dict[str, dict[str, Json]] = self.schema.get("properties", {})
        self.only, self.skip, self.observed = only, skip, observed
        self.used: set[str] = set()
        self.judges_answers = self.wants_any("answer", "stream")
        self.judges_refusals = self.wants_any("refusal")
        self.tolerated = {finding.requirement for finding in subject.judge(baseline_body(subject)).findings}

    def flaws(self, body: Json) -> list[Finding]:
        """The findings on a request that are more than advice and that its simplest request does not have."""
        return [
            finding
            for finding in self.subject.judge(body).findings
            if finding.severity != "info" and finding.requirement not in self.tolerated
        ]

    def wanted(self, requirement: str) -> bool:
        facts = self.operation.requirements[requirement]
        return selected(requirement, self.only, self.skip) and (self.observed or not facts.observed_only)

    def case(
        self,
        kind: Kind,
        name: str,
        body: Json,
        expect: Expectation,
        targets: tuple[str, ...],
        **facts: Any,
    ) -> Case:
        identifier = "/".join(part for part in (self.operation.name, self.subject.name, kind, name) if part)
        number = 2
        while identifier in self.used:
            identifier = f"{identifier.rpartition('#')[0] or identifier}#{number}"
            number += 1
        self.used.add(identifier)
        fields, files = split_files(body)
        images = facts.pop("images", None)
        if images is None:
            count = fields.get("n", 1) if isinstance(fields, dict) else 1
            images = count if type(count) is int and 1 <= count <= 10 else 1
        return Case(
            identifier,
            kind,
            self.operation.name,
            self.subject.name,
            fields if isinstance(fields, dict) else {},
            expect,
            targets,
            files=files,
            images=images,
            **facts,
        )

    def baseline_targets(self) -> tuple[str, ...]:
        names = [name for name in dict(self.subject.base) if name == "model"]
        return self.permissions(names)

    def permissions(self, names: Iterable[str]) -> tuple[str, ...]:
        root = self.operation.permission
        ids = [self.operation.permissions.get(name) for name in names] + [root]
        return tuple(dict.fromkeys(found for found in ids if found and self.wanted(found)))

    # Accepted requests

    def accepts(self) -> list[tuple[Body, list[str]]]:
        """Bodies that cover every documented value and every tied pair, each with the parameters it puts on trial."""
        values = {
            name: documented_values(node, name)
            for name, node in self.properties.items()
            if name != self.operation.model_parameter and not _is_refused(node)
        }
        values = {name: found for name, found in values.items() if found and self.wanted_parameter(name)}
        singles: list[Goal] = [((name, _key(value)),) for name, known in values.items() for value in known]
        pairs: list[Goal] = [
            ((one, _key(a)), (two, _key(b)))
            for one, two in self.tied_pairs(values)
            for a in values[one]
            for b in values[two]
        ]
        by_key = {(name, _key(value)): value for name, known in values.items() for value in known}
        goals = dict.fromkeys([*pairs, *singles])
        found: list[tuple[Body, list[str]]] = []
        while goals:
            start = self.reach(next(iter(goals)), by_key)
            if start is None:
                del goals[next(iter(goals))]
                continue
            body = self.fill(start, by_key, goals)
            covered = [goal for goal in goals if _covers(body, goal)]
            for goal in covered:
                del goals[goal]
            names = {name for goal in covered for name, _ in goal}
            found.append((body, sorted(names, key=list(self.properties).index)))
        return found

    def reach(self, goal: Goal, by_key: dict[tuple[str, str], Json]) -> Body | None:
        """A valid body with the values of ``goal``, and with one more parameter where the document asks for it."""
        body = {**baseline_body(self.subject), **{name: by_key[name, key] for name, key in goal}}
        if not self.flaws(body):
            return body
        for (name, _), value in by_key.items():
            if name not in body and not self.flaws({**body, name: value}):
                return {**body, name: value}
        return None

    def wanted_parameter(self, name: str) -> bool:
        permission = self.operation.permissions.get(name)
        return permission is None or self.judges_answers or self.wanted(permission)

    def wants_any(self, *sections: str) -> bool:
        """Whether a requirement on one of these messages is chosen; permissions are chosen apart."""
        return any(
            self.wanted(name)
            for section in sections
            for name in requirement_ids(self.subject.section(section).schema)
            if self.operation.requirements[name].outcome != "ACCEPT"
        )

    def fill(self, body: Body, by_key: dict[tuple[str, str], Json], goals: dict[Goal, None]) -> Body:
        """``body`` with every parameter added that covers a goal; the others take their cheapest value."""
        settled = {name for name in body if name != "prompt"}
        for name in dict.fromkeys(name for name, _ in by_key):
            if name in settled:
                continue
            best, most = MISSING, 0
            for (other, _), value in by_key.items():
                if other == name:
                    wider = {**body, name: value}
                    gain = sum(_covers(wider, goal) and not _covers(body, goal) for goal in goals)
                    if gain > most and not self.flaws(wider):
                        best, most = value, gain
            if best is not MISSING:
                body = {**body, name: best}
        for (name, _), value in by_key.items():
            if name not in body and value in CHEAP and not self.flaws({**body, name: value}):
                body = {**body, name: value}
        return body

    def tied_pairs(self, values: dict[str, list[Json]]) -> list[tuple[str, str]]:
        """Parameters that one condition of the document names together."""
        pairs = set()
        for part in self.schema.get("allOf", ()):
            if "if" in part:
                names = _names_in(part["if"]) | _names_in(part.get("then", {})) | _names_in(part.get("else", {}))
                pairs |= {tuple(sorted(pair)) for pair in combinations(sorted(names & set(values)), 2)}
        return sorted((one, two) for one, two in pairs if "n" not in (one, two))

    # Requests that break one requirement

    def breaks(self, bases: list[Body]) -> tuple[tuple[Case, ...], tuple[Case, ...], tuple[str, ...]]:
        """Cases for requirements on requests: those to refuse, those left open, and the ids that got none."""
        rejects: list[Case] = []
        opens: list[Case] = []
        expected = [
            name
            for name in dict.fromkeys(requirement_ids(self.schema))
            if self.operation.requirements[name].on == "request" and self.wanted(name)
        ]
        reached: dict[str, int] = {}
        for requirement, attempt in self.attempts(bases):
            facts = self.operation.requirements[requirement]
            limit = PER_CONSTRAINT * 2 if facts.severity == "error" else 1
            carries = self.judges_refusals and len(rejects) < CARRIERS and facts.severity == "error"
            if (requirement not in expected and not carries) or reached.get(requirement, 0) >= limit:
                continue
            reached[requirement] = reached.get(requirement, 0) + 1
            flaw = requirement.rpartition("/")[2]
            kind, expect = self.expectation(facts)
            case = self.case(
                kind,
                f"{flaw}/{attempt.label}" if attempt.label else flaw,
                attempt.body,
                expect,
                (requirement,),
                raw=attempt.raw,
                content_type=attempt.content_type,
                parameter=attempt.parameter,
                status=400 if facts.outcome == "R400" else None,
                why=facts.says,
            )
            (rejects if expect == "refused" else opens).append(case)
        return tuple(rejects), tuple(opens), tuple(name for name in expected if name not in reached)

    def expectation(self, facts: Requirement) -> tuple[Kind, Expectation]:
        if facts.account is not None:
            known = dict(self.subject.account).get(facts.account)
            return (
                ("open", "either") if known is None else ("reject", "refused") if not known else ("accept", "accepted")
            )
        if facts.outcome in ("NOOP", "COERCE"):
            return "no-effect", "accepted"
        return ("reject", "refused") if facts.severity == "error" else ("open", "either")

    def attempts(self, bases: list[Body]) -> Iterator[tuple[str, Attempt]]:
        """Requests that break exactly one requirement, with its id."""
        seen: set[str] = set()
        if not self.operation.is_form and "type" in self.schema["x-requirement"]:
            yield self.schema["x-requirement"]["type"], Attempt("array", raw=b"[]")
        for constraint in constraints(self.schema):
            for name, label, change in _changes(constraint, self.schema):
                for base in bases:
                    body = change(base)
                    key = _key(body)
                    if key in seen or body == base:
                        continue
                    if self.breaks_only(body, constraint.requirement):
                        seen.add(key)
                        yield constraint.requirement, Attempt(label, name, body)
                        break
        for entry in self.schema.get("x-rules", ()):
            for attempt in rule_bodies(entry["rule"], entry["with"], self.subject, bases):
                if attempt.raw is not None:
                    verdict = self.operation.validate_request(attempt.raw, content_type=attempt.content_type)
                    if entry["id"] in {found.requirement for found in verdict.findings}:
                        yield entry["id"], attempt
                elif self.breaks_only(attempt.body, entry["id"]):
                    yield entry["id"], attempt
        yield from self.odd_pictures(bases)

    def odd_pictures(self, bases: list[Body]) -> Iterator[tuple[str, Attempt]]:
        """Odd files and base64 texts; the validator says which requirement each of them breaks."""
        pictures = picture_parameters(self.schema, self.operation.forms)
        for name, kind in pictures.items():
            node = self.properties.get(name, {})
            values = [
                *odd_pictures(name, kind, node),
                *((f"with-{name}", value) for value in node.get("x-samples", ())[:1]),
            ]
            for label, value in values:
                for base in bases:
                    without = {key: kept for key, kept in base.items() if key not in pictures}
                    found = next(
                        filter(None, map(self.only_flaw, ({**base, name: value}, {**without, name: value}))), None
                    )
                    if found is not None:
                        requirement, body = found
                        yield requirement, Attempt(f"{name}={label}", name, body)
                        break

    def only_flaw(self, body: Body) -> tuple[str, Body] | None:
        """The one requirement that ``body`` breaks, of the gravest severity there; ``None`` for none or several."""
        findings = [found for found in self.subject.judge(body).findings if found.requirement not in self.tolerated]
        certain = [found for found in findings if self.operation.requirements[found.requirement].account is None]
        for severity in ("error", "warning", "info"):
            broken = {found.requirement for found in certain or findings if found.severity == severity}
            if broken:
                return (broken.pop(), body) if len(broken) == 1 else None
        return None

    def breaks_only(self, body: Json, requirement: str) -> bool:
        """Whether the validator finds ``requirement`` broken and nothing else that is as grave."""
        others = self.tolerated - {requirement}
        findings = [found for found in self.subject.judge(body).findings if found.requirement not in others]
        facts = self.operation.requirements[requirement]
        if facts.severity == "info":
            return any(found.requirement == requirement for found in findings) and not _graver(
                findings, ("error", "warning")
            )
        grave = ("error",) if facts.severity == "error" else ("error", "warning")
        accounts = {name for name, entry in self.operation.requirements.items() if entry.account} - {requirement}
        broken = [found for found in findings if found.severity in grave and found.requirement not in accounts]
        # One value can break two statements about it at once, for example its type and its list of values.
        at_one_place = len({found.pointer for found in broken}) == 1
        return at_one_place and requirement in {found.requirement for found in broken}


def _graver(findings: list[Finding], severities: tuple[str, ...]) -> bool:
    return any(found.severity in severities for found in findings)


def _changes(constraint: Constraint, schema: dict[str, Json]) -> Iterator[tuple[str | None, str, Any]]:
    """The parameter, a label and a function body -> body, for each way of breaking ``constraint``."""
    path = constraint.path
    name = str(path[0]) if path else None
    if constraint.keyword == "required":
        for missing in constraint.node["required"]:
            yield (
                name or missing,
                f"without-{missing}",
                lambda base, key=missing: _changed(base, (*path, key), MISSING, schema),
            )
    elif constraint.keyword == "additionalProperties":
        yield name or UNLISTED_KEY, UNLISTED_KEY, lambda base: _changed(base, (*path, UNLISTED_KEY), "text", schema)
    elif path:
        for value in breaking_values(constraint, str(name))[:PER_CONSTRAINT]:
            yield name, f"{name}={_label(value)}", lambda base, new=value: _changed(base, path, new, schema)


def _changed(body: Json, path: tuple[str | int, ...], value: Json, schema: dict[str, Json]) -> Json:
    """``body`` with the value at ``path`` replaced (the first item for ``*``); missing parents get a sample."""
    if not path:
        return value
    step, rest = path[0], path[1:]
    if step == "*":
        if not isinstance(body, list):
            return body
        first = body[0] if body else sample_value(schema.get("items", {}))
        return [_changed(first, rest, value, schema.get("items", {})), *body[1:]]
    if not isinstance(body, dict):
        return body
    out = dict(body)
    node = schema.get("properties", {}).get(step, {})
    if rest:
        parent = out.get(str(step), sample_value(node, str(step)))
        if parent is MISSING:
            parent = [] if rest[0] == "*" else {}
        out[str(step)] = _changed(parent, rest, value, node)
    elif value is MISSING:
        out.pop(str(step), None)
    else:
        out[str(step)] = value
    return out


def alone(subject: Subject, case: Case) -> list[Case]:
    """The parameters of a refused combined case one by one, each with as little beside it as it needs."""
    out = []
    maker = _Maker(subject, (), (), observed=False)
    base = baseline_body(subject)
    whole = whole_body(case)
    for name, permission in subject.operation.permissions.items():
        if permission not in case.targets or name not in case.body or case.body[name] == base.get(name):
            continue
        body = {**base, name: case.body[name]}
        for other, value in whole.items():
            if not maker.flaws(body):
                break
            if other not in body and len(maker.flaws({**body, other: value})) < len(maker.flaws(body)):
                body[other] = value
        if not maker.flaws(body) and body != whole:
            made = maker.case("accept", f"alone/{name}={_label(case.body[name])}", body, "accepted", (permission,))
            out.append(replace(made, why=f"{name} alone, because {case.id} was refused"))
    return out


def _is_refused(node: dict[str, Json]) -> bool:
    return node.get("not") == {}


def _names_in(schema: Json) -> set[str]:
    if isinstance(schema, list):
        return set().union(*(_names_in(item) for item in schema))
    if not isinstance(schema, dict):
        return set()
    names = set(schema.get("properties", {})) | set(
        schema.get("required", ()) if isinstance(schema.get("required"), list) else ()
    )
    for key in ("anyOf", "allOf", "oneOf", "not", "if", "then", "else"):
        names |= _names_in(schema.get(key))
    return names


def _covers(body: Body, goal: Goal) -> bool:
    return all(name in body and _key(body[name]) == key for name, key in goal)


def _key(value: Json) -> str:
    return json.dumps(value, sort_keys=True, default=repr)


def _label(value: Json) -> str:
    if value is MISSING:
        return "absent"
    if isinstance(value, str) and len(value) > 24:
        return f"{len(value)}-characters" if value.isascii() else f"{len(value)}-other-characters"
    text = json.dumps(value, default=repr)
    return text if len(text) <= 24 else f"{type(value).__name__}-of-{len(value)}"
