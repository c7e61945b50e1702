import random
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pixelproof_conformance.pacing import Pace, asked_wait, wait_before_retry

from .raw_server import NOW, Sleeper

AT_RESET = str(int(NOW.timestamp()) + 30)


@pytest.mark.parametrize(
    ("retry_after", "seconds"),
    [
        ("7", 7),
        (" 7 ", 7),
        ("0", 0),
        ("1.5", 1.5),
        ("Fri, 20 Nov 2026 12:00:20 GMT", 20),
        ("Fri, 20 Nov 2026 11:00:00 GMT", 0),
        ("3600", 3600),
        ("99999999999999999999", None),
        ("soon", None),
        ("-5", None),
        ("", None),
        ("²", None),
    ],
)
def test_retry_after_is_read_in_both_forms(retry_after: str, seconds: float | None) -> None:
    """Seconds and dates count; what is neither asks for nothing."""
    assert asked_wait({"retry-after": retry_after}, NOW) == seconds


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, None),
        ({"retry-after-ms": "250", "retry-after": "1"}, 0.25),
        ({"retry-after-ms": "soon", "retry-after": "1"}, 1),
        ({"x-ratelimit-remaining-requests": "0", "x-ratelimit-reset-requests": "6m0s"}, 360),
        ({"x-ratelimit-remaining-requests": "0", "x-ratelimit-reset-requests": "20ms"}, 0.02),
        ({"x-ratelimit-remaining-requests": "0", "x-ratelimit-reset-requests": "1h2m3.5s"}, 3723.5),
        ({"x-ratelimit-remaining": "0", "x-ratelimit-reset": "12"}, 12),
        ({"x-ratelimit-remaining": "0", "x-ratelimit-reset": AT_RESET}, 30),
        ({"x-ratelimit-remaining": "3", "x-ratelimit-reset": "12"}, None),
        ({"x-ratelimit-remaining": "0", "x-ratelimit-reset": "soon"}, None),
        ({"x-ratelimit-remaining": "0", "x-ratelimit-reset": ""}, None),
        ({"x-ratelimit-remaining": "0"}, None),
        (
            {
                "x-ratelimit-remaining-requests": "0",
                "x-ratelimit-reset-requests": "1s",
                "x-ratelimit-remaining-tokens": "0",
                "x-ratelimit-reset-tokens": "9s",
            },
            9,
        ),
    ],
)
def test_other_headers_that_ask_for_a_wait(headers: dict[str, str], seconds: float | None) -> None:
    """Milliseconds are the most exact, and the reset of a limit counts only when nothing of it is left."""
    assert asked_wait(headers, NOW) == seconds


@given(st.text(max_size=30), st.sampled_from(["retry-after", "retry-after-ms", "x-ratelimit-reset"]))
def test_no_header_makes_the_wait_unreasonable(text: str, name: str) -> None:
    """Whatever the header holds, the wait is between nothing and the longest one."""
    asked = asked_wait({"x-ratelimit-remaining": "0", name: text}, NOW)
    assert 0 <= wait_before_retry(2, asked, 60, random.Random(0)) <= 60


@given(st.timedeltas(timedelta(days=-9999), timedelta(days=9999)))
def test_dates_far_away_are_read(distance: timedelta) -> None:
    """A date in another century is no reason to crash."""
    asked = asked_wait({"retry-after": (NOW + distance).strftime("%a, %d %b %Y %H:%M:%S GMT")}, NOW)
    assert asked == max(0, int(distance.total_seconds() // 1))


def test_waits_grow_and_are_left_to_chance() -> None:
    """The whole wait is a matter of chance, up to a bound that doubles with each try and never passes the longest."""
    bounds = [1, 2, 4, 8, 16, 32, 60, 60]
    for tries, bound in enumerate(bounds, 1):
        waits = [wait_before_retry(tries, None, 60, random.Random(seed)) for seed in range(300)]
        assert 0 <= min(waits) < bound * 0.05
        assert bound * 0.95 < max(waits) <= bound


def test_starts_are_spaced_evenly() -> None:
    """At four a second, requests that come at once start a quarter of a second apart."""
    sleeper = Sleeper()
    pace = Pace(4, lambda: sleeper.time)
    assert [pace.reserve() for _ in range(4)] == [0, 0.25, 0.5, 0.75]
    sleeper.time += 10
    assert [pace.reserve() for _ in range(2)] == [0, 0.25], "time that was not used is not saved up"


def test_without_a_rate_nobody_waits() -> None:
    """Requests start at once as long as the endpoint is not busy."""
    sleeper = Sleeper()
    pace = Pace(None, lambda: sleeper.time)
    pace.learn(200, 0)
    pace.learn(None, 50)
    assert [pace.reserve() for _ in range(5)] == [0] * 5


@pytest.mark.parametrize("status", [429, 503])
def test_a_busy_answer_holds_everybody_back(status: int) -> None:
    """Nobody starts before the wait is over, and after it one after the other."""
    sleeper = Sleeper()
    pace = Pace(None, lambda: sleeper.time)
    pace.learn(status, 7)
    assert pace.held() == 7
    assert [pace.reserve() for _ in range(3)] == [7, 7.25, 7.5]
    sleeper.time += 8
    assert pace.held() == 0


def test_a_busy_endpoint_is_asked_ever_more_slowly_until_it_answers() -> None:
    """Each busy answer doubles the space between starts up to 30 s; each other answer takes a fifth of it away."""
    sleeper = Sleeper()
    pace = Pace(None, lambda: sleeper.time)

    def space() -> float:
        sleeper.time += 1000
        pace.reserve()
        return pace.reserve()

    spaces = []
    for _ in range(9):
        pace.learn(429, 0)
        spaces.append(space())
    assert spaces == [0.25, 0.5, 1, 2, 4, 8, 16, 30, 30]
    pace.learn(400, 0)
    assert space() == pytest.approx(24)
    for _ in range(30):
        pace.learn(200, 0)
    assert space() == 0
