from importlib.metadata import EntryPoint
from typing import Any

import pytest
from pixelproof import Requirement
from pixelproof._compiled import CompiledSection
from pixelproof_conformance.gateway.faults import rules
from pixelproof_conformance.gateway.faults.mutation import broken_copy
from pixelproof_conformance.gateway.faults.places import Place

FLAW = "d/generations/flaw"
OTHER = "d/generations/other"


def requirement(name: str) -> Requirement:
    """A requirement with this id."""
    return Requirement(name, "d", "generations", "answer", "So it is.", "d.txt#x", "INVALID", "error", "error")


def mutated(
    node: dict[str, Any],
    answer: Any,
    path: tuple[str, ...] = ("x",),
    *,
    keyword: str | None = None,
    spared: tuple[str, ...] = (),
) -> Any:
    """The answer after the constraint of ``node`` at ``path`` was broken."""
    keywords = [key for key in node if key not in ("properties", "x-requirement")]
    node = {"x-requirement": dict.fromkeys(keywords, FLAW), **node}
    schema: dict[str, Any] = node
    for step in reversed(("answer", *path)):
        schema = {"items": schema} if step == "*" else {"properties": {step: schema}}
    section = CompiledSection(schema, {name: requirement(name) for name in (FLAW, OTHER)})
    places = tuple(Place(("answer", *path), key, node) for key in ([keyword] if keyword else keywords))
    instance = {"answer": answer}
    changed = broken_copy(instance, places, FLAW, section, lambda name, schema: f"a {name}", spared)
    assert instance == {"answer": answer}
    found = {entry[0].id for entry in section.broken_by_schema(changed)}
    assert found == ({FLAW} if changed is not instance else set())
    return changed["answer"]


@pytest.mark.parametrize(
    ("node", "before", "after"),
    [
        ({"type": "string"}, "a", 12),
        ({"type": "integer"}, 1, "12"),
        ({"type": "object"}, {"a": 1}, []),
        ({"type": "array"}, [1], {}),
        ({"enum": ["low", "high"]}, "low", "auto"),
        ({"enum": ["low", "auto"]}, "low", "unlisted"),
        ({"const": "a"}, "a", "auto"),
        ({"minimum": 0}, 5, -1),
        ({"maximum": 4_102_444_800}, 1_700_000_000, 1_700_000_000_000),
        ({"maximum": 10}, 0, 11),
        ({"minLength": 1}, "a", ""),
        ({"maxLength": 2}, "a", "aaa"),
        ({"pattern": "^https?://"}, "http://a/b", "/relative"),
        ({"minItems": 1}, [1], []),
        ({"maxItems": 2}, [1], [1, 1, 1]),
        ({"multipleOf": 16}, 32, 40),
        ({"not": {"const": "transparent"}}, "opaque", "transparent"),
        ({"required": ["a", "b"]}, {"a": 1, "b": 2}, {"b": 2}),
        (
            {"properties": {"a": {}}, "additionalProperties": False},
            {"a": 1},
            {"a": 1, "added_by_gateway": True},
        ),
        ({"anyOf": [{"required": ["a"]}, {"required": ["b"]}]}, {"a": 1, "c": 3}, {"c": 3}),
        (
            {"anyOf": [{"required": ["a"]}, {"properties": {"b": {"required": ["c"]}}}]},
            {"a": 1, "b": {"c": 2, "d": 3}},
            {"b": {"d": 3}},
        ),
    ],
)
def test_the_smallest_change_breaks_a_keyword(node: dict[str, Any], before: Any, after: Any) -> None:
    """Each keyword is broken at its place and nothing else changes; the honest message is left as it was."""
    assert mutated(node, {"x": before, "y": 1}) == {"x": after, "y": 1}


def test_a_key_that_is_spared_goes_last() -> None:
    """Of several required keys one that is to be spared is kept, unless it is the only one."""
    node = {"required": ["message", "code"]}
    assert mutated(node, {"x": {"message": "m", "code": 1}}, spared=("message",)) == {"x": {"message": "m"}}
    assert mutated({"required": ["message"]}, {"x": {"message": "m"}}, spared=("message",)) == {"x": {}}


def test_a_key_that_is_not_allowed_is_added() -> None:
    """What must not be there is added with a plausible value."""
    assert mutated({"not": {}}, {"y": 1}) == {"y": 1, "x": "a x"}


def test_one_item_of_many_is_enough() -> None:
    """In a list the first item that can be broken is."""
    answer = [{"b64_json": "a"}, {"b64_json": "b"}]
    changed = mutated({"type": "string"}, answer, ("*", "b64_json"))
    assert changed == [{"b64_json": 12}, {"b64_json": "b"}]


def test_the_change_that_breaks_nothing_else_is_taken() -> None:
    """A wrong type would break a second requirement, so the requirement is broken by its other keyword."""
    node = {"type": "string", "minLength": 1, "x-requirement": {"type": OTHER, "minLength": FLAW}}
    assert mutated(node, {"x": "a"}, keyword="minLength") == {"x": ""}


def test_what_cannot_be_broken_stays_honest() -> None:
    """Where no change breaks the requirement the message itself comes back."""
    assert mutated({"uniqueItems": True}, {"x": [1]}) == {"x": [1]}


def test_a_rule_of_another_distribution_is_broken_by_its_entry_point(monkeypatch: pytest.MonkeyPatch) -> None:
    """The entry point named like the rule gives what breaks it; a rule that nobody knows to break has nothing."""
    point = EntryPoint("their-rule", "pixelproof_conformance.gateway.faults.rules.answers:Html", "pixelproof.faults")
    monkeypatch.setattr("importlib.metadata.entry_points", lambda group, name: [point] if name == point.name else [])
    rules._installed.cache_clear()
    breaker = rules.breaker_of("their-rule")
    nothing = rules.breaker_of("nobodys-rule")
    rules._installed.cache_clear()
    assert breaker is point.load()
    assert nothing is None
