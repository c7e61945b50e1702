"""The commands and programs are run for real, and what arrives is compared with what the record says was sent."""

import random
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pixelproof._multipart import build_multipart, parse_multipart
from pixelproof_conformance.client import Target
from pixelproof_conformance.expression import bytes_expression, text_expression, value_expression
from pixelproof_conformance.model import Case, CaseFile, Record
from pixelproof_conformance.reproduce import curl_line, python_snippet
from pixelproof_conformance.request import encode_case

KEY = "sk-made-up-key-0123456789"
FORM = "multipart/form-data"
PATH = "/v1/images/generations"
needs_curl = pytest.mark.skipif(not (shutil.which("curl") and shutil.which("python3")), reason="needs curl and python3")


class Arrived(NamedTuple):
    """A request as the server saw it; names of headers in lower case."""

    line: str
    headers: dict[str, str]
    body: bytes


class Recorder(ThreadingHTTPServer):
    """A server that keeps every request."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.arrived: list[Arrived] = []


class _Handler(BaseHTTPRequestHandler):
    server: Recorder
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        headers = {name.lower(): value for name, value in self.headers.items()}
        self.server.arrived.append(Arrived(self.requestline, headers, body))
        self.send_response(200)
        self.send_header("Content-Length", "7")
        self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(b"arrived")

    def do_GET(self) -> None:
        self.do_POST()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name is the library's
        pass


@pytest.fixture
def recorder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Recorder]:
    """A recording server, an empty working folder, and the key in the environment."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
    server = Recorder()
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


def record_of(case: Case, content_type: str, url: str = "http://127.0.0.1:9") -> Record:
    """The record of a case that was sent."""
    message = encode_case(case, content_type, {})
    assert isinstance(message.body, bytes)
    return Record(case.id, f"{url}{PATH}", message.body, message.content_type, "2026-11-20T12:00:00+00:00", 0.1, 200)


def case(body: dict[str, Any] | None = None, **changes: Any) -> Case:
    """A case with this body."""
    return Case("reject/1", "reject", "generations", "gpt-image-1", body or {}, "refused", **changes)


def target(**changes: Any) -> Target:
    """A target with a key that must not be written."""
    return Target(**{"url": "http://h", "key": KEY, "key_header": "Authorization", "key_scheme": "Bearer"} | changes)


def prose(length: int) -> str:
    """A text that nothing makes much shorter."""
    chance = random.Random(5)
    return "".join(chance.choice("abcdefghijklmnopqrstuvwxyz ABCDEFGHIJKLMNOPQRSTUVWXYZ.,") for _ in range(length))


SHELL = 'it\'s "quoted" $HOME `ls` \\ !! #1 * 100% {a,b} [x] ~ 🦊 é; rm -rf /'
CASES = {
    "plain": (case({"prompt": "A fox", "n": 2, "stream": False, "user": None}), "application/json"),
    "shell": (case({"prompt": SHELL}), "application/json"),
    "line ends": (case({"prompt": "a\nb\r\n\tc\0"}), "application/json"),
    "a long run": (case({"model": "m", "prompt": "a" * 32_001, "n": 1}), "application/json"),
    "a long run of foxes": (case({"prompt": "🦊" * 40_000}), "application/json"),
    "repeated words": (case({"prompt": "It's a fox. " * 3000 + "End"}), "application/json"),
    "prose": (case({"prompt": prose(5000)}), "application/json"),
    "other spacing": (case(raw=b'{ "n": 1, "n": 2 }'), "application/json"),
    "wrong numbers": (case(raw=b'{"n":NaN,"m":1e400}'), "application/json"),
    "binary": (case(raw=bytes(range(256))), "application/octet-stream"),
    "a file name": (case(raw=b"@secret.txt"), "text/plain"),
    "raw line ends": (case(raw=b"a\r\nb\n"), "text/plain"),
    "an empty body": (case(raw=b""), "application/json"),
    "no content type": (case(raw=b"{}", content_type=""), "application/json"),
    "a form": (
        case({"prompt": SHELL, "n": 2}, files=(CaseFile("image"), CaseFile("mask", alpha=True))),
        FORM,
    ),
    "a form of traps": (
        case({"a": "@x", "b": "<x", "c": "x;type=text/html", "d": "", "e": ["1", "2"]}, files=(CaseFile("image[]"),)),
        FORM,
    ),
    "an upload of octets": (
        case(files=(CaseFile("image", "jpeg", filename="upload", content_type="application/octet-stream"),)),
        FORM,
    ),
    "a form with a long run": (case({"prompt": "b" * 32_001}, files=(CaseFile("image"),)), FORM),
    "a form with line ends": (case({"prompt": "c\n" * 3000}, files=(CaseFile("image"),)), FORM),
    "a form with foxes": (case({"prompt": "🦊" * 40_000}, files=(CaseFile("image"),)), FORM),
    "a large file": (case({"prompt": "x"}, files=(CaseFile("image", bytes=3_000_000),)), FORM),
    "a form without files": (case({"prompt": "x"}), FORM),
    "a strange file name": (case({"prompt": "x"}, files=(CaseFile("image", filename='a"b;c.png'),)), FORM),
    "files first": (
        case(
            raw=build_multipart([], [("image", "a.png", "image/png", b"\x89PNG")], boundary="x").replace(
                b"--x--", b'--x\r\nContent-Disposition: form-data; name="prompt"\r\n\r\nhi\r\n--x--'
            ),
            content_type=f"{FORM}; boundary=x",
        ),
        FORM,
    ),
    "a broken form": (case(raw=b"--x\r\nno header\r\n\r\n--x", content_type=f"{FORM}; boundary=x"), FORM),
}


def same(record: Record, arrived: Arrived) -> None:
    """Check that the request that arrived is the one of the record; a form may have another boundary."""
    assert arrived.line == f"POST {PATH} HTTP/1.1"
    assert arrived.headers["authorization"] == f"Bearer {KEY}"
    content_type = arrived.headers.get("content-type", "")
    if arrived.body == record.sent:
        assert content_type == record.sent_content_type
        return
    assert isinstance(record.sent, bytes)
    wanted = parse_multipart(record.sent, record.sent_content_type)
    got = parse_multipart(arrived.body, content_type)
    assert wanted.parts
    assert [part[:4] for part in got.parts] == [part[:4] for part in wanted.parts]


def run_shell(line: str) -> None:
    """Paste the line into a shell."""
    done = subprocess.run(["sh", "-c", line], capture_output=True, check=False, timeout=60)
    assert (done.returncode, done.stdout[-7:]) == (0, b"arrived"), (done.stderr, done.stdout)


@needs_curl
@pytest.mark.parametrize("name", CASES)
def test_the_curl_line_sends_what_was_sent(recorder: Recorder, name: str) -> None:
    """Pasted into a shell, the line reproduces the request, and it is short and without the key."""
    record = record_of(*CASES[name], url=f"http://127.0.0.1:{recorder.server_port}")
    line = curl_line(record, target())
    run_shell(line)
    same(record, recorder.arrived[0])
    assert KEY not in line
    assert len(line) < 10_000


@pytest.mark.parametrize("name", CASES)
def test_the_python_program_sends_what_was_sent(
    recorder: Recorder, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Run as it is, the program reproduces the request, and it is short and without the key."""
    record = record_of(*CASES[name], url=f"http://127.0.0.1:{recorder.server_port}")
    snippet = python_snippet(record, target())
    exec(compile(snippet, name, "exec"), {})
    assert capsys.readouterr().out == "200 arrived\n"
    same(record, recorder.arrived[0])
    assert KEY not in snippet
    assert len(snippet) < 10_000


def test_a_program_of_its_own(recorder: Recorder) -> None:
    """The program needs nothing from here but httpx."""
    record = record_of(*CASES["a form"], url=f"http://127.0.0.1:{recorder.server_port}")
    done = subprocess.run([sys.executable, "-c", python_snippet(record, target())], capture_output=True, check=True)
    assert done.stdout.split() == [b"200", b"arrived"]
    same(record, recorder.arrived[0])


def test_a_simple_case_reads_well() -> None:
    """What most people will paste is plain, one option a line."""
    record = record_of(*CASES["plain"])
    assert curl_line(record, target()) == (
        "curl -sS http://127.0.0.1:9/v1/images/generations \\\n"
        '  -H "Authorization: Bearer $OPENAI_API_KEY" \\\n'
        "  -H 'Content-Type: application/json' \\\n"
        """  --data-raw '{"prompt":"A fox","n":2,"stream":false,"user":null}'"""
    )
    assert python_snippet(record, target()) == (
        "import os\n"
        "\n"
        "import httpx\n"
        "\n"
        "headers = {\n"
        '    "Authorization": f"Bearer {os.environ[\'OPENAI_API_KEY\']}",\n'
        "}\n"
        "answer = httpx.post(\n"
        '    "http://127.0.0.1:9/v1/images/generations",\n'
        "    headers=headers,\n"
        "    json={'prompt': 'A fox', 'n': 2, 'stream': False, 'user': None},\n"
        "    timeout=300,\n"
        ")\n"
        "print(answer.status_code, answer.text)\n"
    )


def test_long_runs_are_written_short() -> None:
    """A prompt of 32,001 letters is a multiplication and not 32,001 letters."""
    record = record_of(*CASES["a long run"])
    line = curl_line(record, target())
    assert "a'\"'\"' * 32001" in line
    assert len(line) < 400
    assert "'prompt': 'a' * 32001," in python_snippet(record, target())


def test_files_are_described() -> None:
    """A reader sees which picture is needed, also where the command makes it."""
    record = record_of(*CASES["a large file"])
    hint = "# file-1.png is a png picture of 64 x 64 pixels, 3,000,000 bytes"
    assert hint in curl_line(record, target())
    assert hint in python_snippet(record, target())


@needs_curl
def test_what_cannot_be_written_short_is_a_file(recorder: Recorder, tmp_path: Path) -> None:
    """A body that nothing shortens is named in a comment, and works once the file is there."""
    body = random.Random(3).randbytes(30_000)
    record = record_of(case(raw=body), "application/octet-stream", f"http://127.0.0.1:{recorder.server_port}")
    line = curl_line(record, target())
    snippet = python_snippet(record, target())
    hint = "# body.bin is the body that the journal keeps for the case reject/1\n"
    assert line.startswith(hint)
    assert snippet.startswith(hint)
    (tmp_path / "body.bin").write_bytes(body)
    run_shell(line)
    exec(compile(snippet, "snippet", "exec"), {})
    assert [arrived.body for arrived in recorder.arrived] == [body, body]


@needs_curl
def test_a_picture_that_cannot_be_written_short_is_a_file(recorder: Recorder, tmp_path: Path) -> None:
    """A form with such a file names it and takes it from the working folder."""
    picture = random.Random(3).randbytes(30_000)
    files = [("image", "a.png", "image/png", picture)]
    form = build_multipart([("prompt", "x")], files, boundary="x")
    a_case = case(raw=form, content_type=f"{FORM}; boundary=x")
    record = record_of(a_case, FORM, f"http://127.0.0.1:{recorder.server_port}")
    line, snippet = curl_line(record, target()), python_snippet(record, target())
    assert "# file-1.png is no picture, 30,000 bytes\n" in line
    assert "# file-1.png is no picture, 30,000 bytes\n" in snippet
    (tmp_path / "file-1.png").write_bytes(picture)
    run_shell(line)
    exec(compile(snippet, "snippet", "exec"), {})
    for arrived in recorder.arrived:
        same(record, arrived)


@needs_curl
def test_other_ways_to_prove_who_one_is(recorder: Recorder, monkeypatch: pytest.MonkeyPatch) -> None:
    """A key without a scheme, a secret header of the user and a plain one are all sent; none is shown."""
    monkeypatch.setenv("OCTEN_API_KEY", KEY)
    monkeypatch.setenv("X_GATEWAY_TOKEN", "my-gateway-token")
    headers = (("X-Gateway-Token", "my-gateway-token"), ("X-Team", "it's us"))
    the_target = target(key_header="x-api-key", key_scheme=None, headers=headers)
    record = record_of(*CASES["plain"], url=f"http://127.0.0.1:{recorder.server_port}")
    line = curl_line(record, the_target, key_variable="OCTEN_API_KEY")
    snippet = python_snippet(record, the_target, key_variable="OCTEN_API_KEY")
    run_shell(line)
    exec(compile(snippet, "snippet", "exec"), {})
    for arrived in recorder.arrived:
        found = [arrived.headers[name] for name in ("x-api-key", "x-gateway-token", "x-team")]
        assert found == [KEY, "my-gateway-token", "it's us"]
    assert not any(secret in line + snippet for secret in (KEY, "my-gateway-token"))


@needs_curl
def test_without_a_key_none_is_sent(recorder: Recorder) -> None:
    """A target that needs no key gets none, and nothing is read from the environment."""
    record = record_of(*CASES["plain"], url=f"http://127.0.0.1:{recorder.server_port}")
    run_shell(curl_line(record, target(key=None)))
    snippet = python_snippet(record, target(key=None))
    exec(compile(snippet, "snippet", "exec"), {})
    assert ["authorization" in arrived.headers for arrived in recorder.arrived] == [False, False]
    assert "import os" not in snippet


@needs_curl
def test_a_fetched_picture_is_fetched_again(recorder: Recorder) -> None:
    """The picture behind a URL is asked for with GET and without the key, also with brackets in its URL."""
    url = f"http://127.0.0.1:{recorder.server_port}/a[1].png?x={{y}}&z='1'"
    record = Record(url, url, b"", "", "2026-11-20T12:00:00+00:00", 0.1, 200)
    run_shell(curl_line(record, target()))
    exec(compile(python_snippet(record, target()), "snippet", "exec"), {})
    first, second = recorder.arrived
    assert first.line == "GET /a[1].png?x={y}&z='1' HTTP/1.1"
    assert second.line.startswith("GET /a")
    assert not {"authorization", "content-type"} & {*first.headers, *second.headers}


def test_a_stream_is_shown_as_it_comes() -> None:
    """Curl does not hold back the events of a stream."""
    record = Record("a", "http://h/", b"{}", "application/json", "", 1.0, 200, {"content-type": "text/event-stream"})
    assert curl_line(record, target()).startswith("curl -sS --no-buffer http://h/")


@given(st.text(max_size=40), st.integers(1, 300), st.text(max_size=10))
def test_a_text_is_its_expression(unit: str, count: int, rest: str) -> None:
    """Evaluated, the expression is the text, with runs of any kind."""
    text = rest + unit * count + rest
    assert eval(text_expression(text)) == text
    assert len(text_expression("x" * 5000)) < 20


@given(st.binary(max_size=300), st.integers(1, 50))
def test_bytes_are_their_expression(unit: bytes, count: int) -> None:
    """Evaluated with its modules, the expression is the bytes."""
    expression = bytes_expression(unit * count)
    assert expression is not None
    modules = {name: __import__(name) for name in expression.modules}
    assert eval(expression.code, modules) == unit * count


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


@given(JSON)
def test_a_value_is_its_expression(value: object) -> None:
    """Evaluated, the expression is the JSON value."""
    assert eval(value_expression(value)) == value
