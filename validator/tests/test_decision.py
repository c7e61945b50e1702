"""The quick yes for valid requests: never yes where the declared schema or a rule has something to say."""

from collections.abc import Sequence
from typing import Any

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pixelproof import known_dialects, load_dialect
from pixelproof._decision import Asked, Decision, deciding_schema
from pixelproof._parse import parse_json
from pixelproof._values import VALID
from pixelproof.rules import find_rule

NAMES = ("a", "b", "c")
subschemas = st.sampled_from(
    [{"type": "integer"}, {"enum": [1, "x"]}, {"not": {"const": 1}}, {"type": "string", "maxLength": 1}, {"minimum": 2}]
)
properties = st.dictionaries(st.sampled_from(NAMES), subschemas, max_size=2).map(lambda found: {"properties": found})
required = st.lists(st.sampled_from(NAMES), min_size=1, max_size=2, unique=True).map(lambda found: {"required": found})
conditions = st.one_of(properties, required, required.map(lambda found: {"not": found}))
parts = st.one_of(
    required,
    properties,
    st.fixed_dictionaries(
        {"if": conditions}, optional={"then": properties | required, "else": properties | required, "x-note": st.none()}
    ),
)
schemas = st.fixed_dictionaries(
    {"type": st.just("object"), "properties": st.dictionaries(st.sampled_from(NAMES), subschemas)},
    optional={
        "additionalProperties": st.just(False),
        "required": required.map(lambda found: found["required"]),
        "allOf": st.lists(parts, max_size=3),
        "title": st.just("A request"),
    },
)
bodies = st.dictionaries(st.sampled_from((*NAMES, "d")), st.sampled_from([1, 2, 3.5, True, "x", "xx", None, [1]]))


@given(schemas, bodies)
def test_the_deciding_schema_says_the_same(schema: dict[str, Any], body: dict[str, Any]) -> None:
    """With nothing left out, the cheaper schema accepts what the declared one accepts, and nothing else."""
    decided = jsonschema.Draft202012Validator(deciding_schema(schema, settled="settled"))
    assert decided.is_valid(body) is jsonschema.Draft202012Validator(schema).is_valid(body)


def test_a_settled_parameter_is_not_judged_again() -> None:
    """The parameter that is known to be right may be there with any value, and others may depend on it."""
    schema = {
        "properties": {"a": {"const": 1}, "b": True},
        "required": ["a"],
        "allOf": [{"if": {"properties": {"a": {"const": 2}}}, "then": {"properties": {"b": {"const": 2}}}}],
    }
    accepts = jsonschema.Draft202012Validator(deciding_schema(schema, settled="a")).is_valid
    assert [accepts(body) for body in ({"a": 7, "b": 1}, {"b": 1}, {"a": 2, "b": 1}, {"a": 2, "b": 2})] == [
        True,
        False,
        False,
        True,
    ]


def test_what_has_to_be_looked_at_is_refused() -> None:
    """Parameters for which a rule waits and values on which a rule may speak are not let through."""
    schema = {"properties": {"a": {"maxLength": 9}, "b": True, "c": {"type": "string", "pattern": "^y"}}}
    decided = deciding_schema(schema, settled="z", absent=["b", "d"], silences=[("a", {"maxLength": 2})], texts=["c"])
    accepts = jsonschema.Draft202012Validator(decided).is_valid
    assert [accepts(body) for body in ({}, {"a": "12"}, {"c": "x"})] == [True] * 3
    assert [accepts(body) for body in ({"a": "123"}, {"b": 1}, {"c": 1}, {"d": 1})] == [False] * 4


@given(st.text(), st.integers(1, 40))
def test_a_rule_is_silent_where_it_says_so(text: str, limit: int) -> None:
    """On a text within the schema that the rule on length units names, it has nothing to say."""
    rule = find_rule("length-unit")
    assert rule is not None
    assert rule.silent_on is not None
    within = jsonschema.Draft202012Validator(rule.silent_on(limit)).is_valid(text)
    assert within is (len(text) <= limit // 4)
    assert not (within and rule.check(text, limit))


def test_a_rule_is_asked_once_about_a_short_text() -> None:
    """A short text that fits and on which a rule was silent is kept; a text that does not fit is never shown to it."""
    seen: list[str] = []

    def check(value: str, parameters: object) -> Sequence[str]:
        seen.append(value)
        return ["bad"] if value == "bad" else []

    decision = Decision(lambda body: True, [Asked("a", lambda text: text != "odd", check, None)])
    outcomes = [decision.breaks_nothing({"a": value}) for value in ("good", "bad", "x" * 41, "odd")]
    assert outcomes == [True, False, True, False]
    assert (decision.settled(VALID)[1:3], seen) == (("a", {"good"}), ["good", "bad", "x" * 41])


def test_several_rules_are_all_asked() -> None:
    """With two rules, a body is accepted only if both are silent on it, and no text is remembered for either."""
    rules = [Asked(name, bool, lambda value, wrong: [value] if value == wrong else [], name) for name in NAMES[:2]]
    decision = Decision(lambda body: "c" not in body, rules)
    bodies: tuple[dict[str, Any], ...] = ({}, {"a": "b", "b": "a"}, {"a": "a"}, {"b": "b"}, {"c": 1})
    accepts, name, silent, _ = decision.settled(VALID)
    outcomes = [accepts(body) for body in bodies]
    assert [decision.breaks_nothing(body) for body in bodies] == outcomes
    assert outcomes == [True, True, False, False, False]
    assert (name, silent) == (None, set())


@pytest.mark.parametrize("key", ["", "None", "prompt"])
def test_without_rules_no_key_is_looked_at(key: str) -> None:
    """Where no rule has to be asked, the schema alone decides, whatever the keys of the body are."""
    decision = Decision(lambda body: True)
    assert decision.settled(VALID)[1] not in {key: [1]}
    assert decision.breaks_nothing({key: [1]})


@pytest.mark.parametrize("dialect", known_dialects())
def test_every_json_request_is_decided_by_one_question(dialect: str) -> None:
    """No rule of a built-in dialect stands in the way of the quick yes for a simple request in JSON."""
    operation = load_dialect(dialect).operation("generations")
    models = [facts.get("sample", name) for name, facts in load_dialect(dialect).about["models"].items()]
    plain = [{"model": model, "prompt": "A fox"} for model in models]
    valid = [body for body in plain if not operation.validate_request(body).findings]
    assert valid
    assert [operation._decision(body).breaks_nothing(body) for body in valid] == [True] * len(valid)


raw_bodies = st.one_of(
    st.binary(max_size=60),
    st.dictionaries(st.sampled_from(["model", "prompt", "n", "user"]), st.text(max_size=5) | st.integers()).map(
        lambda body: str(body).replace("'", '"').encode("utf-8", "surrogatepass")
    ),
    st.lists(
        st.sampled_from(
            [
                b'"model":"dall-e-2"',
                b'"n":1',
                b'"n":NaN',
                b'"n" :2',
                b'"\\u006e":1',
                b'"prompt":"a"',
                b'"user":"\\ud800"',
            ]
        ),
        max_size=4,
    ).map(lambda members: b"{" + b",".join(members) + b"}"),
)


@given(raw_bodies)
def test_raw_bodies_are_read_strictly(raw: bytes) -> None:
    """A raw body gets the verdict of what the strict parser makes of it, and an unreadable one is never valid."""
    operation = load_dialect("openai").operation("generations")
    value, flaw = parse_json(raw)
    verdict = operation.validate_request(raw)
    assert verdict == operation.validate_request(bytearray(raw))
    if flaw is None:
        assert verdict == operation.validate_request(value)
    else:
        assert verdict.verdict == "invalid"
