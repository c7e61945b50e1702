"""The bounds that documents declare, and what ``pixelproof limits`` finds of them on the wire."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from pixelproof import load_dialect
from pixelproof_conformance.asking import Asker
from pixelproof_conformance.budget import Budget, Caps
from pixelproof_conformance.gateway.running import running_gateway
from pixelproof_conformance.limits.scales import scales_of
from pixelproof_conformance.limits.survey import Limit, Survey
from pixelproof_conformance.model import Case, Record
from pixelproof_conformance.prices import PriceTable
from pixelproof_conformance.subject import subjects_of

from .commands import Command
from .scripted import Answer, ScriptedSender, good_answer, refusal, subject

DIALECTS = ("openai", "anyfast", "orq", "octen", "infinityblue")
NO_PRICES = PriceTable("nobody", {})


def survey(
    script: Callable[[Case], Answer | Record], *parameters: str, caps: Caps | None = None, **chosen: str
) -> dict[tuple[str, str], Limit]:
    """What is found at an endpoint that answers by ``script``, by parameter and side."""
    looked = Survey(Asker(ScriptedSender(script), Budget(caps or Caps(), NO_PRICES)), lambda: None)
    return {(limit.parameter, limit.side): limit for limit in looked.of(subject(**chosen), parameters)}


def unless(refused: Callable[[dict[str, Any]], str | None]) -> Callable[[Case], Answer]:
    """An endpoint that refuses for the parameter that ``refused`` names, and makes pictures otherwise."""

    def script(case: Case) -> Answer:
        name = refused(case.body)
        return (400, refusal(name)) if name else (200, good_answer(case))

    return script


@pytest.mark.parametrize("dialect", DIALECTS)
def test_every_scale_turns_at_its_documented_place(dialect: str) -> None:
    """The validator allows the documented place and finds the bound's requirement broken at the next one."""
    loaded = load_dialect(dialect)
    found = 0
    for operation in map(loaded.operation, loaded.operations):
        one = subjects_of(loaded, operation)[0]
        for scale in scales_of(one)[0]:
            if scale.documented is None:
                continue
            found += 1
            inside, outside = (one.judge(scale.body(scale.documented + beyond)) for beyond in (0, 1))
            assert scale.requirement not in {finding.requirement for finding in inside.findings}
            assert scale.requirement in {finding.requirement for finding in outside.findings}
    assert found >= 6


def test_the_bounds_of_a_model_are_those_of_its_document() -> None:
    """Sizes that the document lists make no scale; a length, a number and a percentage do."""
    names = {(scale.parameter, scale.side): scale.documented_text for scale in scales_of(subject())[0]}
    assert names[("prompt", "most")] == "32,000"
    assert names[("n", "most")] == "10"
    assert names[("output_compression", "least")] == "0"
    assert not [name for name, _ in names if name == "size"]


def test_free_sizes_have_a_bound_for_every_part_of_their_rule() -> None:
    """Step, longest edge, both ratios and both ends of the pixel budget, as the document states them."""
    scales = [scale for scale in scales_of(subject("gpt-image-2", "infinityblue"))[0] if scale.parameter == "size"]
    assert {(scale.measure, scale.side, scale.documented_text) for scale in scales} == {
        ("step", "least", "16"),
        ("longest edge", "most", "3,840"),
        ("width / height", "most", "3"),
        ("height / width", "most", "3"),
        ("pixels", "least", "655,360"),
        ("pixels", "most", "8,294,400"),
    }


def test_what_depends_on_the_account_is_left_out_with_a_word() -> None:
    """Without the fact about the account nobody knows what a refusal means."""
    scales, left_out = scales_of(subject("gpt-image-2", "anyfast"))
    assert ("n", "most") not in {(scale.parameter, scale.side) for scale in scales}
    assert [line for line in left_out if line.startswith("n: ") and "--account direct_group=true" in line]


def test_a_shorter_prompt_limit_is_found_to_the_character() -> None:
    """The observed bound is the longest prompt that was accepted."""
    found = survey(unless(lambda body: "prompt" if len(body["prompt"]) > 5431 else None), "prompt")
    limit = found["prompt", "most"]
    assert (limit.verdict, limit.documented, limit.observed) == ("stricter", "32,000", "5,431")
    assert limit.is_deviation
    assert limit.requirement == "openai/generations/prompt-too-long-for-gpt"


def test_an_endpoint_that_takes_more_is_looser() -> None:
    """Found by steps that double, then halve."""
    found = survey(unless(lambda body: "n" if body.get("n", 1) > 13 else None), "n")
    assert (found["n", "most"].verdict, found["n", "most"].observed) == ("looser", "13")


def test_a_value_that_is_quietly_replaced_is_no_enforced_bound() -> None:
    """Twelve pictures asked, ten made: accepted, and not honoured."""

    def script(case: Case) -> Answer:
        answer = good_answer(case)
        answer["data"] = answer["data"][:10]
        return 200, answer

    limit = survey(script, "n")["n", "most"]
    assert (limit.verdict, limit.observed, limit.is_deviation) == ("replaced", "10", True)
    assert "11 was accepted and not honoured" in limit.notes[0]


def test_a_busy_endpoint_leaves_the_bound_open() -> None:
    """429 is no refusal."""
    limit = survey(lambda case: (429, refusal(None, "slow down")), "prompt")["prompt", "most"]
    assert (limit.verdict, limit.observed, limit.is_deviation) == ("inconclusive", None, False)
    assert "status 429" in limit.notes[0]


def test_a_refusal_for_another_parameter_is_said() -> None:
    """The bound may not be the reason."""
    limit = survey(unless(lambda body: "user" if body.get("n") == 11 else None), "n")["n", "most"]
    assert limit.notes == ("11 was refused for 'user'",)


def test_a_cap_ends_the_search() -> None:
    """What was not asked is not known."""
    found = survey(unless(lambda body: None), "n", caps=Caps(requests=1))
    assert found["n", "most"].verdict == "inconclusive"
    assert "a cap was reached" in found["n", "most"].notes


def test_what_no_document_forbids_is_asked_once_and_is_no_deviation() -> None:
    """A bound whose breaking is left open costs one more picture, not a search."""
    sender = ScriptedSender(unless(lambda body: None))
    looked = Survey(Asker(sender, Budget(Caps(), NO_PRICES)), lambda: None)
    (limit,) = looked.of(subject(dialect="orq"), ("fallbacks",))
    assert (limit.verdict, limit.is_deviation, limit.requests) == ("unenforced", False, 2)


@pytest.mark.parametrize("dialect", ["openai", "octen"])
def test_a_clean_gateway_costs_two_probes_a_bound(dialect: str, command: Command, monkeypatch: Any) -> None:
    """All are as documented, and the exit status says so."""
    monkeypatch.setenv("OCTEN_API_KEY", "any-key-for-this-test")
    model = load_dialect(dialect).operation("generations").models[0]
    with running_gateway((dialect,)) as running:
        told = command("limits", running.url, "--dialect", dialect, "--model", model, "--format", "json")
    limits = json.loads(told.out)["limits"]
    stated = [limit for limit in limits if limit["documented"] is not None]
    assert told.status == 0
    assert {limit["verdict"] for limit in stated} == {"same"}
    assert {limit["requests"] for limit in stated} == {2}


def test_a_gateway_that_forgets_a_bound_is_found(command: Command) -> None:
    """The table names both bounds, and the exit status is 1."""
    with running_gateway(("openai",), ("openai/generations/prompt-too-long-for-gpt",)) as running:
        told = command("limits", running.url, "--dialect", "openai", "--model", "gpt-image-1", "--parameter", "prompt")
    assert told.status == 1
    assert "32,000" in told.out
    assert "looser" in told.out
    assert "0 bounds as documented, 1 deviating" in told.out


def test_an_unknown_parameter_is_refused(command: Command, openai_gateway: Any) -> None:
    """With what can be done about it."""
    told = command("limits", openai_gateway.url, "--dialect", "openai", "--model", "dall-e-3", "--parameter", "colour")
    assert told.status == 2
    assert told.line == "--parameter colour: no bound of it is known; leave it out to see all"


def test_an_endpoint_that_is_not_there_cannot_be_judged(command: Command) -> None:
    """One line, exit status 3."""
    told = command("limits", "http://127.0.0.1:9", "--dialect", "openai", "--model", "dall-e-3")
    assert told.status == 3
    assert "nothing listens there" in told.line
