"""The threads that send: the same ones for batch after batch, and none that stays behind."""

import threading

import pytest
from pixelproof_conformance.model import Case, Record
from pixelproof_conformance.sending import Crew

from .scripted import record


def cases(*names: str) -> list[Case]:
    """Cases that differ in their id."""
    return [Case(name, "accept", "generations", "gpt-image-1", {}, "accepted") for name in names]


def sent(crew: Crew, names: str, *, followers: str = "") -> list[str]:
    """The ids of one batch, a letter each, in the order in which their answers came."""
    beside = dict(zip(names, cases(*followers), strict=False))
    return [case.id for case, found in crew.each(cases(*names), beside, lambda case: record(case, 200)) if found]


def test_every_case_of_every_batch_is_sent_once() -> None:
    """Batches may be smaller and larger than the number of threads."""
    with Crew(3) as crew:
        assert sorted(sent(crew, "a")) == ["a"]
        assert sorted(sent(crew, "abcdefgh", followers="st")) == [*"abcdefghst"]
        assert sent(crew, "") == []
        assert sorted(sent(crew, "xy")) == ["x", "y"]


def test_batches_share_threads_that_end_with_the_block() -> None:
    """A run has hundreds of small batches; a thread for each would cost more than what it sends."""
    names: set[int] = set()
    meeting = threading.Barrier(2)

    def send(case: Case) -> Record:
        names.add(threading.get_ident())
        meeting.wait(10)  # no thread does the work of both
        return record(case, 200)

    with Crew(2) as crew:
        for _ in range(5):
            assert len(list(crew.each(cases("a", "b"), {}, send))) == 2
    crew.join(10)
    assert len(names) == 2
    assert not names & {thread.ident for thread in threading.enumerate()}


def test_a_crew_can_be_called_again() -> None:
    """Its first threads have gone home; new ones come."""
    crew = Crew(2)
    for _ in range(2):
        with crew:
            assert sorted(sent(crew, "abc")) == ["a", "b", "c"]
        crew.join(10)


def test_an_error_of_a_thread_comes_to_the_caller_and_the_crew_works_on() -> None:
    """The thread that met it is not lost."""

    def fail(case: Case) -> Record:
        raise ValueError(case.id)

    with Crew(1) as crew:
        with pytest.raises(ValueError, match="a"):
            list(crew.each(cases("a"), {}, fail))
        assert sent(crew, "b") == ["b"]
