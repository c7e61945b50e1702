"""Folding: from one schema with model conditions to one flat schema per kind of model."""

from typing import Any

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pixelproof._fold import Folder, asks_only_for_the_model, local_name, merge

LARGE = {"x-family": True, "required": ["model"], "properties": {"model": {"const": "large"}}}
DEFINITIONS: dict[str, Any] = {
    "large": LARGE,
    "any": {"x-family": True, "anyOf": [{"$ref": "#/$defs/large"}, {"not": {"required": ["model"]}}]},
    "short": {"maxLength": 3, "x-requirement": {"maxLength": "a"}},
}
LARGE_REQUEST = {"model": "large"}


def folded(schema: dict[str, Any], sample: Any = None) -> dict[str, Any]:
    """Return the schema folded for the kind of model that the sample means."""
    return Folder(DEFINITIONS, {} if sample is None else sample).fold(schema)


def limit(keyword: str, value: Any, requirement: str) -> dict[str, Any]:
    """Return a schema with one constraint of one requirement."""
    return {keyword: value, "x-requirement": {keyword: requirement}}


def test_a_condition_on_the_model_is_decided() -> None:
    """The branch of the model stays and the other one goes, with their conditions."""
    schema = {
        "allOf": [
            {
                "if": {"$ref": "#/$defs/large"},
                "then": limit("maximum", 2, "for-large"),
                "else": limit("maximum", 9, "for-others"),
            }
        ]
    }
    assert folded(schema, LARGE_REQUEST) == limit("maximum", 2, "for-large")
    assert folded(schema, {"model": "small"}) == limit("maximum", 9, "for-others")


def test_a_branch_that_does_not_hold_leaves_nothing() -> None:
    """Without an else, nothing is left of a condition that does not hold."""
    assert folded({"type": "object", "if": {"$ref": "#/$defs/large"}, "then": {"minimum": 1}}) == {"type": "object"}


def test_a_condition_on_an_exchange() -> None:
    """In an answer the condition is about the request; without a request it does not hold."""
    schema = {
        "if": {"properties": {"request": {"$ref": "#/$defs/large"}}, "required": ["request"]},
        "then": limit("minimum", 1, "a"),
    }
    assert folded(schema, {"request": LARGE_REQUEST}) == limit("minimum", 1, "a")
    assert folded(schema, {}) == {}


def test_a_condition_on_a_value_stays() -> None:
    """What the model does not decide is left to the engine, with its references written out."""
    schema = {
        "if": {"properties": {"style": {"const": "deep"}}, "anyOf": [{"$ref": "#/$defs/large"}, {"required": ["n"]}]},
        "then": {"properties": {"n": limit("maximum", 1, "a")}},
    }
    assert folded(schema) == {
        "allOf": [
            {
                "if": {
                    "properties": {"style": {"const": "deep"}},
                    "anyOf": [
                        {"required": ["model"], "properties": {"model": {"const": "large"}}},
                        {"required": ["n"]},
                    ],
                },
                "then": {"properties": {"n": limit("maximum", 1, "a")}},
            }
        ]
    }


def test_a_reference_beside_other_keywords_in_a_condition() -> None:
    """A reference and what stands beside it both hold."""
    schema = {"if": {"$ref": "#/$defs/short", "type": "string"}, "then": limit("minLength", 1, "a")}
    assert folded(schema)["allOf"][0]["if"] == {"allOf": [{"maxLength": 3}, {"type": "string"}]}


def test_a_condition_without_branches_goes() -> None:
    """A condition whose branches say nothing is left out."""
    assert folded({"if": {"required": ["n"]}, "then": {"title": "x"}}) == {}


def test_references_are_written_out() -> None:
    """A reference is replaced by what it names, and what stands beside it is added."""
    assert folded({"$ref": "#/$defs/short", **limit("minLength", 1, "b")}) == {
        "maxLength": 3,
        "minLength": 1,
        "x-requirement": {"maxLength": "a", "minLength": "b"},
    }


def test_annotations_go() -> None:
    """What says something to readers only is left out, at every depth."""
    schema = {
        "title": "x",
        "properties": {"a": {"default": 1, "x-form": "integer", **limit("maximum", 1, "a")}},
        "items": {"description": "x"},
        "additionalProperties": {"$comment": "x"},
    }
    assert folded(schema) == {
        "properties": {"a": limit("maximum", 1, "a")},
        "items": {},
        "additionalProperties": {},
    }


@pytest.mark.parametrize(
    ("keyword", "wider", "tighter"),
    [
        ("maximum", 10, 1),
        ("maxLength", 1000, 5),
        ("maxItems", 3, 2),
        ("minimum", 0, 1),
        ("minLength", 1, 2),
        ("minItems", 1, 2),
        ("enum", ["a", "b", "c"], ["a", "c"]),
    ],
)
def test_the_tighter_limit_stands_alone(keyword: str, wider: Any, tighter: Any) -> None:
    """A tighter limit replaces the wider one together with its requirement, so that one flaw is one finding."""
    assert merge(limit(keyword, wider, "wide"), limit(keyword, tighter, "tight")) == limit(keyword, tighter, "tight")


@pytest.mark.parametrize(
    ("keyword", "first", "second"),
    [
        ("maximum", 1, 10),
        ("enum", ["a", "b"], ["b", "c"]),
        ("pattern", "^a", "b$"),
        ("not", {"const": 1}, {"const": 2}),
        ("required", ["a"], ["b"]),
    ],
)
def test_limits_that_do_not_replace_each_other_both_hold(keyword: str, first: Any, second: Any) -> None:
    """Where neither limit is the tighter one, the second goes into allOf with its own requirement."""
    merged = merge(limit(keyword, first, "first"), limit(keyword, second, "second"))
    assert merged == {**limit(keyword, first, "first"), "allOf": [limit(keyword, second, "second")]}


def test_the_same_limit_of_the_same_requirement_stands_once() -> None:
    """A limit that is declared twice with one requirement stays one."""
    assert merge(limit("maximum", 3, "a"), limit("maximum", 3, "a")) == limit("maximum", 3, "a")


def test_the_same_limit_of_another_requirement_stands_twice() -> None:
    """Two requirements may have one limit, and both are reported."""
    assert merge(limit("maximum", 3, "a"), limit("maximum", 3, "b")) == {
        **limit("maximum", 3, "a"),
        "allOf": [limit("maximum", 3, "b")],
    }


def test_containers_are_merged() -> None:
    """Properties and items are merged by name, rules and allOf are joined."""
    first = {"properties": {"a": limit("minimum", 1, "x")}, "items": {"type": "string"}, "x-rules": [1], "allOf": [{}]}
    second = {"properties": {"a": limit("maximum", 2, "y"), "b": {}}, "items": {"minLength": 1}, "x-rules": [2]}
    assert merge(first, second) == {
        "properties": {"a": {"minimum": 1, "maximum": 2, "x-requirement": {"minimum": "x", "maximum": "y"}}, "b": {}},
        "items": {"type": "string", "minLength": 1},
        "x-rules": [1, 2],
        "allOf": [{}],
    }


def test_requirements_of_parts_follow_their_keyword() -> None:
    """The requirements of the parts of a keyword of ours come with the keyword."""
    part = {"x-pixel-size": {"ratio": 3}, "x-requirement": {"x-pixel-size/ratio": "a", "x-pixel-size/pixels": "b"}}
    assert merge({"type": "string", "x-requirement": {"type": "t"}}, part) == {
        "type": "string",
        "x-pixel-size": {"ratio": 3},
        "x-requirement": {"type": "t", "x-pixel-size/ratio": "a", "x-pixel-size/pixels": "b"},
    }


def test_merging_changes_neither_side() -> None:
    """The schemas that are merged stay what they were, because several kinds of models share them."""
    first, second = limit("maximum", 9, "a"), limit("maximum", 3, "b")
    merge(first, second)
    assert (first, second) == (limit("maximum", 9, "a"), limit("maximum", 3, "b"))


@pytest.mark.parametrize(
    ("condition", "decided"),
    [
        ({"$ref": "#/$defs/large"}, True),
        ({"not": {"$ref": "#/$defs/large"}}, True),
        ({"anyOf": [{"$ref": "#/$defs/large"}, {"$ref": "#/$defs/any"}]}, True),
        ({"allOf": [{"$ref": "#/$defs/large"}, {"required": ["n"]}]}, False),
        ({"properties": {"request": {"$ref": "#/$defs/large"}}, "required": ["request"]}, True),
        ({"properties": {"answer": {"$ref": "#/$defs/large"}}}, False),
        ({"properties": {"request": {"required": ["n"]}}}, False),
        ({"required": ["request"]}, True),
        ({"required": ["answer"]}, False),
        ({"$ref": "#/$defs/short"}, False),
        ({"$ref": "#/$defs/large", "required": ["n"]}, False),
        ({}, False),
        (True, False),
    ],
)
def test_which_conditions_the_model_decides(condition: Any, decided: bool) -> None:
    """The model decides references to families, and whether a request is known; nothing else."""
    assert asks_only_for_the_model(condition, DEFINITIONS) is decided


def test_the_name_in_a_reference() -> None:
    """A reference names a definition of its own file."""
    assert local_name("#/$defs/dall-e-2") == "dall-e-2"


numbers = st.integers(0, 6)
schemas = st.recursive(
    st.fixed_dictionaries(
        {},
        optional={
            "minimum": numbers,
            "maximum": numbers,
            "multipleOf": st.integers(1, 3),
            "enum": st.lists(numbers, min_size=1),
        },
    ),
    lambda inner: st.fixed_dictionaries(
        {},
        optional={
            "maximum": numbers,
            "allOf": st.lists(inner, min_size=1, max_size=2),
            "if": st.sampled_from([{"$ref": "#/$defs/large"}, {"not": {"$ref": "#/$defs/any"}}, {"minimum": 3}]),
            "then": inner,
            "else": inner,
            "not": st.fixed_dictionaries({"const": numbers}),
        },
    ),
    max_leaves=6,
)


@given(schemas, st.sampled_from([{}, LARGE_REQUEST, {"model": "small"}]))
def test_folding_keeps_the_meaning(schema: dict[str, Any], sample: dict[str, Any]) -> None:
    """The folded schema accepts exactly the numbers that the declared one accepts for that kind of model."""

    def decided(value: Any) -> Any:
        """Replace each condition on the model by what it is for the sample."""
        if isinstance(value, list):
            return [decided(item) for item in value]
        if not isinstance(value, dict):
            return value
        out = {key: decided(item) for key, item in value.items()}
        if "if" in out and asks_only_for_the_model(out["if"], DEFINITIONS):
            condition = {"$defs": DEFINITIONS, **out["if"]}
            out["if"] = jsonschema.Draft202012Validator(condition).is_valid(sample)
        return out

    plain = jsonschema.Draft202012Validator(decided(schema))
    flat = jsonschema.Draft202012Validator(folded(schema, sample))
    assert [flat.is_valid(number) for number in range(8)] == [plain.is_valid(number) for number in range(8)]
