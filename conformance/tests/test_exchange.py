import contextlib
import gzip
import random
import socket
import ssl
import threading
import time
from pathlib import Path

import pytest
from pixelproof_conformance.client import Client, Limits
from pixelproof_conformance.pacing import Clock

from .raw_server import (
    NOW,
    OK,
    RawServer,
    Script,
    Sleeper,
    answer,
    case,
    keeps_saying,
    once_sent,
    read_request,
    resets,
    says,
    says_nothing,
    sent,
    target,
    trickles,
)


def test_a_closed_port_is_a_failed_record() -> None:
    """Nobody listens: the record says so in words, and the request was tried four times."""
    with socket.create_server(("127.0.0.1", 0)) as reserved:
        port = reserved.getsockname()[1]
    sleeper = Sleeper()
    with Client(target(f"http://127.0.0.1:{port}"), clock=sleeper.clock(), chance=random.Random(1)) as client:
        record = sent(client)
    assert (record.failure, record.status, record.attempts) == ("connection", None, 4)
    assert record.failure_text == f"127.0.0.1:{port} refused the connection; nothing listens there"
    chance = random.Random(1)
    assert sleeper.slept == [chance.uniform(0, 1), chance.uniform(0, 2), chance.uniform(0, 4)]


def test_an_unknown_host_is_a_failed_record(monkeypatch: pytest.MonkeyPatch) -> None:
    """A name that cannot be looked up is named."""

    def unknown(*_: object, **__: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    with Client(target("http://no-such-host.test"), Limits(retries=0)) as client:
        record = sent(client)
    assert record.failure == "connection"
    assert record.failure_text == "the host no-such-host.test is not known: Name or service not known"


@pytest.mark.parametrize(
    ("script", "failure", "words"),
    [
        (says(), "dropped", "closed the connection without an answer"),
        (says(b"HTTP/1.1 200 OK\r\n"), "protocol", "before the headers of its answer were complete"),
        (resets, "dropped", "after 100 bytes of the answer"),
        (
            says(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nabc"),
            "dropped",
            "closed the connection in the middle of the answer, after 3 bytes",
        ),
        (
            says(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\nnot a length\r\n"),
            "protocol",
            "is not valid HTTP",
        ),
        (says(b"SSH-2.0-OpenSSH_9.6\r\n"), "protocol", r"its answer begins with 'SSH-2.0-OpenSSH_9.6\r\n'"),
        (says(b"HTTP/1.1 200 OK\r\n" + b"x: y\r\n" * 30_000), "protocol", "headers of the answer of"),
        (says(b"\x15\x03\x03\x00\x02\x02\x50"), "protocol", "if it speaks TLS, write https://"),
        (says(answer("200 OK", b"x", Content_Encoding="br")), "protocol", "encoded as 'br', which was not asked for"),
        (
            says(answer("200 OK", gzip.compress(b"x" * 5000)[:-10], Content_Encoding="gzip")),
            "protocol",
            "the gzip data of the answer end too early",
        ),
        (says(answer("200 OK", b"no gzip", Content_Encoding="gzip")), "protocol", "the gzip data of the answer are"),
    ],
)
def test_a_broken_answer_is_a_failed_record(script: Script, failure: str, words: str) -> None:
    """What is no whole HTTP answer becomes a failure with a line for people, never an exception."""
    record = once_sent(script)
    assert record.failure == failure
    assert words in record.failure_text
    assert record.attempts == 1


def test_an_html_page_is_an_answer() -> None:
    """A page from a proxy is kept as it came; judging it is not the client's business."""
    record = once_sent(says(answer("502 Bad Gateway", b"<html>Bad gateway</html>", Content_Type="text/html")))
    assert (record.status, record.body, record.content_type) == (502, b"<html>Bad gateway</html>", "text/html")
    assert record.failure is None


def test_a_redirect_is_an_answer() -> None:
    """A redirect is not followed: a client that sends a POST with a key elsewhere gives the key away."""
    with (
        RawServer(says(answer("307 Temporary Redirect", Location="/other"))) as server,
        Client(target(server.url)) as c,
    ):
        record = sent(c)
    assert (record.status, record.headers["location"], len(server.requests)) == (307, "/other", 1)


def test_cookies_are_not_sent_back() -> None:
    """A cookie of one answer is not part of the next request, so that cases do not depend on each other."""
    with RawServer(keeps_saying(answer("200 OK", Set_Cookie="session=abc"))) as server, Client(target(server.url)) as c:
        record = sent(c)
        sent(c)
    assert b"ookie" not in server.requests[1]
    assert record.headers["set-cookie"] == "[redacted]"


def test_repeated_headers_are_joined() -> None:
    """A header that comes twice keeps both values."""
    record = once_sent(says(b"HTTP/1.1 200 OK\r\nX-A: 1\r\nx-a: 2\r\nContent-Length: 0\r\n\r\n"))
    assert record.headers["x-a"] == "1, 2"


def test_an_answer_of_more_than_100_megabytes_is_cut() -> None:
    """A huge answer fails as too-large, and only its beginning is kept."""

    def once(connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
        block = b"x" * (1 << 20)
        while True:
            connection.sendall(block)

    record = once_sent(once)
    assert record.failure == "too-large"
    assert record.failure_text == "the answer has more than 100,000,000 bytes; the rest was not read"
    assert record.body == b"x" * 65536


def test_an_answer_that_announces_too_much_is_not_read() -> None:
    """The announced length decides before a byte of the body comes."""
    script = says(b"HTTP/1.1 200 OK\r\nContent-Length: 100000001\r\n\r\n")
    assert once_sent(script).failure == "too-large"


@pytest.mark.parametrize(
    "script",
    [
        trickles(b"HTTP/1.1 200 OK\r\n\r\n", b"x"),
        trickles(b"HTTP/1.1 200 OK\r\n", b"x: y\r\n"),
        trickles(b"", b"HTTP/1.1 102 Processing\r\n\r\n"),
        trickles(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"1\r\nx\r\n"),
        trickles(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n", b": ping\n\n"),
    ],
)
def test_an_endless_answer_ends_at_the_total_time(script: Script) -> None:
    """A server that sends a byte now and then holds the run up for no longer than the total time."""
    record = once_sent(script, Limits(total_seconds=0.2, retries=0))
    assert record.failure == "endless"
    assert record.failure_text.startswith("the answer had no end after 0.2 s")
    assert 0.2 <= record.seconds < 5


def test_the_total_time_is_that_of_the_clock() -> None:
    """An hour of trickling is over at once when the clock says so."""
    sleeper = Sleeper()

    def tick() -> float:
        sleeper.time += 20
        return sleeper.time

    script = trickles(b"HTTP/1.1 200 OK\r\n\r\n", b"x", 0.001)
    with RawServer(script) as server, Client(target(server.url), clock=Clock(tick, lambda: NOW)) as client:
        record = sent(client)
    assert record.failure == "endless"
    assert record.body.strip(b"x") == b""


def test_a_silent_server_is_a_time_out_and_not_asked_again() -> None:
    """A request that went out may have cost money, so it is not repeated when no answer comes."""
    with RawServer(says_nothing) as server, Client(target(server.url), Limits(read_seconds=0.05)) as client:
        record = sent(client)
    assert (record.failure, record.attempts, len(server.requests)) == ("timeout", 1, 1)
    assert record.failure_text == f"127.0.0.1:{server.port} gave no answer within 0.05 s"


def test_the_first_byte_has_a_time_of_its_own() -> None:
    """Making a picture takes minutes in silence; silence in the middle of an answer is something else."""
    limits = Limits(first_byte_seconds=0.05, read_seconds=9, retries=0)
    record = once_sent(says_nothing, limits)
    assert record.failure == "timeout"
    assert record.failure_text.endswith("gave no answer within 0.05 s")

    def once(connection: socket.socket) -> None:
        time.sleep(0.2)
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf")
        connection.recv(1)

    record = once_sent(once, Limits(first_byte_seconds=9, read_seconds=0.1, retries=0))
    assert (record.failure, record.status, record.body) == ("timeout", 200, b"half")
    assert "fell silent for 0.1 s" in record.failure_text


@pytest.mark.parametrize("interim", [b"100 Continue", b"102 Processing", b"103 Early Hints\r\nLink: </a>"])
def test_interim_answers_are_passed_over(interim: bytes) -> None:
    """What comes before the answer is not the answer, however often it comes within reason."""
    record = once_sent(says((b"HTTP/1.1 " + interim + b"\r\n\r\n") * 50 + OK))
    assert (record.status, record.body, record.failure) == (200, b"{}", None)


def test_interim_answers_without_end_are_cut() -> None:
    """At full speed they end long before the time is over."""
    record = once_sent(trickles(b"", b"HTTP/1.1 102 Processing\r\n\r\n" * 5000, 0))
    assert record.failure == "endless"
    assert "does not get to its content: more than 256 KiB came before its content" in record.failure_text


@pytest.mark.parametrize(("line", "failure"), [(b": x\n", None), (b": x\n\n", "endless"), (b"data: 1\r\r", "endless")])
def test_a_stream_of_very_many_lines_is_cut(line: bytes, failure: str | None) -> None:
    """50,000 lines are read, more are not: no stream of pictures has a hundredth of that."""
    head = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n"
    record = once_sent(says(head + line * 50_000))
    assert record.failure == failure
    if failure:
        assert record.failure_text == "the stream has more than 50,000 lines; the rest was not read"
        assert (line * 50_000).startswith(record.body)
        assert len(record.body) == 65536


def test_unanswered_requests_are_repeated_when_the_user_wants_it() -> None:
    """With ``retry_unanswered`` a request is sent again although it may have been paid for."""
    limits = Limits(read_seconds=0.2, retry_unanswered=True)
    with (
        RawServer(says_nothing, says(OK)) as server,
        Client(target(server.url), limits, clock=Clock(sleep=lambda _: None)) as client,
    ):
        record = sent(client)
    assert (record.failure, record.status, record.attempts) == (None, 200, 2)


def test_an_answer_that_stops_is_a_time_out() -> None:
    """An answer that began and stopped is not asked for again, and what came is kept."""

    def once(connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf")
        connection.recv(1)

    limits = Limits(read_seconds=0.05, retry_unanswered=True)
    with RawServer(once) as server, Client(target(server.url), limits) as client:
        record = sent(client)
    assert (record.failure, record.body, record.attempts, record.status) == ("timeout", b"half", 1, 200)
    assert "fell silent for 0.05 s after 4 bytes" in record.failure_text


def test_of_an_answer_that_breaks_off_the_beginning_is_kept() -> None:
    """It is not judged, so a hundred megabytes of it need not fill the journal."""

    def once(connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 900000\r\n\r\n" + b"x" * 300_000)

    record = once_sent(once)
    assert (record.failure, record.body) == ("dropped", b"x" * 65536)
    assert record.failure_text.endswith("in the middle of the answer, after 300,000 bytes")


def test_a_server_that_does_not_take_the_request_is_a_time_out() -> None:
    """A full socket ends the exchange like a missing answer does."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
        with Client(target(f"http://127.0.0.1:{port}"), Limits(read_seconds=0.05, retries=0)) as client:
            record = sent(client, case(raw=bytes(20_000_000)))
    assert record.failure == "timeout"
    assert "did not take the request within 0.05 s" in record.failure_text


def test_a_refusal_before_the_upload_is_complete_is_an_answer() -> None:
    """A server may refuse a large file while it is still coming; that answer counts."""

    def serve(listening: socket.socket) -> None:
        connection, _ = listening.accept()
        with connection:
            connection.recv(1000)
            connection.sendall(answer("413 Content Too Large", b'{"error":{}}'))
            connection.shutdown(socket.SHUT_WR)
            with contextlib.suppress(OSError):
                while connection.recv(1 << 20):
                    pass

    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=serve, args=(listening,))
        thread.start()
        with Client(target(f"http://127.0.0.1:{listening.getsockname()[1]}"), Limits(retries=0)) as client:
            record = sent(client, case(raw=bytes(8_000_000)))
        thread.join()
    assert (record.status, record.failure) == (413, None)


def test_the_chunks_of_a_stream_keep_their_times() -> None:
    """A stream is kept as its bytes with the time of each chunk, of which only the first ones are listed."""
    event = b"data: {}\n\n"

    def once(connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream; charset=utf-8\r\n\r\n")
        for _ in range(5):
            connection.sendall(event)
            time.sleep(0.005)

    record = once_sent(once)
    assert record.body == event * 5
    assert len(record.arrivals) == 5
    assert list(record.arrivals) == sorted(record.arrivals)
    assert len(record.arrived) == 5
    assert (list(record.arrived), record.arrived[-1]) == (sorted(record.arrived), len(record.body))
    assert record.arrivals[0] >= (record.first_byte_seconds or 0)
    assert len(once_sent(once, Limits(max_arrivals=2, retries=0)).arrivals) == 2


def test_an_answer_that_is_no_stream_has_no_times() -> None:
    """Only streams list when their chunks came."""
    assert once_sent(says(OK)).arrivals == ()


def test_an_untrusted_certificate_is_named(tls: ssl.SSLContext) -> None:
    """The record says why the certificate is not trusted, and nothing is sent or tried again."""
    with RawServer(says(OK), tls=tls) as server, Client(target(server.url)) as client:
        record = sent(client)
    assert (record.failure, record.attempts, server.requests) == ("tls", 1, [])
    assert record.failure_text == (
        f"the certificate of 127.0.0.1:{server.port} is not trusted: self-signed certificate"
    )


def test_a_trusted_certificate_works(tls: ssl.SSLContext, certificate: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A certificate that the environment trusts is enough, and the deadline holds under encryption too."""
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    with RawServer(says(OK), trickles(b"HTTP/1.1 200 OK\r\n\r\n", b"x"), tls=tls) as server:
        with Client(target(server.url)) as client:
            assert sent(client).body == b"{}"
        with Client(target(server.url), Limits(total_seconds=0.2, retries=0)) as client:
            assert sent(client).failure == "endless"


@pytest.mark.parametrize(("answered", "failure"), [(True, None), (False, "timeout")])
def test_encryption_through_a_proxy(
    tls: ssl.SSLContext, certificate: Path, monkeypatch: pytest.MonkeyPatch, answered: bool, failure: str | None
) -> None:
    """The tunnel of a proxy is neither request nor answer: silence behind it is silence of the endpoint."""

    def once(connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
        with tls.wrap_socket(connection, server_side=True) as encrypted:
            requests.append(read_request(encrypted))
            encrypted.sendall(OK) if answered else encrypted.recv(1)

    requests: list[bytes] = []
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    monkeypatch.delenv("no_proxy", raising=False)
    monkeypatch.delenv("NO_PROXY", raising=False)
    with RawServer(once) as proxy:
        monkeypatch.setenv("https_proxy", proxy.url)
        with Client(target("https://images.test/v1"), Limits(read_seconds=5 if answered else 0.1, retries=0)) as client:
            record = sent(client)
    assert proxy.requests[0].startswith(b"CONNECT images.test:443 HTTP/1.1\r\n")
    assert b"sk-" not in proxy.requests[0]
    assert requests[0].startswith(b"POST /v1/images/generations HTTP/1.1\r\nHost: images.test\r\n")
    assert record.failure == failure
    assert record.failure_text == ("" if answered else "images.test:443 gave no answer within 0.1 s")


def test_encryption_where_none_is_spoken() -> None:
    """A plain server behind an https URL is told apart from a wrong certificate."""
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def serve() -> None:
            connection, _ = listening.accept()
            with connection:
                connection.recv(1000)
                connection.sendall(answer("400 Bad Request"))

        thread = threading.Thread(target=serve)
        thread.start()
        with Client(target(f"https://127.0.0.1:{listening.getsockname()[1]}")) as client:
            record = sent(client)
        thread.join()
    assert record.failure == "tls"
    assert "then write http://" in record.failure_text
