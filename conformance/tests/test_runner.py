"""The run: order, caps, follow-ups, interruption, resumption."""

import pytest
from pixelproof import TargetError
from pixelproof_conformance.budget import Caps
from pixelproof_conformance.model import Case, Record
from pixelproof_conformance.patience import Patience
from pixelproof_conformance.runner import Options, Outcome, Run

from .scripted import Answer, ScriptedSender, good_answer, record, refusal, subject

GPT = subject()


def honest(case: Case) -> Answer | Record:
    """Refuses what must be refused and accepts the rest; streams are refused, so that this stays short."""
    if case.expect == "refused" or case.streams:
        return 400, refusal(case.parameter if case.expect == "refused" else "stream")
    return 200, good_answer(case)


def run(sender: ScriptedSender, **facts: object) -> Outcome:
    """What comes of a run for one model."""
    options = facts.pop("options", Options())
    return Run(sender, options, reproduce=lambda case, record: ("curl", "python"), **facts).over([GPT])  # type: ignore[arg-type]


def by_flaw(outcome: Outcome) -> dict[str, str]:
    """The outcomes by flaw."""
    return {result.requirement.rpartition("/")[2]: result.outcome for result in outcome.results}


def test_the_baseline_comes_first_and_free_requests_before_paid_ones() -> None:
    """Nothing is paid for before the free requests are through."""
    sender = ScriptedSender(honest)
    run(sender, options=Options(concurrency=1))
    kinds = [case.kind for case in sender.cases]
    assert kinds[0] == "baseline"
    assert kinds.index("accept") > max(index for index, kind in enumerate(kinds) if kind == "reject")


def test_an_unaccepted_baseline_ends_the_trial_of_the_model() -> None:
    """Nothing else is sent, and nothing else is judged."""
    sender = ScriptedSender(lambda case: (400, refusal()))
    outcome = run(sender)
    assert len(sender.cases) == 1
    found = by_flaw(outcome)
    assert found["documented-model-refused"] == "fail"
    assert found["n-outside-1-to-10"] == "not-run"


def test_a_missing_route_is_unsupported() -> None:
    """404 for the simplest request: the endpoint has no such operation, which fails nothing."""
    with pytest.raises(TargetError, match="404"):
        run(ScriptedSender(lambda case: (404, refusal())))


def test_an_endpoint_that_cannot_be_reached_is_an_error_of_the_target() -> None:
    """A refused connection ends the run with one line."""
    sender = ScriptedSender(
        lambda case: record(case, None, failure="connection", failure_text="refused the connection")
    )
    with pytest.raises(TargetError, match="refused the connection"):
        run(sender)


def test_a_refused_combination_is_followed_up_one_by_one() -> None:
    """The parameter that is refused is found even when the refusal names nothing."""

    def against_opaque(case: Case) -> Answer | Record:
        if case.expect != "refused" and case.body.get("background") == "opaque":
            return 400, refusal(None)
        return honest(case)

    found = by_flaw(run(ScriptedSender(against_opaque)))
    assert found["documented-background-refused"] == "fail"
    assert found["documented-quality-refused"] == "pass"


def test_a_value_that_nobody_judged_keeps_its_permission_open() -> None:
    """Streams end in server errors: accepting stream false alone does not pass the permission of streaming."""

    def without_streams(case: Case) -> Answer | Record:
        return (500, b"oops") if case.streams and case.expect == "accepted" else honest(case)

    outcome = run(ScriptedSender(without_streams))
    found = by_flaw(outcome)
    assert found["documented-stream-refused"] == "inconclusive"
    assert found["documented-background-refused"] == "pass"
    note = next(result.note for result in outcome.results if result.requirement.endswith("documented-stream-refused"))
    assert note.startswith("stream true: status 500")


def test_caps_stop_the_run_and_say_so() -> None:
    """What was not sent is not-run, never pass."""
    sender = ScriptedSender(honest)
    outcome = run(sender, options=Options(caps=Caps(requests=5)))
    assert len(sender.cases) == 5
    assert any("--max-requests" in note for note in outcome.notes)
    assert by_flaw(outcome)["documented-size-refused"] == "not-run"


def test_the_cap_on_pictures_counts_what_is_accepted() -> None:
    """Refused requests cost no picture, accepted ones cost what they ask for."""
    outcome = run(ScriptedSender(honest), options=Options(caps=Caps(images=3)))
    assert outcome.counts.images <= 3
    assert by_flaw(outcome)["n-outside-1-to-10"] == "pass"


def test_the_cap_on_pictures_holds_where_wrong_requests_are_accepted() -> None:
    """An endpoint that accepts everything is paid for no more than the cap, whatever was expected of the requests."""
    careless = ScriptedSender(lambda case: (200, good_answer(case)))
    outcome = run(careless, options=Options(caps=Caps(images=6), concurrency=1))
    assert outcome.counts.images == 6
    assert len([case for case in careless.cases if case.images]) == 6
    assert any("--max-images" in note for note in outcome.notes)


def test_ctrl_c_ends_with_the_results_so_far() -> None:
    """Interrupted in the middle: what was judged stays, the rest is not-run."""
    sent = 0

    def impatient(case: Case) -> Answer | Record:
        nonlocal sent
        sent += 1
        if sent == 20:
            raise KeyboardInterrupt
        return honest(case)

    outcome = run(ScriptedSender(impatient), options=Options(concurrency=1))
    assert outcome.interrupted
    found = by_flaw(outcome)
    assert found["prompt-missing"] == "pass"
    assert found["documented-size-refused"] == "not-run"


def test_a_resumed_run_sends_only_what_is_missing() -> None:
    """Records of the journal stand for their cases, and nothing is paid twice."""
    kept: list[Record] = []
    first = ScriptedSender(honest)
    run(first, keep=kept.append, options=Options(caps=Caps(requests=10), concurrency=1))
    second = ScriptedSender(honest)
    outcome = run(second, known={item.case: item for item in kept})
    assert not {case.id for case in first.cases} & {case.id for case in second.cases}
    assert by_flaw(outcome)["prompt-missing"] == "pass"


def test_a_trouble_of_our_own_is_not_swallowed() -> None:
    """An exception in a thread comes out of the run."""

    def broken(case: Case) -> Answer | Record:
        if case.kind == "reject":
            raise RuntimeError("our fault")
        return honest(case)

    with pytest.raises(RuntimeError, match="our fault"):
        run(ScriptedSender(broken))


def test_exploration_finds_what_the_fixed_cases_do_not_try() -> None:
    """Only compression 37 is refused: no fixed case sends it, a generated one does."""

    def against_a_range(case: Case) -> Answer | Record:
        value = case.body.get("output_compression")
        if case.expect != "refused" and type(value) is int and 1 < value < 99:
            return 400, refusal("output_compression")
        return honest(case)

    plain = by_flaw(run(ScriptedSender(against_a_range), options=Options(seed=1)))
    explored = by_flaw(run(ScriptedSender(against_a_range), options=Options(seed=1, examples=300)))
    assert plain["documented-output-compression-refused"] == "pass"
    assert explored["documented-output-compression-refused"] == "fail"


def test_exploration_stays_inside_the_caps() -> None:
    """Generated requests count like all others."""
    sender = ScriptedSender(honest)
    run(sender, options=Options(examples=200, seed=3, caps=Caps(requests=120)))
    assert len(sender.cases) == 120


def test_a_failure_is_reported_once_with_the_smallest_request() -> None:
    """All negatives of one requirement that are accepted make one failure that says how often it was seen."""

    def careless(case: Case) -> Answer | Record:
        if "n-outside-1-to-10" in case.id:
            return 200, good_answer(GPT_BASELINE)
        return honest(case)

    result = next(
        result for result in run(ScriptedSender(careless)).results if result.requirement.endswith("n-outside-1-to-10")
    )
    assert len(result.failures) == 1
    assert result.failures[0].seen == 4
    assert result.failures[0].curl == "curl"


GPT_BASELINE = Case("b", "baseline", "generations", "gpt-image-1", {"model": "gpt-image-1", "prompt": "x"}, "accepted")


def test_a_web_page_is_no_endpoint() -> None:
    """Status 200 with HTML for the simplest request: nothing else is sent, and nothing is judged."""
    sender = ScriptedSender(lambda case: record(case, 200, b"<html>", content_type="text/html; charset=utf-8"))
    with pytest.raises(TargetError, match="status 200 with a web page"):
        run(sender)
    assert len(sender.cases) == 1


def test_a_web_page_for_one_model_is_a_missing_model() -> None:
    """Another model of the same run is judged as ever."""
    other = subject("dall-e-3")

    def honest_about_one(case: Case) -> Answer | Record:
        if case.model == "dall-e-3":
            return record(case, 200, b"<html>", content_type="text/html")
        return honest(case)

    outcome = Run(ScriptedSender(honest_about_one), Options(), reproduce=lambda case, record: ("", "")).over(
        [GPT, other]
    )
    words = {
        model: {item.outcome for item in outcome.results if item.model == model} for model in (GPT.name, "dall-e-3")
    }
    assert "pass" in words[GPT.name]
    assert words["dall-e-3"] <= {"unsupported", "disabled"}


def test_a_stopped_run_sends_nothing_more_and_keeps_what_comes() -> None:
    """The request under way is judged; the rest is not-run."""
    sender = ScriptedSender(honest)
    going = Run(sender, Options(concurrency=1), reproduce=lambda case, record: ("", ""))

    def stopping(case: Case) -> Answer | Record:
        if len(sender.cases) == 5:
            going.stop()
        return honest(case)

    sender.script = stopping
    outcome = going.over([GPT])
    going.join(5)
    assert outcome.interrupted
    assert len(sender.cases) == len(outcome.sent) == 5
    assert {item.note for item in outcome.results if item.outcome == "not-run"} == {"the run was interrupted"}


def test_a_request_that_was_cut_off_is_kept_and_not_judged() -> None:
    """The journal says that it went out; it decides nothing."""
    kept: list[Record] = []

    def cut(case: Case) -> Answer | Record:
        return honest(case) if case.kind == "baseline" else record(case, None, failure="interrupted")

    outcome = run(ScriptedSender(cut), keep=kept.append)
    assert list(outcome.sent) == [GPT_SIMPLEST]
    assert len(kept) > 1


def test_without_a_sender_an_earlier_run_is_judged() -> None:
    """Nothing is sent, no cap is named, and what that run did not send is not-run."""
    kept: list[Record] = []
    run(ScriptedSender(honest), keep=kept.append, options=Options(caps=Caps(requests=30), concurrency=1))
    again = Run(
        None, Options(), known={item.case: item for item in kept}, reproduce=lambda case, record: ("", "")
    ).over([GPT])
    assert again.counts.requests == 30
    assert again.notes == []
    assert {item.note for item in again.results if item.outcome == "not-run"} == {"that run did not put it to the test"}


def test_judging_an_empty_journal_is_no_error() -> None:
    """A run that was stopped before its first answer: everything is not-run."""
    again = Run(None, Options(), reproduce=lambda case, record: ("", "")).over([GPT])
    assert {item.outcome for item in again.results} == {"not-run", "disabled"}


def test_judging_an_unreachable_endpoint_is_no_error() -> None:
    """The journal of a run whose endpoint went away is judged as it is."""
    lost = [record(Case(GPT_SIMPLEST, "baseline", "generations", "gpt-image-1", {}, "accepted"), None, failure="tls")]
    again = Run(None, Options(), known={item.case: item for item in lost}, reproduce=lambda case, record: ("", ""))
    assert "inconclusive" in {item.outcome for item in again.over([GPT]).results}


GPT_SIMPLEST = "generations/gpt-image-1/baseline"


def test_a_case_that_was_given_up_is_not_sent_and_not_judged() -> None:
    """The reason stands in the notes, with how many requests it kept back, and at each requirement it left open."""
    sender = ScriptedSender(honest)

    class Hopeless(Patience):
        def given_up(self, case: Case) -> str:
            return "it is hopeless" if case.kind == "reject" else ""

    outcome = run(sender, patience=Hopeless(300, 60))
    assert not any(case.kind == "reject" for case in sender.cases)
    assert outcome.given_up == "it is hopeless"
    everything = ScriptedSender(honest)
    run(everything)
    kept_back = {case.id for case in everything.cases if case.kind == "reject"}
    note = f"Planned requests that were not sent: {len(kept_back)}, because it is hopeless. Resume the run later."
    assert note in outcome.notes
    left_open = next(result for result in outcome.results if result.outcome == "not-run")
    assert left_open.note == "it is hopeless"
