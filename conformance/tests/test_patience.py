"""What a run puts up with before it asks no more."""

import pytest
from pixelproof_conformance.exchange import Answer
from pixelproof_conformance.patience import Patience, Road
from pixelproof_conformance.trouble import Trouble

from .raw_server import case

PLAIN = Road("generations", streams=False)
STREAM = Road("generations", streams=True)
WHOLE = Answer(200, seconds=4)


def trouble(kind: str, status: int | None = None) -> Answer:
    """An exchange that went wrong."""
    return Answer(status, trouble=Trouble(kind, f"it was {kind}"))


def patience(*answers: Answer, road: Road = PLAIN) -> Patience:
    """What is thought after these answers."""
    found = Patience(300, 60)
    for answer in answers:
        found.came(road, answer)
    return found


@pytest.mark.parametrize(
    ("bad", "given_up"),
    [
        (trouble("timeout"), True),
        (trouble("endless", 200), True),
        (trouble("too-large", 200), True),
        (trouble("protocol"), True),
        (trouble("dropped", 200), True),
        (trouble("dropped"), False),
        (trouble("interrupted"), False),
        (Answer(500), False),
    ],
)
def test_answers_that_never_get_complete_are_not_asked_for_any_more(bad: Answer, given_up: bool) -> None:
    """Eight in a row after a whole answer; an endpoint that drops what it dislikes without a word costs nothing."""
    assert patience(WHOLE, *[bad] * 7).given_up(case()) == ""
    assert bool(patience(WHOLE, *[bad] * 8).given_up(case())) is given_up


@pytest.mark.parametrize(("kind", "most"), [("timeout", 2), ("endless", 2), ("too-large", 8), ("protocol", 8)])
def test_an_endpoint_that_never_answered_is_given_up_sooner(kind: str, most: int) -> None:
    """Two answers that do not come in minutes, before any that did; what fails at once costs little."""
    assert patience(*[trouble(kind)] * (most - 1)).given_up(case()) == ""
    reason = patience(*[trouble(kind)] * most).given_up(case())
    assert reason == f"{most} answers to generations in a row were not complete: it was {kind}"


def test_a_whole_answer_in_between_starts_anew() -> None:
    """An endpoint that is slow now and then is asked on."""
    bad = [trouble("timeout")] * 7
    assert patience(WHOLE, *bad, Answer(400), *bad).given_up(case()) == ""


def test_streams_and_whole_answers_are_judged_apart() -> None:
    """An endpoint whose streams have no end still gives whole answers."""
    found = patience(WHOLE)
    streaming = case({"prompt": "A fox", "stream": True})
    for _ in range(3):
        assert found.given_up(streaming) == ""
        found.came(STREAM, trouble("endless", 200))
    assert found.given_up(case()) == ""
    assert found.given_up(streaming).startswith("3 answers to generations as a stream in a row were not complete")


def test_the_reason_stays_the_first_one() -> None:
    """What is under way when the limit is reached changes nothing in the words."""
    assert patience(WHOLE, *[trouble("timeout")] * 11).given_up(case()).startswith("8 answers")


@pytest.mark.parametrize("kind", ["connection", "tls", "dropped"])
def test_silence_is_doubted_before_it_is_given_up(kind: str) -> None:
    """Eight requests in a row without an answer, whatever road they take, make one ask whether anybody is there."""
    away = trouble(kind)
    assert patience(WHOLE, *[away] * 7, WHOLE, away).doubt() == ""
    found = patience(WHOLE, *[away] * 8, road=STREAM)
    assert (found.doubt(), found.given_up(case())) == (f"it was {kind}", "")
    found.gone("nor did another")
    assert found.given_up(case()) == f"8 requests in a row got no answer, nor did another: it was {kind}"
    assert found.doubt() == ""


def test_an_endpoint_that_is_still_there_may_be_silent_for_longer() -> None:
    """One that drops what it dislikes is asked after eight such requests, and then after sixteen more."""
    found = patience(WHOLE, *[trouble("dropped")] * 8)
    found.there()
    for _ in range(15):
        found.came(PLAIN, trouble("dropped"))
        assert found.doubt() == ""
    found.came(PLAIN, trouble("dropped"))
    assert found.doubt() == "it was dropped"


def test_a_timeout_between_two_dropped_requests_is_no_sign_of_life() -> None:
    """Nothing came in it."""
    away = trouble("dropped")
    assert patience(WHOLE, *[away] * 4, trouble("timeout"), *[away] * 4).doubt() == "it was dropped"


def test_an_answer_without_end_shortens_the_time_of_the_next() -> None:
    """The full time is spent once; then a minute, or three times the slowest whole answer when that is more."""
    endless = trouble("endless", 200)
    assert patience(WHOLE, trouble("timeout")).total_seconds(PLAIN) == 300
    assert patience(WHOLE, endless).total_seconds(PLAIN) == 60
    assert patience(Answer(200, seconds=50), endless).total_seconds(PLAIN) == 150
    assert patience(Answer(200, seconds=200), endless).total_seconds(PLAIN) == 300
    assert patience(WHOLE, endless).total_seconds(STREAM) == 300


def test_answers_of_more_than_four_gibibytes_end_the_run() -> None:
    """Each answer is within its limit, and together they would fill a disk."""

    class Long(bytes):
        def __len__(self) -> int:
            return 1 << 30

    assert patience(*[Answer(200, body=Long())] * 4).given_up(case()) == ""
    reason = patience(*[Answer(200, body=Long())] * 5).given_up(case())
    assert reason == "the answers of this run have more than 4 GiB"


def test_a_wait_that_is_too_long_ends_its_model_alone() -> None:
    """Limits of one model say nothing about another."""
    found = patience()
    found.told_to_wait("dall-e-2", 3600)
    assert found.given_up(case()) == ""
    found.told_to_wait("gpt-image-1", 3600)
    assert "asks to wait 3600 s" in found.given_up(case())
