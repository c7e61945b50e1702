"""One case after another: within caps, and only for as long as somebody answers."""

import threading
from collections.abc import Callable

from pixelproof_conformance.asking import STILL_THERE, Asker
from pixelproof_conformance.budget import Budget, Caps
from pixelproof_conformance.exchange import Answer
from pixelproof_conformance.model import Case, Record
from pixelproof_conformance.patience import Patience, road_of
from pixelproof_conformance.prices import PriceTable
from pixelproof_conformance.trouble import Trouble

from .scripted import good_answer, record, refusal, subject

GPT = subject()
SILENCE = Trouble("dropped", "it hung up")


def case(name: str, expect: str = "refused", kind: str = "reject") -> Case:
    """A request; one that is to be refused is free."""
    return Case(name, kind, "generations", "gpt-image-1", {"prompt": "A fox"}, expect)  # type: ignore[arg-type]


BASELINE = case("simplest", "accepted", "baseline")


class Endpoint:
    """Answers by its name whether a request is answered, and tells ``patience`` what came, as a client does."""

    def __init__(self, answers: Callable[[str], bool], retries: int = 2) -> None:
        self.patience = Patience(300, 60, retries)
        self.asked: list[str] = []
        self.pauses: list[int] = []
        self._answers = answers

    def send(self, case: Case, *, path: str, content_type: str) -> Record:
        """What a client gives back."""
        self.asked.append(case.id)
        if not self._answers(case.id):
            self.patience.came(road_of(case), Answer(trouble=SILENCE))
            return record(case, None, failure="dropped", failure_text="it hung up")
        status, body = (400, refusal()) if case.expect == "refused" else (200, good_answer(case))
        self.patience.came(road_of(case), Answer(status))
        return record(case, status, body)

    def asker(self, caps: Caps | None = None, stopped: threading.Event | None = None) -> Asker:
        """An asker of this endpoint."""
        budget = Budget(caps or Caps(), PriceTable("nobody", {}))
        return Asker(self, budget, patience=self.patience, pause=self.pauses.append, stopped=stopped)


def ask(asker: Asker, *cases: Case) -> list[bool]:
    """Whether each of the cases was sent, one after the other."""
    return [asker.ask(GPT.operation, one) is not None for one in cases]


def wrong(count: int) -> list[Case]:
    """Requests that are to be refused."""
    return [case(f"wrong-{number}") for number in range(count)]


def test_an_endpoint_that_went_away_is_asked_no_more() -> None:
    """After eight silent requests one that was answered for nothing is sent again, and at last the simplest one."""
    endpoint = Endpoint(lambda name: name in ("simplest", "known"), retries=2)
    asker = endpoint.asker()
    assert all(ask(asker, BASELINE, case("known"), *wrong(8)))
    assert endpoint.asked[-3:] == [f"known{STILL_THERE}1", f"known{STILL_THERE}2", f"simplest{STILL_THERE}3"]
    assert endpoint.pauses == [1, 2]
    assert ask(asker, *wrong(3)) == [False] * 3
    assert asker.given_up == (
        "8 requests in a row got no answer, nor did one that it had answered before, sent again: it hung up"
    )
    assert asker.unsent == {asker.given_up: {"wrong-0", "wrong-1", "wrong-2"}}


def test_an_endpoint_that_drops_what_it_dislikes_is_asked_on() -> None:
    """It answers the simplest request again and again, each time after twice as many silent ones."""
    endpoint = Endpoint(lambda name: name.startswith("simplest"))
    asker = endpoint.asker()
    assert all(ask(asker, BASELINE, *wrong(60)))
    looks = [place for place, name in enumerate(endpoint.asked) if STILL_THERE in name]
    assert looks == [1 + 8, 1 + 8 + 1 + 16, 1 + 8 + 1 + 16 + 1 + 32]
    assert asker.given_up == ""


def test_a_short_outage_is_waited_for() -> None:
    """The second look is answered, and everything goes on."""
    away = [False]

    def answers(name: str) -> bool:
        if name.endswith(f"{STILL_THERE}2"):
            away[0] = False
        return not away[0]

    endpoint = Endpoint(answers)
    asker = endpoint.asker()
    ask(asker, BASELINE, case("known"))
    away[0] = True
    ask(asker, *wrong(8))
    assert not away[0]
    assert all(ask(asker, *wrong(20)))
    assert asker.given_up == ""


def test_an_endpoint_that_drops_what_is_wrong_from_now_on_is_asked_on() -> None:
    """What it had refused before gets no answer any more; the simplest request does."""
    banned = [False]
    endpoint = Endpoint(lambda name: name.startswith("simplest") or not banned[0])
    asker = endpoint.asker()
    ask(asker, BASELINE, case("known"))
    banned[0] = True
    assert all(ask(asker, *wrong(12)))
    assert asker.given_up == ""
    assert endpoint.pauses == [1, 2]


def test_an_endpoint_that_never_answered_is_given_up_at_once() -> None:
    """There is nothing that could be sent again."""
    endpoint = Endpoint(lambda name: False)
    asker = endpoint.asker()
    assert ask(asker, BASELINE, *wrong(9)) == [True] * 8 + [False] * 2
    assert asker.given_up == "8 requests in a row got no answer: it hung up"


def test_a_look_is_paid_for_within_the_caps() -> None:
    """Where a cap leaves no request for it, the endpoint is given up, and the reason says so."""
    endpoint = Endpoint(lambda name: name == "simplest")
    asker = endpoint.asker(Caps(requests=9))
    ask(asker, BASELINE, *wrong(8))
    assert len(endpoint.asked) == 9
    assert asker.given_up.startswith("8 requests in a row got no answer, and a cap leaves no request to see whether")


def test_what_an_earlier_run_has_settled_is_not_sent() -> None:
    """Its record stands and counts for the caps, except where it is of another request."""
    earlier = {name: record(case(name), 400, refusal()) for name in ("wrong-0", "wrong-1")}
    endpoint = Endpoint(lambda name: True)
    budget = Budget(Caps(), PriceTable("nobody", {}))
    asker = Asker(endpoint, budget, known=earlier, same=lambda case, record, operation: case.id == "wrong-0")
    found = asker.ask(GPT.operation, case("wrong-0"))
    assert found is not None
    assert found.record is earlier["wrong-0"]
    ask(asker, *wrong(3))
    assert endpoint.asked == ["wrong-1", "wrong-2"]
    assert (asker.others, budget.counts.requests) == (1, 3)


def test_a_run_that_is_stopped_looks_no_more() -> None:
    """Ctrl-C in the middle of a look ends it without a verdict on the endpoint."""
    stopped = threading.Event()
    endpoint = Endpoint(lambda name: name == "simplest")
    asker = endpoint.asker(stopped=stopped)
    asker._pause = lambda tries: stopped.set()
    ask(asker, BASELINE, *wrong(8))
    assert [name for name in endpoint.asked if STILL_THERE in name] == [f"simplest{STILL_THERE}1"]
    assert asker.given_up == ""


def test_nothing_else_is_sent_while_one_looks() -> None:
    """What other threads would send meanwhile might be paid for without an answer."""
    endpoint = Endpoint(lambda name: name == "simplest" or STILL_THERE in name)
    looking, go_on = threading.Event(), threading.Event()
    plain = endpoint.send

    def send(case: Case, *, path: str, content_type: str) -> Record:
        if STILL_THERE in case.id:
            looking.set()
            go_on.wait(30)
        return plain(case, path=path, content_type=content_type)

    endpoint.send = send  # type: ignore[method-assign]
    asker = endpoint.asker()
    first = threading.Thread(target=ask, args=(asker, BASELINE, *wrong(8)))
    first.start()
    assert looking.wait(30)
    other = threading.Thread(target=ask, args=(asker, case("other")))
    other.start()
    assert asker._looking.locked()
    assert "other" not in endpoint.asked
    go_on.set()
    first.join(30)
    other.join(30)
    assert endpoint.asked[-2:] == [f"simplest{STILL_THERE}1", "other"]
