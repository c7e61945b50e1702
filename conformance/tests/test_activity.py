from pixelproof_conformance.activity import Activity


def test_what_is_under_way_is_told_in_words() -> None:
    """Requests with the time of the longest one; else the next wait to end; else nothing."""
    time = 100.0
    activity = Activity(lambda: time)
    assert activity.text() == ""
    with activity.wait(30):
        time += 10
        assert activity.text() == "waiting 20 s"
        with activity.request():
            time += 95
            with activity.request():
                time += 5
                assert activity.text() == "2 under way, 100 s"
        assert activity.text() == "waiting 0 s"
    assert activity.text() == ""
