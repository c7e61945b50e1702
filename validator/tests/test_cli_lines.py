import base64
import json
import subprocess
import sys
from io import BytesIO, TextIOWrapper
from pathlib import Path
from typing import Any

import jsonschema
import jsonschema_rs
import pytest
import yaml
from hypothesis import example, given
from hypothesis import strategies as st
from pixelproof import UsageError
from pixelproof._locate import schemas_root
from pixelproof.cli import main
from pixelproof.cli._exchange_line import read_exchange

GOOD = {"model": "gpt-image-1", "prompt": "A red ball."}
ANSWER = {"created": 1, "data": [{"url": "https://images.example/1.png"}]}
EVENT = {"event": "image_generation.completed", "data": {"type": "image_generation.completed"}}


def encoded(content: bytes) -> str:
    """``content`` in base64."""
    return base64.b64encode(content).decode()


@pytest.fixture
def judge(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Any:
    """Runs the verb on lines; returns the exit status and the parsed lines of the output."""

    def run(*lines: Any, words: tuple[str, ...] = ("--dialect", "openai")) -> tuple[int, list[dict[str, Any]]]:
        texts = [line if isinstance(line, bytes) else json.dumps(line).encode() for line in lines]
        monkeypatch.setattr("sys.stdin", TextIOWrapper(BytesIO(b"\n".join(texts))))
        status = main(["validate", "--format", "jsonl", *words])
        return status, [json.loads(line) for line in capsys.readouterr().out.splitlines()]

    return run


def test_line_for_line(judge: Any) -> None:
    """Each exchange gets a line with its number and id; blank lines count and are passed over."""
    status, verdicts = judge({"id": "a", "request": GOOD}, b"", {"id": 7, "request": {**GOOD, "n": 11}})
    assert status == 1
    assert [(one["line"], one["id"], one["verdict"]) for one in verdicts] == [(1, "a", "valid"), (3, 7, "invalid")]
    assert verdicts[0] == {"line": 1, "id": "a", "verdict": "valid", "findings": []}
    assert verdicts[1]["findings"][0]["requirement"] == "openai/generations/n-outside-1-to-10"


def test_no_id(judge: Any) -> None:
    """A line without an id has none in its verdict, and an id that is null comes back as null."""
    assert judge({"request": GOOD}, {"id": None, "request": GOOD}) == (
        0,
        [
            {"line": 1, "verdict": "valid", "findings": []},
            {"line": 2, "id": None, "verdict": "valid", "findings": []},
        ],
    )


@pytest.mark.parametrize(
    ("exchange", "verdict"),
    [
        ({"request": GOOD}, "valid"),
        ({"body_base64": encoded(json.dumps(GOOD).encode())}, "valid"),
        ({"body_base64": encoded(b'{"n": 1, "n": 1}')}, "invalid"),
        ({"answer": ANSWER}, "valid"),
        ({"answer": None}, "invalid"),
        ({"request": GOOD, "answer": ANSWER}, "invalid"),
        ({"request": {**GOOD, "model": "dall-e-3"}, "answer": ANSWER}, "valid"),
        ({"answer_base64": encoded(json.dumps(ANSWER).encode())}, "valid"),
        ({"answer_base64": encoded(b"<html>")}, "invalid"),
        ({"answer": ANSWER, "content_type": "text/html"}, "invalid"),
        ({"request": GOOD, "answer": {"error": {"message": "no"}}, "status": 400}, "invalid"),
        ({"request": {**GOOD, "n": 11}, "answer": {"error": {"message": "no"}}, "status": 400}, "valid"),
        ({"answer": {"message": "no"}, "status": 400}, "valid"),
        ({"answer": {"message": "no"}, "status": 400, "profile": "observed"}, "invalid"),
        ({"events": []}, "invalid"),
        ({"events": [EVENT]}, "invalid"),
        ({"events": "data: x\n\n"}, "invalid"),
        ({"events_base64": encoded(b"data: x\n\n")}, "invalid"),
        ({"dialect": "octen", "request": {}}, "invalid"),
    ],
)
def test_what_is_judged(judge: Any, exchange: dict[str, Any], verdict: str) -> None:
    """The answer or the events are judged when there are any, by the request beside them, else the request."""
    status, (line,) = judge(exchange)
    assert line["verdict"] == verdict
    assert status == (verdict == "invalid")


def test_form(judge: Any) -> None:
    """The uploads of a form stand in the line as base64."""
    fields = {"model": "gpt-image-2", "prompt": "A red ball."}
    file = {"field": "image", "filename": "cat.png", "content_base64": encoded(b"no picture")}
    status, (line,) = judge(
        {"request": fields, "files": [file]}, words=("--dialect", "anyfast", "--operation", "edits")
    )
    assert status == 1
    assert [finding["requirement"] for finding in line["findings"]] == ["anyfast/edits/image-not-png-or-jpeg"]


def test_account(judge: Any) -> None:
    """Account facts come from the command line and from the line, which decides."""
    words = ("--dialect", "anyfast", "--operation", "edits", "--account", "direct_group=true")
    request = {"model": "gpt-image-2", "prompt": "A red ball."}
    files = [{"field": field, "content_base64": encoded(b"x")} for field in ("image", "mask")]
    exchange = {"request": request, "files": files}
    _, (first, second) = judge(exchange, {**exchange, "account": {"direct_group": False}}, words=words)
    flaws = [[finding["requirement"] for finding in line["findings"]] for line in (first, second)]
    assert [*{*flaws[1]} - {*flaws[0]}] == ["anyfast/edits/mask-without-direct-group"]


@pytest.mark.parametrize(
    ("line", "error"),
    [
        (b"{", "The line is not JSON"),
        (b"\xff", "The line is not JSON"),
        (b'{"request": {"n": 1, "n": 2}}', "names a key twice"),
        ([GOOD], "is [{"),
        ({}, "has nothing to judge; it needs one of request, body_base64, answer"),
        ({"request": GOOD, "answr": {}}, 'has the unknown key "answr"; known are id, dialect'),
        ({"request": GOOD, "body_base64": ""}, "has request and body_base64; one of them says it all"),
        ({"answer": {}, "events": []}, "has answer and events; one of them says it all"),
        ({"request": GOOD, "status": 200}, "has the status 200 and no answer"),
        ({"answer": {}, "status": "200"}, 'has "200" as status; it has to be a status from 100 to 599'),
        ({"answer": {}, "status": 600}, "has 600 as status"),
        ({"answer": {}, "status": True}, "has true as status"),
        ({"body_base64": "e30"}, 'has "e30" as body_base64, which has wrong padding; it has to be padded base64'),
        ({"body_base64": "é"}, "it has to be padded base64"),
        ({"request": GOOD, "dialect": "../openai"}, 'has "../openai" as dialect; it has to be the name of a dialect'),
        ({"request": GOOD, "dialect": "nobody"}, "unknown dialect 'nobody'"),
        ({"request": GOOD, "operation": "edits"}, "has no operation 'edits'"),
        ({"request": GOOD, "operation": "dreams"}, "it has to be generations, edits or variations"),
        ({"request": GOOD, "profile": "mine"}, "it has to be document or observed"),
        ({"request": GOOD, "account": {"direct_group": 1}}, "it has to be an object of true and false"),
        ({"request": GOOD, "account": {"rich": True}}, "does not ask for the account fact 'rich'"),
        ({"request": [], "files": []}, "has files; they go with a request whose text fields are an object"),
        ({"request": GOOD, "files": [], "events": []}, "has files beside events"),
        ({"request": GOOD, "files": ["x"]}, 'has "x" among its files'),
        ({"request": GOOD, "files": [{"field": "image"}]}, "has a file without content_base64"),
        ({"request": GOOD, "files": [{"field": "i", "content_base64": "", "path": "/"}]}, 'the unknown key "path"'),
        ({"id": [], "request": GOOD}, "has an array of 0 as id; it has to be a string, a number or null"),
    ],
)
def test_bad_line(judge: Any, line: Any, error: str) -> None:
    """A bad line gets a line that says why; the others are judged, and the exit status is 2."""
    status, (bad, good) = judge(line, {"request": GOOD})
    assert status == 2
    assert error in bad["error"]
    assert bad["line"] == 1
    assert "verdict" not in bad
    assert good["verdict"] == "valid"


def test_no_dialect(judge: Any) -> None:
    """A line without a dialect cannot be judged when the command names none."""
    status, (bad, good) = judge({"id": "x", "request": GOOD}, {"dialect": "openai", "request": GOOD}, words=())
    assert (status, bad["id"], good["verdict"]) == (2, "x", "valid")
    assert bad["error"] == "names no dialect; add the key dialect, or --dialect to the command"


def test_long_line(judge: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """A line beyond the limit is dropped whole, and the next one is judged."""
    monkeypatch.setattr("pixelproof.cli._lines.MAX_BODY_BYTES", 100)
    monkeypatch.setattr("pixelproof._parse.MAX_BODY_BYTES", 100)
    status, (bad, good) = judge({"request": {**GOOD, "user": "x" * 1000}}, {"request": GOOD})
    assert (status, bad["line"], good["line"], good["verdict"]) == (2, 1, 2, "valid")
    assert "more than 100 are not read" in bad["error"]


def test_files(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Several files are read one after the other, and each verdict names its file."""
    for name in ("a", "b"):
        (tmp_path / name).write_text(json.dumps({"request": GOOD}))
    names = [str(tmp_path / "a"), str(tmp_path / "b")]
    assert main(["validate", "--dialect", "openai", "--format", "jsonl", *names]) == 0
    verdicts = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [(one["file"], one["line"]) for one in verdicts] == [(names[0], 1), (names[1], 1)]


def test_answers_at_once() -> None:
    """Each verdict comes before the next line is sent, so that another program can ask and wait."""
    command = [sys.executable, "-m", "pixelproof", "validate", "--dialect", "openai", "--format", "jsonl"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        for number in range(1, 4):
            process.stdin.write(json.dumps({"request": GOOD}).encode() + b"\n")
            process.stdin.flush()
            assert json.loads(process.stdout.readline())["line"] == number
        process.stdin.close()
        assert process.stdout.read() == b""
    assert process.returncode == 0


def schema() -> Any:
    """The validator of ``schemas/meta/exchange.yaml``."""
    document = yaml.safe_load((schemas_root() / "meta" / "exchange.yaml").read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(document)
    return jsonschema_rs.Draft202012Validator(document)


SCALARS: st.SearchStrategy[Any] = st.sampled_from(
    [None, True, 0, 200, 600, 1.5, "", "x", "openai", "generations", "document", "e30=", [], {}]
)
FILES = st.lists(
    st.fixed_dictionaries({}, optional=dict.fromkeys(("field", "filename", "content_type", "content_base64"), SCALARS)),
    max_size=2,
)
LINES = st.fixed_dictionaries(
    {},
    optional={
        "id": SCALARS,
        "dialect": SCALARS,
        "operation": SCALARS,
        "profile": SCALARS,
        "account": st.sampled_from([{}, {"a": True}, {"a": 1}, []]),
        "request": SCALARS,
        "body_base64": SCALARS,
        "files": SCALARS | FILES,
        "status": SCALARS,
        "answer": SCALARS,
        "answer_base64": SCALARS,
        "events": SCALARS,
        "events_base64": SCALARS,
        "content_type": SCALARS,
        "more": SCALARS,
    },
)
VALIDATOR = schema()


@given(LINES | SCALARS)
def test_agrees_with_the_schema(line: Any) -> None:
    """A line is read exactly when ``schemas/meta/exchange.yaml`` allows it."""
    try:
        read_exchange(line)
        read = True
    except UsageError:
        read = False
    assert read == VALIDATOR.is_valid(line)


@given(st.text(alphabet="Aa0+/=- \n", max_size=9))
@example("0000=")
def test_base64_agrees_with_the_schema(text: str) -> None:
    """So it is with base64 alone."""
    try:
        read_exchange({"answer_base64": text})
        read = True
    except UsageError:
        read = False
    assert read == VALIDATOR.is_valid({"answer_base64": text})
