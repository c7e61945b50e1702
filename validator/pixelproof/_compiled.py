"""A folded schema compiled for use: a fast yes or no, and, when the answer is no, findings."""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

from pixelproof._corrections import Correct, correction_for, name_meant
from pixelproof._text import kind_of, shown
from pixelproof._values import Json, Path, Requirement, Seen
from pixelproof.rules import Rule, find_rule

if TYPE_CHECKING:
    from pixelproof._exchange import Exchange


class ValueRule(NamedTuple):
    """A rule on the value at ``path`` (``*`` stands for every item), with its requirements by the part they judge."""

    path: Path
    rule: Rule
    parameters: Json
    parts: dict[str | None, str]


class BoundRule(NamedTuple):
    """A rule on an exchange, bound to its requirement; with ``when`` it needs that parameter in the request."""

    rule: Rule
    parameters: dict[str, Json]
    requirement: str
    when: str | None


Broken: TypeAlias = tuple[Requirement, Path, Json, str | None, str | None, str | None]
"""A broken requirement as the schema or a rule saw it: requirement, path, actual, expected, note, hint.

A plain tuple, because findings are made by the thousand; :class:`~pixelproof.Seen` describes the fields.
"""


SchemaPath: TypeAlias = tuple[str | int, ...]
"""A place in a schema, as keys and indices from its root; the last one is a keyword."""

Constraint: TypeAlias = tuple[Requirement, str, Json, Correct | None]
"""A keyword of a schema: requirement, keyword, what is expected (the listed names for other ones), how to correct."""


class CompiledSection:
    """One section (request, answer, stream, refusal) of one kind of model."""

    def __init__(self, schema: dict[str, Json], requirements: dict[str, Requirement]) -> None:
        self.schema = schema
        self.requirements = requirements
        self._compiled: Any = None
        self._known: dict[SchemaPath, Constraint] = {}
        bound = [_bind(entry) for entry in schema.get("x-rules", ())]
        self.rules = tuple(entry for entry in bound if {"unreadable", "null"}.isdisjoint(entry.rule.on))
        self.unreadable_rules = tuple(entry for entry in bound if "unreadable" in entry.rule.on)
        self.null_rules = tuple(entry for entry in bound if "null" in entry.rule.on)
        self.value_rules = tuple(_value_rules(schema, ()))
        self.triggers = frozenset(entry.when for entry in self.rules if entry.when is not None)

    @property
    def _validator(self) -> Any:
        """The whole schema, compiled when it is first needed: most requests are decided without it."""
        if self._compiled is None:
            import jsonschema_rs

            self._compiled = jsonschema_rs.Draft202012Validator(self.schema)
        return self._compiled

    def is_valid(self, instance: Json) -> bool:
        """Whether ``instance`` keeps all constraints of the schema; rules in Python are not asked."""
        accepted: bool = self._validator.is_valid(instance)
        return accepted

    def rules_for(self, request: Json) -> tuple[BoundRule, ...]:
        """The rules that have something to look at when this is the request; ``None`` is one that is not known."""
        if not self.triggers:
            return self.rules
        present = request if isinstance(request, dict) else ()
        return tuple(entry for entry in self.rules if entry.when is None or entry.when in present)

    def rules_put_to_test(self, exchange: "Exchange") -> set[str]:
        """The requirements whose rules ``exchange`` could have broken."""
        present = exchange.request or ()
        return {
            bound.requirement
            for bound in (*self.rules, *self.unreadable_rules, *self.null_rules)
            if (bound.when is None or bound.when in present)
            and (bound.rule.applies is None or bound.rule.applies(exchange, bound.parameters))
        }

    def broken_by_schema(self, instance: Json) -> list[Broken]:
        """Every constraint of the schema that ``instance`` breaks, those of the rules on single values included."""
        found = self.broken_keywords(instance)
        for path, rule, parameters, parts in self.value_rules:
            for place, value in values_at(instance, path):
                for seen in rule.check(value, parameters):
                    requirement = self.requirements[parts.get(seen.part) or parts[None]]
                    found.append(seen_by(requirement, seen, place))
        return found

    def broken_keywords(self, instance: Json) -> list[Broken]:
        """Every keyword of JSON Schema that ``instance`` breaks."""
        return self.told(self._validator.iter_errors(instance))

    def told(self, errors: Iterator[Any], where: SchemaPath = (), place: Path = ()) -> list[Broken]:
        """Errors of the engine as broken requirements; ``where`` in the schema and at ``place`` it was asked."""
        found: list[Broken] = []
        for error in errors:
            requirement, keyword, expected, correct = self.constraint((*where, *error.schema_path))
            path = (*place, *error.instance_path)
            if keyword == "additionalProperties":
                holder = error.instance
                found += [
                    (requirement, (*path, name), holder[name], "no such key", None, name_meant(name, expected))
                    for name in error.kind.unexpected
                ]
            elif keyword == "required":
                found.append((requirement, (*path, error.kind.property), None, "a value", "is missing", None))
            else:
                value = error.instance
                found.append((requirement, path, value, expected, None, correct(value) if correct else None))
        return found

    def constraint(self, where: SchemaPath) -> Constraint:
        """What is to be said when the keyword at ``where`` in the schema is broken."""
        known = self._known.get(where)
        if known is None:
            known = self._known[where] = self._resolve(where)
        return known

    def broken_rules(self, rules: "tuple[BoundRule, ...]", exchange: "Exchange") -> list[Broken]:
        """What rules on the whole exchange see; ``rules`` are rules of this section."""
        return [
            seen_by(self.requirements[seen.requirement or bound.requirement], seen)
            for bound in rules
            for seen in bound.rule.check(exchange, bound.parameters)
        ]

    def _resolve(self, where: SchemaPath) -> Constraint:
        node: Any = self.schema
        for step in where[:-1]:
            node = node[step]
        keyword = str(where[-1])
        listed = tuple(node.get("properties", ())) if keyword == "additionalProperties" else expectation(node, keyword)
        return self.requirements[node["x-requirement"][keyword]], keyword, listed, correction_for(node, keyword)


def seen_by(requirement: Requirement, seen: Seen, place: Path = ()) -> Broken:
    """``seen`` as a broken requirement; its path is relative to ``place``."""
    return (requirement, (*place, *seen.path), seen.actual, seen.expected, seen.note, seen.hint)


def expectation(node: dict[str, Json], keyword: str) -> str | None:
    """What the constraints of ``node`` ask for, in words."""
    if keyword == "enum":
        values = [shown(value) for value in node["enum"]]
        return " or ".join(values) if len(values) < 3 else f"{', '.join(values[:-1])} or {values[-1]}"
    if keyword in ("minimum", "maximum"):
        low, high = node.get("minimum"), node.get("maximum")
        both = f"exactly {low}" if low == high else f"from {low} to {high}"
        return both if low is not None and high is not None else f"at most {high}" if low is None else f"at least {low}"
    if keyword == "type":
        kinds = node["type"] if isinstance(node["type"], list) else [node["type"]]
        return " or ".join(_TYPE_WORDS[kind] for kind in kinds)
    if keyword == "not":
        return "another value" if node["not"] else "no value"
    words = _LIMIT_WORDS.get(keyword)
    return words.format(shown(node[keyword])) if words else None


_LIMIT_WORDS = {
    "const": "{}",
    "exclusiveMinimum": "more than {}",
    "maxItems": "at most {} items",
    "maxLength": "at most {} characters",
    "minItems": "at least {} items",
    "minLength": "at least {} characters",
    "multipleOf": "a multiple of {}",
    "pattern": "text like {}",
}

_TYPE_WORDS = {
    "string": kind_of(""),
    "integer": kind_of(0),
    "number": kind_of(0.5),
    "boolean": kind_of(True),
    "array": kind_of([]),
    "object": kind_of({}),
    "null": kind_of(None),
}


def values_at(instance: Json, path: Path) -> Iterable[tuple[Path, Json]]:
    """The values at ``path``, in which ``*`` stands for every item of an array, with their places."""
    if len(path) == 1 and isinstance(instance, dict):  # the common case: the value is a parameter
        return ((path, instance[path[0]]),) if path[0] in instance else ()
    found: list[tuple[Path, Json]] = [((), instance)]
    for step in path:
        following: list[tuple[Path, Json]] = []
        for place, value in found:
            if step == "*":
                items = enumerate(value) if isinstance(value, list) else ()
                following += [((*place, index), item) for index, item in items]
            elif isinstance(value, dict) and step in value:
                following.append(((*place, step), value[step]))
        found = following
    return found


def _bind(entry: dict[str, Json]) -> BoundRule:
    return BoundRule(_rule(entry["rule"]), entry["with"], entry["id"], entry["when"])


def _rule(name: str) -> Rule:
    rule = find_rule(name)
    if rule is None:
        from pixelproof._errors import DialectError

        raise DialectError(f"the rule {name!r} is not installed any more; install the package that provides it")
    return rule


def _value_rules(schema: dict[str, Json], path: Path) -> Iterator[ValueRule]:
    for key, value in schema.items():
        if key == "properties":
            for name, sub in value.items():
                yield from _value_rules(sub, (*path, name))
        elif key == "items":
            yield from _value_rules(value, (*path, "*"))
        elif key.startswith("x-") and key not in ("x-requirement", "x-rules", "x-accepts"):
            parts: dict[str | None, str] = {}
            for keyword, name in schema["x-requirement"].items():
                if keyword.partition("/")[0] == key:
                    parts[keyword.partition("/")[2] or None] = name
            yield ValueRule(path, _rule(key[2:]), value, parts)
