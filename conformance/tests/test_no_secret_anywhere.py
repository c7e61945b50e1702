"""A secret that is planted in every place where one can stand is in nothing that the program writes or says."""

import io
import json
import tarfile
from collections.abc import Awaitable, Callable, Iterator, MutableMapping
from contextlib import contextmanager
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from pixelproof_conformance.gateway.app import create_app
from pixelproof_conformance.gateway.running import listen, server_of
from pixelproof_conformance.gateway.serving import Gateway
from pixelproof_conformance.redact import _spellings
from pixelproof_conformance.report.write import FORM_NAMES

from .commands import Command

KEY = "team/key+with=signs-0123456789"
"""Of no known shape, so that nothing but knowing it can find it."""
HEADER = "header-secret-0123456789"
PASSWORD = "url-password-0123456789"
QUERY = "query-secret-0123456789"
COOKIE = "cookie-secret-0123456789"
UPSTREAM = "sk-upstream0123456789abcdefgh"
"""The key of the provider behind the endpoint, which only its looks give away."""
SECRETS = {"key": KEY, "header": HEADER, "password": PASSWORD, "query": QUERY, "cookie": COOKIE, "upstream": UPSTREAM}

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]


class Chatty:
    """An endpoint that repeats every secret it was told, and one of its own, in each header, answer and refusal."""

    def __init__(self, app: Any) -> None:
        self._app = app
        self.heard: list[str] = []

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve a request, with the secrets in what goes back."""
        sent = {name.decode(): value.decode() for name, value in scope["headers"]}
        self.heard += [sent.get("authorization", ""), sent.get("x-team-token", ""), scope["query_string"].decode()]
        start: Message = {}
        body = io.BytesIO()

        async def planted(message: Message) -> None:
            nonlocal start
            if message["type"] == "http.response.start":
                start = message
                return
            body.write(message.get("body", b""))
            if message.get("more_body"):
                return
            content = self._with_secrets(body.getvalue())
            own = [(b"set-cookie", f"session={COOKIE}".encode()), (b"x-upstream-authorization", UPSTREAM.encode())]
            own += [(b"x-told", f"Bearer {KEY} and {HEADER}".encode())]
            kept = [(name, value) for name, value in start["headers"] if name.lower() != b"content-length"]
            await send({**start, "headers": [*kept, *own, (b"content-length", str(len(content)).encode())]})
            await send({"type": "http.response.body", "body": content})

        await self._app(scope, receive, planted)

    @staticmethod
    def _with_secrets(content: bytes) -> bytes:
        try:
            value = json.loads(content)
        except ValueError:
            return content
        told = f"{KEY} {HEADER} {UPSTREAM} http://me:{PASSWORD}@upstream.example/?api_key={QUERY} Bearer {KEY}"
        if isinstance(value, dict):
            value["debug"] = {"told": told, "authorization": f"Bearer {KEY}", KEY: "as a name", "api_key": UPSTREAM}
            if isinstance(value.get("error"), dict):
                value["error"]["message"] = f"not for {told}"
                value["error"]["param"] = KEY
        return json.dumps(value).encode()


@contextmanager
def chatty_endpoint() -> Iterator[tuple[int, Chatty]]:
    """The endpoint on a free port."""
    gateway = Gateway(("openai",), faults=("openai/generations/n-outside-1-to-10",))
    app = Chatty(create_app(gateway))
    listening = listen("127.0.0.1", 0)
    server = server_of(app)  # type: ignore[arg-type]
    thread = Thread(target=server.run, args=([listening],), daemon=True)
    thread.start()
    try:
        yield listening.getsockname()[1], app
    finally:
        server.should_exit = True
        thread.join()


def leaks(content: bytes) -> list[str]:
    """Which of the secrets stand in ``content``, in any spelling."""
    return [
        name
        for name, secret in SECRETS.items()
        if any(spelling.encode() in content for spelling in {*_spellings(secret), secret[::-1]})
    ]


def every_file(folder: Path) -> Iterator[tuple[str, bytes]]:
    """Every file below a folder, and what archives among them hold."""
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            yield str(path.relative_to(folder)), path.read_bytes()
            if path.name.endswith(".tar.gz"):
                with tarfile.open(path) as archive:
                    members = [member for member in archive.getmembers() if member.isfile()]
                    yield from ((member.name, archive.extractfile(member).read()) for member in members)  # type: ignore[union-attr]


def test_no_secret_is_in_anything_that_is_written(
    command: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Planted in header, URL, body, environment, answer and error text, none is in a file, a form or a line."""
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    summary = tmp_path / "summary.md"
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(summary))
    monkeypatch.setenv("OTHER_PASSWORD", COOKIE)
    told: list[str] = []

    def said(*words: str, statuses: tuple[int, ...] = (0, 1)) -> None:
        found = command(*words)
        assert found.status in statuses, (words, found)
        told.append(found.out + found.err)

    with chatty_endpoint() as (port, endpoint):
        url = f"http://127.0.0.1:{port}/v1"
        choice = ["--dialect", "openai", "--model", "gpt-image-1", "--only", "n-", "--only", "documented-n-refused"]
        choice += ["--only", "answer-", "--only", "refusal-", "--examples", "3", "--seed", "1"]
        choice += ["--header", f"X-Team-Token: {HEADER}"]
        said("run", url, *choice, "--out", "run", "--step-summary")
        archived = ["--report", "har", "--report", "html=elsewhere/page.html"]
        said("run", url, *choice, "--out", "archived", "--max-requests", "60", *archived)
        body = ["--model-alias", f"gpt-image-1=deployment-{KEY}"]  # the key stands in every request, too
        said("run", url, *choice, *body, "--out", "body", "--max-requests", "30")
    assert f"Bearer {KEY}" in endpoint.heard
    assert HEADER in endpoint.heard
    journal = Path("run/journal.jsonl").read_text("utf-8")
    assert journal.count("[redacted]") > 50, "the endpoint repeated what it was told"

    # Addresses with a password or a key in them; nobody answers there, so the error text is what is shown.
    for secret_url in (f"http://me:{PASSWORD}@127.0.0.1:9/v1", f"http://127.0.0.1:9/v1?api_key={QUERY}"):
        said("run", secret_url, "--dialect", "openai", "--model", "gpt-image-1", "--out", "none", statuses=(2, 3))

    said("judge", "run", "--out", "again")
    said("judge", "run", "--out", "again", "--report", "har=again/elsewhere.har")
    said("waive", "run", "--reason", "known")
    said("judge", "run", "--out", "waived")
    for form in ("text", *FORM_NAMES):
        said("report", "run", "--format", form)
    said("report", "waived", "--format", "all", "--out", "forms")
    for form in ("text", "markdown", "html", "json", "csv"):
        said("compare", "run", "again", "waived", "--format", form)
        said("compare", "run", "waived", "--format", form, "--out", f"comparison.{form}")
    said("compare", "run", "waived", "--full")
    said("export", "har", "run", "--out", "run.har")
    said("audit", "run.har", "--dialect", "openai", "--out", "audited", statuses=(0, 1, 3))
    said("evidence", "check", "run")
    said("evidence", "add", "run", "--name", "Chatty", "--version", "1")
    said("evidence", "index", statuses=(0, 2))

    assert {path.name for path in Path("run").iterdir()} >= {"journal.jsonl", "report.html", "report.sarif"}
    assert {path.name for path in Path("archived").iterdir()} == {"journal.jsonl", "report.json", "run.har"}
    assert Path("again/elsewhere.har").read_text("utf-8").count("[redacted]") > 50
    assert [(place, found) for place, content in every_file(tmp_path) if (found := leaks(content))] == []
    assert [(text[:80], found) for text in told if (found := leaks(text.encode()))] == []


def test_the_search_for_secrets_finds_them() -> None:
    """Plain, escaped, quoted for a URL and in Base64, a secret is found, so that finding none means something."""
    for text in (KEY, "team%2Fkey%2Bwith%3Dsigns-0123456789", "team\\/key+with=signs-0123456789", "xx" + COOKIE):
        assert leaks(f'{{"a": "{text}"}}'.encode()) != []
    assert leaks(b"[redacted]") == []
