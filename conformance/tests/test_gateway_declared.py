from typing import Any

import pixelproof
import pytest
from pixelproof_conformance.gateway import answers
from pixelproof_conformance.gateway.answers.declared import DeclaredAnswers
from pixelproof_conformance.gateway.answers.shaping import IfDeclared, shaped
from pixelproof_conformance.gateway.delivery import FileStore
from pixelproof_conformance.kill_table import kills_of

ICON = {"required": ["request"], "properties": {"request": {"properties": {"kind": {"const": "icon"}}}}}


def about_items(items: dict[str, Any]) -> dict[str, Any]:
    """A schema that says something about the images of an answer."""
    return {"properties": {"answer": {"properties": {"data": {"items": items}}}}}


SECTION: dict[str, Any] = {
    "properties": {
        "answer": {
            "type": "object",
            "required": ["created", "quality", "data"],
            "properties": {
                "created": {"type": "integer", "minimum": 7},
                "quality": {"enum": ["draft", "final"]},
                "id": {"type": "string"},
                "data": {"type": "array", "items": {"type": "object", "properties": {"url": {}, "b64_json": {}}}},
            },
        }
    },
    "allOf": [
        {
            "if": ICON,
            "then": about_items({"required": ["url"]}),
            "else": about_items({"properties": {"url": {"not": {}}}}),
        }
    ],
}


def answer(offer: Any, request: dict[str, Any] | None = None) -> Any:
    """An answer in the shape of the section above."""
    return shaped(SECTION, "answer", {"request": request or {"kind": "photo"}, "status": 200}, offer)


def test_only_declared_keys_are_sent() -> None:
    """A key that the schema does not list is left out, at every depth."""
    made = answer({"created": 9, "quality": "draft", "usage": {}, "data": [{"b64_json": "QQ==", "seed": 1}]})
    assert made == {"created": 9, "quality": "draft", "data": [{"b64_json": "QQ=="}]}


def test_required_keys_that_nobody_offers_get_a_sample() -> None:
    """A number is the smallest, a listed value the first; an optional key stays away."""
    assert answer({}) == {"created": 7, "quality": "draft", "data": []}


def test_conditions_on_the_request_decide_what_is_sent() -> None:
    """A key that is forbidden for the request is left out, one that is required for it is there."""
    offer = {"created": 9, "quality": "final", "data": [{"url": "https://x/a.png", "b64_json": "QQ=="}]}
    assert answer(offer)["data"] == [{"b64_json": "QQ=="}]
    assert answer({**offer, "data": [{}]}, {"kind": "icon"})["data"] == [{"url": "text"}]


def test_of_several_values_the_first_allowed_one_is_sent() -> None:
    """A value that the schema does not list gives way to the next, in the end to a sample."""
    assert answer({"quality": IfDeclared(("low", "final"))})["quality"] == "final"
    assert answer({"quality": IfDeclared(("low",))})["quality"] == "draft"


def test_values_that_no_validator_reads_are_not_repeated() -> None:
    """Half a surrogate in a request that a fault lets in gives way to a sample."""
    assert answer({"quality": IfDeclared(("\ud800",))}, {"kind": "photo", "prompt": "\udfff"})["quality"] == "draft"


def test_where_nothing_is_declared_the_usual_keys_are_sent() -> None:
    """A schema without properties takes what is offered, but no echo of the request."""
    section = {"properties": {"answer": {"type": "object"}}}
    offer = {"created": 9, "seed": IfDeclared((1,)), "data": [{"b64_json": "QQ=="}]}
    assert shaped(section, "answer", {}, offer) == {"created": 9, "data": [{"b64_json": "QQ=="}]}


def test_a_dialect_without_a_module_is_answered_by_its_declarations() -> None:
    """Ours have modules; a dialect of another name has the declared way."""
    dialect = pixelproof.load_dialect("openai")
    assert not isinstance(answers.answers_for(dialect, FileStore(), lambda: 0.0), DeclaredAnswers)
    other = pixelproof.load_dialect("infinityblue")
    other_name = type("Other", (), {"name": "other", "about": other.about})()
    assert isinstance(answers.answers_for(other_name, FileStore(), lambda: 0.0), DeclaredAnswers)


@pytest.mark.parametrize("name", ["openai", "infinityblue"])
def test_declarations_alone_are_enough_for_a_clean_gateway(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A whole run finds nothing wrong with a gateway that knows no more than the declarations."""
    monkeypatch.setattr(answers, "_OWN", ())
    clean = next(iter(kills_of(pixelproof.load_dialect(name))))
    assert clean.others == ()
    assert clean.requests > 100
