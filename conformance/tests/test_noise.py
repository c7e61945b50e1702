"""Repeats of the same request: what agrees is judged, what does not is inconclusive with its rate."""

from collections import Counter

from pixelproof_conformance.budget import Caps
from pixelproof_conformance.model import Case, Record
from pixelproof_conformance.noise import rate_in_words
from pixelproof_conformance.reported import Noise
from pixelproof_conformance.resumption import Earlier, earlier
from pixelproof_conformance.runner import Options, Outcome, Run

from .scripted import Answer, ScriptedSender, good_answer, record, refusal, subject
from .test_runner import GPT_BASELINE, by_flaw, honest

GPT = subject()


def run(sender: ScriptedSender, options: Options, before: Earlier | None = None, **facts: object) -> Outcome:
    """What comes of a run for one model."""
    known, lost = before or Earlier({}, ())
    facts |= {"reproduce": lambda case, record: ("curl", "python"), "known": known, "lost": lost}
    return Run(sender, options, **facts).over([GPT])  # type: ignore[arg-type]


class Moody:
    """Accepts a wrong ``n`` in the given sendings of each request; keeps its promises otherwise."""

    def __init__(self, *accepted: int, flaw: str = "n-outside-1-to-10") -> None:
        self.accepted, self.flaw = accepted, flaw

    def __call__(self, case: Case) -> Answer | Record:
        """Answers a case."""
        if self.flaw in case.id and case.repeat in self.accepted:
            return 200, good_answer(GPT_BASELINE)
        return honest(case)


def result_of(outcome: Outcome, flaw: str) -> tuple[str, str, list[str]]:
    """Outcome, note and outcomes of the failures of one requirement."""
    found = next(result for result in outcome.results if result.requirement.endswith(flaw))
    return found.outcome, found.note, [failure.outcome for failure in found.failures]


def test_every_case_is_sent_so_often() -> None:
    """The baseline, refused, paid and generated requests alike, each time as the same request."""
    sender = ScriptedSender(honest)
    run(sender, Options(repeat=3, examples=10, seed=4))
    times = Counter(case.first for case in sender.cases if case.kind != "wire")
    assert set(times.values()) == {3}
    assert {case.kind for case in sender.cases} >= {"baseline", "reject", "accept", "explore"}
    for first in times:
        assert len({str(case.body) for case in sender.cases if case.first == first}) == 1


def test_what_passes_and_fails_is_inconclusive_with_its_rate() -> None:
    """No coin toss: neither a pass nor a failure, and the request that shows it is kept as evidence."""
    outcome = run(ScriptedSender(Moody(2, 4)), Options(repeat=5))
    assert result_of(outcome, "n-outside-1-to-10") == (
        "inconclusive",
        "failed in 2 of 5 repeats of the same request, and 3 other requests disagree as well",
        ["inconclusive"],
    )


def test_what_fails_every_time_fails() -> None:
    """Repeats that agree are certain."""
    outcome = run(ScriptedSender(Moody(1, 2, 3)), Options(repeat=3))
    assert result_of(outcome, "n-outside-1-to-10")[0] == "fail"
    assert outcome.noise is not None
    assert outcome.noise.disagreed == 0


def test_one_request_that_fails_every_time_decides_though_another_is_moody() -> None:
    """A certain failure is not hidden by noise beside it."""

    def mixed(case: Case) -> Answer | Record:
        if "n=0" in case.id and "n-outside" in case.id:
            return 200, good_answer(GPT_BASELINE)
        return Moody(2)(case)

    assert result_of(run(ScriptedSender(mixed), Options(repeat=2)), "n-outside-1-to-10")[0] == "fail"


def test_the_noise_floor_counts_pairs_of_a_request_and_a_requirement() -> None:
    """Four requests are on trial for one requirement, and all of them are moody."""
    noise = run(ScriptedSender(Moody(2)), Options(repeat=2)).noise
    assert isinstance(noise, Noise)
    [entry] = [entry for entry in noise.unsteady if entry.requirement.endswith("n-outside-1-to-10")]
    assert (entry.broken, entry.repeats, entry.requests) == (1, 2, 4)
    assert noise.repeats == 2
    assert noise.compared > noise.disagreed >= 4
    assert noise.undecided == 0
    assert rate_in_words(entry).startswith("failed in 1 of 2 repeats")


def test_a_busy_answer_is_no_noise() -> None:
    """429 decides nothing, so the repeats that were answered agree."""

    def busy(case: Case) -> Answer | Record:
        return (429, b"slow down") if case.repeat == 2 and case.kind == "reject" else honest(case)

    noise = run(ScriptedSender(busy), Options(repeat=3)).noise
    assert noise is not None
    assert noise.disagreed == 0
    assert noise.undecided > 50


def test_a_combined_request_that_is_refused_now_and_then_is_noise() -> None:
    """Its permissions are neither passed nor failed by the one time that it was accepted."""

    def now_and_then(case: Case) -> Answer | Record:
        if case.repeat == 2 and case.expect == "accepted" and case.body.get("moderation") == "low":
            return 400, refusal(None)
        return honest(case)

    found = by_flaw(run(ScriptedSender(now_and_then), Options(repeat=2)))
    assert found["documented-moderation-refused"] == "inconclusive"


def test_without_repeats_there_is_no_noise_section() -> None:
    """One sending says nothing about steadiness."""
    assert run(ScriptedSender(honest), Options()).noise is None


def test_the_caps_count_repeats() -> None:
    """The first round comes first, so that a cap leaves the least uncovered."""
    sender = ScriptedSender(honest)
    outcome = run(sender, Options(repeat=3, caps=Caps(images=20), concurrency=1))
    assert outcome.counts.images <= 20
    paid = [case for case in sender.cases if case.expect == "accepted" and not case.streams]
    assert [case.repeat for case in paid] == sorted(case.repeat for case in paid)


def test_a_resumed_run_sends_the_repeats_that_are_missing() -> None:
    """Each repeat has a record of its own."""
    kept: list[Record] = []
    first = ScriptedSender(honest)
    run(first, Options(repeat=2, caps=Caps(requests=100), concurrency=1), keep=kept.append)
    second = ScriptedSender(honest)
    run(second, Options(repeat=2), earlier(kept))
    assert not {case.id for case in first.cases} & {case.id for case in second.cases}
    assert len(first.cases) == 100
    assert {case.repeat for case in second.cases} == {1, 2}


def test_an_exploration_takes_no_moody_answer_for_a_failure() -> None:
    """A generated request fails only when it fails every time."""

    def moody(case: Case) -> Answer | Record:
        value = case.body.get("output_compression")
        wrong = case.expect == "accepted" and type(value) is int and 1 < value < 99 and case.repeat == 2
        return (400, refusal("output_compression")) if wrong else honest(case)

    outcome = run(ScriptedSender(moody), Options(repeat=2, examples=100, seed=1))
    assert by_flaw(outcome)["documented-output-compression-refused"] == "inconclusive"


def test_a_repeat_sends_the_same_bytes() -> None:
    """A form keeps its boundary, so that nothing but the time differs."""
    from pixelproof_conformance.request import encode_case

    case = Case("a-form", "accept", "edits", "m", {"prompt": "A fox"}, "accepted")
    assert encode_case(case, "multipart/form-data", {}) == encode_case(case.again(3), "multipart/form-data", {})
    assert case.again(3).id == "a-form~3"
    assert case.again(3).again(1) == case
    assert record(case, 200).case == "a-form"
