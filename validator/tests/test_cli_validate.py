import json
from io import BytesIO, TextIOWrapper
from pathlib import Path

import pytest
from pixelproof import load_dialect
from pixelproof.cli import main

GOOD = {"model": "gpt-image-1", "prompt": "A red ball."}
BAD = {"model": "gpt-image-1", "prompt": "A red ball.", "n": 11}
WARNED = {"model": "gpt-image-1", "prompt": "A red ball.", "colour": "red"}
ANSWER = {"created": 1, "data": [{"url": "https://images.example/1.png"}]}
OUTSIDE = "openai/generations/n-outside-1-to-10"


@pytest.fixture
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working folder with a few messages."""
    monkeypatch.chdir(tmp_path)
    for name, value in {"good": GOOD, "bad": BAD, "warned": WARNED, "answer": ANSWER}.items():
        Path(f"{name}.json").write_text(json.dumps(value))
    return tmp_path


def feed(monkeypatch: pytest.MonkeyPatch, content: bytes) -> None:
    """Puts ``content`` on standard input."""
    monkeypatch.setattr("sys.stdin", TextIOWrapper(BytesIO(content)))


def validate(*words: str) -> int:
    """Runs the verb with the dialect openai."""
    return main(["validate", "--dialect", "openai", *words])


@pytest.mark.parametrize(
    ("name", "status", "word"), [("good.json", 0, "valid"), ("bad.json", 1, "invalid"), ("warned.json", 0, "warn")]
)
@pytest.mark.usefixtures("files")
def test_exit_status(name: str, status: int, word: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Errors exit with 1, warnings and nothing with 0."""
    assert validate(name) == status
    assert capsys.readouterr().out.splitlines()[0].startswith(f"{name}: {word}")


@pytest.mark.usefixtures("files")
def test_strict() -> None:
    """Under --strict a warning exits with 1."""
    assert validate("warned.json", "--strict") == 1
    assert validate("good.json", "--strict") == 0


@pytest.mark.parametrize(("name", "status"), [("good.json", 0), ("bad.json", 1)])
@pytest.mark.usefixtures("files")
def test_quiet(name: str, status: int, capsys: pytest.CaptureFixture[str]) -> None:
    """Under --quiet nothing is printed, and the exit status is the same."""
    assert validate(name, "--quiet") == status
    assert capsys.readouterr() == ("", "")


@pytest.mark.usefixtures("files")
def test_json_of_one(capsys: pytest.CaptureFixture[str]) -> None:
    """JSON for one file is the verdict with the field names of the library."""
    assert validate("bad.json", "--format", "json") == 1
    verdict = load_dialect("openai").operation("generations").validate_request(BAD)
    assert json.loads(capsys.readouterr().out) == verdict.as_dict()


@pytest.mark.usefixtures("files")
def test_json_of_several(capsys: pytest.CaptureFixture[str]) -> None:
    """JSON for several files is an array in their order, each with its file."""
    assert validate("good.json", "bad.json", "--format", "json") == 1
    judged = json.loads(capsys.readouterr().out)
    assert [(one["file"], one["verdict"]) for one in judged] == [("good.json", "valid"), ("bad.json", "invalid")]
    assert judged[1]["findings"][0]["requirement"] == OUTSIDE


@pytest.mark.usefixtures("files")
def test_files_between_options(capsys: pytest.CaptureFixture[str]) -> None:
    """FILE arguments may stand before, between and after options."""
    assert main(["validate", "good.json", "--dialect", "openai", "bad.json", "--strict", "warned.json"]) == 1
    assert capsys.readouterr().out.splitlines()[-1] == "3 messages: 1 valid, 1 warn, 1 invalid"


def test_standard_input(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """The file - is standard input."""
    feed(monkeypatch, json.dumps(BAD).encode())
    assert validate("-") == 1
    assert capsys.readouterr().out.startswith("<stdin>: invalid (1 error)\n")


def test_closed_standard_input(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """Without a standard input the file - is wrong usage."""
    monkeypatch.setattr("sys.stdin", None)
    assert validate("-") == 2
    assert capsys.readouterr().err == "pixelproof: error: standard input is closed; name a file\n"


@pytest.mark.parametrize(
    "content", [b"", b"{", b"\xff\xfe", b"<html>", b'{"n": 1, "n": 2}', b"[" * 1000, b"nul", b"\0"]
)
def test_unreadable_request(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], content: bytes
) -> None:
    """A request that cannot be read is a finding on the request, not a wrong call."""
    feed(monkeypatch, content)
    assert validate("-", "--format", "json") == 1
    out, err = capsys.readouterr()
    assert json.loads(out)["verdict"] == "invalid"
    assert err == ""


@pytest.mark.usefixtures("files")
def test_missing_file(capsys: pytest.CaptureFixture[str]) -> None:
    """A missing file is found before anything is judged, and told in one line."""
    assert validate("bad.json", "nowhere.json") == 2
    assert capsys.readouterr() == ("", "pixelproof: error: nowhere.json: there is no such file\n")


def test_folder(files: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A folder is told from a file."""
    assert validate(str(files)) == 2
    assert capsys.readouterr().err == f"pixelproof: error: {files}: is a folder; name a file\n"


def test_unreadable_file(files: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """A file that may not be read is told with the reason of the system."""

    def refuse(*_args: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("builtins.open", refuse)
    assert validate(str(files / "good.json")) == 2
    assert capsys.readouterr().err.endswith("good.json: cannot be read (Permission denied)\n")


@pytest.mark.usefixtures("files")
def test_answer_against_request(capsys: pytest.CaptureFixture[str]) -> None:
    """An answer is judged against the request, and named by its own file."""
    assert validate("good.json", "--response", "answer.json", "--format", "json") == 1
    broken = [finding["requirement"] for finding in json.loads(capsys.readouterr().out)["findings"]]
    assert "openai/generations/b64-json-missing-from-gpt" in broken
    assert validate("good.json", "--response", "answer.json") == 1
    assert capsys.readouterr().out.startswith("answer.json: invalid")


@pytest.mark.usefixtures("files")
def test_answer_to_unknown_request(capsys: pytest.CaptureFixture[str]) -> None:
    """Without a FILE the request is unknown, and nothing is guessed about it."""
    assert validate("--response", "answer.json") == 0
    assert capsys.readouterr().out == "answer.json: valid\n"


@pytest.mark.usefixtures("files")
def test_refusal(capsys: pytest.CaptureFixture[str]) -> None:
    """From status 400 on the answer is a refusal, here of a request that the document allows."""
    Path("refusal.json").write_text('{"error": {"message": "no", "type": "x", "param": null, "code": null}}')
    assert validate("good.json", "--response", "refusal.json", "--status", "400", "--format", "json") == 1
    (finding,) = json.loads(capsys.readouterr().out)["findings"]
    assert finding["requirement"] == "openai/generations/documented-request-refused"
    assert validate("bad.json", "--response", "refusal.json", "--status", "400") == 0


@pytest.mark.parametrize(
    "stream",
    [
        b'event: image_generation.completed\ndata: {"type": "image_generation.finished"}\n\n',
        b'[{"event": "image_generation.completed", "data": {"type": "image_generation.finished"}}]',
    ],
    ids=["raw", "array"],
)
def test_stream(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], stream: bytes) -> None:
    """A stream is raw server-sent events, or an array of events."""
    feed(monkeypatch, stream)
    assert validate("--stream", "-", "--format", "json") == 1
    broken = {finding["requirement"]: finding["pointer"] for finding in json.loads(capsys.readouterr().out)["findings"]}
    assert broken["openai/generations/event-name-differs-from-type"].startswith("/0")


def test_array_that_was_sent_as_stream(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """Under the content type of a stream the bytes are the stream, whatever they look like."""
    feed(monkeypatch, b'[{"data": {"type": "image_generation.completed"}}]')
    assert validate("--stream", "-", "--content-type", "text/event-stream", "--format", "json") == 1
    broken = {finding["requirement"] for finding in json.loads(capsys.readouterr().out)["findings"]}
    assert "openai/generations/stream-empty" in broken


@pytest.mark.usefixtures("files")
def test_content_type() -> None:
    """The content type that an answer came with is judged."""
    assert validate("--response", "answer.json", "--content-type", "application/json") == 0
    assert validate("--response", "answer.json", "--content-type", "text/html") == 1


@pytest.mark.usefixtures("files")
def test_unreadable_request_of_an_answer(capsys: pytest.CaptureFixture[str]) -> None:
    """A request that only stands beside the answer has to be readable, because it is not what is judged."""
    Path("broken.json").write_text("{")
    assert validate("broken.json", "--response", "answer.json") == 2
    message = capsys.readouterr().err
    assert message.startswith("pixelproof: error: broken.json: The body is not JSON")
    assert message.endswith("Leave the request out when it is not known.\n")
    Path("list.json").write_text("[1]")
    assert validate("list.json", "--response", "answer.json") == 2
    assert "list.json: holds [1], not an object" in capsys.readouterr().err


@pytest.mark.usefixtures("files")
def test_profile(capsys: pytest.CaptureFixture[str]) -> None:
    """What only measurements say counts in full under the profile observed."""
    Path("refusal.json").write_text('{"message": "no"}')
    words = ("--response", "refusal.json", "--status", "400")
    assert validate(*words) == 0
    assert validate(*words, "--profile", "observed") == 1
    first, second = capsys.readouterr().out.split("refusal.json: ")[1:]
    assert first.startswith("valid (1 note)\n  info at error: ")
    assert second.startswith("invalid (1 error)\n  error at error: ")


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ([], "nothing to judge; name a FILE, or - for standard input"),
        (["good.json", "--status", "400"], "--status belongs to an answer; add --response or --stream"),
        (["--response", "answer.json", "--status", "x"], "argument --status: invalid"),
        (["--response", "answer.json", "--status", "99"], "argument --status: invalid"),
        (["good.json", "bad.json", "--response", "answer.json"], "an answer has one request, and 2 files are given"),
        (["--response", "answer.json", "--stream", "answer.json"], "not allowed with argument"),
        (["-", "--response", "-"], "standard input (-) can be read once"),
        (["-", "-"], "standard input (-) can be read once"),
        (["good.json", "--field", "n=1"], "generations of openai takes a JSON body, not a form"),
        (["good.json", "bad.json", "--file", "image=@x"], "--file and --field belong to one request"),
        (["good.json", "--response", "answer.json", "--field", "n=1"], "takes a JSON body, not a form"),
        (["--stream", "answer.json", "--file", "image=@good.json"], "a stream is not judged by uploads"),
        (["good.json", "--operation", "dreams"], "has no operation 'dreams'; it has generations"),
        (["good.json", "--account", "direct_group=true"], "does not ask for the account fact 'direct_group'"),
        (["good.json", "--account", "direct_group"], "--account 'direct_group': write NAME=VALUE"),
        (["good.json", "--account", "direct_group=yes"], "write direct_group=true or direct_group=false"),
        (["good.json", "--formt", "json"], "unrecognized arguments: --formt json"),
        (["good.json", "--form", "json"], "unrecognized arguments: --form json"),
        (["good.json", "--dialect-path", "nowhere"], "'nowhere' is not a folder"),
        (["--format", "jsonl", "--response", "answer.json"], "--response goes with one exchange"),
        (["--format", "jsonl", "--content-type", "x"], "--content-type goes with one exchange"),
    ],
)
@pytest.mark.usefixtures("files")
def test_wrong_usage(words: list[str], message: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Wrong usage exits with 2 and says in one line what is wrong."""
    assert validate(*words) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("pixelproof: error: ")
    assert message in err
    assert err.count("\n") == 1


@pytest.mark.usefixtures("files")
def test_no_dialect(capsys: pytest.CaptureFixture[str]) -> None:
    """Without a dialect the known ones are named, and an unknown one is told with them, too."""
    assert main(["validate", "good.json"]) == 2
    assert "Name it with --dialect; known are anyfast, " in capsys.readouterr().err
    assert main(["validate", "good.json", "--dialect", "openia"]) == 2
    assert "unknown dialect 'openia'; known are anyfast, " in capsys.readouterr().err


def test_control_characters(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """No control character of a message or a file name reaches the terminal."""
    file = tmp_path / "a\x1b[2Jb\n.json"
    file.write_text(json.dumps({"prompt": "x", "k\x1b]0;t\x07\u202e": "v\x1b[31m\r\n"}))
    assert validate(str(file)) == 0
    out = capsys.readouterr().out
    assert out.replace("\n", "").isprintable()
    assert "k\\u001b]0;t\\u0007\\u202e" in out
    assert validate(f"{file}-missing\x1b[31m") == 2
    assert capsys.readouterr().err[:-1].isprintable()


def test_dialect_path(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A dialect whose folder is broken is told with its file, as wrong configuration."""
    (tmp_path / "house").mkdir()
    (tmp_path / "house" / "dialect.yaml").write_text("dialect: house\n")
    (tmp_path / "request.json").write_text("{}")
    words = ["validate", str(tmp_path / "request.json"), "--dialect", "house", "--dialect-path", str(tmp_path)]
    assert main(words) == 2
    assert "house/dialect.yaml:1: " in capsys.readouterr().err
