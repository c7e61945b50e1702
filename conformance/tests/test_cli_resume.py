"""The option ``--resume``: what is asked again, what is not, and which options have to agree."""

import json
import threading
from collections import Counter
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from pixelproof_conformance.gateway.running import RunningGateway

from .commands import Command, records, report
from .scripted import picture, refusal

SHORT = ("--dialect", "openai", "--model", "gpt-image-1", "--only", "n-", "--examples", "0", "--quiet")
ANSWER = {"created": 1, "data": [{"b64_json": picture()}]}


class Fickle(ThreadingHTTPServer):
    """Accepts the simplest request and refuses all others; every third new request meets a trouble at first."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Answering)
        self.lock = threading.Lock()
        self.asked: Counter[bytes] = Counter()
        self.settled: Counter[bytes] = Counter()
        self.troubled: set[bytes] = set()
        self.healed = False
        self.url = f"http://127.0.0.1:{self.server_address[1]}"


class _Answering(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Fickle

    def do_POST(self) -> None:
        """Answers one request."""
        body = self.rfile.read(int(self.headers["Content-Length"]))
        server = self.server
        with server.lock:
            server.asked[body] += 1
            first = body not in server.asked or server.asked[body] == 1
            if first and not server.healed and len(server.asked) % 3 == 0:
                server.troubled.add(body)
            trouble = body in server.troubled and not server.healed
            server.settled[body] += not trouble
            kind = len(server.troubled) % 3
        simplest = set(json.loads(body)) == {"model", "prompt"} if body[:1] == b"{" else False
        status = (429, 500, 503)[kind] if trouble else 200 if simplest else 400
        content = json.dumps(ANSWER if status == 200 else refusal("n")).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        """Says nothing."""


@pytest.fixture
def fickle() -> Iterator[Fickle]:
    """The server, while a test runs."""
    with Fickle() as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def test_only_what_was_not_settled_is_asked_again(command: Command, fickle: Fickle) -> None:
    """429, 500 and 503 are asked once more; every answer that decided something was asked for once."""
    words = ("--retries", "0", "--concurrency", "1", "--out", "run")
    command("run", fickle.url, *SHORT, *words)
    assert len(fickle.troubled) > 2
    before = set(fickle.asked)
    fickle.healed = True
    assert command("run", "--resume", "run", "--quiet").status in (0, 1)
    assert set(fickle.settled.values()) == {1}
    assert set(fickle.asked) == before
    assert {body for body, times in fickle.asked.items() if times > 1} == fickle.troubled
    assert report(Path("run"))["counts"]["requests"] == fickle.asked.total()


def test_a_settled_run_asks_nothing_more(command: Command, openai_gateway: RunningGateway) -> None:
    """The folder alone is enough, and the report is the same but for its times."""
    assert command("run", openai_gateway.url, *SHORT, "--out", "run").status == 0
    first, sent = report(Path("run")), len(records(Path("run")))
    found = command("run", "--resume", "run")
    assert (found.status, found.err) == (0, "")
    assert len(records(Path("run"))) == sent
    again = report(Path("run"))
    assert {**again, "finished": ""} == {**first, "finished": ""}


def test_a_cap_of_the_run_holds_until_a_higher_one_is_named(command: Command, openai_gateway: RunningGateway) -> None:
    """Money is not spent because an option was left out."""
    command("run", openai_gateway.url, *SHORT, "--max-requests", "4", "--out", "run")
    command("run", "--resume", "run", "--quiet")
    assert len(records(Path("run"))) == 4
    assert report(Path("run"))["caps_reached"].keys() == {"--max-requests"}
    command("run", "--resume", "run", "--max-requests", "99", "--quiet")
    assert 4 < len(records(Path("run"))) < 99
    assert report(Path("run"))["caps_reached"] == {}


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--dialect", "orq"], "--dialect orq contradicts the run in run, which has openai; leave it out, or begin"),
        (["--model", "dall-e-3"], "--model dall-e-3 contradicts the run in run, which has gpt-image-1; "),
        (["--only", "size"], "--only size contradicts the run in run, which has n-; "),
        (["--profile", "observed"], "--profile observed contradicts the run in run, which has document; "),
        (["--examples", "7"], "--examples 7 contradicts the run in run, which has 0; "),
        (["--seed", "12"], "--seed 12 contradicts the run in run, which has 11; "),
        (["--repeat", "2"], "--repeat 2 contradicts the run in run, which has 1; "),
        (["http://127.0.0.1:9"], "the URL http://127.0.0.1:9 contradicts the run in run, which has http://127.0.0.1:"),
    ],
)
def test_an_option_that_contradicts_the_run_is_refused(
    command: Command, openai_gateway: RunningGateway, words: list[str], told: str
) -> None:
    """The line shows both values, and nothing is sent."""
    command("run", openai_gateway.url, *SHORT, "--seed", "11", "--max-requests", "2", "--out", "run")
    found = command("run", *words, "--resume", "run")
    assert found.status == 2
    assert found.line.startswith(told)
    assert len(records(Path("run"))) == 2


def test_the_same_options_again_agree(command: Command, openai_gateway: RunningGateway) -> None:
    """What stands in the journal may be repeated."""
    command("run", openai_gateway.url, *SHORT, "--seed", "11", "--max-requests", "2", "--out", "run")
    assert command("run", openai_gateway.url, *SHORT, "--seed", "11", "--resume", "run").status == 0


def test_a_secret_header_has_to_be_given_again(command: Command, openai_gateway: RunningGateway) -> None:
    """No journal holds its value."""
    command("run", openai_gateway.url, *SHORT, "--header", "X-Team-Key: s3cret-0123", "--out", "run")
    found = command("run", "--resume", "run")
    assert found.status == 2
    assert found.line.startswith("--resume run: that run sent the header 'X-Team-Key', whose value no journal holds; ")
    assert command("run", "--resume", "run", "--header", "X-Team-Key: s3cret-0123", "--quiet").status == 0


def test_a_secret_in_the_address_has_to_be_given_again(command: Command, openai_gateway: RunningGateway) -> None:
    """A password in the URL stands in no journal, either."""
    url = openai_gateway.url.replace("http://", "http://user:geheim1234@")
    command("run", url, *SHORT, "--out", "run")
    found = command("run", "--resume", "run")
    assert found.status == 2
    assert "geheim1234" not in found.line
    assert found.line.endswith("had a secret, which no journal holds; give it again")
    assert command("run", url, "--resume", "run", "--quiet").status == 0


def test_a_settings_file_changes_nothing_of_a_resumed_run(command: Command, openai_gateway: RunningGateway) -> None:
    """It is for new runs; only what the command line says now is held against the run."""
    command("run", openai_gateway.url, *SHORT, "--max-requests", "3", "--out", "run")
    settings = 'dialect = "orq"\nmodels = ["dall-e-2"]\nexamples = 3\nmax-requests = 50\n'
    Path("pixelproof.toml").write_text(settings, "utf-8")
    assert command("run", "--resume", "run", "--quiet").status == 0
    assert len(records(Path("run"))) == 3
    assert report(Path("run"))["dialect"] == "openai"


def test_a_price_table_goes_with_its_run(command: Command, openai_gateway: RunningGateway) -> None:
    """The journal holds the prices, so that neither resuming nor judging again needs the file."""
    Path("prices.yaml").write_text("source: my list\nmodels: {gpt-image-1: {pictures: [{usd: 0.5}]}}\n", "utf-8")
    words = (*SHORT, "--only", "documented-quality", "--prices", "prices.yaml", "--max-cost", "1.1", "--out", "run")
    command("run", openai_gateway.url, *words)
    assert report(Path("run"))["counts"]["cost"] <= 1.1
    assert report(Path("run"))["caps_reached"].keys() == {"--max-cost"}
    Path("prices.yaml").unlink()
    command("run", "--resume", "run", "--max-cost", "99", "--quiet")
    found = report(Path("run"))
    assert found["prices"] == "my list"
    assert found["counts"]["cost"] == found["counts"]["cost_at_most"] == 0.5 * found["counts"]["images"] > 1.0
    command("judge", "run")
    assert report(Path("run"))["counts"] == found["counts"]


def test_paying_again_belongs_to_a_run_that_goes_on(command: Command) -> None:
    """A new run has nothing to ask again."""
    told = command("run", "http://127.0.0.1:9", "--dialect", "openai", "--pay-again")
    assert told.status == 2
    assert told.line.startswith("--pay-again belongs to --resume DIR")
