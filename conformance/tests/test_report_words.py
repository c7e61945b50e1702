"""What a report says in words."""

import dataclasses

import pytest
from pixelproof_conformance.model import Outcome
from pixelproof_conformance.report import words
from pixelproof_conformance.reported import Counts, Noise, Report, Result, Unsteady

from .report_examples import report, requirements, result

FIRST, SECOND, THIRD = requirements()[:3]


def some(*outcomes: Outcome) -> list[Result]:
    """Results of some requirements with these outcomes."""
    return [
        result(entry, "gpt-image-1", outcome) for entry, outcome in zip((FIRST, SECOND, THIRD), outcomes, strict=True)
    ]


ENDED = "--max-images ended the run"
NONE_OF_2 = "none of 2 results fails."
CAPPED = {"caps_reached": {"--max-images": 12}}


@pytest.mark.parametrize(
    ("outcomes", "changes", "told"),
    [
        (("pass", "pass", "pass"), {}, "Conforms: all 3 results passed."),
        (
            ("pass", "pass", "not-run"),
            CAPPED,
            "Nothing broken so far: none of 2 results fails. --max-images ended the run: 1 requirement not reached.",
        ),
        (
            ("pass", "warn", "not-run"),
            CAPPED,
            f"Nothing broken so far: none of 2 results fails, 1 warning. {ENDED}: 1 requirement not reached.",
        ),
        (
            ("pass", "inconclusive", "not-run"),
            CAPPED,
            f"Nothing broken so far: none of 1 result fails. {ENDED}: 1 requirement not reached. 1 result not judged.",
        ),
        (
            ("pass", "pass", "pass"),
            CAPPED,
            "Nothing broken so far: none of 3 results fails. --max-images ended the run: some requests were not sent.",
        ),
        (
            ("fail", "pass", "not-run"),
            CAPPED,
            f"Does not conform: 1 requirement broken, 1 of 2 results fail. {ENDED}: 1 requirement not reached.",
        ),
        (
            ("pass", "pass", "not-run"),
            {"interrupted": True},
            "Nothing broken so far: none of 2 results fails. 1 result not judged. The run was stopped early.",
        ),
        (
            ("not-run", "not-run", "not-run"),
            CAPPED,
            f"Could not be judged: no answer decided any requirement. {ENDED}: 3 requirements not reached.",
        ),
        (
            ("pass", "inconclusive", "inconclusive"),
            {},
            "Nothing broken so far: none of 1 result fails. 2 results not judged.",
        ),
        (
            ("pass", "pass", "not-run"),
            {"given_up": "nobody answers"},
            f"Nothing broken so far: {NONE_OF_2} 1 result not judged. The endpoint was given up before the end.",
        ),
    ],
)
def test_the_verdict_says_conforms_only_of_a_whole_run(
    outcomes: tuple[Outcome, ...], changes: dict[str, object], told: str
) -> None:
    """A run that was cut short says what it reached, and which cap ended it."""
    assert words.verdict(report(some(*outcomes), **changes)) == told


@pytest.mark.parametrize(
    ("outcomes", "changes", "told"),
    [
        (("pass", "pass", "pass"), {}, "nothing failed"),
        (("pass", "pass", "not-run"), CAPPED, "nothing failed in what was reached"),
        (("fail", "pass", "not-run"), CAPPED, "at least one requirement is broken"),
        (("pass", "inconclusive", "not-run"), CAPPED, "less was judged than was left open"),
        (("pass", "pass", "not-run"), {"given_up": "nobody answers"}, "the endpoint was given up before the end"),
        (("fail", "pass", "not-run"), {"given_up": "nobody answers"}, "at least one requirement is broken"),
        (("not-run", "not-run", "not-run"), CAPPED, "the target could not be judged"),
    ],
)
def test_the_meaning_of_the_status_is_as_honest(
    outcomes: tuple[Outcome, ...], changes: dict[str, object], told: str
) -> None:
    """Status 0 of a run that was cut short is no statement about the rest."""
    assert words.exit_meaning(report(some(*outcomes), **changes)) == told


@pytest.mark.parametrize(
    ("outcomes", "changes", "status"),
    [
        (("pass", "pass", "not-run"), CAPPED, 0),
        (("pass", "inconclusive", "not-run"), CAPPED, 3),
        (("warn", "inconclusive", "not-run"), {}, 3),
        (("pass", "disabled", "disabled"), CAPPED, 0),
        (("pass", "unsupported", "unsupported"), {}, 0),
        (("pass", "pass", "pass"), {"given_up": "nobody answers"}, 3),
        (("fail", "inconclusive", "not-run"), {"given_up": "nobody answers"}, 1),
    ],
)
def test_status_0_needs_more_judged_than_left_open(
    outcomes: tuple[Outcome, ...], changes: dict[str, object], status: int
) -> None:
    """Whatever left it open; what was not asked for and what the endpoint does not have are not counted."""
    assert report(some(*outcomes), **changes).exit_status == status


def test_reasons_that_differ_in_a_size_are_one() -> None:
    """Answers without an end are alike, however much of each came; other numbers tell reasons apart."""
    notes = ("no end after 8 s; 291 bytes came", "no end after 8 s; 1,266 bytes came", "status 503")
    unjudged = [
        dataclasses.replace(entry, note=note)
        for entry, note in zip(some("inconclusive", "inconclusive", "inconclusive"), notes, strict=True)
    ]
    assert words.reasons(report(unjudged)) == [("inconclusive", notes[0], 2), ("inconclusive", notes[2], 1)]


@pytest.mark.parametrize(
    ("counts", "told"),
    [
        (Counts(), "0 requests, 0 pictures, no cost"),
        (Counts(90, 29, 0, 0.319, None), "90 requests, 29 pictures, at least $0.32"),
        (Counts(93, 29, 3, 0.5, 1.25), "93 requests (90 first tries, 3 retries), 29 pictures, $0.50 to $1.25"),
        (Counts(2, 1, 1, 0.0, None), "2 requests (1 first try, 1 retry), 1 picture, cost unknown"),
        (Counts(1, 1, 0, 0.04, 0.04, 9, 272), "1 request, 1 picture, 9 tokens in and 272 out, $0.04"),
        (Counts(1, 1, 0, 0.002, 0.002), "1 request, 1 picture, $0.0020"),
    ],
)
def test_counts_tell_tries_pictures_tokens_and_money(counts: Counts, told: str) -> None:
    """An unknown price is never a price of nothing."""
    assert words.sent(report(some("pass", "pass", "pass"), counts=counts)) == told


def noisy() -> Report:
    """A run with repeats, one requirement of which came out both ways."""
    entry = Unsteady(SECOND.id, "generations", "gpt-image-1", "a-case", 2, 5, 1)
    return report(some("pass", "inconclusive", "pass"), noise=Noise(5, 200, 1, 450, 3, (entry,)))


def test_noise_is_told_with_its_rates() -> None:
    """The floor of the whole run first, then each requirement."""
    first, second = words.noise(noisy())
    assert "Of 200 pairs of a request and a requirement, 1 did not come out the same every time, 0.5 %." in first
    assert "3 of 450 answers decided nothing." in first
    assert second == f"{SECOND.id} (generations, gpt-image-1): failed in 2 of 5 repeats of the same request"
    assert words.noise(report(some("pass", "pass", "pass"))) == []
