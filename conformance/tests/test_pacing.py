import random
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pixelproof_conformance.pacing import RateLimit, wait_before_retry

from .raw_server import NOW, Sleeper


@pytest.mark.parametrize(
    ("retry_after", "seconds"),
    [
        ("7", 7),
        (" 7 ", 7),
        ("0", 0),
        ("1.5", 1.5),
        ("Fri, 20 Nov 2026 12:00:20 GMT", 20),
        ("Fri, 20 Nov 2026 11:00:00 GMT", 0),
        ("61", 60),
        ("99999999999999999999", None),
        ("soon", None),
        ("-5", None),
        ("", None),
        ("²", None),
        (None, None),
    ],
)
def test_retry_after_is_read_in_both_forms(retry_after: str | None, seconds: float | None) -> None:
    """Seconds and dates count; what is neither leaves the usual wait."""
    wait = wait_before_retry(2, retry_after, NOW, random.Random(3)).seconds
    assert wait == (2 * random.Random(3).uniform(1, 1.25) if seconds is None else seconds)


@given(st.text(max_size=30), st.integers(1, 5))
def test_no_retry_after_makes_the_wait_unreasonable(text: str, tries: int) -> None:
    """Whatever the header holds, the wait is between nothing and a minute."""
    assert 0 <= wait_before_retry(tries, text, NOW, random.Random(0)).seconds <= 60


@given(st.timedeltas(timedelta(days=-9999), timedelta(days=9999)))
def test_dates_far_away_are_read(distance: timedelta) -> None:
    """A date in another century is no reason to crash."""
    text = (NOW + distance).strftime("%a, %d %b %Y %H:%M:%S GMT")
    assert 0 <= wait_before_retry(1, text, NOW, random.Random(0)).seconds <= 60


def test_the_rate_limit_spaces_requests_evenly() -> None:
    """At four a second, requests that come at once start a quarter of a second apart."""
    sleeper = Sleeper()
    limit = RateLimit(4, lambda: sleeper.time)
    assert [limit.reserve() for _ in range(4)] == [0, 0.25, 0.5, 0.75]
    sleeper.time += 10
    assert [limit.reserve() for _ in range(2)] == [0, 0.25], "time that was not used is not saved up"
