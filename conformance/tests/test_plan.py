"""The fixed cases of a run."""

from typing import Any

import pytest
from pixelproof import UsageError, load_dialect
from pixelproof_conformance.plan import alone, make_plan
from pixelproof_conformance.subject import baseline_body, subjects_of

from .scripted import subject

PLAN = make_plan(subject())


def test_the_baseline_is_the_simplest_request() -> None:
    """Only the model and what is required are in it."""
    assert set(baseline_body(subject())) == {"model", "prompt"}
    assert baseline_body(subject("dall-e-2 by default")).keys() == {"prompt"}


def test_every_negative_breaks_exactly_its_requirement() -> None:
    """The validator finds one broken requirement of severity error in each request that must be refused."""
    for case in PLAN.rejects:
        if case.raw is None:
            verdict = PLAN.subject.judge(case.body)
            assert {found.requirement for found in verdict.findings if found.severity == "error"} == set(case.targets)


def test_every_accepted_case_is_valid() -> None:
    """The validator has nothing to say about requests that must be accepted."""
    for case in (PLAN.baseline, *PLAN.accepts):
        assert PLAN.subject.judge(case.body).verdict == "valid", case.id


def test_every_documented_value_is_in_an_accepted_case() -> None:
    """Each listed value, and both ends of each range, are sent at least once."""
    sent = {(name, repr(value)) for case in PLAN.accepts for name, value in case.body.items()}
    wanted: dict[str, list[Any]] = {
        "background": ["transparent", "opaque", "auto"],
        "moderation": ["low", "auto"],
        "n": [1, 10],
        "output_compression": [0, 100],
        "output_format": ["png", "jpeg", "webp"],
        "partial_images": [0, 3],
        "quality": ["low", "medium", "high", "auto"],
        "size": ["1024x1024", "1536x1024", "1024x1536", "auto"],
        "stream": [True, False],
    }
    for name, values in wanted.items():
        for value in values:
            assert (name, repr(value)) in sent


def test_tied_parameters_are_sent_in_every_allowed_pair() -> None:
    """Background and format stand in one condition, so each allowed pair is sent."""
    pairs = {(case.body.get("background"), case.body.get("output_format")) for case in PLAN.accepts}
    for background in ("transparent", "opaque", "auto"):
        for kind in ("png", "jpeg", "webp"):
            assert ((background, kind) in pairs) == ((background, kind) != ("transparent", "jpeg"))


def test_every_requirement_on_requests_has_a_case() -> None:
    """Nothing is left without a case for any documented model."""
    dialect = load_dialect("openai")
    for found in subjects_of(dialect, dialect.operation("generations"))[:5]:
        assert make_plan(found).without_case == (), found.name


def test_a_default_run_needs_at_most_40_pictures() -> None:
    """The plan for one GPT image model stays below 40 pictures."""
    assert PLAN.images <= 40


def test_the_same_options_give_the_same_plan() -> None:
    """A plan has no chance in it, so a run can be resumed."""
    assert make_plan(subject()).cases == PLAN.cases


def test_case_ids_are_unique() -> None:
    """The journal finds a case by its id."""
    ids = [case.id for case in PLAN.cases]
    assert len(ids) == len(set(ids))


def test_only_and_skip_choose_requirements() -> None:
    """Prefixes choose by full id or by flaw; what is not chosen is not on trial."""
    chosen = make_plan(subject(), only=["n-"], skip=["n-not"])
    targets = {target for case in chosen.rejects for target in case.targets}
    assert targets == {"openai/generations/n-outside-1-to-10"}


def test_requirements_on_answers_keep_the_requests_that_show_them() -> None:
    """Choosing a requirement on answers keeps accepted cases in the plan."""
    chosen = make_plan(subject(), only=["openai/generations/usage-does-not-add-up"])
    assert chosen.accepts
    assert not chosen.rejects


def test_requirements_on_refusals_keep_some_refused_requests() -> None:
    """Choosing a requirement on refusals keeps a few requests that must be refused."""
    chosen = make_plan(subject(), only=["openai/generations/refusal-without-message"])
    assert 0 < len(chosen.rejects) < 10


def test_a_refused_combination_is_taken_apart() -> None:
    """Each parameter of the combination is sent alone, with what it needs beside it."""
    case = next(case for case in PLAN.accepts if "output_compression" in case.body)
    singles = alone(PLAN.subject, case)
    for single in singles:
        assert PLAN.subject.judge(single.body).verdict == "valid"
        assert len(single.body) <= 4
    compression = next(single for single in singles if "output_compression" in single.body)
    assert compression.body["output_format"] in ("jpeg", "webp")


def test_an_unknown_model_is_refused_with_the_known_ones() -> None:
    """The message shows the value and lists what can be chosen."""
    with pytest.raises(UsageError, match=r"'dall-e-9'.*gpt-image-1"):
        subject("dall-e-9")


def test_a_chosen_requirement_gets_the_parameters_that_its_breach_needs() -> None:
    """A flaw that only a streamed request can have is planned although streaming itself is not on trial."""
    chosen = make_plan(subject(), only=["partial-images-without-stream", "output-compression-with-png"])
    assert chosen.without_case == ()
    assert {case.targets for case in (*chosen.rejects, *chosen.opens)} == {
        ("openai/generations/partial-images-without-stream",),
        ("openai/generations/output-compression-with-png",),
    }


def test_the_permission_of_whole_requests_is_tried_with_every_parameter() -> None:
    """When only it is chosen, every documented value is combined all the same."""
    chosen = make_plan(subject(), only=["documented-request-refused"])
    assert [case.body for case in chosen.accepts] == [case.body for case in PLAN.accepts]
    assert chosen.rejects == ()


def test_what_is_promised_to_be_refused_or_ignored_carries_requirements_on_answers() -> None:
    """A refusal that is left out, and a switch without effect, show only with a request that has them."""
    dialect = load_dialect("infinityblue")
    [first, *_] = subjects_of(dialect, dialect.operation("generations"))
    left_out = make_plan(first, only=["transparent-background-not-refused"])
    assert {case.body["background"] for case in left_out.rejects} == {"transparent"}
    streamed = make_plan(first, only=["answer-streamed"])
    assert any(case.body.get("stream") is True for case in streamed.opens)
