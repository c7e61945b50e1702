"""Outcomes of requirements over all that was observed."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import pytest
from pixelproof_conformance.model import OUTCOMES, Case, Observation, Outcome, Record
from pixelproof_conformance.reported import NEVER_MET, Result
from pixelproof_conformance.results import identity, requirements_of, summarise

from .scripted import record, subject

GPT = subject()
FLAW = "openai/generations/n-outside-1-to-10"
SMALL = Case("small", "reject", "generations", "gpt-image-1", {"n": 0}, "refused")
LARGE = Case("large", "reject", "generations", "gpt-image-1", {"n": 0, "prompt": "a" * 900}, "refused")
SENT = {case.id: (case, record(case, 200, {"data": []})) for case in (SMALL, LARGE)}


def seen(outcome: Outcome, case: Case = SMALL, **facts: Any) -> Observation:
    """An observation of one requirement."""
    message = facts.pop("message", "" if outcome == "pass" else f"it is {outcome}")
    return Observation(FLAW, "gpt-image-1", outcome, case.id, message, **facts)


def result(observations: Sequence[Observation], sent: dict[str, tuple[Case, Record]] = SENT, **facts: Any) -> Result:
    """The result for that requirement."""
    found = summarise(GPT, observations, sent, reproduce=lambda case, record: (f"curl {case.id}", "python"), **facts)
    return next(item for item in found if item.requirement == FLAW)


@pytest.mark.parametrize(("worse", "better"), list(pairwise(OUTCOMES)))
def test_the_gravest_observation_decides(worse: Outcome, better: Outcome) -> None:
    """One failure outweighs any number of passes, and so on down the list."""
    assert result([seen(better), seen(worse), seen(better)]).outcome == worse


def test_without_an_observation_nothing_was_run() -> None:
    """The note says why: that of the run, or that no request put it to the test."""
    assert (result([]).outcome, result([]).note) == ("not-run", NEVER_MET)
    assert result([], note="a cap was reached").note == "a cap was reached"


def test_what_was_not_judged_says_why_and_what_was_judged_does_not() -> None:
    """The note is the message of the first observation."""
    assert result([seen("inconclusive", message="status 429")]).note == "status 429"
    assert result([seen("pass")]).note == ""


def test_what_is_left_out_is_disabled() -> None:
    """Even when something was observed by the way."""
    found = result([seen("fail")], skip=("n-outside",))
    assert (found.outcome, found.checks, found.failures) == ("disabled", 0, ())
    assert result([seen("pass")], only=("n-outside",)).outcome == "pass"
    assert result([seen("pass")], only=("prompt",)).outcome == "disabled"


def test_equal_failures_are_one_with_its_smallest_request() -> None:
    """It says how often it was seen, and how to see it again."""
    found = result([seen("fail", LARGE, parameter="n"), seen("fail", SMALL, parameter="n"), seen("pass")])
    assert (found.checks, len(found.failures)) == (3, 1)
    failure = found.failures[0]
    assert (failure.seen, failure.case, failure.curl, failure.status) == (2, "small", "curl small", 200)
    assert failure.request == {"n": 0}


def test_a_failure_outweighs_a_warning_of_the_same_identity() -> None:
    """The request that fails is shown, though that of the warning is smaller."""
    found = result([seen("warn", SMALL, parameter="n"), seen("fail", LARGE, parameter="n")])
    assert [(failure.outcome, failure.case) for failure in found.failures] == [("fail", "large")]


def test_different_parameters_are_different_failures() -> None:
    """Failures come before warnings."""
    found = result([seen("warn", parameter="size"), seen("fail", parameter="n")])
    assert [failure.outcome for failure in found.failures] == ["fail", "warn"]


@pytest.mark.parametrize(
    ("parameter", "place"),
    [(None, "-"), ("n", "n"), ("data[0].b64_json", "data[].b64_json"), ("image[]", "image"), ("image[3]", "image[]")],
)
def test_the_identity_of_a_failure_is_the_same_in_every_run(parameter: str | None, place: str) -> None:
    """Requirement, operation, model and parameter; the place in a list does not count."""
    item = Observation("a/b/c", "an unlisted model", "fail", "case", parameter=parameter)
    assert identity(item, "edits").startswith("a/b/c edits an-unlisted-model ")
    assert identity(item, "edits").rpartition(" ")[2] == place


def test_long_texts_of_a_request_are_shown_short() -> None:
    """A report of a prompt of 32,000 characters stays readable."""
    found = result([seen("fail", LARGE)])
    assert found.failures[0].request["prompt"] == f"{'a' * 60}… (900 characters)"


def test_raw_bytes_are_shown_as_text() -> None:
    """What is no JSON stands in the report as it was sent."""
    raw = Case("raw", "reject", "generations", "gpt-image-1", {}, "refused", raw=b'{"n": \xff')
    found = result([seen("fail", raw)], {"raw": (raw, record(raw, 200))})
    assert found.failures[0].request == '{"n": \N{REPLACEMENT CHARACTER}'


@pytest.mark.parametrize(
    ("statuses", "outcome"), [((200, 200), "pass"), ((200, 503), "inconclusive"), ((200, 400), "pass")]
)
def test_a_permission_passes_only_when_each_of_its_values_was_judged(
    statuses: tuple[int, int], outcome: Outcome
) -> None:
    """A value that ended in a server error leaves it open; a refused value has an observation of its own."""
    name = "openai/generations/documented-quality-refused"
    sent = {}
    for value, status in zip(("low", "high"), statuses, strict=True):
        case = Case(value, "accept", "generations", "gpt-image-1", {"quality": value}, "accepted", (name,))
        sent[value] = (case, record(case, status, b"slow down"))
    passed = Observation(name, "gpt-image-1", "pass", "low")
    found = summarise(GPT, [passed], sent, reproduce=lambda case, record: ("", ""))
    judged = next(item for item in found if item.requirement == name)
    assert judged.outcome == outcome
    assert (judged.note != "") == (outcome == "inconclusive")
    assert "high" in judged.note or outcome == "pass"


def test_a_model_has_the_requirements_of_its_kind() -> None:
    """DALL-E 2 knows no quality, and a model of another family has no transparent background."""
    names = {facts.id.rpartition("/")[2] for facts in requirements_of(GPT)}
    others = {facts.id.rpartition("/")[2] for facts in requirements_of(subject("dall-e-2"))}
    assert "documented-background-refused" in names - others
    assert "n-outside-1-to-10" in names & others
