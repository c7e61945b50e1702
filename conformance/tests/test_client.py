import random
import socket
import threading
import time

import pytest
from pixelproof_conformance.client import Client, Limits
from pixelproof_conformance.model import Record
from pixelproof_conformance.pacing import Clock

from .raw_server import KEY, NOW, OK, RawServer, Sleeper, answer, case, keeps_saying, once_sent, says, sent, target


@pytest.mark.parametrize("status", ["429 Too Many Requests", "502 Bad Gateway", "503 Busy", "504 Gateway Timeout"])
def test_a_busy_server_is_asked_again(status: str) -> None:
    """A busy answer is followed by another try, after a wait that is left to chance."""
    sleeper = Sleeper()
    with (
        RawServer(says(answer(status)), says(answer(status)), says(OK)) as server,
        Client(target(server.url), clock=sleeper.clock(), chance=random.Random(7)) as client,
    ):
        record = sent(client)
    chance = random.Random(7)
    assert sleeper.slept == [chance.uniform(0, 1), chance.uniform(0, 2)]
    assert (record.status, record.attempts, record.note) == (200, 3, "")
    assert record.started == "2026-11-20T12:00:00.000+00:00"


@pytest.mark.parametrize("status", ["500 Internal Server Error", "400 Bad Request", "408 Request Timeout"])
def test_other_refusals_are_not_repeated(status: str) -> None:
    """An answer that says something about the request is final."""
    with RawServer(says(answer(status))) as server, Client(target(server.url)) as client:
        assert sent(client).attempts == 1
    assert len(server.requests) == 1


def test_a_connection_that_the_server_closed_is_no_failure() -> None:
    """A server that closes after each answer costs no try: the request goes out on a new connection."""
    with RawServer(says(OK)) as server, Client(target(server.url), Limits(retries=0)) as client:
        records = [sent(client) for _ in range(5)]
    assert [(record.status, record.attempts) for record in records] == [(200, 1)] * 5
    assert len(server.requests) == 5


def test_requests_one_after_the_other_share_a_connection() -> None:
    """However many may be under way at once, the connection that was used last is used next."""
    with RawServer(keeps_saying(OK)) as server, Client(target(server.url), Limits(concurrency=4)) as client:
        assert [sent(client).status for _ in range(5)] == [200] * 5
    assert server.connections == 1


def test_a_new_connection_that_closes_is_a_failure() -> None:
    """A server that takes the request and closes may have done the work, so it is asked once."""
    with RawServer(says()) as server, Client(target(server.url)) as client:
        record = sent(client)
    assert (record.failure, record.attempts, len(server.requests)) == ("dropped", 1, 1)


def test_a_server_that_stays_busy_is_given_up() -> None:
    """After the last try its answer is the record."""
    sleeper = Sleeper()
    busy = answer("429 Too Many Requests", b"slow down", Retry_After="3")
    with RawServer(says(busy)) as server, Client(target(server.url), clock=sleeper.clock()) as client:
        record = sent(client)
    assert (record.status, record.attempts, record.body) == (429, 4, b"slow down")
    assert sleeper.slept == [3, 3, 3]


def test_a_retry_after_beyond_the_longest_wait_ends_the_tries() -> None:
    """Nobody waits an hour, and nobody asks before the hour is over: neither this case nor another of the model."""
    sleeper = Sleeper()
    with (
        RawServer(says(answer("503 Busy", Retry_After="3600")), says(OK)) as server,
        Client(target(server.url), clock=sleeper.clock()) as client,
    ):
        assert client.patience.given_up(case()) == ""
        record = sent(client)
        given_up = client.patience.given_up(case())
    assert (sleeper.slept, len(server.requests), record.status) == ([], 1, 503)
    assert record.note == "the answer asks to wait 3600 s, longer than this run waits; it was not asked again"
    assert given_up == "the endpoint asks to wait 3600 s, and the run waits 60 s at most (--longest-wait)"


def test_a_busy_answer_to_one_thread_holds_the_others_back() -> None:
    """What waits for its turn while another request gets 429 is sent when the wait is over, and not before."""
    busy = answer("429 Too Many Requests", Retry_After="0.4")
    times: list[float] = []

    def again(connection: socket.socket) -> None:
        times.append(time.monotonic())
        connection.sendall(busy if len(times) == 1 else OK)

    with RawServer(again) as server, Client(target(server.url), Limits(concurrency=1, rate=20)) as client:
        threads = [threading.Thread(target=sent, args=(client,)) for _ in range(3)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert len(times) == 4
    assert times[1] - times[0] >= 0.39
    assert times[2] - times[1] >= 0.19, "and from then on requests are spaced"


def test_a_connection_is_used_again() -> None:
    """Requests one after the other go over one connection."""
    with RawServer(keeps_saying(OK)) as server, Client(target(server.url)) as client:
        assert [sent(client).status for _ in range(5)] == [200] * 5
    assert (len(server.requests), server.connections) == (5, 1)


def test_the_rate_limit_holds_the_client_back() -> None:
    """Each request waits for its start."""
    sleeper = Sleeper()
    with (
        RawServer(keeps_saying(OK)) as server,
        Client(target(server.url), Limits(rate=2), clock=sleeper.clock()) as client,
    ):
        for _ in range(3):
            sent(client)
    assert sleeper.slept == [0.5, 0.5]


def test_the_key_is_nowhere_in_a_record() -> None:
    """A server that echoes the key in headers and body does not bring it into the record."""
    body = f'{{"error":{{"message":"Incorrect API key provided: {KEY}"}}}}'.encode()
    echo = answer("401 Unauthorized", body, X_Echo=f"was {KEY}", X_Request_Id="abc")
    headers = (("x-secret-thing", "a-second-secret"), ("x-plain", "visible"))
    the_target = target("http://127.0.0.1:9", headers=headers)
    record = once_sent(says(echo), headers=headers)
    assert KEY not in repr(record)
    assert b"Incorrect API key provided: [redacted]" in record.body
    assert record.headers["x-request-id"] == "abc"
    assert KEY not in repr(the_target)
    assert "a-second-secret" not in repr(the_target)
    assert "a-second-secret" in the_target.secrets
    assert "visible" not in the_target.secrets


def test_an_abort_ends_a_waiting_exchange_at_once() -> None:
    """Another thread's request that waits for its answer ends as interrupted, and a later one is not sent."""
    asked = threading.Event()
    records: list[Record] = []

    def once(connection: socket.socket) -> None:
        asked.set()
        connection.recv(1)

    with RawServer(once) as server, Client(target(server.url)) as client:
        thread = threading.Thread(target=lambda: records.append(sent(client)))
        thread.start()
        assert asked.wait(5)
        client.abort()
        thread.join(5)
        records.append(sent(client))
    assert [record.failure for record in records] == ["interrupted", "interrupted"]
    assert len(server.requests) == 1


def test_closing_ends_what_is_under_way() -> None:
    """Leaving the block does not wait for a slow answer, and a closed client sends nothing."""
    asked = threading.Event()
    records: list[Record] = []

    def once(connection: socket.socket) -> None:
        asked.set()
        connection.recv(1)

    with RawServer(once) as server:
        with Client(target(server.url)) as client:
            thread = threading.Thread(target=lambda: records.append(sent(client)))
            thread.start()
            assert asked.wait(5)
        thread.join(5)
        assert sent(client).failure == "interrupted"
    assert [record.failure for record in records] == ["interrupted"]


def test_an_abort_ends_a_wait_between_tries() -> None:
    """A thread that waits for a busy server stops waiting."""
    records: list[Record] = []
    with RawServer(says(answer("503 Busy", Retry_After="50"))) as server, Client(target(server.url)) as client:
        thread = threading.Thread(target=lambda: records.append(sent(client)))
        thread.start()
        while not server.requests:
            time.sleep(0.005)
        client.abort()
        thread.join(5)
        assert not thread.is_alive()
    assert len(server.requests) == 1
    assert records[0].failure in ("interrupted", None), "None when the busy answer was complete before the wait began"


def test_a_keyboard_interrupt_passes_through() -> None:
    """Ctrl-C is no failure of the target, and the client can be used afterwards."""
    times = iter([0.0, 0.0, 0.0, 0.0, 0.0])

    def interrupted() -> float:
        try:
            return next(times)
        except StopIteration:
            raise KeyboardInterrupt from None

    clock = Clock(interrupted, lambda: NOW)
    with (
        RawServer(keeps_saying(OK)) as server,
        Client(target(server.url), Limits(concurrency=1), clock=clock) as client,
    ):
        with pytest.raises(KeyboardInterrupt):
            sent(client)
        times = iter([0.0] * 1000)
        assert sent(client).status == 200


def test_a_picture_of_the_own_host_is_fetched_without_the_key() -> None:
    """Only the picture is asked for; a redirect on the same host is followed."""
    moved = answer("302 Found", Location="/files/real.png")
    with (
        RawServer(says(moved), says(answer("200 OK", b"\x89PNG", Content_Type="image/png"))) as server,
        Client(target(server.url, headers=(("x-more", "1"),))) as client,
    ):
        record = client.fetch_picture(f"{server.url}/files/a.png?sig=abc")
    assert (record.status, record.body, record.case) == (200, b"\x89PNG", f"{server.url}/files/a.png?sig=[redacted]")
    assert server.requests[0].startswith(b"GET /files/a.png?sig=abc HTTP/1.1\r\n")
    assert server.requests[1].startswith(b"GET /files/real.png HTTP/1.1\r\n")
    assert not any(word in request for request in server.requests for word in (b"uthorization", b"x-more", b"ontent-"))


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("http://169.254.169.254/latest/meta-data", "169.254.169.254:80 is another host"),
        ("file:///etc/passwd", "has the scheme file"),
        ("data:image/png;base64,AAAA", "has no scheme"),
        ("http://127.0.0.1:1/", "127.0.0.1:1 is another host"),
    ],
)
def test_pictures_of_other_hosts_are_not_fetched(url: str, words: str) -> None:
    """An answer cannot make the runner ask other machines, not even another port of the same one."""
    with Client(target("http://127.0.0.1:9")) as client:
        record = client.fetch_picture(url)
    assert (record.failure, record.attempts) == ("connection", 0)
    assert words in record.failure_text


def test_a_redirect_elsewhere_is_not_followed() -> None:
    """A redirect to another host ends the fetch, and a chain of redirects has an end."""
    with RawServer(says(answer("302 Found", Location="http://10.0.0.1/"))) as server, Client(target(server.url)) as c:
        assert "10.0.0.1:80 is another host" in c.fetch_picture(f"{server.url}/a").failure_text
    with RawServer(keeps_saying(answer("302 Found", Location="/a"))) as server, Client(target(server.url)) as client:
        assert "moved 5 times" in client.fetch_picture(f"{server.url}/a").failure_text


def test_other_hosts_are_fetched_when_allowed() -> None:
    """The user may allow a host, with or without its port."""
    with RawServer(keeps_saying(OK)) as server, Client(target("http://127.0.0.1:9")) as client:
        assert client.fetch_picture(f"{server.url}/a", allow_hosts=("127.0.0.1",)).status == 200
        assert client.fetch_picture(f"{server.url}/a", allow_hosts=(f"127.0.0.1:{server.port}",)).status == 200


def test_no_more_requests_are_under_way_than_allowed() -> None:
    """Six threads and two at once: the server never sees a third."""
    under_way: list[int] = []
    seen: list[int] = []
    both = threading.Barrier(2)

    def again(connection: socket.socket) -> None:
        under_way.append(1)
        both.wait(5)
        seen.append(len(under_way))
        both.wait(5)
        under_way.pop()
        connection.sendall(OK)

    with RawServer(again) as server, Client(target(server.url), Limits(concurrency=2)) as client:
        threads = [threading.Thread(target=sent, args=(client,)) for _ in range(6)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert seen == [2] * 6
    assert server.connections == 2
